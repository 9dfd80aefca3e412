"""What learners did for workshops, and what they completed by it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.completion import find_completion
from bot.records.base import delete_where, insert_into
from bot.records.learning_rows import Certificate, Completion, Evidence, WorkshopVersion

__all__ = ["Completion", "Evidence", "Learning", "NewEvidence", "WorkshopVersion"]


@dataclass(frozen=True)
class NewEvidence:
    """What a learner did; see ``Evidence``.

    A source that is unique to a learner names them as ``learner`` does, so that it can follow
    them to another key.
    """

    learner: str
    workshop: str
    version: str
    part: str
    passed: bool
    score: int | None
    total: int | None
    at: datetime
    source: str


class Learning:
    """The repository of versions, evidence and completions."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get_version(self, workshop: str, version: str) -> WorkshopVersion:
        """Give a version of a workshop.

        Raises:
            sqlalchemy.exc.NoResultFound: It was never used.
        """
        return await self._session.get_one(WorkshopVersion, (workshop, version))

    async def find_version(self, workshop: str, version: str) -> WorkshopVersion | None:
        """Give a version of a workshop, if it was ever used."""
        return await self._session.get(WorkshopVersion, (workshop, version))

    async def list_versions(self, workshop: str) -> Sequence[WorkshopVersion]:
        """List the versions of a workshop, the oldest first."""
        of = (
            select(WorkshopVersion)
            .where(WorkshopVersion.workshop == workshop)
            .order_by(WorkshopVersion.published_at, WorkshopVersion.version)
        )
        return (await self._session.scalars(of)).all()

    async def add_version(  # noqa: PLR0913 - keyword-only
        self,
        *,
        workshop: str,
        version: str,
        parts: Sequence[str],
        pass_mark: int,
        published_at: datetime,
        renew_by: datetime | None,
    ) -> None:
        """Note a version as it is now; one that is there stays as it was."""
        values = {"parts": list(parts), "pass_mark": pass_mark}
        moments = {"published_at": published_at, "renew_by": renew_by}
        await self._session.execute(
            insert_into(self._session, WorkshopVersion)
            .values(workshop=workshop, version=version, **values, **moments)
            .on_conflict_do_nothing()
        )

    async def note(self, new: NewEvidence) -> bool:
        """Write evidence down; False where its source has brought some before."""
        written = await self._session.scalars(
            insert_into(self._session, Evidence)
            .values(asdict(new))
            .on_conflict_do_nothing(index_elements=["source"])
            .returning(Evidence.id)
        )
        return written.one_or_none() is not None

    async def list_evidence(self, learner: str, workshop: str, version: str) -> Sequence[Evidence]:
        """List what a learner did for a version of a workshop, in the order it was done in."""
        of = (
            select(Evidence)
            .where(
                Evidence.learner == learner,
                Evidence.workshop == workshop,
                Evidence.version == version,
            )
            .order_by(Evidence.at, Evidence.id)
            .execution_options(populate_existing=True)
        )
        return (await self._session.scalars(of)).all()

    async def list_all_evidence(self, learner: str) -> Sequence[Evidence]:
        """List all that a learner did, in the order it was done in."""
        of = select(Evidence).where(Evidence.learner == learner)
        return (await self._session.scalars(of.order_by(Evidence.at, Evidence.id))).all()

    async def list_completions(self, learner: str, workshop: str = "") -> Sequence[Completion]:
        """List what a learner completed, the oldest first; of one workshop only, if named."""
        of = select(Completion).where(Completion.learner == learner)
        if workshop:
            of = of.where(Completion.workshop == workshop)
        return (await self._session.scalars(of.order_by(Completion.completed_at))).all()

    async def find_completion(self, learner: str, workshop: str, version: str) -> Completion | None:
        """Give the completion of a version of a workshop."""
        of = (
            select(Completion)
            .where(
                Completion.learner == learner,
                Completion.workshop == workshop,
                Completion.version == version,
            )
            .execution_options(populate_existing=True)
        )
        return (await self._session.scalars(of)).one_or_none()

    async def settle(self, learner: str, workshop: str, version: str) -> Completion | None:
        """Write down the completion that the evidence proves; None where it proves none.

        One that is there stays, unless evidence that came in late proves an earlier one.
        """
        known = await self.find_version(workshop, version)
        evidence = await self.list_evidence(learner, workshop, version)
        parts, mark = (known.parts, known.pass_mark) if known else ((), 0)
        completed = find_completion(evidence, parts, mark)
        if completed is None:
            return None
        values = asdict(completed) | {"evidence": list(completed.evidence)}
        adding = insert_into(self._session, Completion).values(
            learner=learner, workshop=workshop, version=version, **values
        )
        await self._session.execute(
            adding.on_conflict_do_update(
                index_elements=["learner", "workshop", "version"],
                set_=values,
                where=adding.excluded.completed_at <= Completion.completed_at,
            )
        )
        return await self.find_completion(learner, workshop, version)

    async def move(self, learner: str, to: str) -> None:
        """Give a learner's records to another key, by which they are known from now on.

        Of two rows that cannot both be, the earlier stays.
        """
        moved = await self._move_evidence(learner, to)
        if moved:
            await self._move_completions(learner, to)
        for workshop, version in moved:
            await self.settle(to, workshop, version)

    async def _move_evidence(self, learner: str, to: str) -> list[tuple[str, str]]:
        """Move the evidence, and say for which versions of which workshops there was some."""
        rows = await self._session.execute(
            select(Evidence.id, Evidence.workshop, Evidence.version, Evidence.source, Evidence.at)
            .where(Evidence.learner.in_([learner, to]))
            .order_by(Evidence.at, Evidence.id)
        )
        same = defaultdict(list)
        moved: dict[tuple[str, str], None] = {}
        for row in rows:
            same[row.source.replace(learner, to)].append(row.id)
            moved[row.workshop, row.version] = None
        later = [number for numbers in same.values() for number in numbers[1:]]
        await self._session.execute(delete(Evidence).where(Evidence.id.in_(later)))
        for source, numbers in same.items():
            await self._session.execute(
                update(Evidence)
                .where(Evidence.id == numbers[0], Evidence.learner == learner)
                .values(learner=to, source=source)
                .execution_options(synchronize_session=False)
            )
        return list(moved)

    async def _move_completions(self, learner: str, to: str) -> None:
        """Move completions; where both have one, theirs goes, and its certificates stay."""
        kept = {(row.workshop, row.version): row for row in await self.list_completions(to)}
        for row in await self.list_completions(learner):
            own = kept.get((row.workshop, row.version))
            if own is None:
                row.learner = to
                continue
            await self._session.execute(
                update(Certificate)
                .where(Certificate.completion_id == row.id)
                .values(completion_id=own.id)
                .execution_options(synchronize_session=False)
            )
            await delete_where(self._session, Completion, Completion.id == row.id)
        await self._session.flush()
