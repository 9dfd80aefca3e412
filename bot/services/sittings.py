"""How a sitting goes on, whatever it is: which question is put now, and what came of it all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.library.quizzes import Question
from bot.records.quiz_rows import QuizAnswer, Sitting, SittingKind
from bot.records.quizzes import Quizzes
from bot.services.final_results import note_final
from bot.services.pool import Pool
from bot.services.retention import Now
from bot.services.turns import Graded, Refused, Result, Turn

TYPED_FOR = timedelta(hours=12)
"""How long after a question was shown a typed text may be its answer."""

KEPT_OPEN = timedelta(days=30)
"""A sitting that was left longer ago is not gone on with: a new one is dealt."""

AT_IT = timedelta(hours=1)
"""Who asks something else so long after the last question has left the quiz."""

REPLAYED_FOR = timedelta(minutes=10)
"""How long after the end the event of the last typed answer still finds its turn."""


class Sittings:
    """Moves sittings on, within the transaction of whoever calls.

    Args:
        pool: What the banks hold.
        now: Gives the present moment.
    """

    def __init__(self, pool: Pool, now: Now) -> None:
        self._pool = pool
        self._now = now

    async def is_over(self, quizzes: Quizzes, sitting: Sitting, employer: str | None) -> bool:
        """End a sitting that is not to be gone on with."""
        if sitting.employer == employer and self._now() - sitting.touched_at < KEPT_OPEN:
            self.skip(sitting)
            if sitting.position < len(sitting.questions):
                return False
        await self.end(quizzes, sitting)
        return True

    async def end(self, quizzes: Quizzes, sitting: Sitting) -> None:
        """End a sitting before its last question."""
        sitting.ended_at = self._now()
        await quizzes.see(sitting, None)

    async def go_on(
        self, quizzes: Quizzes, sitting: Sitting, last: Graded | None = None, *, resumed: bool
    ) -> Turn:
        """Let the person see the question that is to be asked now."""
        now = self._now()
        # Who is at it sees it anyway: of ten questions within an hour each none outlasts the hours.
        if last is None or sitting.paused_at is not None or now - sitting.touched_at > AT_IT:
            await quizzes.see(sitting, now + TYPED_FOR)
        sitting.touched_at, sitting.paused_at = now, None
        return self.asked(sitting, last, resumed=resumed and sitting.position > 0)

    async def turn(self, quizzes: Quizzes, sitting: Sitting, last: Graded) -> Turn:
        """Go on behind an answer: with the next question, or with what came of it all."""
        self.skip(sitting)
        if sitting.position < len(sitting.questions):
            return await self.go_on(quizzes, sitting, last, resumed=False)
        if sitting.ended_at is None:
            sitting.touched_at = sitting.ended_at = self._now()
            await quizzes.see(sitting, self._now() + REPLAYED_FOR)
        result = self._result(await quizzes.list_answers(sitting.id))
        final = None
        if sitting.kind is SittingKind.FINAL:
            final = await note_final(quizzes.session, sitting, result, sitting.ended_at)
        return Turn(
            sitting.id,
            sitting.position,
            len(sitting.questions),
            last=last,
            result=result,
            workshop=workshop_of(sitting),
            final=final,
        )

    async def answered_before(
        self, quizzes: Quizzes, sitting: Sitting, position: int, key: str
    ) -> Turn | Refused:
        """Give the same turn again for the same event; any other answer came too late."""
        answer = await quizzes.find_answer(sitting.id, position)
        if answer is None or answer.key != key:
            return Refused.BEFORE if answer is not None else Refused.UNKNOWN
        question = self._pool.find(answer.question)
        if question is None or sitting.position != position + 1:
            return Refused.BEFORE
        last = Graded(question, frozenset(map(int, answer.picks)), answer.is_right)
        return await self.turn(quizzes, sitting, last)

    def shown(self, sitting: Sitting) -> Turn | None:
        """Say what is asked now; None where the bank has lost it: the next start passes over it."""
        return self.asked(sitting) if self.dealt(sitting) else None

    def asked(self, sitting: Sitting, last: Graded | None = None, *, resumed: bool = False) -> Turn:
        """Say what is asked now, and what was answered just now."""
        question, order = self.dealt(sitting) or (None, ())
        return Turn(
            sitting=sitting.id,
            position=sitting.position,
            total=len(sitting.questions),
            question=question,
            order=order,
            last=last,
            resumed=resumed,
            workshop=workshop_of(sitting),
        )

    def dealt(self, sitting: Sitting) -> tuple[Question, tuple[int, ...]] | None:
        """Give the question to ask now; None where the bank has it no more as it was dealt."""
        if sitting.position >= len(sitting.questions):
            return None
        return self._pool.dealt(sitting.questions[sitting.position])

    def skip(self, sitting: Sitting) -> None:
        """Pass over what the bank has no more."""
        while sitting.position < len(sitting.questions) and self.dealt(sitting) is None:
            sitting.position += 1

    def _result(self, answers: Sequence[QuizAnswer]) -> Result:
        wrong = [self._pool.find(answer.question) for answer in answers if not answer.is_right]
        articles = dict.fromkeys(question.article for question in wrong if question is not None)
        return Result(sum(a.is_right for a in answers), len(answers), tuple(articles))


def workshop_of(sitting: Sitting) -> str:
    """Give the id of the workshop whose final quiz a sitting is; empty for other sittings."""
    return (sitting.workshop or "").partition("@")[0]
