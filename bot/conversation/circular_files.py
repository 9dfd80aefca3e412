"""A draft's files in a chat: asked for, taken as they are sent, and taken away."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePath

from bot.conversation.buttons import encode
from bot.conversation.channel import Fetch, FetchFailure
from bot.conversation.circular_choices import is_done
from bot.conversation.circular_desk_words import CircularDeskWords
from bot.conversation.circular_drafts import PURPOSE, Shown
from bot.conversation.events import Media, MediaKind
from bot.conversation.messages import Block, BlockKind, Button, Message
from bot.conversation.replies import Replies
from bot.conversation.staff_buttons import AttachFile, ManageCircular, RemoveFile
from bot.documents.attachments import (
    MOST_BYTES,
    MOST_FILES,
    MOST_PICTURE_BYTES,
    Attachment,
    AttachmentError,
    Problem,
    read_attachment,
)
from bot.domain.circulars import CircularState
from bot.domain.meaning import Language
from bot.services.awaiting import AwaitingService
from bot.services.circular_files import CircularFileService
from bot.services.circular_views import KnownCircular
from bot.services.circulars import CircularService
from bot.services.enrolment import Employee
from bot.services.staff import ByChat
from bot.services.staff_views import StaffService

FILE = "file"
"""Of what is awaited: files that are to go along with a draft."""

_MB = 1_000_000
_DIGITS = 16
"""Letters of a file's digest by which a button names it."""


@dataclass(frozen=True)
class CircularFiles:
    """The acts around a draft's files; each raises as those of ``CircularDrafts`` do.

    Attributes:
        takes_files: Says whether people can send files on a platform.
    """

    service: CircularFileService
    courses: CircularService
    staff: StaffService
    awaiting: AwaitingService
    replies: Replies
    words: CircularDeskWords
    takes_files: Callable[[str], bool]

    async def ask(self, person: Employee, circular: str) -> Message | Shown:
        """Ask for a file, or say where files can be added."""
        known = await self._draft(person, circular)
        if isinstance(known, Shown):
            return known
        if person.address is not None and self.takes_files(person.address.channel):
            await self._await(person, circular)
            return self._asks("manage_ask_file", known, person.speaks)
        officer, language = await self.staff.officer(ByChat(person.id)), person.speaks
        return self.replies.phrase(
            "manage_files_elsewhere",
            language,
            self.replies.button("button_manage_back", language, ManageCircular(circular)),
            number=known.content.number,
            by=officer.number,
            employer=officer.employer,
        )

    async def typed(self, person: Employee, circular: str, text: str) -> Message | Shown:
        """Take a text where a file is awaited: a word ends it, any other is none."""
        known = await self._draft(person, circular)
        if isinstance(known, Shown):
            return known
        if is_done(text):
            return Shown(circular)
        await self._await(person, circular)
        return self._asks("manage_ask_file", known, person.speaks)

    async def take(
        self, person: Employee, circular: str, media: Media, fetch: Fetch
    ) -> Message | Shown:
        """Let what was sent go along with a draft; others are awaited on."""
        known = await self._draft(person, circular)
        if isinstance(known, Shown):
            await self.awaiting.leave(person.id)
            return known
        await self._await(person, circular)
        language = person.speaks
        try:
            attachment = await self._read(media, fetch, self._picture_name(known, language))
            if attachment is None:
                return self._asks("manage_file_not_fetched", known, language)
            known = await self.service.attach(ByChat(person.id), circular, attachment)
        except AttachmentError as error:
            return self._asks(f"attachment_{error.problem}", known, language)
        return self._kept(attachment.sha256, known, language)

    async def remove(self, person: Employee, value: RemoveFile) -> Message | Shown:
        """Take a file away, or ask which; one that is gone is gone."""
        known = await self._draft(person, value.circular)
        if isinstance(known, Shown):
            return known
        if not value.file:
            return self._choice(known, person.speaks)
        for file in known.attachments:
            if file.sha256[:_DIGITS] == value.file:
                await self.service.remove(ByChat(person.id), known.id, file.sha256)
        return Shown(known.id, "manage_done")

    async def _draft(self, person: Employee, circular: str) -> KnownCircular | Shown:
        known = await self.courses.find(ByChat(person.id), circular)
        is_draft = known.state is CircularState.DRAFT
        return known if is_draft else Shown(circular, "manage_not_now")

    async def _read(self, media: Media, fetch: Fetch, picture_name: str) -> Attachment | None:
        """Fetch a file and look into it; None where it cannot be fetched now.

        Raises:
            AttachmentError: It cannot go along.
        """
        file = media.file
        if file is None:
            raise AttachmentError(media.kind, Problem.OTHER_KIND)
        most, too_large = MOST_BYTES, Problem.TOO_LARGE
        if media.kind is MediaKind.PICTURE:
            most, too_large = MOST_PICTURE_BYTES, Problem.PICTURE_TOO_LARGE
        if (file.size or 0) > most:
            raise AttachmentError(file.name, too_large)
        content = await fetch(file, most)
        if isinstance(content, FetchFailure):
            if content.too_large:
                raise AttachmentError(file.name, too_large)
            return None
        return await asyncio.to_thread(read_attachment, file.name or picture_name, content)

    def _picture_name(self, known: KnownCircular, language: Language) -> str:
        """Name a picture by its place, or by the next number where a name is another's already."""
        taken = {PurePath(file.name).stem for file in known.attachments}
        numbers = itertools.count(len(known.attachments) + 1)
        names = (self.words.say("manage_file_picture", language, number=one) for one in numbers)
        return next(name for name in names if name not in taken)

    def _asks(self, phrase: str, known: KnownCircular, language: Language) -> Message:
        """Ask for a file, and say what may be sent."""
        said = self.replies.phrase(phrase, language, self._done(known, language))
        allowed = self.words.say(
            "manage_file_allowed",
            language,
            pdf=MOST_BYTES // _MB,
            picture=MOST_PICTURE_BYTES // _MB,
            count=len(known.attachments),
            most=MOST_FILES,
        )
        return replace(said, blocks=(*said.blocks, Block(BlockKind.NOTE, allowed)))

    def _kept(self, sha256: str, known: KnownCircular, language: Language) -> Message:
        # As it is called there: what comes again may bear another name.
        file = next(one for one in known.attachments if one.sha256 == sha256)
        another = self.replies.button("button_manage_another", language, AttachFile(known.id))
        return self.replies.phrase(
            "manage_file_kept",
            language,
            another,
            self._done(known, language),
            number=known.content.number,
            name=file.name,
            size=self.words.size(file.size, language),
            count=len(known.attachments),
            most=MOST_FILES,
        )

    def _choice(self, known: KnownCircular, language: Language) -> Message:
        presses = [
            Button(file.name, encode(RemoveFile(known.id, file.sha256[:_DIGITS])))
            for file in known.attachments
        ]
        back = self.replies.button("button_manage_back", language, ManageCircular(known.id))
        number = known.content.number
        return self.replies.phrase("manage_ask_remove", language, *presses, back, number=number)

    def _done(self, known: KnownCircular, language: Language) -> Button:
        return self.replies.button("button_manage_done", language, ManageCircular(known.id))

    async def _await(self, person: Employee, circular: str) -> None:
        await self.awaiting.begin(person.id, f"{PURPOSE}:{FILE}:{circular}")
