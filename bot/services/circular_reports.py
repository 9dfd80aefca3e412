"""What became of a circular: figures, and each recipient. Who looks is noted in the journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.circular_figures import Status, add_up
from bot.domain.circular_tally import SETTLING, Tally
from bot.domain.roster import StaffRole
from bot.records.circular_recipients import CircularRecipients, Recipient
from bot.records.circulars import Circular, Circulars
from bot.records.database import Database
from bot.records.employees import Employee
from bot.records.journal import Appended, Journal, NewEntry
from bot.services.circular_records import RECORDED, tally_of
from bot.services.circular_views import CircularError, KnownCircular, read_known
from bot.services.retention import Now
from bot.services.staff import By, find_staff

__all__ = ["CircularReportService", "Opened", "Recipient", "Use"]

Take = Callable[[Sequence[Recipient]], None]
"""What is done with some thousand recipients, who come by their number."""


class Use(StrEnum):
    """What a report is wanted for; each is what the journal calls it."""

    VIEW = "circular_viewed"
    EXPORT = "circular_exported"


@dataclass(frozen=True)
class Signer:
    """An employee who had a circular in hand."""

    number: str
    name_ar: str | None
    name_en: str | None


@dataclass(frozen=True)
class Opened:
    """A circular whose report somebody may see; that they do is in the journal.

    Attributes:
        author: Who wrote it.
        approver: Who let it go out; None while nobody has.
        viewer: Who looks.
        actor: Their id.
        entry: Where the journal notes that they do: all that it had then lies before.
        at: When they do.
    """

    circular: KnownCircular
    author: Signer
    approver: Signer | None
    viewer: Signer
    actor: str
    entry: Appended
    at: datetime


class CircularReportService:
    """Reports on circulars to the HR of their employer."""

    def __init__(self, database: Database, now: Now) -> None:
        self._database = database
        self._now = now

    async def open(self, by: By, circular_id: str, use: Use, form: str = "") -> Opened:
        """Make sure that somebody may see a circular's report, and note that they do.

        Args:
            by: Who looks.
            circular_id: Which.
            use: What for.
            form: The kind of file that it is written to; empty for none.

        Raises:
            CircularError: Their employer has no such circular; or it is to be exported, and what is
                kept of it is not what was sent.
            StaffError: It is not theirs to see.
        """
        now = self._now()
        async with self._database.transaction() as session:
            row, actor = await _find(session, by, circular_id)
            told = await read_known(session, row)
            if use is Use.EXPORT and told.is_altered:
                raise CircularError(
                    f"{row.number} v{row.version} does not say any more what was sent: "
                    "`circular verify` tells more"
                )
            author = await session.get_one(Employee, row.created_by)
            approver = await session.get(Employee, row.approved_by) if row.approved_by else None
            body = {"digest": told.digest, **({"form": form} if form else {})}
            entry = NewEntry(use.value, actor.id, f"circular:{row.id}", body)
            (appended,) = await Journal(session).append(row.employer, [entry], now)
            signers = _signer(author), _signer(approver) if approver else None, _signer(actor)
            return Opened(told, *signers, actor.id, appended, now)

    async def status(self, opened: Opened) -> Status:
        """Count who was sent it, read it and acknowledged it."""
        async with self._database.reading() as session:
            return await _status(CircularRecipients(session), opened)

    async def read(self, opened: Opened, take: Take) -> tuple[Status, Tally]:
        """Let something be done with each recipient, and count them; all of it is of one moment.

        Args:
            opened: Of which circular.
            take: What is done with some thousand recipients, who come by their number.

        Returns:
            How far it is, and what ``record`` is to keep of it.
        """
        async with self._database.reading() as session:
            recipients = CircularRecipients(session)
            await recipients.prepare()
            status = await _status(recipients, opened)
            async for page in recipients.pages(opened.circular.id):
                take(page)
            return status, await tally_of(session, opened.circular.id, opened.at - SETTLING)

    async def record(self, opened: Opened, form: str, tally: Tally, sha256: str) -> Appended:
        """Keep in the journal what a file says that was made of a report, and its digest.

        Args:
            opened: The report.
            form: The kind of file.
            tally: What ``read`` gave.
            sha256: Of the file's bytes, in hexadecimal digits.

        Returns:
            Where the journal has it.
        """
        circular = opened.circular
        body = {
            "digest": circular.digest,
            "state": circular.state.value,
            "form": form,
            "file": sha256,
            "opened": opened.entry.seq,
            **tally.to_json(),
        }
        entry = NewEntry(RECORDED, opened.actor, f"circular:{circular.id}", body)
        async with self._database.transaction() as session:
            chain, now = circular.content.employer, self._now()
            (appended,) = await Journal(session).append(chain, [entry], now)
        return appended


async def _find(session: AsyncSession, by: By, circular_id: str) -> tuple[Circular, Employee]:
    """Find a circular for somebody of its employer's HR."""
    actor = await find_staff(session, by, [StaffRole.HR])
    row = await Circulars(session).find(circular_id)
    if row is None or row.employer != actor.employer:
        raise CircularError(f"{actor.employer} has no circular {circular_id!r}")
    return row, actor


async def _status(recipients: CircularRecipients, opened: Opened) -> Status:
    circular = opened.circular
    portions = await recipients.count(circular.id, circular.content.due_at, opened.at)
    return add_up(portions, await recipients.look_at_managers(circular.id))


def _signer(employee: Employee) -> Signer:
    return Signer(employee.number, employee.name_ar, employee.name_en)
