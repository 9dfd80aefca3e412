"""The messages of a quiz: a question with what is said of the answer before it, the result."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation import buttons
from bot.conversation.messages import Block, BlockKind, Button, Message
from bot.conversation.replies import Replies
from bot.domain.meaning import Language
from bot.domain.quizzing import QuestionKind
from bot.library.library import Library
from bot.library.quizzes import Question
from bot.services.turns import Graded, Result, Turn

_MOST_TO_READ = 5
"""Articles named at the end; who missed more begins with these."""


class QuizReplies:
    """Says the quiz in the words of ``content/``.

    Args:
        library: All content.
        replies: What all messages are built with.
    """

    def __init__(self, library: Library, replies: Replies) -> None:
        self._library = library
        self._replies = replies

    def turn(self, turn: Turn, language: Language, *, before: str = "", edits: str = "") -> Message:
        """Say where a sitting is: what is said of the last answer, then what comes next.

        Args:
            turn: Where it is.
            language: In which language to say it.
            before: The phrase to say before a question where there was no last answer.
            edits: The message that this one replaces, as its channel names it.
        """
        blocks = self._feedback(turn.last, language) if turn.last else []
        if turn.result is not None:
            blocks += self._result(turn.result, language)
            return Message(tuple(blocks), self._after(turn.result, language), language, edits)
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
        go_on = self._replies.button("button_quiz_go_on", language, buttons.StartQuiz())
        return self._replies.phrase("quiz_paused", language, go_on, left=left)

    def phrase(self, phrase: str, language: Language) -> Message:
        """Say one phrase, with a button that begins or goes on."""
        start = self._replies.button("button_quiz", language, buttons.StartQuiz())
        return self._replies.phrase(phrase, language, start)

    def choices(self, question: Question, order: Sequence[int], language: Language) -> list[str]:
        """Give the choices as they are shown, in the order in which they are."""
        if question.kind is QuestionKind.TRUE_FALSE:
            names = (self._say("quiz_true", language), self._say("quiz_false", language))
            return [names[place] for place in order]
        return [question.choices[place].text(language) for place in order]

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
        presses = list(self._presses(turn, question, picks, language))
        if turn.last is None and not picks:
            presses.append(self._replies.button("button_pause", language, buttons.PauseQuiz()))
        return Message(tuple(blocks), tuple(presses), language, edits, stands_alone=True)

    def _asked(self, turn: Turn, question: Question, language: Language) -> list[Block]:
        number = self._say("quiz_number", language, number=turn.position + 1, total=turn.total)
        blocks = [Block(BlockKind.NOTE, number)]
        if question.post is not None:
            post = self._say("quiz_post", language, post=question.post.text(language))
            blocks.append(Block(BlockKind.BODY, post))
        blocks.append(Block(BlockKind.VERDICT, question.text.text(language)))
        if question.kind is not QuestionKind.TRUE_FALSE:
            letters = self._say("quiz_letters", language)
            shown = self.choices(question, turn.order, language)
            lines = (
                self._say("quiz_choice", language, letter=letter, choice=choice)
                for letter, choice in zip(letters, shown, strict=False)
            )
            blocks.append(Block(BlockKind.BODY, "\n".join(lines)))
        if question.kind is QuestionKind.MULTIPLE:
            blocks.append(Block(BlockKind.NOTE, self._say("quiz_several", language)))
        return blocks

    def _presses(
        self, turn: Turn, question: Question, picks: frozenset[int], language: Language
    ) -> Sequence[Button]:
        """One button a choice; where several may be right they mark it, and one more answers."""
        sitting, position = turn.sitting, str(turn.position)
        if question.kind is QuestionKind.TRUE_FALSE:
            labels: Sequence[str] = self.choices(question, turn.order, language)
        else:
            labels = self._say("quiz_letters", language)
        shown = zip(labels, turn.order, strict=False)
        if question.kind is not QuestionKind.MULTIPLE:
            return [
                Button(label, buttons.encode(buttons.AnswerQuestion(sitting, position, str(place))))
                for label, place in shown
            ]
        presses = []
        for label, place in shown:
            phrase = "quiz_marked" if place in picks else "quiz_unmarked"
            leads_to = buttons.PickChoices(sitting, position, _digits(picks ^ {place}))
            name = self._say(phrase, language, label=label)
            presses.append(Button(name, buttons.encode(leads_to)))
        if picks:
            done = buttons.AnswerQuestion(sitting, position, _digits(picks))
            presses.append(self._replies.button("button_quiz_done", language, done))
        return presses

    def _feedback(self, last: Graded, language: Language) -> list[Block]:
        question = last.question
        said = self._say("quiz_right" if last.right else "quiz_wrong", language)
        blocks = [Block(BlockKind.VERDICT, said)]
        if not last.right:
            right = self.choices(question, sorted(question.right), language)
            named = self._say("quiz_and", language).join(f"«{choice}»" for choice in right)
            was = self._say("quiz_right_was", language, choices=named)
            blocks.append(Block(BlockKind.BODY, was))
        blocks.append(Block(BlockKind.BODY, question.explanation.text(language)))
        place = self._replies.place(self._library.locate(question.article), language)
        blocks.append(Block(BlockKind.CITATION, place))
        return blocks

    def _result(self, result: Result, language: Language) -> list[Block]:
        phrase = "quiz_result_all" if not result.again else "quiz_result"
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
            self._replies.button("button_quiz_another", language, buttons.StartQuiz()),
            self._replies.button("button_progress", language, buttons.ShowProgress()),
            self._replies.button("button_daily", language, buttons.SetDaily()),
        )

    def _say(self, phrase: str, language: Language, **values: object) -> str:
        return self._library.phrases.say(phrase, language, **values)


def _digits(picks: frozenset[int]) -> str:
    return "".join(map(str, sorted(picks)))
