"""Telegram's transport: one bot, its methods, its errors as values."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from telegram import Bot, InlineKeyboardMarkup
from telegram.constants import ChatAction
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.channels.telegram import inbound
from bot.channels.telegram.documents import Documents
from bot.channels.telegram.failures import (
    FILE_GONE,
    failure_of,
    fetch_failure_of,
    is_beyond_edit,
    is_unchanged,
    seconds_of,
)
from bot.channels.telegram.menu import menu
from bot.channels.telegram.outbound import LIMITS, Parameters, inline, parameters
from bot.channels.telegram.requests import Pauses, RequestOptions
from bot.conversation.channel import (
    TOO_LARGE,
    FetchFailure,
    Limits,
    SendFailure,
    SendOutcome,
    Sent,
)
from bot.conversation.events import Address, Blocked, Incoming, Press, SentFile
from bot.conversation.messages import Button, Message
from bot.domain.meaning import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.library.phrases import Phrases
    from bot.services.files import FileService

DEFAULT_BASE_URL = "https://api.telegram.org/bot"

_log = structlog.get_logger(__name__)


class TelegramChannel:
    """One bot; an implementation of ``bot.conversation.channel.Channel``.

    Args:
        token: The bot's token.
        base_url: What the token is appended to; None for Telegram's own. Files are beside it.
        options: Timeouts and sizes of the HTTP clients.
        pauses: How long ``start`` waits between its tries.
        files: What goes along with messages; None where nothing does.
        phrases: What the list of commands says, and what is said of a file that is not kept any
            more; None for no list, and for a failure then.
    """

    def __init__(  # noqa: PLR0913 - the composition root names each of them
        self,
        token: str,
        base_url: str | None = None,
        options: RequestOptions | None = None,
        pauses: Pauses | None = None,
        *,
        files: FileService | None = None,
        phrases: Phrases | None = None,
    ) -> None:
        self._options = options or RequestOptions()
        self._pauses = pauses or Pauses()
        self._updates = self._options.updates_request()
        self._request = self._options.request()
        base_url = base_url or DEFAULT_BASE_URL
        self._bot = Bot(
            token,
            base_url,
            # https://core.telegram.org/bots/api#getfile
            base_url.removesuffix("bot") + "file/bot",
            request=self._request,
            get_updates_request=self._updates,
        )
        # A token begins with the bot's id: https://core.telegram.org/bots/api#authorizing-your-bot
        self._account = token.partition(":")[0]
        self._phrases = phrases
        self._documents = Documents(self._bot, self._account, files, phrases) if files else None

    @property
    def name(self) -> str:
        """``telegram``."""
        return "telegram"

    @property
    def account(self) -> str:
        """The bot's id."""
        return self._account

    @property
    def limits(self) -> Limits:
        """What one message can carry."""
        return LIMITS

    async def start(self) -> None:
        """Make sure of the token, however long Telegram can't be reached; list the commands.

        Raises:
            InvalidToken: Telegram refused the token; the error does not carry it.
        """
        failures = 0
        while True:
            try:
                await self._bot.initialize()
            except InvalidToken:
                # The library's own error has the token in its message.
                raise InvalidToken("Telegram refused the bot's token") from None
            except TelegramError as error:
                failures += 1
                pause = pause_after(error, failures, self._pauses)
                _log.warning("telegram_start_failed", error=type(error).__name__, pause=pause)
                await asyncio.sleep(pause)
            else:
                break
        if self._phrases is not None:
            await self._list_commands(self._phrases)

    async def close(self) -> None:
        """Close the connections."""
        await self._bot.shutdown()
        # A bot that was never started leaves these to us; closing twice does nothing.
        await self._request.shutdown()
        await self._updates.shutdown()

    def parse(self, raw: Mapping[str, object]) -> Incoming | None:
        """Read a stored raw update; see ``inbound.parse``.

        Raises:
            ValueError, KeyError, TypeError: The update is malformed.
        """
        return inbound.parse(raw, self._account)

    async def send(self, address: Address, message: Message, reference: str = "") -> SendOutcome:  # noqa: ARG002 - the port's
        """Send a message, with its document, or put it in the place of the one that it edits.

        Raises:
            ValueError: A button's data is empty or over 64 bytes.
        """
        if not _is_id(address.user):
            return SendFailure("bad_address")
        try:
            if message.document is None:
                return await self._say(int(address.user), message)
            if self._documents is None:
                return FILE_GONE
            return await self._documents.send(address, message, message.document, self._say)
        except TelegramError as error:
            return failure_of(error)

    async def _say(self, chat: int, message: Message) -> Sent:
        content = parameters(message)
        if _is_id(message.edits):
            edited = int(message.edits)
            if await self._edit(chat, edited, content, message.rebuttons):
                return Sent(message.edits)
        sent = await self._bot.send_message(chat, **content)
        return Sent(str(sent.message_id))

    async def acknowledge(self, incoming: Incoming) -> None:
        """Stop a pressed button's spinner, or show that an answer is being written."""
        content = incoming.content
        if isinstance(content, Blocked):
            return
        try:
            async with asyncio.timeout(self._options.acknowledge):
                if not isinstance(content, Press):
                    await self._bot.send_chat_action(incoming.address.user, ChatAction.TYPING)
                elif content.press_id:
                    await self._bot.answer_callback_query(content.press_id)
        except (TelegramError, TimeoutError) as error:
            _log.info("telegram_acknowledge_failed", error=type(error).__name__)

    async def fetch(self, file: SentFile, most: int) -> bytes | FetchFailure:
        """Give what is in a file that a person sent; Telegram gives out 20 MB at most."""
        try:
            async with asyncio.timeout(self._options.fetch):
                fetched = await self._fetch(file, most)
        except TelegramError as error:
            fetched = fetch_failure_of(error)
        except TimeoutError:
            fetched = FetchFailure("timed_out")
        if isinstance(fetched, FetchFailure):
            _log.info("telegram_fetch_failed", reason=fetched.reason)
        return fetched

    async def _fetch(self, file: SentFile, most: int) -> bytes | FetchFailure:
        found = await self._bot.get_file(file.id)
        if (found.file_size or 0) > most:
            return TOO_LARGE
        # Where it is holds the token, and is told to nobody.
        content = await self._request.download(found.file_path or "", most)
        return TOO_LARGE if content is None else content

    async def list_updates(self, offset: int | None) -> list[dict[str, object]]:
        """Wait for updates from ``offset`` on, raw; earlier ones count as received.

        Raises:
            TelegramError: There was no answer, or a refusal.
        """
        # Nothing comes back from here: see RawUpdatesRequest.
        await self._bot.get_updates(
            offset=offset,
            timeout=timedelta(seconds=self._options.long_poll),
            allowed_updates=inbound.ALLOWED_UPDATES,
        )
        return self._updates.updates

    async def delete_webhook(self) -> None:
        """End the webhook, so that polling is allowed; waiting updates stay.

        Raises:
            TelegramError: There was no answer, or a refusal.
        """
        await self._bot.delete_webhook(drop_pending_updates=False)

    async def set_webhook(self, url: str, secret_token: str) -> None:
        """Have updates posted to ``url`` with the secret in a header.

        Raises:
            ValueError: The secret is empty: anybody could post updates.
            TelegramError: There was no answer, or a refusal.
        """
        if not secret_token:
            raise ValueError("a webhook needs a secret")
        await self._bot.set_webhook(
            url, allowed_updates=inbound.ALLOWED_UPDATES, secret_token=secret_token
        )

    async def _list_commands(self, phrases: Phrases) -> None:
        """Show what can be typed, in Arabic but to those whose app is in English; best effort."""
        try:
            for language, shown_to in ((Language.ARABIC, None), (Language.ENGLISH, "en")):
                await self._bot.set_my_commands(menu(phrases, language), language_code=shown_to)
        except TelegramError as error:  # Telegram keeps the list that it has
            _log.warning("telegram_commands_not_listed", error=type(error).__name__)

    async def _edit(
        self, chat: int, message_id: int, content: Parameters, rebuttons: tuple[Button, ...]
    ) -> bool:
        """Edit a message of ours, or its buttons alone; False if it can't be edited any more."""
        keyboard = inline(rebuttons) if rebuttons else content["reply_markup"]
        if not isinstance(keyboard, InlineKeyboardMarkup | None):
            return False  # no other one comes by an edit
        try:
            if rebuttons:
                await self._bot.edit_message_reply_markup(chat, message_id, reply_markup=keyboard)
                return True
            await self._bot.edit_message_text(
                content["text"],
                chat,
                message_id,
                parse_mode=content["parse_mode"],
                link_preview_options=content["link_preview_options"],
                reply_markup=keyboard,
            )
        except BadRequest as error:
            if is_beyond_edit(error):
                return False
            if not is_unchanged(error):
                raise
        return True


def pause_after(error: TelegramError, failures: int, pauses: Pauses) -> float:
    """Give how long to wait after an error of a background task, in seconds."""
    pause = pauses.after(failures)
    if isinstance(error, RetryAfter):
        return max(pause, seconds_of(error))
    if isinstance(error, NetworkError) and not isinstance(error, BadRequest):
        return pause
    return pauses.longest  # nothing that passes by itself


def _is_id(value: str) -> bool:
    return value.removeprefix("-").isdecimal()
