"""The questions that can be asked, out of all banks."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.quizzing import Dealt, Item, QuestionKind
from bot.domain.ruling import Verdict
from bot.library.library import Library
from bot.library.quizzes import Question


class Pool:
    """What the banks hold now; a sitting may have been dealt from an earlier state of them."""

    def __init__(self, library: Library) -> None:
        self._items = {employer: _items(library, employer) for employer in library.rulebooks}
        self._questions = {q.id: q for bank in library.quizzes.values() for q in bank.questions}

    def items(self, employer: str | None) -> Sequence[Item]:
        """All that can be asked of an employer's people."""
        return self._items.get(employer or "", ())

    def find(self, question: str) -> Question | None:
        """Give a question by its id; None where no bank has it any more."""
        return self._questions.get(question)

    def dealt(self, text: str) -> tuple[Question, tuple[int, ...]] | None:
        """Give a question with the order of its choices; None where it is no more as it was dealt.

        Args:
            text: As ``Dealt`` writes it.
        """
        dealt = Dealt.read(text)
        question = self._questions.get(dealt.question)
        if question is None or question.size != len(dealt.order):
            return None
        return question, dealt.order


def _items(library: Library, employer: str) -> tuple[Item, ...]:
    return tuple(
        Item(
            id=question.id,
            version=question.version,
            article=question.article,
            prescribes=library.locate(question.article).article.ruling is not Verdict.INFO,
            size=question.size,
            shuffles=question.kind is not QuestionKind.TRUE_FALSE,
        )
        for question in library.questions(employer)
    )
