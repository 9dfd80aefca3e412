"""Which questions a sitting puts, and in which order its choices stand."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

FEWEST, USUAL, MOST = 5, 7, 10
"""Questions of a sitting."""

DAILY = 5
"""Questions of the daily five minutes."""


class QuestionKind(StrEnum):
    """How a question is put.

    Attributes:
        SINGLE: One choice is right.
        MULTIPLE: Several choices are right, and all of them are to be named.
        TRUE_FALSE: The text is a statement, right or wrong.
        CASE: A colleague's post, and one choice says what applies to it.
    """

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    CASE = "case"


@dataclass(frozen=True)
class Item:
    """What the draw has to know of a question.

    Attributes:
        article: The article that it tests.
        prescribes: The article says what to do or to leave, and does not only inform.
        size: How many choices there are.
        shuffles: Their order may be changed; "true" and "false" keep theirs.
    """

    id: str
    version: int
    article: str
    prescribes: bool
    size: int
    shuffles: bool


@dataclass(frozen=True)
class Seen:
    """How a person stands with a question.

    Attributes:
        right: Whether their latest answer was.
        due: When it should come again.
    """

    right: bool
    due: datetime


@dataclass(frozen=True)
class Dealt:
    """One question of a sitting, as it was dealt to one person.

    Attributes:
        order: The places that the choices have in the bank, in the order they are shown in.
    """

    question: str
    version: int
    order: tuple[int, ...]

    def __str__(self) -> str:
        """Write it as ``question@version:order``."""
        return f"{self.question}@{self.version}:{''.join(map(str, self.order))}"

    @classmethod
    def read(cls, text: str) -> Dealt:
        """Read what ``str`` wrote.

        Raises:
            ValueError: It is something else.
        """
        name, _, order = text.partition(":")
        question, _, version = name.partition("@")
        return cls(question, int(version), tuple(map(int, order)))


def deal(
    items: Iterable[Item],
    seen: Mapping[str, Seen],
    now: datetime,
    size: int,
    chance: random.Random,
) -> list[Dealt]:
    """Choose the questions of a sitting, and shuffle them and their choices.

    While there are others, at most half are weak ones: answered wrongly last time, or due again.
    The others ask about what was asked about least; what prescribes comes before what informs.
    No article comes twice while another is left.

    Args:
        items: All that could be asked.
        seen: How the person stands, by question.
        now: The present moment.
        size: How many to choose, if there are as many.
        chance: Where the shuffling comes from.
    """
    pool = list(items)
    chance.shuffle(pool)
    asked = Counter(item.article for item in pool if item.id in seen)
    weak = [item for item in pool if item.id in seen and _is_weak(seen[item.id], now)]
    weak.sort(key=lambda item: (seen[item.id].right, seen[item.id].due))
    fresh = [item for item in pool if item.id not in seen]
    fresh.sort(key=lambda item: (asked[item.article], not item.prescribes))
    known = [item for item in pool if item.id in seen and not _is_weak(seen[item.id], now)]
    known.sort(key=lambda item: seen[item.id].due)
    chosen = _spread(weak, [], size // 2)
    chosen = _spread([*fresh, *weak, *known], chosen, size)
    chance.shuffle(chosen)
    return [Dealt(item.id, item.version, _order(item, chance)) for item in chosen]


def deal_final(
    items: Iterable[Item], again: Collection[str], size: int, chance: random.Random
) -> list[Dealt]:
    """Choose the questions of a workshop's final quiz, and shuffle them and their choices.

    How the person stands with others does not matter: the final is the same for everybody. No
    article comes twice while another is left, and what prescribes comes before what informs.

    Args:
        items: All that could be asked.
        again: Questions that were answered wrongly in a lesson; these are asked for sure.
        size: How many to choose, if there are as many.
        chance: Where the shuffling comes from.
    """
    pool = list(items)
    chance.shuffle(pool)
    pool.sort(key=lambda item: not item.prescribes)
    chosen = [item for item in pool if item.id in again][:size]
    chosen = _spread(pool, chosen, size)
    chance.shuffle(chosen)
    return [Dealt(item.id, item.version, _order(item, chance)) for item in chosen]


def _is_weak(seen: Seen, now: datetime) -> bool:
    return not seen.right or seen.due <= now


def _spread(ordered: Sequence[Item], chosen: Sequence[Item], size: int) -> list[Item]:
    """Add to what is chosen up to a size: the first of each article, then the second, ..."""
    taken = list(chosen)
    times = Counter(item.article for item in taken)
    left = [item for item in ordered if item not in taken]
    while left and len(taken) < size:
        fewest = min(times[item.article] for item in left)
        item = next(item for item in left if times[item.article] == fewest)
        taken.append(item)
        times[item.article] += 1
        left.remove(item)
    return taken


def _order(item: Item, chance: random.Random) -> tuple[int, ...]:
    order = list(range(item.size))
    if item.shuffles:
        chance.shuffle(order)
    return tuple(order)
