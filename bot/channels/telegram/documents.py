"""Documents and pictures on Telegram.

What many get is uploaded once, and then sent by the id that it got.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from weakref import WeakValueDictionary

import structlog
from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot, InputFile
from telegram.constants import FileSizeLimit
from telegram.error import BadRequest

from bot.channels.naming import file_name
from bot.channels.telegram.failures import FILE_GONE, is_unknown_file
from bot.channels.telegram.outbound import caption
from bot.conversation.channel import SendOutcome, Sent
from bot.conversation.events import Address
from bot.conversation.messages import PICTURES, Block, BlockKind, Document, Message
from bot.library.phrases import Phrases
from bot.services.files import FileContent, FileService

_KEPT = timedelta(days=30)
"""Telegram names no end of an id; one that it has forgotten costs an upload."""

_log = structlog.get_logger(__name__)

Say = Callable[[int, Message], Awaitable[Sent]]
"""Sends a message without a document to a chat."""


class Documents:
    """Sends messages that have a document.

    Args:
        bot: Whose messages they are.
        account: Its id.
        files: What is in the documents.
        phrases: For what is said of one that is not kept any more; None to fail then.
    """

    def __init__(self, bot: Bot, account: str, files: FileService, phrases: Phrases | None) -> None:
        self._bot = bot
        self._account = account
        self._files = files
        self._phrases = phrases
        self._uploading: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def send(
        self, address: Address, message: Message, document: Document, say: Say
    ) -> SendOutcome:
        """Send a message with its document, or without one that its chat can't have any more.

        Raises:
            TelegramError: There was no answer, or a refusal.
            ValueError: A button's data is empty or over 64 bytes.
        """
        chat = int(address.user)
        found = await self._files.find_for(address, document.file)
        if found is None:
            if self._phrases is None:
                return FILE_GONE
            gone = self._phrases.say("file_gone", message.language)
            blocks = (*message.blocks, Block(BlockKind.NOTE, gone))
            return await say(chat, replace(message, blocks=blocks, document=None))
        named = replace(found, name=file_name(document.name))
        if named.owner is not None:
            # Nobody else gets it, and no id is kept by which it could be had once it is erased.
            return (await self._post(chat, message, named, _upload(named)))[0]
        return await self._send_to_many(chat, message, named)

    async def _send_to_many(self, chat: int, message: Message, file: FileContent) -> Sent:
        key = _key(file)
        known = await self._files.find_upload("telegram", self._account, key)
        if known is not None:
            try:
                return (await self._post(chat, message, file, known))[0]
            except BadRequest as error:
                if not is_unknown_file(error):
                    raise
        # Many who get the same file at once wait for one upload.
        async with self._uploading.setdefault(key, asyncio.Lock()):
            other = await self._files.find_upload("telegram", self._account, key)
            if other not in {None, known}:
                return (await self._post(chat, message, file, other or ""))[0]
            sent, media_id = await self._post(chat, message, file, _upload(file))
            await self._note(key, media_id)
            return sent

    async def _post(
        self, chat: int, message: Message, file: FileContent, sent_as: InputFile | str
    ) -> tuple[Sent, str]:
        if _is_photo(file):
            shown = await self._bot.send_photo(chat, sent_as, **caption(message))
            return Sent(str(shown.message_id)), shown.photo[-1].file_id if shown.photo else ""
        sent = await self._bot.send_document(
            chat, sent_as, disable_content_type_detection=True, **caption(message)
        )
        return Sent(str(sent.message_id)), sent.document.file_id if sent.document else ""

    async def _note(self, key: str, media_id: str) -> None:
        if not media_id:
            return
        until = datetime.now(UTC) + _KEPT
        try:
            await self._files.note_upload("telegram", self._account, key, media_id, until)
        except (SQLAlchemyError, OSError) as error:  # it was sent: failing now would send it twice
            _log.warning("telegram_upload_not_noted", error=type(error).__name__)


def _is_photo(file: FileContent) -> bool:
    """Whether Telegram shows a file; a picture over its limit goes as a document."""
    return file.media_type in PICTURES and len(file.content) <= FileSizeLimit.PHOTOSIZE_UPLOAD


def _key(file: FileContent) -> str:
    # Telegram keeps the name with the content, and takes a photo's id for no document's.
    kind = "photo " if _is_photo(file) else ""
    return hashlib.sha256(f"{kind}{file.sha256} {file.name}".encode()).hexdigest()


def _upload(file: FileContent) -> InputFile:
    return InputFile(file.content, filename=file.name)
