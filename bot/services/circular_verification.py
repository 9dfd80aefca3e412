"""Whether a circular, its files and recipients are still what the journal says of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.audience import Audience
from bot.domain.circular_tally import Settled, SettledTally, settled_from_json
from bot.records.circular_evidence import CircularEvidence, KeptAcknowledgement
from bot.records.circular_recipients import CircularRecipients
from bot.records.database import Database
from bot.records.journal import Entry, Journal
from bot.services.circular_records import RECORDED
from bot.services.circular_reports import Opened
from bot.services.circular_views import KnownCircular

_ACKNOWLEDGED = "circular_acknowledged"
_APPROVED = "circular_approved"
_STARTED = "circular_started"


@dataclass(frozen=True)
class Verified:
    """What a check of a circular found.

    Attributes:
        acknowledgements: How many the journal has.
        records: How many times the journal has what became of the recipients.
        differences: Each thing that is not as the journal says, in words.
    """

    acknowledgements: int
    records: int
    differences: tuple[str, ...]


class CircularVerificationService:
    """Holds circulars against the journal, which is taken to be whole."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def verify(self, opened: Opened) -> Verified:
        """Work out again what the journal has digests of, and compare what it has itself."""
        async with self._database.reading() as session:
            await CircularRecipients(session).prepare()
            verification = _Verification(session, opened)
            differences = [each async for each in verification.differences()]
            return Verified(verification.acknowledgements, verification.records, tuple(differences))


class _Verification:
    """Verifies one circular, on one snapshot."""

    def __init__(self, session: AsyncSession, opened: Opened) -> None:
        circular = opened.circular
        self._session = session
        self._circular = circular
        # What was called off unsent may be written anew, and nobody has approved that.
        self._is_approved = opened.approver is not None or circular.started_at is not None
        self._subject = f"circular:{circular.id}"
        self._chain = circular.content.employer
        self._evidence = CircularEvidence(session)
        self.acknowledgements = 0
        self.records = 0

    async def differences(self) -> AsyncIterator[str]:
        """Give each difference as it is found; the counts are whole then."""
        for part in (self._of_content, self._of_acknowledgements, self._of_recipients):
            async for each in part():
                yield each

    async def _of_content(self) -> AsyncIterator[str]:
        circular = self._circular
        if circular.is_altered:
            found = circular.content.digest
            yield f"The content was changed: its digest is {found}, not {circular.digest}."
        approved = await self._find(_APPROVED) if self._is_approved else None
        if approved is None and self._is_approved:
            yield "The journal does not have that it was approved."
        started = await self._find(_STARTED)
        if started is None and circular.started_at is not None:
            yield "The journal does not have that it was sent."
        for entry in filter(None, (approved, started)):
            for said in _changed_since(entry, circular):
                yield said
        # What it was sent with may go when the evidence of that is over.
        is_over = started is not None and started.body is None
        for file in circular.attachments:
            digest = await self._evidence.digest_of_file(file.file)
            if digest is None and not is_over:
                yield f"The file {file.name} is gone."
            elif digest not in {None, file.sha256}:
                yield f"The file {file.name} was changed: its digest is {digest}."

    async def _find(self, kind: str) -> Entry | None:
        entries = await Journal(self._session).find_latest(self._chain, kind, [self._subject])
        return entries.get(self._subject)

    async def _of_acknowledgements(self) -> AsyncIterator[str]:
        kept = await self._evidence.acknowledgements(self._circular.id)
        recipients = await self._evidence.recipients(self._circular.id)
        found = dict[str, str]()
        for employee in kept.keys() - recipients:
            found[employee] = "acknowledged it, and is no recipient any more"
        async for page in self._entries(_ACKNOWLEDGED):
            self.acknowledgements += len(page)
            for entry in page:
                row = kept.pop(entry.actor, None)
                if row is None:
                    found[entry.actor] = (
                        f"acknowledged it by entry {entry.seq}, and this is kept no more"
                    )
                elif changed := ", ".join(_changed(entry, row)):
                    found[entry.actor] = (
                        f"acknowledged it otherwise by entry {entry.seq}: {changed}"
                    )
        for employee in kept:
            found[employee] = "is said to have acknowledged it, of which the journal has no entry"
        numbers = await self._evidence.numbers(found)
        for number, what in sorted((numbers.get(one, one), said) for one, said in found.items()):
            yield f"Employee {number} {what}."

    async def _of_recipients(self) -> AsyncIterator[str]:
        noted = list[tuple[Entry, Settled, SettledTally]]()
        async for page in self._entries(RECORDED):
            for entry in page:
                if entry.body is not None:
                    until, settled = settled_from_json(entry.body)
                    noted.append((entry, settled, SettledTally(until)))
        self.records = len(noted)
        async for courses in CircularRecipients(self._session).courses(self._circular.id):
            for course in courses:
                for _, _, tally in noted:
                    tally.add(course)
        for entry, settled, tally in noted:
            now = tally.result()
            if now != settled:
                yield (
                    f"The recipients are not those of entry {entry.seq} of {entry.at:%Y-%m-%d}: "
                    f"it says {_said(settled)}; now there are {_said(now)}."
                )

    def _entries(self, kind: str) -> AsyncIterator[list[Entry]]:
        return Journal(self._session).pages(self._chain, self._subject, kind)


def _changed_since(entry: Entry, circular: KnownCircular) -> Iterator[str]:
    """Say what of a circular is not as an entry has it, as far as that is still kept."""
    body, of = entry.body or {}, f"entry {entry.seq} of the journal"
    if "digest" in body and body["digest"] != circular.digest:
        yield f"Its digest was changed: {of} says {body['digest']}."
    if "audience" in body and Audience.from_json(body["audience"]) != circular.audience:
        yield f"Whom it is for was changed: {of} says otherwise."


def _changed(entry: Entry, row: KeptAcknowledgement) -> list[str]:
    """Name what of an acknowledgement is not as its entry says, as far as that is still kept."""
    body = entry.body or {}
    said = {"sequence": entry.seq, "at": entry.at}
    said |= {name: body[name] for name in ("digest", "channel", "message_id") if name in body}
    return [f"{name} is {getattr(row, name)}" for name in said if getattr(row, name) != said[name]]


def _said(settled: Settled) -> str:
    return (
        f"{settled.people} people, {settled.sent} sent, {settled.delivered} delivered, "
        f"{settled.read} read, digest {settled.digest[:16]}"
    )
