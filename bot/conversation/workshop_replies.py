"""A workshop in words: where somebody is, its lessons and their questions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.conversation import buttons
from bot.conversation import workshop_buttons as own
from bot.conversation.messages import Block, BlockKind, Button, Document, Message
from bot.conversation.question_replies import QuestionReplies
from bot.conversation.replies import Replies
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.library.workshops import Lesson, Workshop
from bot.services.workshops import Check, Checked, Standing


class WorkshopReplies:
    """Says workshops in the words of ``content/``.

    Args:
        library: All content.
        replies: What all messages are built with.
    """

    def __init__(self, library: Library, replies: Replies) -> None:
        self._library = library
        self._replies = replies
        self._questions = QuestionReplies(library, replies)

    def overview(
        self, standing: Standing, language: Language, *, enrolled: bool, before: str = ""
    ) -> Message:
        """Say where somebody is in their workshop, and what comes next.

        Args:
            standing: Where they are.
            language: In which language to say it.
            enrolled: The roster knows them.
            before: The phrase to say first; empty for none.
        """
        workshop = standing.workshop
        title = self._say("workshop_title", language, title=workshop.title.text(language))
        blocks = [Block(BlockKind.NOTE, self._say(before, language))] if before else []
        blocks.append(Block(BlockKind.VERDICT, title))
        state = list(self._state(standing, language, enrolled=enrolled))
        blocks += [Block(BlockKind.BODY, line) for line in state]
        blocks.append(Block(BlockKind.BODY, "\n".join(self._lines(standing, language))))
        if standing.completed is None:
            blocks.append(Block(BlockKind.NOTE, self._about_final(standing, language)))
        presses = self._overview_presses(standing, language, enrolled=enrolled)
        return Message(tuple(blocks), tuple(presses), language)

    def lesson(
        self, lesson: Lesson, standing: Standing, language: Language, picture: Document | None
    ) -> Message:
        """Teach a lesson, under its picture if there is one."""
        example = self._say("workshop_example", language, example=lesson.example.text(language))
        number = self._number(lesson, standing.workshop)
        total = len(standing.workshop.lessons)
        shown = self._say("workshop_lesson_number", language, number=number, total=total)
        title = self._say("workshop_lesson_title", language, title=lesson.title.text(language))
        blocks = (
            Block(BlockKind.VERDICT, title),
            Block(BlockKind.NOTE, shown),
            Block(BlockKind.BODY, lesson.text.text(language)),
            Block(BlockKind.BODY, example),
        )
        asked = own.AskLesson(lesson.id)
        presses = [self._replies.button("button_workshop_question", language, asked)]
        if lesson.id in standing.done:
            presses = [*self._onward(standing, language), *presses]
        return Message(blocks, tuple(presses), language, document=picture)

    def picture_says(self, lesson: Lesson, language: Language) -> str:
        """Say what a lesson's picture shows, for who cannot see it."""
        picture = lesson.picture
        return self._say(
            "workshop_picture",
            language,
            headline=picture.headline.text(language),
            do=picture.do.text(language),
            avoid=picture.avoid.text(language),
        )

    def question(
        self, check: Check, picks: frozenset[int], language: Language, edits: str = ""
    ) -> Message:
        """Put the question of a lesson.

        Args:
            check: What is asked.
            picks: The places of the choices that are marked so far.
            language: In which language to say it.
            edits: The message that this one replaces, as its channel names it.
        """
        lesson, question = check.lesson, check.question
        number = self._number(lesson, check.standing.workshop)
        title = lesson.title.text(language)
        note = self._say("workshop_question", language, number=number, title=title)
        at = (lesson.id, str(question.version))
        presses = self._questions.presses(
            question,
            check.order,
            language,
            picks=picks,
            answer=lambda places: own.AnswerLesson(*at, places),
            pick=lambda places: own.PickLesson(*at, places),
        )
        asked = self._questions.asked(question, check.order, language, typed=False)
        blocks = (Block(BlockKind.NOTE, note), *asked)
        return Message(blocks, tuple(presses), language, edits, stands_alone=True)

    def checked(self, checked: Checked, language: Language, edits: str) -> Message:
        """Say whether an answer was right, and what comes next."""
        standing, workshop = checked.standing, checked.standing.workshop
        blocks = self._questions.feedback(checked.given, language)
        comes_again = checked.lesson.id in standing.wrong and standing.completed is None
        if comes_again and not checked.given.right:
            blocks.append(Block(BlockKind.NOTE, self._say("workshop_wrong_again", language)))
        number, total = self._number(checked.lesson, workshop), len(workshop.lessons)
        done = self._say("workshop_lesson_done", language, number=number, total=total)
        if standing.next is None and standing.completed is None:
            done = self._say("workshop_lessons_done", language)
        blocks.append(Block(BlockKind.NOTE, done))
        overview = self._replies.button("button_workshop", language, own.ShowWorkshop())
        presses = (*self._onward(standing, language), overview)
        return Message(tuple(blocks), presses, language, edits, stands_alone=True)

    def final_begins(self, workshop: Workshop, language: Language) -> Block:
        """Say what the final quiz is."""
        total, mark = workshop.final, workshop.pass_mark
        return Block(BlockKind.NOTE, self._say("final_begins", language, total=total, mark=mark))

    def _state(self, standing: Standing, language: Language, *, enrolled: bool) -> Iterator[str]:
        completed, earlier = standing.completed, standing.earlier
        if completed is not None:
            date = self._date(standing, completed.completed_at)
            if completed.total is None:
                yield self._say("workshop_attended", language, date=date)
            else:
                score, total = completed.score, completed.total
                yield self._say("workshop_completed", language, date=date, score=score, total=total)
            if not enrolled:
                yield self._say("workshop_uncertified", language)
        elif earlier is not None and standing.renew_by is not None:
            date = self._date(standing, earlier.completed_at)
            by = self._date(standing, standing.renew_by)
            yield self._say("workshop_renew", language, date=date, by=by)
        elif not standing.done:
            yield self._say("workshop_begins", language)

    def _lines(self, standing: Standing, language: Language) -> Iterator[str]:
        lessons = standing.workshop.lessons
        done = len(standing.done)
        yield self._say("workshop_done_of", language, done=done, total=len(lessons))
        for number, lesson in enumerate(lessons, 1):
            phrase = "workshop_line_done" if lesson.id in standing.done else "workshop_line_left"
            yield self._say(phrase, language, number=number, title=lesson.title.text(language))

    def _about_final(self, standing: Standing, language: Language) -> str:
        mark, total = standing.workshop.pass_mark, standing.workshop.final
        if standing.failed is not None:
            score, total = standing.failed
            return self._say("workshop_final_failed", language, score=score, total=total, mark=mark)
        phrase = "workshop_final_waits" if standing.next else "workshop_final_next"
        return self._say(phrase, language, total=total, mark=mark)

    def _overview_presses(
        self, standing: Standing, language: Language, *, enrolled: bool
    ) -> Iterator[Button]:
        if standing.completed and enrolled:
            yield self._replies.button("button_certificate", language, own.ShowCertificates())
        if standing.completed and not enrolled:
            yield self._replies.button("button_enrol", language, buttons.ShowEnrolment())
        onward = list(self._onward(standing, language))
        yield from onward
        offered = {button.data for button in onward}
        for lesson in standing.workshop.lessons:
            button = self._to(lesson, standing.workshop, language)
            if lesson.id in standing.done and button.data not in offered:
                yield button

    def _onward(self, standing: Standing, language: Language) -> Iterator[Button]:
        """Give what comes next; nothing where all is done."""
        if standing.completed is not None:
            return
        if standing.next is not None:
            yield self._to(standing.next, standing.workshop, language)
            return
        phrase = "button_final" if standing.failed is None else "button_final_again"
        yield self._replies.button(phrase, language, own.StartFinal())

    def _to(self, lesson: Lesson, workshop: Workshop, language: Language) -> Button:
        number = self._number(lesson, workshop)
        label = self._say("button_workshop_lesson", language, number=number)
        return Button(label, buttons.encode(own.ShowLesson(lesson.id)))

    def _number(self, lesson: Lesson, workshop: Workshop) -> int:
        return workshop.lessons.index(lesson) + 1

    def _date(self, standing: Standing, moment: datetime) -> str:
        day = self._library.rulebooks[standing.workshop.rulebook].local_date(moment)
        return f"{day.day}/{day.month}/{day.year}"

    def _say(self, phrase: str, language: Language, **values: object) -> str:
        return self._library.phrases.say(phrase, language, **values)
