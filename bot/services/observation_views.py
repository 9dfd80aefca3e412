"""What services tell of an observation: to each department its part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.meaning import Language
from bot.domain.observing import (
    DRAFTS,
    ObservationKind,
    ObservationState,
    Outcome,
    Step,
    role_for,
    steps_from,
)
from bot.domain.roster import StaffRole
from bot.records.base import Json
from bot.records.employees import Employee
from bot.records.observations import Observation, ObservationScreenshot, ObservationStep
from bot.services.staff import roles_of


@dataclass(frozen=True)
class Subject:
    """The employee whom an observation is about.

    Attributes:
        number: The employer's number of them.
        name: Their name; empty for who may not see their file, like the next two.
        department: The levels, parted by slashes.
        job: What they do.
    """

    number: str
    name: str = ""
    department: str = ""
    job: str = ""


@dataclass(frozen=True)
class Screenshot:
    """What there is to know of a screenshot without seeing it.

    Attributes:
        size: In bytes.
    """

    media_type: str
    sha256: str
    size: int


@dataclass(frozen=True)
class StepTaken:
    """A step and the employer's number of who took it."""

    step: Step
    by: str
    at: datetime


@dataclass(frozen=True)
class ObservationLine:
    """An observation in a list.

    Attributes:
        untold: It was referred, and nobody of HR could be told.
    """

    id: str
    number: str
    kind: ObservationKind
    state: ObservationState
    outcome: Outcome | None
    seen_on: date
    untold: bool = False


@dataclass(frozen=True)
class Listed:
    """A page of a list.

    Attributes:
        total: How many there are on all pages.
        may_record: Who looks may record another.
    """

    lines: tuple[ObservationLine, ...]
    total: int
    may_record: bool


@dataclass(frozen=True)
class KnownObservation:
    """An observation as one department sees it.

    Attributes:
        link: None once it has expired, like the text.
        subject: None where nobody is named, or they may not see who.
        decision: HR's words; None for who may not see them.
        screenshot: None where there is none.
        history: The steps of their own department.
        steps: What they may do with it now.
        withheld: What only others of HR may: who looks recorded, changed or referred it.
    """

    line: ObservationLine
    link: str | None
    text: str | None
    articles: tuple[str, ...]
    subject: Subject | None
    decision: str | None
    screenshot: Screenshot | None
    history: tuple[StepTaken, ...]
    steps: tuple[Step, ...]
    withheld: tuple[Step, ...]


class ObservationSpeaker(Protocol):
    """Puts into words what staff are told of an observation."""

    def referred(self, line: ObservationLine, language: Language) -> Json:
        """Give the message that tells HR of a referral, as JSON values."""

    def decided(self, line: ObservationLine, language: Language) -> Json:
        """Give the message that tells who recorded it what was decided, as JSON values."""


def line_of(row: Observation) -> ObservationLine:
    """Give an observation as it stands in a list."""
    return ObservationLine(row.id, row.number, row.kind, row.state, row.outcome, row.seen_on)


def known(
    row: Observation,
    viewer: Employee,
    subject: Employee | None,
    screenshot: ObservationScreenshot | None,
    taken: Sequence[tuple[ObservationStep, Employee]],
) -> KnownObservation:
    """Give what an employee sees of an observation, by their roles.

    Args:
        row: The observation.
        viewer: Who looks.
        subject: Whom it is about.
        screenshot: What shows it.
        taken: All steps, each with who took it.
    """
    roles = roles_of(viewer)
    allowed = steps_from(row.state, row.outcome, roles, is_own=False)
    steps = steps_from(row.state, row.outcome, roles, is_own=is_own(viewer, taken))
    is_hr = StaffRole.HR in roles and row.state not in DRAFTS
    return KnownObservation(
        line=line_of(row),
        link=row.link,
        text=row.text,
        articles=tuple(row.articles),
        subject=_seen_subject(row, subject, is_hr=is_hr),
        decision=row.decision if is_hr else None,
        screenshot=_known_screenshot(screenshot),
        history=tuple(
            StepTaken(step.step, employee.number, step.at)
            for step, employee in taken
            if is_hr or role_for(step.step) in roles
        ),
        steps=steps,
        withheld=tuple(step for step in allowed if step not in steps),
    )


def is_own(employee: Employee, taken: Sequence[tuple[ObservationStep, Employee]]) -> bool:
    """Say whether an employee recorded, changed or referred what these steps were taken with."""
    return any(
        each.by == employee.id and role_for(each.step) is StaffRole.COMMUNICATION
        for each, _ in taken
    )


def _known_screenshot(row: ObservationScreenshot | None) -> Screenshot | None:
    return Screenshot(row.media_type, row.sha256, row.size) if row else None


def _seen_subject(row: Observation, subject: Employee | None, *, is_hr: bool) -> Subject | None:
    """Give HR the employee's file; the other department the number until it has referred it."""
    if subject is None:
        return None
    if not is_hr:
        return Subject(subject.number) if row.state in DRAFTS else None
    name = subject.name_ar or subject.name_en or ""
    return Subject(subject.number, name, " / ".join(subject.department), subject.job or "")
