"""Item analysis: what the first answers to a question say of the question.

Facility is the share of right answers. Discrimination is the corrected point-biserial: how right
answers go together with the person's share of right answers to *other* questions. The limits are
those of classical item analysis:

- Ebel and Frisbie, Essentials of Educational Measurement (5th ed., 1991), ch. 13, call an item
  with a discrimination below 0.20 poor, to be rejected or improved. That is of tests of dozens of
  items; against the few others that a person answered here the same item correlates less, so only
  what is below 0.10 is named. Below 0 the better informed fail it: mostly a wrong key.
- Haladyna and Downing, How Many Options Is Enough for a Multiple-Choice Test Item? (Educational
  and Psychological Measurement 53, 1993), take a wrong choice that less than 5 % choose for one
  that does not work; below 2 % nobody does.
- Whoever guesses is right one time in as many as there are choices; a facility that is lower is no
  lack of knowledge but a misunderstanding, or a wrong key.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

FEWEST = 10
"""Of fewer answers nothing is said."""

_TOO_EASY = 0.95
_TOO_HARD = 0.25
_WEAK = 0.10
_UNTAKEN = 0.02
_ENOUGH = 50
"""Of fewer answers a choice that nobody took, or a weak correlation, is mostly chance."""

_NO_VARIANCE = 1e-9
"""What is less is a sum's rounding: all have the same score."""


class Flag(StrEnum):
    """What is to be looked at in a question; the value is the id of the phrase that says it.

    Attributes:
        TOO_FEW: There are too few answers for any verdict.
        TOO_EASY: Nearly everybody is right.
        TOO_HARD: Hardly anybody is right.
        BELOW_GUESSING: Fewer are right than if all had guessed.
        NEGATIVE: Who is right here is rather wrong elsewhere.
        WEAK: Being right here hardly goes together with being right elsewhere.
        PREFERRED: A wrong choice is taken more often than a right one.
        UNTAKEN: A wrong choice is taken by nobody.
    """

    TOO_FEW = "stats_too_few"
    TOO_EASY = "stats_too_easy"
    TOO_HARD = "stats_too_hard"
    BELOW_GUESSING = "stats_below_guessing"
    NEGATIVE = "stats_negative"
    WEAK = "stats_weak"
    PREFERRED = "stats_preferred"
    UNTAKEN = "stats_untaken"


@dataclass(frozen=True)
class Finding:
    """One flag of a question.

    Attributes:
        choice: The place of the wrong choice that it is about; None where it is about none.
    """

    flag: Flag
    choice: int | None = None


@dataclass(frozen=True)
class Tally:
    """The answers to one question, added up.

    Attributes:
        answers: How many there are, one a person.
        right: How many of them are right.
        picks: How many chose which choices, by their places as in ``02``.
        paired: How many are of people who answered other questions too.
        paired_right: How many of those are right.
        rest: The sum of those people's shares of right answers to the others, each 0 to 1.
        rest_squared: The sum of the squares of the same.
        rest_right: The sum over those only who were right.
    """

    answers: int = 0
    right: int = 0
    picks: Mapping[str, int] = field(default_factory=dict)
    paired: int = 0
    paired_right: int = 0
    rest: float = 0.0
    rest_squared: float = 0.0
    rest_right: float = 0.0

    def __add__(self, other: Tally) -> Tally:
        """Add up two groups that share nobody."""
        return Tally(
            answers=self.answers + other.answers,
            right=self.right + other.right,
            picks=Counter(self.picks) + Counter(other.picks),
            paired=self.paired + other.paired,
            paired_right=self.paired_right + other.paired_right,
            rest=self.rest + other.rest,
            rest_squared=self.rest_squared + other.rest_squared,
            rest_right=self.rest_right + other.rest_right,
        )

    @property
    def facility(self) -> float | None:
        """The share of right answers, 0 to 1; None of too few answers."""
        return self.right / self.answers if self.answers >= FEWEST else None

    @property
    def discrimination(self) -> float | None:
        """The corrected point-biserial, -1 to 1.

        None of too few answers, and where all are right, all are wrong, or all people have the
        same share of right answers to the others.
        """
        if self.paired < FEWEST:
            return None
        right, rest = self.paired_right / self.paired, self.rest / self.paired
        spread = right * (1 - right) * (self.rest_squared / self.paired - rest * rest)
        if spread < _NO_VARIANCE:
            return None
        correlation = (self.rest_right / self.paired - right * rest) / math.sqrt(spread)
        return max(-1.0, min(1.0, correlation))

    def taken(self, size: int) -> tuple[int, ...]:
        """Say how many took each choice, alone or with others.

        Args:
            size: How many choices the question has.
        """
        return tuple(
            sum(n for picks, n in self.picks.items() if str(place) in picks)
            for place in range(size)
        )


def examine(tally: Tally, right: frozenset[int], size: int) -> tuple[Finding, ...]:
    """Say what is to be looked at in a question.

    Args:
        tally: Its answers.
        right: The places of the right choices, from 0.
        size: How many choices there are.
    """
    facility = tally.facility
    if facility is None:
        return (Finding(Flag.TOO_FEW),)
    found = []
    if facility > _TOO_EASY:
        found.append(Finding(Flag.TOO_EASY))
    elif facility < _guessing(right, size):
        found.append(Finding(Flag.BELOW_GUESSING))
    elif facility < _TOO_HARD:
        found.append(Finding(Flag.TOO_HARD))
    discrimination = tally.discrimination if tally.paired >= _ENOUGH else None
    if discrimination is not None and discrimination < _WEAK:
        found.append(Finding(Flag.NEGATIVE if discrimination < 0 else Flag.WEAK))
    return (*found, *_about_choices(tally, right, size))


def _guessing(right: frozenset[int], size: int) -> float:
    """How often somebody is right who only knows how many choices are to be named: one, or any."""
    return 1 / size if len(right) == 1 else 1 / (2**size - 1)


def _about_choices(tally: Tally, right: frozenset[int], size: int) -> list[Finding]:
    taken = tally.taken(size)
    least = min(taken[place] for place in right)
    wrong = [place for place in range(size) if place not in right]
    preferred = [Finding(Flag.PREFERRED, place) for place in wrong if taken[place] > least]
    fewest = _UNTAKEN * tally.answers if tally.answers >= _ENOUGH else 0
    untaken = [Finding(Flag.UNTAKEN, place) for place in wrong if taken[place] < fewest]
    return preferred + untaken
