"""The quiz in the conversation."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation import quiz_buttons
from bot.conversation.messages import Message
from bot.conversation.question_replies import read_picks
from bot.conversation.quiz_replies import QuizReplies
from bot.conversation.replies import Replies
from bot.domain.meaning import Language
from bot.domain.quizzing import DAILY, FEWEST, USUAL
from bot.domain.typed_answers import Shown, read_answer
from bot.library.quizzes import Question
from bot.records.quizzes import SittingKind
from bot.services.enrolment import Employee, EnrolmentService
from bot.services.quizzes import QuizService
from bot.services.turns import Refused


@dataclass(frozen=True)
class Quizzing:
    """The acts of the quiz; each gives the message to say."""

    enrolment: EnrolmentService
    service: QuizService
    replies: Replies
    quiz_replies: QuizReplies

    async def start(self, person_id: str, key: str, kind: str = "") -> Message:
        """Begin a quiz, or go on with the one that is open; the employer first, if need be.

        Args:
            person_id: Who wants it.
            key: What makes the wish unique.
            kind: "daily" for the daily five minutes.
        """
        person = await self.enrolment.know(person_id)
        language = person.speaks
        if person.employer is None:
            return self.replies.choose_employer(language, "choose_employer_quiz")
        is_daily = kind == SittingKind.DAILY
        turn = await self.service.start(
            person_id,
            key,
            SittingKind.DAILY if is_daily else SittingKind.QUIZ,
            DAILY if is_daily else USUAL,
        )
        if turn is None:
            return self.replies.phrase("no_questions", language)
        begun = "quiz_resumed" if turn.resumed else "quiz_begins"
        return self.quiz_replies.turn(turn, language, before=begun)

    async def start_on_circular(
        self, person: Employee, circular_id: str, key: str
    ) -> Message | None:
        """Begin a quiz on the articles of a circular, or go on with the one that is open.

        Args:
            person: Who wants it.
            circular_id: Which circular.
            key: What makes the wish unique.

        Returns:
            None for a circular that they were not sent.
        """
        articles = await self.service.articles_of(person.id, circular_id)
        if articles is None:
            return None
        turn = await self.service.start(person.id, key, size=FEWEST, articles=articles)
        if turn is None:
            return self.replies.phrase("circular_quiz_none", person.speaks)
        begun = "quiz_resumed" if turn.resumed else "circular_quiz_begins"
        return self.quiz_replies.turn(turn, person.speaks, before=begun)

    async def press(
        self, person: Employee, value: quiz_buttons.AnswerQuestion, pressed: str, key: str
    ) -> Message | None:
        """Take an answer; None for one that does not belong to a quiz of this person's.

        Args:
            person: Who pressed.
            value: The button.
            pressed: The channel's id of the message that carried it.
            key: What makes the press unique.
        """
        picks = read_picks(value.picks)
        if not value.position.isdecimal() or picks is None:
            return None
        turn = await self.service.answer(person.id, value.sitting, int(value.position), picks, key)
        if isinstance(turn, Refused):
            return self._refused(turn, person.speaks)
        if turn.result is not None and not turn.result.total:
            return None
        before = "" if turn.last else "quiz_changed"
        return self.quiz_replies.turn(turn, person.speaks, before=before, edits=pressed)

    async def pick(
        self, person: Employee, value: quiz_buttons.PickChoices, pressed: str, key: str
    ) -> Message | None:
        """Mark choices of the question that is asked now; nothing is counted yet."""
        picks = read_picks(value.picks) if value.picks else frozenset[int]()
        turn = await self.service.current(person.id, value.sitting)
        if turn is None:  # nothing counts there any more, and an answer is told why
            lost = quiz_buttons.AnswerQuestion(value.sitting, value.position, value.picks or "0")
            return await self.press(person, lost, pressed, key)
        if picks is None or not picks <= set(turn.order):
            return None
        if value.position != str(turn.position):
            return self._refused(Refused.BEFORE, person.speaks)
        return self.quiz_replies.picked(turn, picks, person.speaks, pressed)

    async def typed(self, person: Employee, text: str, key: str) -> Message | None:
        """Take a typed text as an answer; None for one that is none.

        Args:
            person: Who typed.
            text: What was typed.
            key: What makes it unique.
        """
        if person.sitting is None:
            return None

        def read(question: Question, order: tuple[int, ...]) -> frozenset[int] | None:
            # What they saw may be in the other language than the one they type in.
            for language in dict.fromkeys((person.speaks, *Language)):
                shown = self.quiz_replies.questions.choices(question, order, language)
                picks = read_answer(
                    text,
                    Shown(question.kind, tuple(shown), question.text.text(language)),
                )
                if picks:
                    return frozenset(order[place] for place in picks)
            return None

        turn = await self.service.answer_typed(person.id, person.sitting, read, key)
        return None if turn is None else self.quiz_replies.turn(turn, person.speaks)

    async def answer(self, person_id: str, text: str, key: str) -> Message:
        """Take what sounds like an answer; ask again where it is none to the open question."""
        person = await self.enrolment.know(person_id)
        message = await self.typed(person, text, key)
        if message is not None:
            return message
        turn = await self.service.come_back(person_id)
        if turn is None:
            return self.quiz_replies.phrase("quiz_none", person.speaks)
        return self.quiz_replies.turn(turn, person.speaks, before="quiz_unclear")

    async def pause(self, person_id: str) -> Message:
        """Let the quiz wait."""
        language = (await self.enrolment.know(person_id)).speaks
        turn = await self.service.pause(person_id)
        if turn is None:
            return self.quiz_replies.phrase("quiz_none", language)
        return self.quiz_replies.paused(turn, language)

    async def again(self, person_id: str) -> Message | None:
        """Put the open question again, after something else; None where none is asked now."""
        turn = await self.service.come_back(person_id)
        if turn is None:
            return None
        language = (await self.enrolment.know(person_id)).speaks
        return self.quiz_replies.turn(turn, language, before="quiz_back")

    async def explain(self, person_id: str) -> Message | None:
        """Say why: show the article of the question that was answered last.

        None where no quiz goes on. The article of an open question would give it away.
        """
        person = await self.enrolment.know(person_id)
        if person.sitting is None:
            return None
        question = await self.service.find_explained(person_id)
        if question is None:
            is_at_it = await self.service.come_back(person_id) is not None
            return self.replies.phrase("quiz_why_later", person.speaks) if is_at_it else None
        return self.replies.articles((question.article,), person.speaks)

    def _refused(self, refused: Refused, language: Language) -> Message | None:
        if refused is Refused.UNKNOWN:
            return None
        return self.quiz_replies.phrase("quiz_answered_before", language)
