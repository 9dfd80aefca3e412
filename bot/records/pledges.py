"""What employees have accepted, word by word; rows are added and stay as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.meaning import Language
from bot.records.base import Base, RowId, insert_into
from bot.records.employees import Employee


@dataclass(frozen=True)
class NewPledge:
    """What is accepted, by whom and by which press; see ``Pledge``."""

    learner: str
    rulebook: str
    version: int
    channel: str
    link: int | None
    message: str
    wording: str
    language: Language
    accepted_at: datetime
    key: str


class Pledge(Base):
    """One acceptance of one version of one rulebook's pledge, kept for good.

    Attributes:
        learner: See ``bot.domain.learners``.
        channel: Where it was accepted.
        link: The chat's row in ``channel_links``; None where it had none.
        message: The channel's id of the message whose button was pressed.
        digest: The SHA-256 of ``wording``, in hexadecimal digits.
        wording: All that was accepted, as it was shown.
        key: The key of the event that brought it.
    """

    __tablename__ = "pledges"
    __table_args__ = (UniqueConstraint("learner", "rulebook", "version"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    learner: Mapped[str]
    channel: Mapped[str]
    link: Mapped[int | None] = mapped_column(RowId)
    message: Mapped[str]
    rulebook: Mapped[str]
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    wording: Mapped[str]
    language: Mapped[Language]
    accepted_at: Mapped[datetime]
    key: Mapped[str] = mapped_column(unique=True)


class Pledges:
    """The repository of pledges."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, new: NewPledge) -> None:
        """Keep an acceptance with its digest; an earlier one of the same version stays instead."""
        digest = hashlib.sha256(new.wording.encode()).hexdigest()
        adding = insert_into(self._session, Pledge).values(digest=digest, **asdict(new))
        await self._session.execute(adding.on_conflict_do_nothing())

    async def find(self, learner: str, rulebook: str, version: int) -> Pledge | None:
        """Give the acceptance of a version; None where there is none."""
        of = select(Pledge).where(
            Pledge.learner == learner, Pledge.rulebook == rulebook, Pledge.version == version
        )
        return (await self._session.scalars(of)).one_or_none()

    async def list_of(self, learner: str) -> Sequence[Pledge]:
        """List what somebody has accepted, the oldest first."""
        of = select(Pledge).where(Pledge.learner == learner).order_by(Pledge.id)
        return (await self._session.scalars(of)).all()

    async def list_of_employer(self, employer: str) -> Sequence[tuple[Employee, Pledge]]:
        """List what an employer's people have accepted, leavers included, by their number."""
        rows = await self._session.execute(
            select(Employee, Pledge)
            .join(Pledge, Pledge.learner == "employee:" + Employee.id)
            .where(Employee.employer == employer)
            .order_by(Employee.number, Pledge.id)
        )
        return [(employee, pledge) for employee, pledge in rows]
