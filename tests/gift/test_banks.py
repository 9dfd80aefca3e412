"""Banks through GIFT and back."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.meaning import Language
from bot.domain.quizzing import QuestionKind
from bot.gift.reading import read_gift
from bot.library.quiz_writing import write_bank
from bot.library.quizzes import Bank, Question
from bot.library.yaml_lines import Source
from bot.services.quiz_gift import bank_gift
from bot.services.quiz_gift_reading import Intake, take_in
from tests.support.content import real_library

BANKS = real_library().quizzes


def back(bank: Bank) -> Intake:
    files = [(Path(f"x.{each.value}.gift"), bank_gift(bank, each)) for each in Language]
    return take_in((path, read_gift(text)) for path, text in files)


@pytest.mark.parametrize("rulebook", sorted(BANKS))
def test_every_bank_comes_back_as_it_is(rulebook: str) -> None:
    intake = back(BANKS[rulebook])
    assert [*intake.faults, *intake.left_out, *intake.not_kept] == []
    assert tuple(each.question for each in intake.questions) == BANKS[rulebook].questions


SIGNS = (
    "\\:#={}~%[]\"'\n\u200f\u200e\u202b\u00a0\u0085\u2028\ufeff😉؟محظور" + string.ascii_lowercase
)
said = st.text(SIGNS, min_size=1, max_size=12).map(str.strip).filter(bool)
both = st.fixed_dictionaries({"ar": said, "en": said})


@st.composite
def questions(draw: st.DrawFn) -> Question:
    kind = draw(st.sampled_from(QuestionKind))
    data = {
        "id": "muscat.q1",
        "article": draw(st.sampled_from(["muscat.1", "muscat.2.1"])),
        "kind": kind,
        "difficulty": draw(st.sampled_from(["easy", "medium", "hard"])),
        "version": draw(st.integers(1, 40)),
        "text": draw(both.filter(lambda text: "\n\n" not in text["ar"] + text["en"])),
        "post": draw(both) if kind is QuestionKind.CASE else None,
        "explanation": draw(both),
    }
    if kind is QuestionKind.TRUE_FALSE:
        return Question.model_validate(data | {"answer": draw(st.booleans())})
    size = draw(st.integers(3, 4))
    each = st.lists(said, min_size=size, max_size=size, unique=True)
    right = draw(st.integers(2, size - 1)) if kind is QuestionKind.MULTIPLE else 1
    rights = draw(st.permutations([True] * right + [False] * (size - right)))
    choices = zip(draw(each), draw(each), rights, strict=True)
    data["choices"] = [{"ar": ar, "en": en, "right": right} for ar, en, right in choices]
    return Question.model_validate(data)


@given(questions())
def test_any_question_comes_back_as_it_is(question: Question) -> None:
    intake = back(Bank(rulebook="muscat", version="1", questions=(question,)))
    assert [*intake.faults, *intake.left_out, *intake.not_kept] == []
    assert [each.question for each in intake.questions] == [question]


@settings(max_examples=30)
@given(question=questions())
def test_any_question_can_be_written_to_a_bank(
    tmp_path_factory: pytest.TempPathFactory, question: Question
) -> None:
    bank = Bank(rulebook="muscat", version="1", questions=(question,))
    path = tmp_path_factory.mktemp("bank") / "muscat.yml"
    write_bank(path, bank)
    assert Source(path).read_as(Bank) == bank
