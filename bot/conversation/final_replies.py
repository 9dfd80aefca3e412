"""What is said at the end of a workshop's final quiz."""

from __future__ import annotations

from collections.abc import Iterator

from bot.conversation import buttons
from bot.conversation import workshop_buttons as own
from bot.conversation.messages import Block, BlockKind, Button, Message
from bot.conversation.replies import Replies
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.library.workshops import Lesson, Workshop
from bot.services.turns import FinalResult, Result


class FinalReplies:
    """Says what came of final quizzes in the words of ``content/``.

    Args:
        library: All content.
        replies: What all messages are built with.
    """

    def __init__(self, library: Library, replies: Replies) -> None:
        self._library = library
        self._replies = replies

    def end(
        self, workshop_id: str, result: Result, final: FinalResult, language: Language
    ) -> Message:
        """Say whether a final quiz was passed, what is completed, and what to read again.

        Args:
            workshop_id: Whose final quiz it was.
            result: How it was answered.
            final: What came of it.
            language: In which language to say it.
        """
        workshop = self._library.workshops.get(workshop_id)
        again = list(_lessons(workshop, result.again)) if workshop else []
        phrase = "final_passed" if final.passed else "final_failed"
        values = {"score": result.score, "total": result.total, "mark": final.pass_mark}
        blocks = [Block(BlockKind.VERDICT, self._say(phrase, language, **values))]
        if final.completed and workshop:
            title = workshop.title.text(language)
            said = self._say("final_completed", language, title=title)
            blocks.append(Block(BlockKind.BODY, said))
            if not final.certified:
                said = self._say("workshop_uncertified", language)
                blocks.append(Block(BlockKind.NOTE, said))
        if again:
            blocks.append(Block(BlockKind.BODY, self._say("final_read_again", language)))
        if not final.completed:
            blocks.append(Block(BlockKind.NOTE, self._say("final_try_again", language)))
        presses = (*self._first(final, language), *self._reading(workshop, again, language))
        overview = self._replies.button("button_workshop", language, own.ShowWorkshop())
        return Message(tuple(blocks), (*presses, overview), language)

    def _first(self, final: FinalResult, language: Language) -> Iterator[Button]:
        """Give what to do next."""
        if final.certified:
            yield self._replies.button("button_certificate", language, own.ShowCertificates())
        elif final.completed:
            yield self._replies.button("button_enrol", language, buttons.ShowEnrolment())
        else:
            yield self._replies.button("button_final_again", language, own.StartFinal())

    def _reading(
        self, workshop: Workshop | None, lessons: list[Lesson], language: Language
    ) -> Iterator[Button]:
        numbers = {lesson.id: n for n, lesson in enumerate(workshop.lessons if workshop else (), 1)}
        for lesson in lessons:
            label = self._say("button_workshop_lesson", language, number=numbers[lesson.id])
            yield Button(label, buttons.encode(own.ShowLesson(lesson.id)))

    def _say(self, phrase: str, language: Language, **values: object) -> str:
        return self._library.phrases.say(phrase, language, **values)


def _lessons(workshop: Workshop, articles: tuple[str, ...]) -> Iterator[Lesson]:
    """Give the lessons that teach some of these articles, in order."""
    for lesson in workshop.lessons:
        if not set(articles).isdisjoint(lesson.articles):
            yield lesson
