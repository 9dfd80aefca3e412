"""The shape of the files under ``content/``."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from bot.domain.daily import Calendar, Weekday
from bot.domain.icons import Icon
from bot.domain.meaning import Language
from bot.domain.phones import is_country
from bot.domain.roster import StaffRole
from bot.domain.ruling import Condition, Provision, Role, Verdict
from bot.domain.working_hours import WorkingHours

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=24)]
ArticleId = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[0-9]+)+$", max_length=32)]


class Entry(BaseModel):
    """Anything in a file: it has these keys and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Bilingual(Entry):
    """A text in both languages."""

    ar: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def text(self, language: Language) -> str:
        """Give the text in a language."""
        return self.ar if language is Language.ARABIC else self.en


_Topic = Annotated[str, Field(min_length=1, max_length=24)]
_Label = Annotated[str, Field(min_length=1, max_length=40)]


class Topic(Bilingual):
    """The text of a button that stands for a section."""

    ar: _Topic
    en: _Topic


class Label(Bilingual):
    """The text of any other button."""

    ar: _Label
    en: _Label


class FacetKind(StrEnum):
    """Whether a facet is what one does, what it is about, or about the policy itself."""

    ACT = "act"
    SUBJECT = "subject"
    POLICY = "policy"


class Facet(Bilingual):
    """One thing that a question can be about.

    Attributes:
        icon: What it is drawn by.
        meaning: What it covers, for those who label examples or write rulebooks.
        change: What to change in a draft that raises it, or None.
        disclaims: Saying that the opinion is one's own helps such a draft.
        instead_of: The group of facets of which a follow-up ("and a like?") replaces the one
            asked about before; None for a facet that is added to it.
    """

    kind: FacetKind
    icon: Icon
    instead_of: Identifier | None = None
    meaning: str = Field(min_length=1)
    change: Bilingual | None = None
    disclaims: bool = False


class FacetFile(Entry):
    """``content/facets.yml``."""

    facets: dict[Identifier, Facet]


class ConditionEntry(Entry):
    """When an article is about a question; a bare list means ``all``."""

    all: tuple[Identifier, ...] = Field(min_length=1)
    unless: tuple[Identifier, ...] = ()
    roles: tuple[Role, ...] = ()

    def to_domain(self) -> Condition:
        """Give the condition as the ruling function wants it."""
        return Condition(frozenset(self.all), frozenset(self.unless), frozenset(self.roles))


class Article(Entry):
    """One article of a rulebook, restated.

    Attributes:
        item: Its number or place under the heading of the document.
        rule: What it says, in our own words.
        advice: What to do about it, or None.
        dated: It states a fact as old as its document; an answer names the date.
        applies_to: See ``bot.domain.ruling.Provision``; likewise the next two.
    """

    id: ArticleId
    item: Bilingual
    title: Label
    rule: Bilingual
    advice: Bilingual | None
    ruling: Literal[
        Verdict.PROHIBITED, Verdict.DUTY, Verdict.CONDITIONAL, Verdict.ALLOWED, Verdict.INFO
    ]
    dated: bool
    applies_to: tuple[ConditionEntry, ...]
    supports: tuple[ConditionEntry, ...]
    nearest_to: tuple[ConditionEntry, ...]

    @field_validator("applies_to", "supports", "nearest_to", mode="before")
    @classmethod
    def _lists_are_all(cls, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return [{"all": item} if isinstance(item, list) else item for item in value]

    def to_domain(self) -> Provision:
        """Give the article as the ruling function wants it."""
        return Provision(
            article=self.id,
            ruling=self.ruling,
            applies_to=tuple(entry.to_domain() for entry in self.applies_to),
            supports=tuple(entry.to_domain() for entry in self.supports),
            nearest_to=tuple(entry.to_domain() for entry in self.nearest_to),
        )


class Section(Entry):
    """A part of a rulebook under one heading of its document.

    Attributes:
        title: Our short name of the topic, for a button.
        heading: The heading as the document has it.
    """

    id: Identifier
    title: Topic
    heading: Bilingual
    articles: tuple[Article, ...] = Field(min_length=1)


class Document(Entry):
    """The document that a rulebook restates.

    Attributes:
        date: As far as the document shows one.
        note: What a reader must bear in mind on its age or origin.
        source: The name of the file that was read.
    """

    title: Bilingual
    issuer: Bilingual
    date: Bilingual | None
    note: Bilingual | None
    source: str


class DeskHours(Entry):
    """When a desk answers, by the employer's clocks.

    Attributes:
        closed: The days on which it does not; None for the employer's weekend.
    """

    opens: time
    closes: time
    closed: Annotated[frozenset[Weekday], Field(min_length=1, max_length=6)] | None = None

    @model_validator(mode="after")
    def _opens_first(self) -> DeskHours:
        if self.opens >= self.closes:
            raise ValueError("a desk opens before it closes")
        return self


_OFFICE_HOURS = DeskHours(opens=time(8), closes=time(16))
"""What time is counted by where a desk names no hours."""


class Desk(Entry):
    """Who answers the questions that need a person.

    Attributes:
        role: The role in the roster of those who answer.
        department: In whose name they do.
        hours: When; None where the employer names no hours.
        target_hours: Within so many hours of work a question should have its first answer.
    """

    role: Literal[StaffRole.HR, StaffRole.CUSTOMER_SERVICE]
    department: Bilingual
    hours: DeskHours | None = None
    target_hours: Annotated[float, Field(gt=0, le=1000)] = 16

    def working(self, calendar: Calendar) -> WorkingHours:
        """Give its hours, on the days of an employer."""
        hours = self.hours or _OFFICE_HOURS
        weekend = calendar.weekend if hours.closed is None else hours.closed
        return WorkingHours(Calendar(calendar.zone, weekend), hours.opens, hours.closes)


class Rulebook(Entry):
    """One rulebook: what binds the employees of one employer.

    Attributes:
        country: Where the employer is, in ISO 3166-1's two letters; its people's phone numbers
            are read as numbers of this country.
        timezone: Whose days the employer goes by, such as ``Asia/Dubai``.
        weekend: The days of the week without work.
        desk: Who answers what needs a person; None for who does by the rulebook that it extends,
            and where that names nobody, the human-resources department.
    """

    id: Identifier
    extends: Identifier | None
    version: str
    employer: Label
    country: str
    timezone: str
    weekend: Annotated[frozenset[Weekday], Field(min_length=1, max_length=6)]
    document: Document
    contact: Bilingual
    desk: Desk | None = None
    sections: tuple[Section, ...] = Field(min_length=1)

    @field_validator("country")
    @classmethod
    def _has_phones(cls, value: str) -> str:
        if not is_country(value):
            raise ValueError(f"{value!r} is no country in two capital letters, such as AE")
        return value

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{value!r} is no time zone known here, such as Asia/Dubai") from None
        return value

    @property
    def calendar(self) -> Calendar:
        """The days that the employer's people go by."""
        return Calendar(ZoneInfo(self.timezone), self.weekend)

    def local_date(self, moment: datetime) -> date:
        """Give the day that an aware moment falls on where the employer is."""
        return self.calendar.day(moment)
