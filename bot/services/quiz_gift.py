"""A bank's questions as GIFT has them, one language at a time."""

from __future__ import annotations

from bot.domain.meaning import Language
from bot.gift.models import FULL, GiftChoice, GiftQuestion
from bot.gift.writing import write_gift
from bot.library.models import Bilingual
from bot.library.quizzes import Bank, Question

LANGUAGE = "language"
FIELDS = ("article", "kind", "difficulty", "version")
"""What a question has beside its texts; each is a tag ``name=value``."""

BEFORE_POST = "\n\n"
"""Parts the question of a case from the post that it is about."""

_DIGITS = 5
"""Moodle knows 33.33333 and 66.66667 as grades, and no other thirds."""


def bank_gift(bank: Bank, language: Language) -> str:
    """Write a bank in one language."""
    category = f"$course$/top/Waai/{bank.rulebook}/{language.value}"
    return write_gift(category, (_to_gift(each, language) for each in bank.questions))


def _to_gift(question: Question, language: Language) -> GiftQuestion:
    values = {LANGUAGE: language.value, **{name: getattr(question, name) for name in FIELDS}}

    def said(text: Bilingual) -> str:
        return text.text(language)

    right, wrong = _weights(question)
    return GiftQuestion(
        title=question.id,
        text=BEFORE_POST.join(map(said, filter(None, (question.text, question.post)))),
        choices=tuple(
            GiftChoice(said(each), right if each.right else wrong) for each in question.choices
        ),
        truth=question.answer,
        feedback=said(question.explanation),
        idnumber=question.id,
        tags=tuple(f"{name}={value}" for name, value in values.items()),
    )


def _weights(question: Question) -> tuple[float, float]:
    """Give a right and a wrong choice's weight; where several are right, one wrong takes all."""
    several = len(question.right)
    return (FULL, 0.0) if several == 1 else (round(FULL / several, _DIGITS), -FULL)
