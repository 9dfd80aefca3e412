from __future__ import annotations

from typing import Any

import pytest

from bot.library.models import Bilingual
from bot.library.quizzes import Bank, Choice, Question
from bot.services.quiz_plan import BankPlan, plan_bank


def choice(name: str, *, right: bool = False) -> Choice:
    return Choice(ar=f"{name} بالعربية", en=f"{name} in English", right=right)


CHOICES = (choice("one", right=True), choice("two"), choice("three"))


def question(number: int = 1, **values: Any) -> Question:
    both = Bilingual(ar="نص", en="text").model_dump()
    data = {
        "id": f"muscat.q{number}",
        "article": "muscat.1",
        "kind": "single",
        "difficulty": "easy",
        "version": 3,
        "text": both,
        "choices": [each.model_dump() for each in CHOICES],
        "explanation": both,
    }
    return Question.model_validate(data | values)


def dumped(*choices: Choice) -> list[dict[str, Any]]:
    return [each.model_dump() for each in choices]


BANK = Bank(rulebook="muscat", version="7", questions=(question(1), question(2)))


def planned(*imported: Question, remove: bool = False) -> BankPlan:
    return plan_bank(BANK, imported, remove=remove)


def test_the_same_changes_nothing() -> None:
    plan = planned(question(2), question(1))
    assert (plan.unchanged, plan.added, plan.changed, plan.absent) == (2, [], {}, [])
    assert plan.bank("muscat", BANK) == BANK


def test_new_questions_come_last() -> None:
    plan = planned(question(3), question(1), question(2))
    assert plan.added == ["muscat.q3"]
    assert [each.id for each in plan.questions] == ["muscat.q1", "muscat.q2", "muscat.q3"]


def test_a_bank_where_none_was() -> None:
    plan = plan_bank(None, [question(1)], remove=True)
    assert plan.bank("muscat", None) == Bank(
        rulebook="muscat", version="1", questions=(question(1),)
    )


def test_what_is_not_there_stays_unless_it_is_to_go() -> None:
    for remove, left in ((False, ["muscat.q1", "muscat.q2"]), (True, ["muscat.q2"])):
        plan = planned(question(2), remove=remove)
        assert plan.absent == ["muscat.q1"]
        assert [each.id for each in plan.questions] == left


@pytest.mark.parametrize(
    "choices",
    [
        dumped(choice("one"), choice("two", right=True), choice("three")),
        dumped(choice("two"), choice("one", right=True), choice("three")),
        dumped(choice("one", right=True), choice("three"), choice("two")),
        dumped(*CHOICES, choice("four")),
    ],
    ids=["another is right", "it has moved", "wrong ones have moved", "one more"],
)
def test_another_key_raises_the_version(choices: list[dict[str, Any]]) -> None:
    plan = planned(question(1, choices=choices), question(2))
    assert plan.raised == {"muscat.q1": 4}
    assert plan.changed == {"muscat.q1": ["choices"]}
    assert plan.questions[0].version == 4
    by_hand = planned(question(1, choices=choices, version=6), question(2))
    assert by_hand.raised == {}
    assert by_hand.questions[0].version == 6


def test_another_kind_raises_the_version() -> None:
    plan = planned(question(1, kind="true_false", choices=[], answer=True))
    assert plan.raised == {"muscat.q1": 4}


def test_other_words_are_named() -> None:
    words = {"ar": "نص", "en": "texts"}
    plan = planned(question(1, text=words), question(2, explanation=words))
    assert plan.reworded == ["muscat.q1"]
    assert plan.changed == {"muscat.q1": ["text"], "muscat.q2": ["explanation"]}
    assert plan.raised == {}
    assert planned(question(1, text=words, version=4)).reworded == []


def test_an_older_version_is_a_fault() -> None:
    ((own, problem),) = planned(question(1, version=2)).faults
    assert own == "muscat.q1"
    assert "version 2 is older than the bank's 3" in problem


def test_choices_in_another_order_in_one_language_are_a_fault() -> None:
    one, two, three = CHOICES
    choices = dumped(
        one, two.model_copy(update={"en": three.en}), three.model_copy(update={"en": two.en})
    )
    faults = planned(question(1, choices=choices)).faults
    assert [own for own, _ in faults] == ["muscat.q1", "muscat.q1"]
    assert "choice 2 is another one in Arabic than in English" in faults[0][1]
