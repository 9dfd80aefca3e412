from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from bot.domain.quizzing import Dealt, Item, Seen, deal
from bot.domain.reviewing import review

NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
ITEMS = [
    Item(f"q{n}", 1, article=f"a{n // 4}", prescribes=n < 20, size=4, shuffles=n != 0)
    for n in range(40)
]
"""Four questions on each of ten articles; the first five prescribe."""


def dealt(
    seen: dict[str, Seen], size: int = 6, seed: int = 1, items: list[Item] = ITEMS
) -> list[Dealt]:
    chance = random.Random(seed)  # noqa: S311 - a shuffle that can be repeated
    return deal(items, seen, NOW, size, chance)


def articles(questions: list[Dealt]) -> set[str]:
    of = {item.id: item.article for item in ITEMS}
    return {of[one.question] for one in questions}


def test_no_article_comes_twice_while_another_is_left() -> None:
    for seed in range(30):
        assert len(articles(dealt({}, size=10, seed=seed))) == 10


def test_what_prescribes_comes_first() -> None:
    for seed in range(30):
        assert articles(dealt({}, size=5, seed=seed)) == {"a0", "a1", "a2", "a3", "a4"}


def test_weak_ones_come_again_but_leave_half_for_others() -> None:
    wrong = {f"q{n}": Seen(right=False, due=NOW + timedelta(days=9)) for n in range(0, 40, 4)}
    for seed in range(30):
        assert sum(one.question in wrong for one in dealt(wrong, seed=seed)) == 3
    known = {f"q{n}": Seen(right=True, due=NOW + timedelta(days=9)) for n in range(40)}
    due = known | {"q7": Seen(right=True, due=NOW)}
    assert "q7" in {one.question for one in dealt(due)}


def test_choices_are_shuffled_but_true_and_false_keep_their_order() -> None:
    orders = {
        one.order for seed in range(30) for one in dealt({}, 10, seed) if one.question != "q0"
    }
    assert len(orders) > 10
    (only,) = dealt({}, items=ITEMS[:1])
    assert only.order == (0, 1, 2, 3)


def test_what_was_dealt_is_read_back() -> None:
    for one in dealt({}):
        assert Dealt.read(str(one)) == one


def test_a_question_comes_later_each_time_it_is_known_and_soon_where_it_was_not() -> None:
    memory, waits = None, []
    moment = NOW
    for right in (True, True, True, False):
        memory = review(memory, moment, right=right)
        waits.append((memory.due - moment).days)
        moment = memory.due
    assert waits[0] < waits[1] < waits[2]
    assert waits[3] < waits[1]
