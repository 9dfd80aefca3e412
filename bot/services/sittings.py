"""How a sitting goes on, whatever it is: which question is put now, and what came of it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.library.quizzes import Question
from bot.records.quiz_rows import QuizAnswer, Sitting, SittingKind
from bot.records.quizzes import Quizzes
from bot.services.final_results import note_final
from bot.services.pool import Pool
from bot.services.retention import Now
from bot.services.turns import Graded, Turn

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
        is_present = sitting.employer == employer and self._now() - sitting.touched_at < KEPT_OPEN
        if is_present and not self._lacks(sitting):
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

    async def turn(self, quizzes: Quizzes, sitting: Sitting, last: Graded | None) -> Turn:
        """Go on behind an answer: with the next question, or with what came of it all.

        ``last`` is None where the question cannot be answered any more.
        """
        self.skip(sitting)
        if sitting.position < len(sitting.questions):
            return await self.go_on(quizzes, sitting, last, resumed=False)
        if sitting.ended_at is None:
            sitting.touched_at = sitting.ended_at = self._now()
            await quizzes.see(sitting, self._now() + REPLAYED_FOR)
        answers = await quizzes.list_answers(sitting.id)
        result, final = self._pool.sum_up(answers), None
        if sitting.kind is SittingKind.FINAL:
            # Or one answer could pass where the bank has lost the other questions meanwhile.
            result = replace(result, total=len(sitting.questions))
            final = await note_final(
                quizzes.session, sitting, result, sitting.ended_at, answered=len(answers)
            )
        return Turn(
            sitting.id,
            sitting.position,
            len(sitting.questions),
            last=last,
            result=result,
            workshop=workshop_of(sitting),
            final=final,
        )

    async def handled_before(
        self, quizzes: Quizzes, sitting: Sitting, answers: Sequence[QuizAnswer], key: str
    ) -> Turn | None:
        """Give the turn that an event led to again; None for an event that answered nothing yet."""
        answer = next((answer for answer in answers if answer.key == key), None)
        question = None if answer is None else self._pool.find(answer.question)
        is_given_up = sitting.ended_at is not None and sitting.position < len(sitting.questions)
        if answer is None or question is None or is_given_up:
            return None
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

    def _lacks(self, sitting: Sitting) -> bool:
        """Say whether a final quiz cannot be put in full any more."""
        left = sitting.questions[sitting.position :]
        is_final = sitting.kind is SittingKind.FINAL
        return is_final and any(self._pool.dealt(text) is None for text in left)

    def skip(self, sitting: Sitting) -> None:
        """Pass over what the bank has no more."""
        while sitting.position < len(sitting.questions) and self.dealt(sitting) is None:
            sitting.position += 1


def workshop_of(sitting: Sitting) -> str:
    """Give the id of the workshop whose final quiz a sitting is; empty for other sittings."""
    return (sitting.workshop or "").partition("@")[0]
