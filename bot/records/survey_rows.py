"""The rows of surveys: waves, who has taken part, sealed boxes while a wave is open, counts after.

No row holds a person's answers, and none that holds answers has a person or a moment: see
docs/decisions/011-anonymous-survey.md.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.records.base import IN_NO_ORDER, Base, Token, new_token, partial_index


class SurveyWave(Base):
    """One time that a survey is put to an employer's people; one of an employer is open.

    Attributes:
        version: The survey's.
        name: What tells waves of a survey apart, such as ``before``.
        is_for_all: Who is in no roster may take part too.
        closed_at: When its boxes were counted; None while it is open.
    """

    __tablename__ = "survey_waves"
    __table_args__ = (
        UniqueConstraint("survey", "employer", "name"),
        partial_index("ix_survey_waves_open", "employer", where="closed_at IS NULL", unique=True),
    )

    id: Mapped[str] = mapped_column(Token, primary_key=True, default=new_token)
    survey: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    employer: Mapped[str]
    is_for_all: Mapped[bool]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class SurveyTaker(Base):
    """Somebody has taken part in a wave; nothing says when, or what they answered."""

    __tablename__ = "survey_takers"
    __table_args__ = (IN_NO_ORDER,)

    wave: Mapped[str] = mapped_column(Token, ForeignKey(SurveyWave.id), primary_key=True)
    learner: Mapped[str] = mapped_column(primary_key=True)


class SurveyBox(Base):
    """The counts of a group in an open wave, sealed by a key that is not in the database.

    Each answer seals the whole box anew, so that two copies of it show no more than that somebody
    of the group has answered between them.

    Attributes:
        group: The path to a department; empty for who has none.
        sealed: A ``bot.domain.surveying.Tally``.
    """

    __tablename__ = "survey_boxes"
    __table_args__ = (IN_NO_ORDER,)

    wave: Mapped[str] = mapped_column(Token, ForeignKey(SurveyWave.id), primary_key=True)
    group: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class SurveyCount(Base):
    """How often a choice was picked in a group of a closed wave; of no small group.

    Attributes:
        group: As ``bot.domain.surveying.publishable`` names it; empty for everybody.
        choice: The place of the choice in the file, or ``bot.domain.surveying.SKIPPED``.
    """

    __tablename__ = "survey_counts"
    __table_args__ = (IN_NO_ORDER,)

    wave: Mapped[str] = mapped_column(Token, ForeignKey(SurveyWave.id), primary_key=True)
    group: Mapped[str] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    choice: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]
