"""A question of a bank in words: how it is put, its buttons, what is said of an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.conversation import buttons
from bot.conversation.messages import Block, BlockKind, Button
from bot.conversation.replies import Replies
from bot.domain.meaning import Language
from bot.domain.quizzing import QuestionKind
from bot.library.library import Library
from bot.library.quizzes import Question
from bot.services.turns import Graded

Value = Callable[[str], buttons.ButtonValue]
"""Gives the value of a button for choices, each by the digit of its place in the bank."""


class QuestionReplies:
    """Says questions in the words of ``content/``.

    Args:
        library: All content.
        replies: What all messages are built with.
    """

    def __init__(self, library: Library, replies: Replies) -> None:
        self._library = library
        self._replies = replies

    def choices(self, question: Question, order: Sequence[int], language: Language) -> list[str]:
        """Give the choices as they are shown, in the order in which they are."""
        if question.kind is QuestionKind.TRUE_FALSE:
            names = (self._say("quiz_true", language), self._say("quiz_false", language))
            return [names[place] for place in order]
        return [question.choices[place].text(language) for place in order]

    def asked(self, question: Question, order: Sequence[int], language: Language) -> list[Block]:
        """Put a question, with its choices in an order."""
        blocks = []
        if question.post is not None:
            post = self._say("quiz_post", language, post=question.post.text(language))
            blocks.append(Block(BlockKind.BODY, post))
        blocks.append(Block(BlockKind.VERDICT, question.text.text(language)))
        if question.kind is not QuestionKind.TRUE_FALSE:
            letters = self._say("quiz_letters", language)
            shown = self.choices(question, order, language)
            lines = (
                self._say("quiz_choice", language, letter=letter, choice=choice)
                for letter, choice in zip(letters, shown, strict=False)
            )
            blocks.append(Block(BlockKind.BODY, "\n".join(lines)))
        if question.kind is QuestionKind.MULTIPLE:
            blocks.append(Block(BlockKind.NOTE, self._say("quiz_several", language)))
        return blocks

    def presses(  # noqa: PLR0913 - keyword-only
        self,
        question: Question,
        order: Sequence[int],
        language: Language,
        *,
        picks: frozenset[int],
        answer: Value,
        pick: Value,
    ) -> list[Button]:
        """One button a choice; where several may be right they mark it, and one more answers.

        Args:
            question: What is asked.
            order: The order in which the choices are shown.
            language: In which language to say it.
            picks: The places of the choices that are marked so far.
            answer: What answers with choices.
            pick: What marks choices.
        """
        if question.kind is QuestionKind.TRUE_FALSE:
            labels: Sequence[str] = self.choices(question, order, language)
        else:
            labels = self._say("quiz_letters", language)
        shown = zip(labels, order, strict=False)
        if question.kind is not QuestionKind.MULTIPLE:
            return [Button(label, buttons.encode(answer(str(place)))) for label, place in shown]
        presses = []
        for label, place in shown:
            phrase = "quiz_marked" if place in picks else "quiz_unmarked"
            leads_to = pick(_digits(picks ^ {place}))
            name = self._say(phrase, language, label=label)
            presses.append(Button(name, buttons.encode(leads_to)))
        if picks:
            done = answer(_digits(picks))
            presses.append(self._replies.button("button_quiz_done", language, done))
        return presses

    def feedback(self, last: Graded, language: Language) -> list[Block]:
        """Say whether an answer was right, what is right, and why."""
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

    def _say(self, phrase: str, language: Language, **values: object) -> str:
        return self._library.phrases.say(phrase, language, **values)


def read_picks(digits: str) -> frozenset[int] | None:
    """Read the places of choices, one digit each; None for anything else."""
    is_read = digits.isascii() and digits.isdecimal() and len(set(digits)) == len(digits)
    return frozenset(map(int, digits)) if is_read else None


def _digits(picks: frozenset[int]) -> str:
    return "".join(map(str, sorted(picks)))
