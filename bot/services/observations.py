"""What the communication department does with an observation (uae-fed.9.2)."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.hash_chain import body_digest
from bot.domain.observing import (
    NobodyJudgesError,
    ObservationError,
    ObservationState,
    RecordedTwiceError,
    Step,
    role_for,
)
from bot.domain.roster import StaffRole
from bot.library.library import Library
from bot.records.base import new_token
from bot.records.database import Database
from bot.records.employees import Employee
from bot.records.enrolment import find_employee
from bot.records.observations import Observation, Observations
from bot.records.officers import is_anybody
from bot.services.observation_facts import Changes, Facts, checked_facts, checked_screenshot
from bot.services.observation_steps import note_step, take_step
from bot.services.observation_views import ObservationLine, ObservationSpeaker, line_of
from bot.services.retention import Now
from bot.services.staff import By, StaffError, find_staff, list_reached, tell


class ObservationService:
    """Records observations, changes, refers and withdraws them."""

    def __init__(self, database: Database, library: Library, now: Now) -> None:
        self._database = database
        self._library = library
        self._now = now

    async def may_record(self, by: By) -> bool:
        """Say whether somebody may record observations."""
        async with self._database.reading() as session:
            try:
                await find_staff(session, by, (role_for(Step.RECORD),))
            except StaffError:
                return False
            return True

    async def record(
        self, by: By, facts: Facts, screenshot: bytes | None = None
    ) -> ObservationLine:
        """Record an observation.

        Args:
            by: Who: somebody of the communication department.
            facts: What was seen.
            screenshot: What shows it; None for nothing.

        Raises:
            ObservationError: It cannot be recorded so, or is recorded already.
            StaffError: It is not theirs to do.
        """
        async with self._database.transaction() as session:
            author = await find_staff(session, by, (role_for(Step.RECORD),))
            facts, columns = await self._checked(session, author, facts)
            observations, now = Observations(session), self._now()
            year = self._library.rulebooks[author.employer].local_date(now).year
            # Whoever is given a number lets others wait: of two who record the same, the second
            # finds what the first one recorded.
            number = await observations.number(author.employer, year)
            same = await observations.find_same(
                author.employer, facts.link, facts.seen_on, facts.text
            )
            if same is not None:
                raise RecordedTwiceError(same.id, same.number)
            row = Observation(
                id=new_token(),
                employer=author.employer,
                number=number,
                author_id=author.id,
                state=ObservationState.RECORDED,
                created_at=now,
                **columns,
            )
            await observations.add(row)
            sha256 = await _keep(observations, row, screenshot)
            await note_step(session, row, Step.RECORD, author, now, **_noted(row, sha256))
            return line_of(row)

    async def change(self, by: By, reference: str, changes: Changes) -> ObservationLine:
        """Change what was recorded, before it is referred.

        Args:
            by: Who: somebody of the communication department.
            reference: Its number or id.
            changes: What is to be another.

        Raises:
            ObservationError: There is none, it is referred already, or cannot be changed so.
            StaffError: It is not theirs to do.
        """
        if changes == Changes():
            raise ObservationError("say what to change")
        async with self._database.transaction() as session:
            author, row = await take_step(session, by, reference, Step.CHANGE)
            named = await session.get(Employee, row.subject_id) if row.subject_id else None
            before = named.number if named else None
            facts = Facts(
                link=changes.link or row.link or "",
                seen_on=changes.seen_on or row.seen_on,
                text=row.text or "" if changes.text is None else changes.text,
                articles=tuple(row.articles) if changes.articles is None else changes.articles,
                kind=changes.kind or row.kind,
                subject=before if changes.subject is None else changes.subject,
            )
            _, columns = await self._checked(session, author, facts)
            for name, value in columns.items():
                setattr(row, name, value)
            sha256 = await _keep(Observations(session), row, changes.screenshot)
            noted = _noted(row, sha256)
            await note_step(session, row, Step.CHANGE, author, self._now(), **noted)
            return line_of(row)

    async def refer(self, by: By, reference: str, speaker: ObservationSpeaker) -> ObservationLine:
        """Refer an observation to HR, whose people are told of it.

        Args:
            by: Who: somebody of the communication department.
            reference: Its number or id.
            speaker: Puts it into words.

        Raises:
            NobodyJudgesError: There is nobody who could judge it.
            ObservationError: There is none, or it is not to be referred now.
            StaffError: It is not theirs to do.
        """
        async with self._database.transaction() as session:
            author, row = await take_step(session, by, reference, Step.REFER)
            now, line = self._now(), line_of(row)
            row.referred_at = now
            staff = await list_reached(session, row.employer, StaffRole.HR)
            # Whom it is about is not told, whoever they are; nor who may not judge it.
            taken = await Observations(session).list_steps(row.id)
            involved = (row.subject_id, author.id, *(each.by for each, _ in taken))
            passed_over = set(filter(None, involved))
            if not await is_anybody(session, row.employer, StaffRole.HR, but=passed_over):
                raise NobodyJudgesError
            told = [each for each in staff if each.employee.id not in passed_over]
            messages = [(each, speaker.referred(line, each.language)) for each in told]
            count = await tell(session, f"observation:{row.id}", messages, now)
            await note_step(session, row, Step.REFER, author, now, told=count)
            return line

    async def withdraw(self, by: By, reference: str) -> ObservationLine:
        """Withdraw an observation before it is referred; arguments and errors as of ``refer``."""
        async with self._database.transaction() as session:
            author, row = await take_step(session, by, reference, Step.WITHDRAW)
            row.ended_at = now = self._now()
            await note_step(session, row, Step.WITHDRAW, author, now)
            return line_of(row)

    async def _checked(
        self, session: AsyncSession, author: Employee, facts: Facts
    ) -> tuple[Facts, dict[str, Any]]:
        """Give the facts cleaned, and the columns that hold them.

        Raises:
            ObservationError: They cannot be recorded.
        """
        rulebook = self._library.rulebooks.get(author.employer)
        if rulebook is None:
            raise ObservationError(f"there are no rules of {author.employer!r}")
        today = rulebook.local_date(self._now())
        facts = checked_facts(facts, author.employer, today, self._library)
        subject = None
        if facts.subject:
            subject = await find_employee(session, author.employer, facts.subject)
            if subject is None:
                raise ObservationError(f"{author.employer} has no employee {facts.subject!r}")
            if subject.id == author.id:
                raise ObservationError("nobody records an observation about themselves")
        columns = {
            "link": facts.link,
            "seen_on": facts.seen_on,
            "text": facts.text,
            "articles": list(facts.articles),
            "kind": facts.kind,
            "subject_id": subject and subject.id,
        }
        return facts, columns


async def _keep(
    observations: Observations, row: Observation, screenshot: bytes | None
) -> str | None:
    """Keep a screenshot, if one is given, and give its digest.

    Raises:
        ObservationError: It is too large, or neither picture nor PDF.
    """
    if screenshot is None:
        return None
    return await observations.put_screenshot(row.id, checked_screenshot(screenshot), screenshot)


def _noted(row: Observation, screenshot: str | None) -> dict[str, str | None]:
    """Give what the journal says of what was recorded: neither the texts nor about whom."""
    return {
        "kind": row.kind.value,
        "seen_on": row.seen_on.isoformat(),
        "articles": ", ".join(row.articles),
        "texts_sha256": body_digest(
            {"id": row.id, "link": row.link, "text": row.text, "subject": row.subject_id}
        ),
        "screenshot_sha256": screenshot,
    }
