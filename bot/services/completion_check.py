"""Whether each completion is what its evidence proves, no more and no less."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from bot.domain.completion import Completed, find_completion
from bot.records.completions import Achieved, Completions, Fact
from bot.records.database import Database
from bot.records.learning import Learning
from bot.services.proving import certify
from bot.services.retention import Now

_Key = tuple[str, str, str]
"""A learner, a workshop, a version."""

_Rules = Mapping[tuple[str, str], tuple[frozenset[str], int]]
"""What has to be done for a version, and percent of its final quiz that must be right."""

_NO_RULES: tuple[frozenset[str], int] = (frozenset(), 0)
_FIELDS = tuple(field.name for field in fields(Completed))


class Kind(StrEnum):
    """In what a completion differs from its evidence."""

    MISSING = "missing"
    EXTRA = "extra"
    CHANGED = "changed"


@dataclass(frozen=True)
class Difference:
    """A completion that is not what its evidence proves.

    Attributes:
        kept: As it is kept; None where it is missing.
        proven: As the evidence proves it; None where it proves none.
    """

    learner: str
    workshop: str
    version: str
    kept: Completed | None
    proven: Completed | None

    @property
    def kind(self) -> Kind:
        """Which kind it is of."""
        if self.kept is None:
            return Kind.MISSING
        return Kind.EXTRA if self.proven is None else Kind.CHANGED

    @property
    def changes(self) -> tuple[str, ...]:
        """The fields of ``Completed`` that differ, where there are two to compare."""
        if self.kept is None or self.proven is None:
            return ()
        kept, proven = self.kept, self.proven
        return tuple(name for name in _FIELDS if getattr(kept, name) != getattr(proven, name))


class CompletionCheckService:
    """Rebuilds completions from their evidence."""

    def __init__(self, database: Database, now: Now) -> None:
        self._database = database
        self._now = now

    async def compare(self) -> list[Difference]:
        """Rebuild every completion, and list those that are kept otherwise.

        Only the records of some learners are in memory at once.
        """
        differences: list[Difference] = []
        async with self._database.reading() as session:
            completions = Completions(session)
            await completions.prepare()
            rules = {
                (row.workshop, row.version): (frozenset(row.parts), row.pass_mark)
                for row in await completions.list_versions()
            }
            async for span in completions.spans():
                evidence = await completions.list_evidence(span)
                kept = await completions.list_completions(span)
                differences += _compare(kept, evidence, rules)
        return differences

    async def add_missing(self, differences: Iterable[Difference]) -> int:
        """Write down those completions that are missing, and issue their certificates.

        Changes and deletes none.

        Returns:
            How many were written.
        """
        added = 0
        async with self._database.transaction() as session:
            learning = Learning(session)
            for each in differences:
                if each.kind is Kind.MISSING:
                    settled = await learning.settle(each.learner, each.workshop, each.version)
                    if settled is not None:
                        await certify(session, settled, self._now())
                        added += 1
        return added


def _compare(
    kept: Iterable[Achieved], evidence: Iterable[Fact], rules: _Rules
) -> Iterator[Difference]:
    done: dict[_Key, list[Fact]] = defaultdict(list)
    for fact in evidence:
        done[fact.learner, fact.workshop, fact.version].append(fact)
    rows = {(row.learner, row.workshop, row.version): _completed(row) for row in kept}
    for key in sorted(done.keys() | rows.keys()):
        proven = find_completion(done.get(key, ()), *rules.get(key[1:], _NO_RULES))
        if proven != (row := rows.get(key)):
            yield Difference(*key, kept=row, proven=proven)


def _completed(row: Achieved) -> Completed:
    return Completed(row.completed_at, row.score, row.total, tuple(row.evidence))
