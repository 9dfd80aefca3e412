"""Hand-overs in words, for who asked and for the desk that answers; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.conversation import buttons
from bot.conversation import handover_buttons as values
from bot.conversation.messages import Block, BlockKind, Button, Message
from bot.conversation.moments import said_day, said_hour, said_weekday
from bot.conversation.splitting import ANYWHERE, split
from bot.domain.daily import Weekday
from bot.domain.meaning import Language
from bot.domain.working_hours import WorkingHours
from bot.library.library import Library
from bot.library.models import Desk
from bot.records.base import Json
from bot.records.handovers import HandoverState
from bot.services.handing_over import HandedOver
from bot.services.handover_views import DeskRequest, digest_of, named

_QUOTED = 600
"""Characters of a question that stand above its answer; all of it is in the chat already."""


@dataclass(frozen=True)
class HandoverWords:
    """Puts hand-overs into words; ``bot.services.handover_views.Speaker`` is what services see."""

    library: Library

    def opened(self, request: DeskRequest, language: Language) -> list[Json]:
        """Give the messages that tell a desk of a question."""
        phrase = "handover_overdue" if request.is_overdue else "handover_new"
        title = self._say(phrase, language, number=request.number)
        return _parts(self._card(request, language, title))

    def shown(self, request: DeskRequest, language: Language) -> Message:
        """Show a desk one question."""
        title = self._say("handover_title", language, number=request.number)
        return self._card(request, language, title)

    def answered(self, request: DeskRequest, language: Language) -> list[Json]:
        """Give the messages that bring whoever asked the answer."""
        number = str(request.number)
        presses = (
            self._button("button_handover_finish", language, values.FinishRequest(number)),
            self._button("button_handover_more", language, values.AskMore(number)),
        )
        blocks = tuple(self._answer(request, request.answer or "", language))
        return _parts(Message(blocks, presses, language))

    def unanswered(self, request: DeskRequest, language: Language) -> list[Json]:
        """Give the messages that tell whoever asked that there will be no answer."""
        department = self.department(request.employer, language)
        said = self._say(
            "handover_unanswered", language, number=request.number, department=department
        )
        blocks = [Block(BlockKind.BODY, said), *self._quoted(request.question, language)]
        return _parts(Message(tuple(blocks), (), language))

    def lapsed(self, number: int, question: str, language: Language) -> list[Json]:
        """Give the messages that tell whoever asked that it expired unanswered."""
        said = self._say("handover_lapsed", language, number=number)
        blocks = [Block(BlockKind.BODY, said), *self._quoted(question, language)]
        return _parts(Message(tuple(blocks), (), language))

    def lapsed_at_desk(self, number: int, language: Language) -> list[Json]:
        """Give the messages that tell a desk that a question expired unanswered."""
        said = self._say("handover_lapsed_desk", language, number=number)
        press = self._button("button_handover_list", language, values.ListRequests())
        return _parts(Message((Block(BlockKind.BODY, said),), (press,), language))

    def preview(self, request: DeskRequest, language: Language) -> Message:
        """Show a desk how its answer will arrive."""
        number, draft = str(request.number), request.draft or ""
        name = named(digest_of(draft))
        presses = (
            self._button("button_handover_send", language, values.SendAnswer(number, name)),
            self._button("button_handover_edit", language, values.AnswerRequest(number)),
            self._button("button_handover_drop", language, values.DropAnswer(number)),
        )
        note = Block(BlockKind.NOTE, self._say("handover_preview", language))
        return Message((*self._answer(request, draft, language), note), presses, language)

    def listed(self, requests: list[DeskRequest], total: int, language: Language) -> Message:
        """Give the lines of a page of the list; buttons are added to them."""
        lines = [self._say("handover_list", language, count=total)]
        for request in requests:
            phrase = "handover_list_late" if request.is_overdue else "handover_list_line"
            hours = _hours(request.waited)
            lines.append(self._say(phrase, language, number=request.number, hours=hours))
        return Message((Block(BlockKind.BODY, "\n".join(lines)),), (), language)

    def looked_at(self, handed_over: HandedOver, language: Language) -> Iterator[Block]:
        """Say to whoever asked by when their question is looked at, and the desk's hours."""
        rulebook = self.library.rulebooks.get(handed_over.employer)
        if rulebook is None:
            return
        desk = self.library.desk_of(rulebook.id)
        working = desk.working(rulebook.calendar)
        if handed_over.with_question:
            due = working.after(handed_over.since, timedelta(hours=desk.target_hours))
            local = due.astimezone(working.calendar.zone)
            day = said_day(self.library.phrases, language, local)
            yield Block(BlockKind.NOTE, self._say("handover_due", language, day=day))
        else:
            target = self._say("handover_target", language, hours=f"{desk.target_hours:g}")
            yield Block(BlockKind.NOTE, target)
        if desk.hours is not None:
            yield Block(BlockKind.NOTE, self._open_hours(desk, working, language))

    def department(self, employer: str, language: Language) -> str:
        """Name the department that answers an employer's people."""
        if employer not in self.library.rulebooks:
            employer = next(iter(self.library.rulebooks))
        return self.library.desk_of(employer).department.text(language)

    def _open_hours(self, desk: Desk, working: WorkingHours, language: Language) -> str:
        phrases, opens, closes = self.library.phrases, working.opens, working.closes
        closed = (
            said_weekday(phrases, language, each)
            for each in Weekday
            if each in working.calendar.weekend
        )
        return self._say(
            "handover_hours",
            language,
            department=desk.department.text(language),
            opens=said_hour(phrases, language, opens.hour, opens.minute),
            closes=said_hour(phrases, language, closes.hour, closes.minute),
            days=self._say("and", language).join(closed),
        )

    def _card(self, request: DeskRequest, language: Language, title: str) -> Message:
        blocks = [Block(BlockKind.VERDICT, title), *self._facts(request, language)]
        return Message(tuple(blocks), tuple(self._acts(request, language)), language)

    def _facts(self, request: DeskRequest, language: Language) -> Iterator[Block]:
        if request.question is None:
            yield Block(BlockKind.BODY, self._say("handover_no_question", language))
        else:
            asked = self._say("handover_question", language, question=request.question)
            yield Block(BlockKind.BODY, asked)
        if request.answer is not None:
            earlier = self._say("handover_earlier", language, answer=request.answer)
            yield Block(BlockKind.BODY, earlier)
        hours = _hours(request.waited)
        yield Block(BlockKind.NOTE, self._say("handover_waits", language, hours=hours))
        department = self.department(request.employer, language)
        yield Block(BlockKind.NOTE, self._say("handover_unnamed", language, department=department))

    def _acts(self, request: DeskRequest, language: Language) -> Iterator[Button]:
        number = str(request.number)
        if request.state is HandoverState.OPEN:
            if request.question is not None:
                answer = values.AnswerRequest(number)
                yield self._button("button_handover_answer", language, answer)
            yield self._button("button_handover_close", language, values.CloseRequest(number))
        yield self._button("button_handover_list", language, values.ListRequests())

    def _answer(self, request: DeskRequest, text: str, language: Language) -> Iterator[Block]:
        department = self.department(request.employer, language)
        title = self._say(
            "handover_answered", language, number=request.number, department=department
        )
        yield Block(BlockKind.VERDICT, title)
        yield from self._quoted(request.question, language)
        yield Block(BlockKind.BODY, text)

    def _quoted(self, question: str | None, language: Language) -> Iterator[Block]:
        if question is not None:
            if len(question) > _QUOTED:
                question = f"{question[:_QUOTED]}…"
            asked = self._say("handover_your_question", language, question=question)
            yield Block(BlockKind.NOTE, asked)

    def _button(self, phrase: str, language: Language, value: values.HandoverButton) -> Button:
        return Button(self._say(phrase, language), buttons.encode(value))

    def _say(self, phrase: str, language: Language, **given: object) -> str:
        return self.library.phrases.say(phrase, language, **given)


def _parts(message: Message) -> list[Json]:
    return [part.to_json() for part in split(message, ANYWHERE)]


def _hours(span: timedelta) -> int:
    return int(span / timedelta(hours=1))
