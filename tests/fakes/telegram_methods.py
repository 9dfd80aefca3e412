"""The Bot API's methods over the fake's world, with the refusals of the real ones."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

from tests.fakes.telegram_spec import problems_of_request, problems_of_type
from tests.fakes.telegram_text import MarkupError, clean, parse_html, units
from tests.fakes.telegram_world import DEFAULT_KINDS, FakeUser, ShownMessage, World

Params = dict[str, Any]

_ACTIONS = {"typing", "upload_photo", "record_voice", "upload_document", "find_location"}
_UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_ANOTHER_POLLER = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
_WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook "
    "first"
)


class Refusal(Exception):  # noqa: N818  # what the server says, not an error of the fake
    """An answer that is not ok."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def to_json(self) -> dict[str, Any]:
        value = {"ok": False, "error_code": self.code, "description": self.description}
        return value | ({"parameters": self.parameters} if self.parameters else {})


def bad(description: str) -> Refusal:
    return Refusal(400, f"Bad Request: {description}")


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
            "sendMessage": self._send_message,
            "editMessageText": self._edit_message_text,
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
        self.world.violations += problems_of_request(method, params)
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
            raise Refusal(409, f"Conflict: {_WEBHOOK_ACTIVE}")
        self.end_poll("conflict")  # the one that came later wins
        poll = self._poll = asyncio.get_running_loop().create_future()
        self._allow(params)
        offset = params.get("offset", 0)
        for update_id in [u for u in self.world.pending if u < offset]:
            del self.world.pending[update_id]
        if not self.world.pending and params.get("timeout", 0):
            done, _ = await asyncio.wait([poll], timeout=params["timeout"])
            if done and poll.result() == "conflict":
                raise Refusal(409, f"Conflict: {_ANOTHER_POLLER}")
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

    async def _send_message(self, params: Params) -> Any:
        user = self._user(params)
        text, entities = self._text(params)
        keyboard = self._keyboard(params)
        self._pass(user)
        message_id = self.world.next_id("message")
        shown = ShownMessage(message_id, user.id, int(time.time()), text, entities, keyboard)
        self.world.messages[user.id, message_id] = shown
        return self._message(user, shown)

    async def _edit_message_text(self, params: Params) -> Any:
        user = self._user(params)
        text, entities = self._text(params)
        keyboard = self._keyboard(params)
        shown = self.world.messages.get((user.id, params.get("message_id", 0)))
        if shown is None:
            raise bad("message to edit not found")
        if (text, entities, keyboard) == (shown.text, shown.entities, shown.keyboard):
            raise bad(_UNCHANGED)
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
        self._user(params)
        if params.get("action") not in _ACTIONS:
            raise bad("wrong parameter action in request")
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
        text, mode = params.get("text", ""), params.get("parse_mode", "")
        if mode not in ("", "HTML"):
            raise bad("unsupported parse_mode")
        try:
            said, entities = parse_html(text) if mode else (clean(text).strip(), [])
        except MarkupError as error:
            raise bad(f"can't parse entities: {error}") from None
        if not said:
            raise bad("message text is empty")
        if units(said) > 4096:
            raise bad("message is too long")
        return said, entities

    def _keyboard(self, params: Params) -> list[list[Params]]:
        markup = params.get("reply_markup", {"inline_keyboard": []})
        rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            raise bad("object expected as reply markup")
        for button in (button for row in rows for button in row):
            if not button.get("text"):
                raise bad("can't parse inline keyboard button: Can't find field \"text\"")
            if "callback_data" not in button:
                raise bad("text buttons are unallowed in the inline keyboard")
            if not 1 <= len(button["callback_data"].encode()) <= 64:
                raise bad("BUTTON_DATA_INVALID")
        if sum(map(len, rows)) > 100:
            raise bad("reply markup is too long")
        return [row for row in rows if row]

    def _message(self, user: FakeUser, shown: ShownMessage) -> Params:
        message: Params = {
            "message_id": shown.message_id,
            "from": {key: self.world.bot[key] for key in ("id", "is_bot", "first_name")},
            "chat": user.chat,
            "date": shown.date,
            "text": shown.text,
        }
        if shown.entities:
            message["entities"] = shown.entities
        if shown.keyboard:
            message["reply_markup"] = {"inline_keyboard": shown.keyboard}
        self.world.violations += problems_of_type("Message", message)
        return message
