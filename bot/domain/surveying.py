"""Counting a survey's answers so that no count is about few people; pure."""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

LEAST = 10
"""Of fewer people than this nothing is told, and nothing is kept once the wave is closed."""

MOST_QUESTIONS = 14
"""As many picks fit a button with all that goes along."""

SKIPPED = 9
"""The pick of who would rather not say; choices have lower places."""

PICKS = SKIPPED + 1
"""Picks that a question can have, from 0."""

EVERYBODY = ""
OTHERS = "*"
"""What is left over where other groups are told of by their name: ``المديرية / *``."""

_PATH = " / "


@dataclass(frozen=True)
class Tally:
    """How often each choice of each question was picked.

    Attributes:
        counts: By question, then by pick.
    """

    counts: tuple[tuple[int, ...], ...]

    @classmethod
    def empty(cls, questions: int) -> Tally:
        """Give the tally of nobody."""
        return cls(((0,) * PICKS,) * questions)

    @property
    def takers(self) -> int:
        """How many people are counted: each has a pick for every question."""
        return sum(self.counts[0])

    def with_picks(self, picks: Sequence[int]) -> Tally:
        """Count one more person.

        Args:
            picks: One for each question, 0 to ``SKIPPED``.
        """
        return Tally(
            tuple(
                tuple(count + (place == pick) for place, count in enumerate(row))
                for row, pick in zip(self.counts, picks, strict=True)
            )
        )

    def with_all(self, others: Iterable[Tally]) -> Tally:
        """Count the people of other tallies too."""
        counts = [list(row) for row in self.counts]
        for other in others:
            for row, more in zip(counts, other.counts, strict=True):
                row[:] = map(sum, zip(row, more, strict=True))
        return Tally(tuple(map(tuple, counts)))

    def to_bytes(self) -> bytes:
        """Write it down, always as long for as many questions."""
        flat = [count for row in self.counts for count in row]
        return struct.pack(f">{len(flat)}I", *flat)

    @classmethod
    def from_bytes(cls, data: bytes) -> Tally:
        """Read what ``to_bytes`` wrote."""
        flat = struct.unpack(f">{len(data) // 4}I", data)
        rows = (flat[start : start + PICKS] for start in range(0, len(flat), PICKS))
        return cls(tuple(rows))


def publishable(tallies: Mapping[str, Tally]) -> dict[str, Tally]:
    """Join the groups of a wave until none is small; what is gone cannot be worked out.

    A department with too few takers goes into what is left over of the one above it, and so on
    up. If too few are left over at the top, the smallest named group joins them. So the groups
    told of part everybody into sets of at least ``LEAST`` people, and whatever is added up or
    taken away from one another is again such a set.

    Args:
        tallies: By the path to a department, parted by `` / ``; ``""`` for who has none.

    Returns:
        By group, with ``EVERYBODY`` for all together; nothing at all of fewer than ``LEAST``.
    """
    takers = {path: tally.takers for path, tally in tallies.items()}
    if sum(takers.values()) < LEAST:
        return {}
    cells = _cells(takers)
    named = sorted(cells) if len(cells) > 1 else []
    return {
        EVERYBODY: _joined(tallies.values()),
        **{group: _joined(tallies[path] for path in cells[group]) for group in named},
    }


def _cells(takers: Mapping[str, int]) -> dict[str, frozenset[str]]:
    """Part the paths into named sets of at least ``LEAST`` takers, who are as many together."""
    cells: dict[str, frozenset[str]] = {}
    waiting = defaultdict[tuple[str, ...], set[str]](set)
    for path in takers:
        waiting[_steps(path)].add(path)
    deepest = max(map(len, waiting))
    for depth in range(deepest, 0, -1):
        for node in sorted(node for node in waiting if len(node) == depth):
            paths = waiting.pop(node)
            if sum(takers[path] for path in paths) < LEAST:
                waiting[node[:-1]] |= paths
                continue
            name = _PATH.join(node)
            whole = not any(cell.startswith(name + _PATH) for cell in cells)
            cells[name if whole else name + _PATH + OTHERS] = frozenset(paths)
    left = frozenset(waiting.get((), ()))
    if not left:
        return cells
    if cells and sum(takers[path] for path in left) < LEAST:
        smallest = min(cells, key=lambda cell: (sum(takers[path] for path in cells[cell]), cell))
        left |= cells.pop(smallest)
    return {**cells, OTHERS: left}


def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.split(_PATH)) if path else ()


def _joined(tallies: Iterable[Tally]) -> Tally:
    first, *others = tallies
    return first.with_all(others)


def shares(counts: Sequence[int]) -> list[float]:
    """Give the part of each choice among those who did not skip, in percent.

    Args:
        counts: By pick.

    Returns:
        By pick, with that of ``SKIPPED`` among all who were asked; 0 where nobody was.
    """
    asked = sum(counts)
    answered = asked - counts[SKIPPED]
    return [
        100 * count / whole if whole else 0.0
        for count, whole in zip(counts, [answered] * SKIPPED + [asked], strict=True)
    ]
