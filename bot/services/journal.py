"""The journal: whether it is whole, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.chain_check import Break, ChainCheck, Fault, Head, Kept
from bot.domain.roster import StaffRole
from bot.records.database import Database
from bot.records.journal import Entry, Journal, NewEntry
from bot.records.journal_check import KeptChains
from bot.services.retention import Now, Retention
from bot.services.staff import By, find_staff

__all__ = ["ChainReport", "Entry", "JournalService"]


@dataclass(frozen=True)
class ChainReport:
    """What the check of a chain found.

    Attributes:
        chain: The employer's id.
        entries: How many fit, from the first on.
        hash: The digest of the last of them: an anchor to note elsewhere.
        broken: The first that does not fit; None where all do.
        met: The expected digest is that of one of them; True where none was expected.
    """

    chain: str
    entries: int
    hash: str
    broken: Break | None
    met: bool


class JournalService:
    """Checks and reads the journal."""

    def __init__(self, database: Database, retention: Retention, now: Now) -> None:
        self._database = database
        self._retention = retention
        self._now = now

    async def verify(
        self, chain: str | None = None, expect: str | None = None
    ) -> list[ChainReport]:
        """Work the links out again, up to the first that is broken.

        Args:
            chain: An employer's id; None for all chains.
            expect: A digest noted earlier. A chain that was written anew as a whole fits in
                itself, but does not come by it.
        """
        async with self._database.reading() as session:
            kept = KeptChains(session)
            await kept.prepare()
            chains = await kept.list_chains() if chain is None else [chain]
            return [await self._check(kept, each, expect) for each in chains]

    async def read(
        self,
        by: By,
        take: Callable[[Sequence[Entry]], None],
        subject: str | None = None,
        kind: str | None = None,
    ) -> None:
        """Give the entries of an employer in their order, some thousands at a time, and note it.

        They have ids and numbers of people: who did what, and to whom a circular went.

        Args:
            by: Who looks: somebody of the employer's HR.
            take: Takes them.
            subject: What was done to this only.
            kind: What happened in this way only.

        Raises:
            StaffError: They are not HR.
        """
        async with self._database.transaction() as session:
            actor = await find_staff(session, by, [StaffRole.HR])
            chain = actor.employer
            body = {"subject": subject, "kind": kind}
            listed = NewEntry("journal_listed", actor.id, f"journal:{chain}", body)
            await Journal(session).append(chain, [listed], self._now())
        async with self._database.reading() as session:
            async for page in Journal(session).pages(chain, subject, kind):
                take(page)

    async def _check(self, kept: KeptChains, chain: str, expect: str | None) -> ChainReport:
        now = self._now()
        check = ChainCheck(lambda kind, at: self._retention.is_over(kind, at, now), expect)
        broken = await _find_break(check, kept, chain)
        return ChainReport(chain, check.last.seq, check.last.hash, broken, check.met)


async def _find_break(check: ChainCheck, kept: KeptChains, chain: str) -> Break | None:
    async for page in kept.pages(chain):
        broken = check.follow(page)
        if broken is not None:
            if broken.fault is not Fault.MOVED:
                return broken
            entry = page[broken.seq - page[0].seq]
            return Break(broken.seq, check.explain(entry, await _following(kept, entry)))
    return check.end(await kept.find_head(chain))


async def _following(kept: KeptChains, entry: Kept) -> Kept | Head | None:
    return await kept.find_after(entry.chain, entry.seq) or await kept.find_head(entry.chain)
