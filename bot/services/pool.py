"""The questions that can be asked, out of all banks."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.domain.quizzing import Dealt, Item, QuestionKind
from bot.domain.ruling import Verdict
from bot.library.library import Library
from bot.library.quizzes import Question
from bot.records.quiz_rows import QuizAnswer
from bot.services.turns import Result


class Pool:
    """What the banks hold now; a sitting may have been dealt from an earlier state of them."""

    def __init__(self, library: Library) -> None:
        self._items = {employer: _items(library, employer) for employer in library.rulebooks}
        self._questions = {q.id: q for bank in library.quizzes.values() for q in bank.questions}

    def items(
        self, employer: str | None, articles: Collection[str] | None = None
    ) -> Sequence[Item]:
        """All that can be asked of an employer's people; on some articles only, if named."""
        items = self._items.get(employer or "", ())
        return items if articles is None else [item for item in items if item.article in articles]

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
        was = dealt.version, len(dealt.order)
        if question is None or (question.version, question.size) != was:
            return None
        return question, dealt.order

    def sum_up(self, answers: Sequence[QuizAnswer]) -> Result:
        """Say what came of a sitting with these answers."""
        wrong = [self.find(answer.question) for answer in answers if not answer.is_right]
        articles = dict.fromkeys(question.article for question in wrong if question is not None)
        return Result(sum(a.is_right for a in answers), len(answers), tuple(articles))


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
