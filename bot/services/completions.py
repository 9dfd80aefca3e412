"""Completions as an employer needs them: to prove them, and to see who has to renew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.completion import FINAL
from bot.errors import WaaiError
from bot.library.library import Library
from bot.records.completions import Completions, History
from bot.records.database import Database

__all__ = ["CompletionError", "CompletionService", "Course", "Courses", "History"]

Take = Callable[[Sequence[History]], None]
"""What is done with some thousand employees, who come by their number."""


class CompletionError(WaaiError):
    """What is asked for cannot be told; the message says why."""


@dataclass(frozen=True)
class Course:
    """The version of a workshop that is taught now.

    Attributes:
        parts: What has to be done: the ids of its lessons, and ``final``.
        renew_by: Until when who completed an older version has to complete this one; None
            where nobody has to.
    """

    workshop: str
    version: str
    parts: tuple[str, ...]
    renew_by: datetime | None


Courses = Mapping[str, Course]
"""By the id of the workshop."""


class CompletionService:
    """Reads completions; writes nothing."""

    def __init__(self, database: Database, library: Library) -> None:
        self._database = database
        self._library = library

    async def list_courses(self, employer: str, workshop: str | None = None) -> Courses:
        """List what is taught to an employer's people now.

        It is the workshop on the most specific rulebook that binds them.

        Args:
            employer: Its id.
            workshop: This one only; None for all.

        Raises:
            CompletionError: No such employer, or there never was such a workshop.
        """
        if employer not in self._library.rulebooks:
            raise CompletionError(f"no employer {employer!r}")
        async with self._database.reading() as session:
            versions = await Completions(session).list_versions()
        known = self._library.workshops.keys() | {row.workshop for row in versions}
        if workshop is not None and workshop not in known:
            raise CompletionError(f"no workshop {workshop!r}")
        now = self._library.workshop_of(employer)
        if now is None or workshop not in {None, now.id}:
            return {}
        of = now.id, now.version
        due = {(row.workshop, row.version): row.renew_by for row in versions}
        parts = (*(lesson.id for lesson in now.lessons), FINAL)
        return {now.id: Course(now.id, now.version, parts, due.get(of))}

    async def read(self, employer: str, take: Take, workshop: str | None = None) -> None:
        """Let something be done with what each of an employer's people did, leavers too.

        All of it is of one moment, and only some of it is in memory at once.

        Args:
            employer: Its id.
            take: What is done with some thousand employees, who come by their number.
            workshop: What they did for this one only; None for all.
        """
        async with self._database.reading() as session:
            completions = Completions(session)
            await completions.prepare()
            async for histories in completions.read(employer, workshop):
                take(histories)
