"""When a question should come again: the FSRS scheduler, https://github.com/open-spaced-repetition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from fsrs import Card, Rating, Scheduler, State

_LONGEST = timedelta(days=180)
"""Rules are to be known all the year."""

# Steps of minutes suit somebody who sits at it; here the next sitting is tomorrow at the earliest.
_scheduler = Scheduler(
    learning_steps=(), relearning_steps=(), maximum_interval=_LONGEST.days, enable_fuzzing=False
)


@dataclass(frozen=True)
class Memory:
    """How well one person remembers the answer to one question.

    Attributes:
        stability: Days after which nine of ten would still know it.
        difficulty: 1 to 10.
        due: When it should come again.
        reviewed_at: When it was answered last.
    """

    stability: float
    difficulty: float
    due: datetime
    reviewed_at: datetime


def review(memory: Memory | None, now: datetime, *, right: bool) -> Memory:
    """Take an answer into account.

    Args:
        memory: As it was; None at the first answer.
        now: When it was answered.
        right: Whether the answer was.
    """
    # Without an id of its own the library waits a millisecond for one.
    card = Card(card_id=0, due=now)
    if memory is not None:
        card = Card(
            card_id=0,
            state=State.Review,
            stability=memory.stability,
            difficulty=memory.difficulty,
            due=memory.due,
            last_review=memory.reviewed_at,
        )
    rating = Rating.Good if right else Rating.Again
    card, _ = _scheduler.review_card(card, rating, review_datetime=now)
    if card.stability is None or card.difficulty is None:
        raise AssertionError("a reviewed card has both")
    return Memory(card.stability, card.difficulty, card.due, now)
