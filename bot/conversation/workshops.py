"""The self-paced workshop in the conversation: lessons, their questions, the final quiz."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.conversation import workshop_buttons as own
from bot.conversation.messages import Document, Message
from bot.conversation.question_replies import read_picks
from bot.conversation.quiz_replies import QuizReplies
from bot.conversation.replies import Replies
from bot.conversation.workshop_replies import WorkshopReplies
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.library.workshops import Lesson, Workshop
from bot.services.enrolment import Employee, EnrolmentService
from bot.services.files import FileService
from bot.services.finals import FinalService
from bot.services.workshops import Check, WorkshopService

DrawLesson: TypeAlias = Callable[[Workshop, Lesson, Language], bytes]
"""Draws the picture of a lesson as a PNG; the same lesson gives the same bytes."""

_PNG = "image/png"


@dataclass(frozen=True)
class Workshops:
    """The acts of the workshop; each gives the message to say.

    Attributes:
        draw_lesson: None where lessons are shown without a picture.
    """

    enrolment: EnrolmentService
    service: WorkshopService
    finals: FinalService
    files: FileService
    replies: Replies
    workshop_replies: WorkshopReplies
    quiz_replies: QuizReplies
    library: Library
    draw_lesson: DrawLesson | None = None

    async def overview(self, person_id: str, before: str = "") -> Message:
        """Say where a person is in their workshop; the employer first, if need be.

        Args:
            person_id: Who asks.
            before: The phrase to say first; empty for none.
        """
        person = await self.enrolment.know(person_id)
        language = person.speaks
        if person.employer is None:
            return self.replies.choose_employer(language, "workshop_choose_employer")
        standing = await self.service.stand(person_id)
        if standing is None:
            return self.replies.phrase("workshop_none", language)
        enrolled = person.enrolled
        return self.workshop_replies.overview(standing, language, enrolled=enrolled, before=before)

    async def lesson(self, person: Employee, lesson_id: str) -> Message:
        """Teach a lesson; where it is not there any more, say where the person is."""
        standing = await self.service.stand(person.id)
        lessons = standing.workshop.lessons if standing else ()
        lesson = next((each for each in lessons if each.id == lesson_id), None)
        if standing is None or lesson is None:
            return await self.overview(person.id, "workshop_changed")
        picture = await self._picture(standing.workshop, lesson, person.speaks)
        return self.workshop_replies.lesson(lesson, standing, person.speaks, picture)

    async def ask(self, person: Employee, lesson_id: str) -> Message:
        """Put the question of a lesson."""
        check = await self.service.ask(person.id, lesson_id)
        if check is None:
            return await self.overview(person.id, "workshop_changed")
        return self.workshop_replies.question(check, frozenset(), person.speaks)

    async def pick(self, person: Employee, value: own.PickLesson, pressed: str) -> Message | None:
        """Mark choices of a lesson's question; nothing is counted yet.

        Args:
            person: Who pressed.
            value: The button.
            pressed: The channel's id of the message that carried it.

        Returns:
            None for choices that are not there.
        """
        picks = read_picks(value.picks) if value.picks else frozenset[int]()
        check = await self.service.ask(person.id, value.lesson)
        if check is None or not _is_as_shown(check, value.version):
            return await self.overview(person.id, "workshop_changed")
        if picks is None or not picks <= set(check.order):
            return None
        return self.workshop_replies.question(check, picks, person.speaks, pressed)

    async def answer(
        self, person: Employee, value: own.AnswerLesson, pressed: str
    ) -> Message | None:
        """Take an answer to a lesson's question; arguments and result as above."""
        picks = read_picks(value.picks)
        if picks is None or not value.version.isdecimal():
            return None
        checked = await self.service.answer(person.id, value.lesson, int(value.version), picks)
        if checked is None:
            return await self.overview(person.id, "workshop_changed")
        return self.workshop_replies.checked(checked, person.speaks, pressed)

    async def start_final(self, person: Employee, key: str) -> Message:
        """Begin the final quiz, or go on with it; say where the person is if it is not time.

        Args:
            person: Who wants it.
            key: What makes the wish unique.
        """
        turn = await self.finals.start(person.id, key)
        workshop = self.library.workshop_of(person.employer)
        if turn is None or workshop is None:
            standing = await self.service.stand(person.id)
            is_early = standing is not None and standing.completed is None
            return await self.overview(person.id, "workshop_not_yet" if is_early else "")
        language = person.speaks
        if turn.resumed:
            return self.quiz_replies.turn(turn, language, before="quiz_resumed")
        message = self.quiz_replies.turn(turn, language)
        begins = self.workshop_replies.final_begins(workshop, language)
        return replace(message, blocks=(begins, *message.blocks))

    async def _picture(
        self, workshop: Workshop, lesson: Lesson, language: Language
    ) -> Document | None:
        draw = self.draw_lesson
        if draw is None:
            return None
        shown = f"{workshop.model_dump_json()} {lesson.id} {language}"
        key = hashlib.sha256(shown.encode()).hexdigest()
        name = self.library.phrases.say("workshop_picture_name", language, lesson=lesson.id)
        file = await self.files.keep_drawn(
            key, name, _PNG, lambda: draw(workshop, lesson, language)
        )
        return Document(file, name, _PNG, self.workshop_replies.picture_says(lesson, language))


def _is_as_shown(check: Check, version: str) -> bool:
    return version == str(check.question.version)
