"""The messages of a quiz: a question with what is said of the answer before it, the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation import buttons, quiz_buttons
from bot.conversation.final_replies import FinalReplies
from bot.conversation.messages import Block, BlockKind, Button, Message
from bot.conversation.question_replies import QuestionReplies
from bot.conversation.replies import Replies
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.library.quizzes import Question
from bot.services.turns import Result, Turn

_MOST_TO_READ = 5
"""Articles named at the end; who missed more begins with these."""


class QuizReplies:
    """Says the quiz in the words of ``content/``.

    Args:
        library: All content.
        replies: What all messages are built with.

    Attributes:
        questions: Puts questions, whatever they belong to.
    """

    def __init__(self, library: Library, replies: Replies) -> None:
        self._library = library
        self._replies = replies
        self._finals = FinalReplies(library, replies)
        self.questions = QuestionReplies(library, replies)

    def turn(self, turn: Turn, language: Language, *, before: str = "", edits: str = "") -> Message:
        """Say where a sitting is: what is said of the last answer, then what comes next.

        Args:
            turn: Where it is.
            language: In which language to say it.
            before: The phrase to say before a question where there was no last answer.
            edits: The message that this one replaces, as its channel names it.
        """
        blocks = self.questions.feedback(turn.last, language) if turn.last else []
        if turn.final is not None and turn.result is not None:
            end = self._finals.end(turn.workshop, turn.result, turn.final, language)
            return replace(end, blocks=(*blocks, *end.blocks), edits=edits)
        if turn.result is not None:
            blocks += self._result(turn.result, language)
            after = self._after(turn.result, language)
            return Message(tuple(blocks), after, language, edits, stands_alone=True)
        if before:
            blocks.append(Block(BlockKind.NOTE, self._say(before, language)))
        return self._question(turn, language, blocks, frozenset(), edits)

    def picked(self, turn: Turn, picks: frozenset[int], language: Language, edits: str) -> Message:
        """Show the question again, with the choices marked that a person has picked so far.

        Args:
            turn: Where the sitting is.
            picks: The places of the choices in the bank.
            language: In which language to say it.
            edits: The message that this one replaces, as its channel names it.
        """
        return self._question(turn, language, [], picks, edits)

    def paused(self, turn: Turn, language: Language) -> Message:
        """Say that the quiz waits."""
        left = turn.total - turn.position
        go_on = self._replies.button("button_quiz_go_on", language, quiz_buttons.StartQuiz())
        return self._replies.phrase("quiz_paused", language, go_on, left=left)

    def phrase(self, phrase: str, language: Language) -> Message:
        """Say one phrase, with a button that begins or goes on."""
        start = self._replies.button("button_quiz", language, quiz_buttons.StartQuiz())
        return self._replies.phrase(phrase, language, start)

    def _question(
        self,
        turn: Turn,
        language: Language,
        before: Sequence[Block],
        picks: frozenset[int],
        edits: str,
    ) -> Message:
        question = turn.question
        if question is None:
            raise AssertionError("a turn without a result has a question")
        blocks = [*before, *self._asked(turn, question, language)]
        presses = self._presses(turn, question, picks, language)
        if turn.last is None and not picks:
            presses.append(self._replies.button("button_pause", language, quiz_buttons.PauseQuiz()))
        return Message(tuple(blocks), tuple(presses), language, edits, stands_alone=True)

    def _asked(self, turn: Turn, question: Question, language: Language) -> list[Block]:
        phrase = "final_number" if turn.workshop else "quiz_number"
        number = self._say(phrase, language, number=turn.position + 1, total=turn.total)
        note = Block(BlockKind.NOTE, number)
        return [note, *self.questions.asked(question, turn.order, language, typed=True)]

    def _presses(
        self, turn: Turn, question: Question, picks: frozenset[int], language: Language
    ) -> list[Button]:
        at = (turn.sitting, str(turn.position))
        return self.questions.presses(
            question,
            turn.order,
            language,
            picks=picks,
            answer=lambda places: quiz_buttons.AnswerQuestion(*at, places),
            pick=lambda places: quiz_buttons.PickChoices(*at, places),
        )

    def _result(self, result: Result, language: Language) -> list[Block]:
        phrase = "quiz_result_all" if result.score == result.total else "quiz_result"
        score = self._say(phrase, language, score=result.score, total=result.total)
        blocks = [Block(BlockKind.VERDICT, score)]
        if result.again:
            blocks.append(Block(BlockKind.BODY, self._say("quiz_read_again", language)))
        return blocks

    def _after(self, result: Result, language: Language) -> tuple[Button, ...]:
        articles = (self._library.locate(article).article for article in result.again)
        to_read = [
            Button(article.title.text(language), buttons.encode(buttons.ShowArticle(article.id)))
            for article in articles
        ]
        return (
            *to_read[:_MOST_TO_READ],
            self._replies.button("button_quiz_another", language, quiz_buttons.StartQuiz()),
            self._replies.button("button_progress", language, quiz_buttons.ShowProgress()),
            self._replies.button("button_daily", language, quiz_buttons.SetDaily()),
        )

    def _say(self, phrase: str, language: Language, **values: object) -> str:
        return self._library.phrases.say(phrase, language, **values)
