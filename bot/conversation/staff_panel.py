"""The one place from which everybody with a duty comes to it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation.buttons import ButtonValue
from bot.conversation.handover_buttons import ListRequests
from bot.conversation.messages import Button, Message
from bot.conversation.observation_buttons import ListObservations
from bot.conversation.replies import Replies
from bot.conversation.staff_buttons import ComposeCircular, ManageCirculars, ShowPanel
from bot.domain.observing import STAFF
from bot.domain.roster import StaffRole
from bot.library.library import Library
from bot.services.enrolment import Employee
from bot.services.staff import ByChat
from bot.services.staff_views import StaffService

_HR = frozenset({StaffRole.HR})
_DUTIES: tuple[tuple[frozenset[StaffRole], str, ButtonValue], ...] = (
    (_HR, "button_panel_circulars", ManageCirculars()),
    (_HR, "button_manage_compose", ComposeCircular()),
    (frozenset(STAFF), "button_panel_observations", ListObservations()),
)
"""Whose it is, what its button says, and where it leads."""


@dataclass(frozen=True)
class StaffPanel:
    """Shows to each what is theirs to do."""

    staff: StaffService
    replies: Replies
    library: Library

    async def show(self, person: Employee) -> Message:
        """Show somebody's duties; a word to who has none."""
        language, presses = person.speaks, await self._presses(person)
        if not presses:
            return self.replies.phrase("panel_none", language)
        return self.replies.phrase("panel", language, *presses)

    async def button(self, person: Employee) -> Button | None:
        """Give the button that leads here, for who has a duty."""
        if not person.enrolled or not await self._presses(person):
            return None
        return self.replies.button("button_panel", person.speaks, ShowPanel())

    async def _presses(self, person: Employee) -> list[Button]:
        roles, language = await self.staff.roles(ByChat(person.id)), person.speaks
        if not roles or person.employer is None:
            return []
        # Which desk answers what needs a person is the employer's to say.
        desk = frozenset({self.library.desk_of(person.employer).role})
        duties = (*_DUTIES, (desk, "button_panel_requests", ListRequests()))
        return [
            self.replies.button(phrase, language, value)
            for theirs, phrase, value in duties
            if theirs & roles
        ]
