"""The visual guide in the conversation: pictures for the phone, and a poster to print."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.conversation.messages import Block, BlockKind, Document, Message
from bot.conversation.replies import Replies
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.services.enrolment import EnrolmentService
from bot.services.files import FileService

DrawPictures: TypeAlias = Callable[[str, Language], tuple[bytes, ...]]
"""Draws a rulebook's guide as PNG pictures; the same rulebook gives the same bytes."""

DrawPoster: TypeAlias = Callable[[str, Language], bytes]
"""Draws it as a PDF to print."""

_PNG, _PDF = "image/png", "application/pdf"


@dataclass(frozen=True)
class Guides:
    """The acts around the visual guide.

    Attributes:
        drawing: Held while something is drawn, which takes seconds: many who ask for the same at
            once wait for one drawing, and those who ask for something else have a processor left.
    """

    enrolment: EnrolmentService
    files: FileService
    replies: Replies
    library: Library
    draw_pictures: DrawPictures
    draw_poster: DrawPoster
    drawing: asyncio.Lock = field(default_factory=asyncio.Lock, compare=False)

    async def show(self, person_id: str) -> list[Message]:
        """Give the guide to the rules that bind a person; the employer first, if need be."""
        person = await self.enrolment.know(person_id)
        language = person.speaks
        if person.employer is None:
            return [self.replies.choose_employer(language)]
        employer = person.employer
        async with self.drawing:
            pictures = await asyncio.to_thread(self.draw_pictures, employer, language)
            poster = await asyncio.to_thread(self.draw_poster, employer, language)
        said = [
            await self._picture(employer, picture, (number, len(pictures)), language)
            for number, picture in enumerate(pictures, 1)
        ]
        name = self._say("guide_poster_name", language)
        document = await self._kept(poster, name, _PDF)
        body = Block(BlockKind.BODY, self._say("guide_poster", language))
        return [*said, Message((body,), (), language, document=document)]

    async def _picture(
        self, employer: str, picture: bytes, place: tuple[int, int], language: Language
    ) -> Message:
        number, pictures = place
        name = self._say("guide_picture_name", language, number=number)
        rulebook = self.library.rulebooks[employer].employer.text(language)
        says = self._say(
            "guide_picture_says", language, employer=rulebook, number=number, pictures=pictures
        )
        document = await self._kept(picture, name, _PNG, says)
        return Message((Block(BlockKind.BODY, says),), (), language, document=document)

    async def _kept(self, content: bytes, name: str, media_type: str, says: str = "") -> Document:
        key = hashlib.sha256(content).hexdigest()
        file = await self.files.keep_drawn(key, name, media_type, lambda: content)
        return Document(file, name, media_type, says)

    def _say(self, phrase: str, language: Language, **values: object) -> str:
        return self.library.phrases.say(phrase, language, **values)
