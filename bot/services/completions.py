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

        Args:
            employer: Its id.
            workshop: This one only; None for all.

        Raises:
            CompletionError: No such employer, or it has no such workshop.
        """
        if employer not in self._library.rulebooks:
            raise CompletionError(f"no employer {employer!r}")
        binding = [book.id for book in self._library.binding(employer)]
        taught = [each for each in binding if each in self._library.workshops]
        if workshop is not None and workshop not in taught:
            raise CompletionError(f"{employer} has no workshop {workshop!r}")
        async with self._database.reading() as session:
            noted = {
                (row.workshop, row.version): row.renew_by
                for row in await Completions(session).list_versions()
            }
        return {
            each: self._course(each, noted)
            for each in taught
            if workshop is None or each == workshop
        }

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

    def _course(self, workshop: str, noted: Mapping[tuple[str, str], datetime | None]) -> Course:
        now = self._library.workshops[workshop]
        return Course(
            workshop=workshop,
            version=now.version,
            parts=(*(lesson.id for lesson in now.lessons), FINAL),
            renew_by=noted.get((workshop, now.version)),
        )
