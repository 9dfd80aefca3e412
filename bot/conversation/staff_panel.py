"""The one place from which everybody with a duty comes to it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.conversation.buttons import ButtonValue
from bot.conversation.handover_buttons import ListRequests
from bot.conversation.messages import Block, BlockKind, Message
from bot.conversation.observation_buttons import ListObservations
from bot.conversation.replies import Replies
from bot.conversation.staff_buttons import ComposeCircular, ManageCirculars, ShowPanel
from bot.domain.meaning import Language
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

_REQUESTS = "button_panel_requests"
_COMMANDS = {_REQUESTS: "requests", "button_panel_observations": "observations"}
"""What the buttons of a panel are called that lead to where a command leads too."""


@dataclass(frozen=True)
class StaffPanel:
    """Shows to each what is theirs to do."""

    staff: StaffService
    replies: Replies
    library: Library

    async def show(self, person: Employee) -> Message:
        """Show somebody's duties; a word to who has none."""
        language, duties = person.speaks, await self._duties(person)
        if not duties:
            return self.replies.phrase("panel_none", language)
        presses = (self.replies.button(phrase, language, value) for phrase, value in duties)
        return self.replies.phrase("panel", language, *presses)

    async def added(self, person: Employee, message: Message) -> Message:
        """Add to a message the commands of somebody's duties and the button that leads here.

        Channels list the commands that are everybody's; those of a duty are told here.
        """
        duties = await self._duties(person) if person.enrolled else []
        if not duties:
            return message
        language = message.language
        named = {"button_panel": "hr"} | {
            phrase: _COMMANDS[phrase] for phrase, _ in duties if phrase in _COMMANDS
        }
        lines = (f"/{name} – {self._say(phrase, language)}" for phrase, name in named.items())
        commands = self._say("panel_commands", language, commands="\n".join(lines))
        panel = self.replies.button("button_panel", language, ShowPanel())
        return replace(
            message,
            blocks=(*message.blocks, Block(BlockKind.NOTE, commands)),
            buttons=(*message.buttons, panel),
        )

    def _say(self, phrase: str, language: Language, **values: str) -> str:
        return self.library.phrases.say(phrase, language, **values)

    async def _duties(self, person: Employee) -> list[tuple[str, ButtonValue]]:
        """Give what the buttons of somebody's duties say, and where they lead."""
        roles = await self.staff.roles(ByChat(person.id))
        if not roles or person.employer is None:
            return []
        # Which desk answers what needs a person is the employer's to say.
        desk = frozenset({self.library.desk_of(person.employer).role})
        duties = (*_DUTIES, (desk, _REQUESTS, ListRequests()))
        return [(phrase, value) for theirs, phrase, value in duties if theirs & roles]
