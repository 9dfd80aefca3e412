"""What HR's people are told of each other's steps with a circular."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation.buttons import encode
from bot.conversation.messages import Block, BlockKind, Button, Message
from bot.conversation.staff_buttons import ManageCircular
from bot.domain.circulars import CircularStep
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.records.base import Json
from bot.services.circular_views import KnownCircular

_TOLD = {
    CircularStep.SUBMIT: "manage_told_submitted",
    CircularStep.APPROVE: "manage_told_approved",
    CircularStep.REJECT: "manage_told_rejected",
}


@dataclass(frozen=True)
class ApprovalWords:
    """Puts steps into words; a ``bot.services.circular_notices.ApprovalSpeaker``."""

    library: Library

    def told(self, circular: KnownCircular, step: CircularStep, language: Language) -> Json:
        """Give the message that tells of a step, as JSON values."""
        say = self.library.phrases.say
        content = circular.content
        text = say(_TOLD[step], language, number=content.number, title=circular.title(language))
        blocks = [Block(BlockKind.BODY, text)]
        if step is CircularStep.REJECT and circular.reason:
            remark = say("manage_remark", language, reason=circular.reason)
            blocks.append(Block(BlockKind.BODY, remark))
        show = Button(say("button_manage_show", language), encode(ManageCircular(circular.id)))
        return Message(tuple(blocks), (show,), language).to_json()
