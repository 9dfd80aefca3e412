"""The steps that are offered with a circular, and the question whether one is meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.conversation.circular_choices import Part
from bot.conversation.messages import Button, Message
from bot.conversation.replies import Replies
from bot.conversation.staff_buttons import (
    AttachFile,
    EditPart,
    ManageCircular,
    ManageCirculars,
    MoveCircular,
    RemoveFile,
)
from bot.domain.circulars import CircularState
from bot.domain.meaning import Language
from bot.domain.reach import ReachPlan
from bot.services.circular_reports import Opened
from bot.services.circular_views import KnownCircular

OPEN = frozenset({CircularState.DRAFT, CircularState.SUBMITTED})
"""Nobody has approved it yet."""

SURE = "1"
_STEPS = {
    CircularState.SCHEDULED: ("pause", "cancel"),
    CircularState.SENDING: ("pause", "correct", "cancel"),
    CircularState.PAUSED: ("resume", "correct", "cancel"),
    CircularState.SENT: ("correct", "cancel"),
    CircularState.CANCELLED: ("correct",),
}
"""What is offered of a circular that was approved."""

_LABELS = {
    "send": "button_manage_send",
    "submit": "button_manage_submit",
    "reject": "button_manage_reject",
    "discard": "button_manage_discard",
    "pause": "button_manage_pause",
    "resume": "button_manage_resume",
    "cancel": "button_manage_cancel",
    "correct": "button_manage_correct",
}
QUESTIONS = {"discard": "manage_sure_discard", "cancel": "manage_sure_cancel"}
"""The steps of which it is asked whether they are meant."""


@dataclass(frozen=True)
class CircularSteps:
    """Gives the buttons.

    Attributes:
        approval: A second person of HR has to approve each circular.
    """

    replies: Replies
    approval: bool

    def of_draft(self, opened: Opened, plan: ReachPlan, language: Language) -> Iterator[Button]:
        """Give the buttons of a circular that is not sent yet, for who looks at it."""
        known = opened.circular
        is_own = opened.viewer.number == opened.author.number
        if known.state is CircularState.DRAFT:
            if plan.recipients:
                step = "submit" if self.approval else "send"
                yield self._step(known, step, language)
            edit, when = EditPart(known.id), EditPart(known.id, Part.WHEN)
            yield self.replies.button("button_manage_edit", language, edit)
            yield self.replies.button("button_manage_when", language, when)
            yield self.replies.button("button_manage_attach", language, AttachFile(known.id))
            if known.attachments:
                yield self.replies.button("button_manage_detach", language, RemoveFile(known.id))
        elif not (is_own and self.approval):
            yield self.replies.button(
                "button_manage_approve", language, MoveCircular(known.id, "send")
            )
            yield self._step(known, "reject", language)
        yield self._all(language)
        if known.state is CircularState.DRAFT or is_own:
            yield self._step(known, "discard", language)

    def of_sent(self, known: KnownCircular, language: Language) -> Iterator[Button]:
        """Give the buttons of a circular that was approved."""
        shown = ManageCircular(known.id)
        yield self.replies.button("button_manage_refresh", language, shown)
        for step in _STEPS.get(known.state, ()):
            # What was called off before anybody was sent it has nothing to correct.
            if step != "correct" or known.started_at is not None:
                yield self._step(known, step, language)
        yield self._all(language)

    def _step(self, known: KnownCircular, step: str, language: Language) -> Button:
        label = _LABELS[step]
        if step == "send" and known.send_at is not None:
            label = "button_manage_send_later"
        return self.replies.button(label, language, MoveCircular(known.id, step))

    def _all(self, language: Language) -> Button:
        return self.replies.button("button_manage_list", language, ManageCirculars())

    def sure(self, known: KnownCircular, step: str, language: Language) -> Message:
        """Ask whether a step is meant."""
        yes = MoveCircular(known.id, step, SURE)
        presses = (
            self.replies.button("button_manage_sure", language, yes),
            self.replies.button("button_manage_back", language, ManageCircular(known.id)),
        )
        number = known.content.number
        return self.replies.phrase(QUESTIONS[step], language, *presses, number=number)
