"""WhatsApp's transport: one phone number, its messages, files and read marks."""

from __future__ import annotations

import asyncio
import functools
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog

from bot.channels.whatsapp import inbound
from bot.channels.whatsapp.failures import (
    AMBIGUOUS,
    FILE_GONE,
    NO_TEMPLATE,
    may_be_stale_media,
)
from bot.channels.whatsapp.graph import Account, Answer, Graph, GraphOptions
from bot.channels.whatsapp.outbound import LIMITS, contents, recipient, template_content
from bot.conversation.channel import (
    TOO_LARGE,
    FetchFailure,
    Limits,
    SendFailure,
    SendOutcome,
    Sent,
)
from bot.conversation.events import Address, AddressEnded, Incoming, Receipt, SentFile
from bot.conversation.messages import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.conversation.clock import Clock
    from bot.library.library import Library
    from bot.services.files import FileService

_KEPT = timedelta(days=29)
"""WhatsApp keeps a file for 30 days:
https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media"""

_log = structlog.get_logger(__name__)


class WhatsAppChannel:
    """One phone number; an implementation of ``bot.conversation.channel.Channel``.

    Args:
        account: The number and its token.
        library: For the words of lists, and the templates.
        files: What goes along with messages, and where WhatsApp has it already.
        clock: The time.
        options: Timeouts of the requests.
    """

    def __init__(
        self,
        account: Account,
        library: Library,
        files: FileService,
        clock: Clock,
        options: GraphOptions | None = None,
    ) -> None:
        self._options = options or GraphOptions()
        self._account = account.phone_number_id
        self._graph = Graph(account, self._options)
        self._library = library
        self._files = files
        self._clock = clock
        self._uploading = asyncio.Lock()

    @property
    def name(self) -> str:
        """``whatsapp``."""
        return inbound.CHANNEL

    @property
    def account(self) -> str:
        """The id of the phone number."""
        return self._account

    @property
    def limits(self) -> Limits:
        """What one message can carry."""
        return LIMITS

    async def close(self) -> None:
        """Close the connections."""
        await self._graph.close()

    def parse(self, raw: Mapping[str, object]) -> Incoming | Receipt | None:
        """Read a stored event; see ``inbound.parse``.

        Raises:
            ValueError, KeyError, TypeError: The event is malformed.
        """
        return inbound.parse(raw, self._account)

    async def send(self, address: Address, message: Message, reference: str = "") -> SendOutcome:
        """Send a message, and before it the file that its list cannot carry.

        Raises:
            ValueError: A button's data is empty or over 64 bytes.
        """
        if message.template:
            template = self._library.templates.get(message.template)
            content = template and template_content(template, message)
            return await self._post(address, content, reference) if content else NO_TEMPLATE
        if message.document is None:
            return await self._send(address, message, reference, "")
        cached = await self._media(message.document.file)
        if isinstance(cached, SendFailure):
            return cached
        outcome = await self._send(address, message, reference, cached)
        if not (isinstance(outcome, SendFailure) and may_be_stale_media(outcome)):
            return outcome
        anew = await self._media(message.document.file, stale=cached)
        if isinstance(anew, SendFailure) or anew == cached:
            return outcome
        return await self._send(address, message, reference, anew)

    async def acknowledge(self, incoming: Incoming) -> None:
        """Mark a message as read, and show that an answer is being written.

        https://developers.facebook.com/documentation/business-messaging/whatsapp/typing-indicators
        """
        if isinstance(incoming.content, AddressEnded):
            return
        mark = {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": incoming.external_id,
            "typing_indicator": {"type": "text"},
        }
        try:
            async with asyncio.timeout(self._options.acknowledge):
                outcome = await self._graph.post("messages", mark)
        except TimeoutError:
            outcome = AMBIGUOUS
        if isinstance(outcome, SendFailure):
            _log.info("whatsapp_acknowledge_failed", reason=outcome.reason)

    async def fetch(self, file: SentFile, most: int) -> bytes | FetchFailure:
        """Give what is in a file that a person sent, which WhatsApp keeps for seven days."""
        try:
            async with asyncio.timeout(self._options.fetch):
                fetched = await self._fetch(file, most)
        except TimeoutError:
            fetched = FetchFailure("timed_out")
        if isinstance(fetched, FetchFailure):
            _log.info("whatsapp_fetch_failed", reason=fetched.reason)
        return fetched

    async def _fetch(self, file: SentFile, most: int) -> bytes | FetchFailure:
        found = await self._graph.find(file.id)
        if isinstance(found, SendFailure):
            return FetchFailure(found.reason)
        size, url = str(found.body.get("file_size", "")), found.body.get("url")
        if size.isdecimal() and int(size) > most:
            return TOO_LARGE
        return await self._graph.download(str(url), most)

    async def _send(
        self, address: Address, message: Message, reference: str, media: str
    ) -> SendOutcome:
        say = functools.partial(self._library.phrases.say, language=message.language)
        *before, last = contents(message, reference, say, media)
        for content in before:
            # Without a reference: what becomes of it says nothing of the message itself.
            outcome = await self._post(address, content, "")
            if isinstance(outcome, SendFailure):
                return outcome
        return await self._post(address, last, reference)

    async def _post(self, address: Address, content: dict[str, Any], reference: str) -> SendOutcome:
        request = {**recipient(address.user), **content}
        if reference:
            request["biz_opaque_callback_data"] = reference
        outcome = await self._graph.post("messages", request)
        if isinstance(outcome, SendFailure):
            return outcome
        try:
            return Sent(str(outcome.body["messages"][0]["id"]))
        except (KeyError, IndexError, TypeError):
            return AMBIGUOUS

    async def _media(self, file_id: str, stale: str = "") -> str | SendFailure:
        """Give WhatsApp's id of a file, which gets each content once.

        Args:
            file_id: Ours.
            stale: The id that WhatsApp does not know any more.
        """
        file = await self._files.find(file_id)
        if file is None:
            return FILE_GONE
        # Many who get the same file at once are told the id of one upload.
        async with self._uploading:
            known = await self._files.find_upload(self.name, self._account, file.sha256)
            if known is not None and known != stale:
                return known
            outcome = await self._graph.upload(file.name, file.media_type, file.content)
            if isinstance(outcome, SendFailure):
                return replace(outcome, ambiguous=False)
            media = _id_of(outcome)
            if media is None:
                return replace(AMBIGUOUS, ambiguous=False)
            until = self._clock.now() + _KEPT
            await self._files.note_upload(self.name, self._account, file.sha256, media, until)
            return media


def _id_of(answer: Answer) -> str | None:
    media = answer.body.get("id")
    return media if isinstance(media, str) and media else None
