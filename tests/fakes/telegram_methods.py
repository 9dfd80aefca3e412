"""The Bot API's methods over the fake's world, with the refusals of the real ones."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from tests.fakes.telegram_files import StoredFile, Upload
from tests.fakes.telegram_markup import Markup, Rows, read_inline, read_markup
from tests.fakes.telegram_refusals import (
    ANOTHER_POLLER,
    UNCHANGED,
    WEBHOOK_ACTIVE,
    Refusal,
    bad,
)
from tests.fakes.telegram_spec import problems_of_request, problems_of_type
from tests.fakes.telegram_text import MarkupError, clean, parse_html, units
from tests.fakes.telegram_user import FakeUser
from tests.fakes.telegram_world import DEFAULT_KINDS, ShownMessage, World

Params = dict[str, Any]

_ACTIONS = {"typing", "upload_photo", "record_voice", "upload_document", "find_location"}
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_TYPING_S = 5.0
_NO_KEYBOARD: Params = {"inline_keyboard": []}


class Methods:
    """What a bot can call.

    Attributes:
        press_lifetime: Seconds in which a press has to be answered; about 15 in reality.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.press_lifetime = 15.0
        self.webhook_url = self.webhook_secret = ""
        self.on_webhook: list[Callable[[], None]] = []
        self._poll: asyncio.Future[str] | None = None
        world.on_update.append(self._wake)
        self._table: dict[str, Callable[[Params], Awaitable[Any]]] = {
            "getMe": self._get_me,
            "getUpdates": self._get_updates,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "setMyCommands": self._set_my_commands,
            "getMyCommands": self._get_my_commands,
            "sendMessage": self._send_message,
            "sendDocument": partial(self._send_file, "document"),
            "sendPhoto": partial(self._send_file, "photo"),
            "getFile": self._get_file,
            "editMessageText": self._edit_message_text,
            "editMessageCaption": self._edit_message_caption,
            "editMessageReplyMarkup": self._edit_message_reply_markup,
            "answerCallbackQuery": self._answer_callback_query,
            "sendChatAction": self._send_chat_action,
        }

    async def call(self, method: str, params: Params) -> Any:
        """Run a method.

        Raises:
            Refusal: As Telegram would refuse it.
        """
        if method not in self._table:
            raise Refusal(404, "Not Found")
        attached = {f"attach://{name}" for name, part in params.items() if isinstance(part, Upload)}
        named = attached & {value for value in params.values() if isinstance(value, str)}
        described = {k: v for k, v in params.items() if f"attach://{k}" not in named}
        self.world.violations += problems_of_request(method, described)
        return await self._table[method](params)

    def end_poll(self, reason: str) -> None:
        """Answer the poll that waits, if one does."""
        if self._poll and not self._poll.done():
            self._poll.set_result(reason)

    def _wake(self) -> None:
        self.end_poll("update")

    async def _get_me(self, _: Params) -> Any:
        return self.world.bot

    async def _get_updates(self, params: Params) -> Any:
        if self.webhook_url:
            raise Refusal(409, f"Conflict: {WEBHOOK_ACTIVE}")
        self.end_poll("conflict")  # the one that came later wins
        poll = self._poll = asyncio.get_running_loop().create_future()
        self._allow(params)
        offset = params.get("offset", 0)
        for update_id in [u for u in self.world.pending if u < offset]:
            del self.world.pending[update_id]
        if not self.world.pending and params.get("timeout", 0):
            done, _ = await asyncio.wait([poll], timeout=params["timeout"])
            if done and poll.result() == "conflict":
                raise Refusal(409, f"Conflict: {ANOTHER_POLLER}")
        limit = min(params.get("limit", 100), 100)
        return [update for _, update in sorted(self.world.pending.items())][:limit]

    async def _set_webhook(self, params: Params) -> Any:
        secret = params.get("secret_token", "")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
            raise bad("secret token contains unallowed characters")
        self._allow(params)
        self.webhook_url, self.webhook_secret = params.get("url", ""), secret
        for told in self.on_webhook:
            told()
        return True

    async def _delete_webhook(self, params: Params) -> Any:
        self.webhook_url = self.webhook_secret = ""
        if params.get("drop_pending_updates"):
            self.world.pending.clear()
        return True

    async def _set_my_commands(self, params: Params) -> Any:
        for command in params.get("commands", []):
            if not _COMMAND.fullmatch(command.get("command", "")):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(command.get("description", "")) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        self.world.commands[params.get("language_code", "")] = params.get("commands", [])
        return True

    async def _get_my_commands(self, params: Params) -> Any:
        return self.world.commands.get(params.get("language_code", ""), [])

    async def _send_message(self, params: Params) -> Any:
        user = self._user(params)
        text, entities = self._text(params)
        markup = read_markup(params.get("reply_markup", _NO_KEYBOARD))
        return self._shows(user, text, entities, markup)

    async def _send_file(self, kind: str, params: Params) -> Any:
        user = self._user(params)
        text, entities = self._caption(params)
        markup = read_markup(params.get("reply_markup", _NO_KEYBOARD))
        stored = self.world.shelf.take(kind, params)
        return self._shows(user, text, entities, markup, stored)

    async def _get_file(self, params: Params) -> Any:
        file = self.world.shelf.link(params.get("file_id", ""))
        self.world.violations += problems_of_type("File", file)
        return file

    def _shows(
        self,
        user: FakeUser,
        text: str,
        entities: list[Params],
        markup: Markup,
        document: StoredFile | None = None,
    ) -> Params:
        self._pass(user)
        message_id = self.world.next_id("message")
        editable = not (markup.replies or markup.removes)
        now = int(time.time())
        shown = ShownMessage(
            message_id, user.id, now, text, entities, markup.inline, 0, document, editable
        )
        self.world.messages[user.id, message_id] = shown
        user.typing_until = 0.0
        if not editable:
            user.offered = markup
        return self._message(user, shown)

    async def _edit_message_text(self, params: Params) -> Any:
        user, shown = self._shown(params)
        text, entities = self._text(params)
        if shown.document:
            raise bad("there is no text in the message to edit")
        return self._replace(user, shown, text, entities, _inline(params))

    async def _edit_message_caption(self, params: Params) -> Any:
        user, shown = self._shown(params)
        text, entities = self._caption(params)
        if not shown.document:
            raise bad("there is no caption in the message to edit")
        return self._replace(user, shown, text, entities, _inline(params))

    async def _edit_message_reply_markup(self, params: Params) -> Any:
        user, shown = self._shown(params)
        return self._replace(user, shown, shown.text, shown.entities, _inline(params))

    def _shown(self, params: Params) -> tuple[FakeUser, ShownMessage]:
        user = self._user(params)
        shown = self.world.messages.get((user.id, params.get("message_id", 0)))
        if shown is None:
            raise bad("message to edit not found")
        # Of keyboards only inline ones: https://core.telegram.org/bots/api#updating-messages
        if not shown.is_editable:
            raise bad("message can't be edited")
        return user, shown

    def _replace(
        self,
        user: FakeUser,
        shown: ShownMessage,
        text: str,
        entities: list[Params],
        keyboard: Rows,
    ) -> Params:
        if (text, entities, keyboard) == (shown.text, shown.entities, shown.keyboard):
            raise bad(UNCHANGED)
        self._pass(user)
        shown.text, shown.entities, shown.keyboard = text, entities, keyboard
        shown.edits += 1
        return self._message(user, shown)

    async def _answer_callback_query(self, params: Params) -> Any:
        if units(params.get("text", "")) > 200:
            raise bad("MESSAGE_TOO_LONG")
        pressed = self.world.presses.pop(params.get("callback_query_id", ""), float("-inf"))
        if time.monotonic() - pressed > self.press_lifetime:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        return True

    async def _send_chat_action(self, params: Params) -> Any:
        user = self._user(params)
        if params.get("action") not in _ACTIONS:
            raise bad("wrong parameter action in request")
        user.typing_until = time.monotonic() + _TYPING_S
        return True

    def _allow(self, params: Params) -> None:
        if "allowed_updates" in params:
            self.world.kinds = frozenset(params["allowed_updates"]) or DEFAULT_KINDS

    def _user(self, params: Params) -> FakeUser:
        user = self.world.users.get(params.get("chat_id", 0))
        if user is None:
            raise bad("chat not found")
        if user.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if user.deactivated:
            raise Refusal(403, "Forbidden: user is deactivated")
        if user.moved_to:
            said = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refusal(400, said, migrate_to_chat_id=user.moved_to)
        return user

    def _pass(self, user: FakeUser) -> None:
        if seconds := self.world.seconds_to_wait(user.id):
            said = f"Too Many Requests: retry after {seconds}"
            raise Refusal(429, said, retry_after=seconds)

    def _text(self, params: Params) -> tuple[str, list[Params]]:
        said, entities = _parsed(params.get("text", ""), params)
        if not said:
            raise bad("message text is empty")
        if units(said) > 4096:
            raise bad("message is too long")
        return said, entities

    def _caption(self, params: Params) -> tuple[str, list[Params]]:
        said, entities = _parsed(params.get("caption", ""), params)
        if units(said) > 1024:
            raise bad("message caption is too long")
        return said, entities

    def _message(self, user: FakeUser, shown: ShownMessage) -> Params:
        message: Params = {
            "message_id": shown.message_id,
            "from": {key: self.world.bot[key] for key in ("id", "is_bot", "first_name")},
            "chat": user.chat,
            "date": shown.date,
        }
        text, entities = "text", "entities"
        if shown.document:
            message[shown.document.kind] = shown.document.shown()
            text, entities = "caption", "caption_entities"
        if shown.text:
            message[text] = shown.text
        if shown.entities:
            message[entities] = shown.entities
        if shown.keyboard:
            message["reply_markup"] = {"inline_keyboard": shown.keyboard}
        self.world.violations += problems_of_type("Message", message)
        return message


def _parsed(text: str, params: Params) -> tuple[str, list[Params]]:
    mode = params.get("parse_mode", "")
    if mode not in ("", "HTML"):
        raise bad("unsupported parse_mode")
    try:
        return parse_html(text) if mode else (clean(text).strip(), [])
    except MarkupError as error:
        raise bad(f"can't parse entities: {error}") from None


def _inline(params: Params) -> Rows:
    return read_inline(params.get("reply_markup", _NO_KEYBOARD))
