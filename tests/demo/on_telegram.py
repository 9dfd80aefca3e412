"""The fake Bot API on the stage."""

import contextlib
import secrets
import time
from collections.abc import AsyncIterator
from typing import Any

from tests.demo.employees import EMPLOYEES
from tests.demo.stage import Button, Chat, Exchange, File, Item, Json, NotPossible, Person
from tests.fakes.telegram import FakeTelegram, FakeUser, ShownMessage
from tests.fakes.telegram_text import units

_SHOWN_EXCHANGES = 80
_LONGEST_TEXT = 4096
_KINDS = ("contact", "voice", "photo")


class TelegramOnStage:
    """An implementation of ``tests.demo.stage.Platform``."""

    name = "telegram"

    def __init__(self, telegram: FakeTelegram) -> None:
        self._telegram = telegram
        telegram.token = f"{telegram.bot['id']}:{secrets.token_hex(18)}"
        self._users = {
            str(user.id): user
            for user in (telegram.user(one.name, phone=one.phone) for one in EMPLOYEES)
        }
        self._presses: dict[tuple[int, str], str] = {}

    @property
    def people(self) -> tuple[Person, ...]:
        return tuple(Person(key, user.name, f"+{user.phone}") for key, user in self._users.items())

    def settings(self) -> dict[str, str]:
        telegram = self._telegram
        return {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.base_url}

    async def meet(self, url: str) -> None:
        """Wait to be polled."""

    def chat(self, person: str) -> Chat:
        user = self._users[person]
        said = [
            (update["message"]["message_id"], self._said(update))
            for update in self._telegram.updates
            if "message" in update and update["message"]["from"]["id"] == user.id
        ]
        shown = [(m.message_id, self._shown(m)) for m in self._telegram.messages_to(user)]
        items = tuple(item for _, item in sorted(said + shown, key=lambda pair: pair[0]))
        can = ["own_contact", "other_contact", "voice", "photo", "block"]
        commands = self._telegram.commands
        listed = commands.get(user.language) or commands.get("") or []
        return Chat(
            items,
            is_typing=user.typing_until > time.monotonic(),
            is_blocked=user.blocked,
            replies=tuple(
                tuple(Button(button["text"], button["text"]) for button in row)
                for row in user.offered.replies
            ),
            commands=tuple((one["command"], one["description"]) for one in listed),
            can=("unblock",) if user.blocked else tuple(can),
        )

    def act(self, person: str, action: Json) -> None:
        user = self._users[person]
        do = action["do"]
        if user.blocked and do != "unblock":
            raise NotPossible("blocked")
        match do:
            case "say":
                self._say(user, str(action["text"]).strip())
            case "press":
                self._press(user, int(action["item"]), str(action["value"]))
            case "reply":
                self._reply(user, str(action["value"]))
            case _:
                self._do_rarely(user, do)

    def file(self, item: str) -> tuple[str, str, bytes]:
        for (_, number), shown in self._telegram.messages.items():
            if str(number) == item and shown.document:
                document = shown.document
                return document.name, document.media_type, document.content
        raise KeyError(item)

    def wire(self) -> tuple[Exchange, ...]:
        calls = self._telegram.wire
        first = max(0, len(calls) - _SHOWN_EXCHANGES)
        return tuple(
            Exchange(
                number,
                at=round(call.time - calls[0].time, 2),
                method=call.method,
                status=call.status,
                ms=None if call.took is None else round(call.took * 1000, 1),
                is_poll=call.method == "getUpdates",
                note="" if call.status in (0, 200) else call.outcome,
            )
            for number, call in enumerate(calls[first:], first)
        )

    def problems(self) -> tuple[str, ...]:
        return tuple(self._telegram.violations)

    def _said(self, update: dict[str, Any]) -> Item:
        message = update["message"]
        contact = message.get("contact", {})
        # Telegram shows a bot's reading when the update is confirmed.
        is_read = update["update_id"] not in self._telegram.pending
        return Item(
            str(message["message_id"]),
            own=True,
            at=message["date"],
            text=message.get("text", contact.get("first_name", "")),
            kind=next((kind for kind in _KINDS if kind in message), ""),
            footer=f"+{contact['phone_number']}" if contact else "",
            ticks=3 if is_read else 1,
        )

    def _shown(self, shown: ShownMessage) -> Item:
        document = shown.document
        return Item(
            str(shown.message_id),
            own=False,
            at=shown.date,
            text=shown.text,
            marks=tuple(shown.entities),
            is_edited=shown.edits > 0,
            buttons=tuple(
                tuple(self._button(shown, button) for button in row) for row in shown.keyboard
            ),
            file=File(document.name, len(document.content)) if document else None,
        )

    def _button(self, shown: ShownMessage, button: dict[str, Any]) -> Button:
        data = button["callback_data"]
        press = self._presses.get((shown.message_id, data))
        return Button(button["text"], data, waiting=press in self._telegram.presses)

    def _say(self, user: FakeUser, text: str) -> None:
        if not 0 < units(text) <= _LONGEST_TEXT:
            raise NotPossible("length")
        user.says(text)

    def _press(self, user: FakeUser, message_id: int, value: str) -> None:
        shown = self._telegram.messages.get((user.id, message_id))
        buttons = [button for row in shown.keyboard for button in row] if shown else []
        if shown is None or value not in [button["callback_data"] for button in buttons]:
            raise NotPossible("gone")
        query = user.presses_data(shown, value)["callback_query"]
        self._presses[message_id, value] = query["id"]

    def _reply(self, user: FakeUser, label: str) -> None:
        if label not in [button["text"] for row in user.offered.replies for button in row]:
            raise NotPossible("gone")
        user.taps(label)

    def _do_rarely(self, user: FakeUser, do: object) -> None:
        match do:
            case "own_contact":
                user.shares_contact()
            case "other_contact":
                user.shares_contact(of=next(u for u in self._users.values() if u is not user))
            case "voice":
                user.sends_voice()
            case "photo":
                user.sends_photo()
            case "block":
                user.blocks()
            case "unblock":
                user.unblocks()
            case _:
                raise NotPossible("unknown")


@contextlib.asynccontextmanager
async def telegram_on_stage() -> AsyncIterator[TelegramOnStage]:
    """Start the fake Bot API."""
    async with FakeTelegram() as telegram:
        yield TelegramOnStage(telegram)
