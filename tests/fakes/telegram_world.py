"""Who and what there is on the fake Telegram: one bot, its people, their chats."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes.pacing import Bucket
from tests.fakes.telegram_spec import problems_of_type
from tests.fakes.telegram_text import units

BOT_ID = 7_000_000_001
DEFAULT_KINDS = frozenset({"message", "edited_message", "callback_query", "my_chat_member"})


@dataclass
class ShownMessage:
    """A message of the bot as the person sees it."""

    message_id: int
    chat_id: int
    date: int
    text: str
    entities: list[dict[str, Any]]
    keyboard: list[list[dict[str, Any]]]
    edits: int = 0

    @property
    def labels(self) -> list[list[str]]:
        return [[button["text"] for button in row] for row in self.keyboard]

    def data_of(self, label: str) -> str:
        """Give the data behind a button; the label may be its beginning."""
        buttons = [button for row in self.keyboard for button in row]
        found = [button for button in buttons if button["text"].startswith(label)]
        assert found, f"no button {label!r} among {self.labels}"
        return str(found[0]["callback_data"])

    def marked(self, kind: str) -> list[str]:
        """Give the parts shown as ``bold``, ``italic``, ..."""
        raw = self.text.encode("utf-16-le")
        return [
            raw[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
            for e in self.entities
            if e["type"] == kind
        ]


class World:
    """The state, and how updates come about; ``telegram.py`` puts it on the network.

    ``limits`` may be changed by a test before it sends: about 30 messages a second in all and
    1 a second a chat, of which short bursts are let through:
    https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
    """

    def __init__(self, token: str = f"{BOT_ID}:AAfake-token-of-the-tests") -> None:
        self.token = token
        self.bot = {
            "id": BOT_ID,
            "is_bot": True,
            "first_name": "واعي",
            "username": "waai_test_bot",
            "can_join_groups": False,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }
        self.violations: list[str] = []
        self.users: dict[int, FakeUser] = {}
        self.messages: dict[tuple[int, int], ShownMessage] = {}
        self.presses: dict[str, float] = {}
        self.pending: dict[int, dict[str, Any]] = {}
        self.kinds: frozenset[str] = DEFAULT_KINDS
        self.chat_rate, self.chat_burst = 1.0, 20.0
        self.overall = Bucket(30.0, 30.0)
        self.flooded_until = 0.0
        self.on_update: list[Callable[[], None]] = []
        self._chats: dict[int, Bucket] = {}
        self._ids = {"update": 500_000, "message": 0, "press": 0}

    def user(self, name: str = "سارة", language: str = "ar") -> "FakeUser":
        """Let somebody in who has started the bot."""
        user = FakeUser(self, 9_100_000_000 + len(self.users), name, language)
        self.users[user.id] = user
        return user

    def messages_to(self, user: "FakeUser") -> list[ShownMessage]:
        """Give what a person sees of the bot, in order."""
        return [m for (chat, _), m in sorted(self.messages.items()) if chat == user.id]

    def delete(self, message: ShownMessage) -> None:
        """Let the person delete a message of the bot."""
        del self.messages[message.chat_id, message.message_id]

    def flood(self, seconds: float) -> None:
        """Answer 429 to every message until so many seconds have passed."""
        self.flooded_until = time.monotonic() + seconds

    def next_id(self, kind: str) -> int:
        self._ids[kind] += 1
        return self._ids[kind]

    def happens(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        """Make an update and keep it until it is confirmed."""
        update_id = self.next_id("update")
        update = {"update_id": update_id, kind: content}
        self.violations += problems_of_type("Update", update)
        if kind in self.kinds:
            self.pending[update_id] = update
            for wake in self.on_update:
                wake()
        return update

    def seconds_to_wait(self, chat: int) -> int:
        """Let a message pass (0), or give the ``retry_after`` of its refusal."""
        bucket = self._chats.setdefault(chat, Bucket(self.chat_rate, self.chat_burst))
        flooded = self.flooded_until - time.monotonic()
        wait = max(self.overall.wait(), bucket.wait(), flooded)
        if wait > 0:
            return math.ceil(wait)
        self.overall.level -= 1
        bucket.level -= 1
        return 0


@dataclass
class FakeUser:
    """A person in a private chat with the bot."""

    world: World
    id: int
    name: str
    language: str
    blocked: bool = False
    deactivated: bool = False
    moved_to: int = 0

    @property
    def profile(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": self.name,
            "language_code": self.language,
        }

    @property
    def chat(self) -> dict[str, Any]:
        return {"id": self.id, "type": "private", "first_name": self.name}

    def sends(self, **content: Any) -> dict[str, Any]:
        """Send a message with any fields of a Message."""
        message = {
            "message_id": self.world.next_id("message"),
            "from": self.profile,
            "chat": self.chat,
            "date": int(time.time()),
        }
        return self.world.happens("message", message | content)

    def says(self, text: str) -> dict[str, Any]:
        if not text.startswith("/"):
            return self.sends(text=text)
        command = {"type": "bot_command", "offset": 0, "length": units(text.split(maxsplit=1)[0])}
        return self.sends(text=text, entities=[command])

    def sends_voice(self) -> dict[str, Any]:
        voice = {"file_id": "AwACAgQ", "file_unique_id": "AgADvoice", "duration": 3}
        return self.sends(voice=voice | {"mime_type": "audio/ogg", "file_size": 9312})

    def sends_photo(self, caption: str = "") -> dict[str, Any]:
        photo = {"file_id": "AgACAgQ", "file_unique_id": "AQADphoto", "width": 90, "height": 67}
        return self.sends(photo=[photo], **({"caption": caption} if caption else {}))

    def presses(self, message: ShownMessage, label: str) -> dict[str, Any]:
        """Press the button whose label begins like this."""
        return self.presses_data(message, message.data_of(label))

    def presses_data(self, message: ShownMessage, data: str) -> dict[str, Any]:
        """Press a button, possibly one that was never there."""
        press_id = str(4_000_000_000_000 + self.world.next_id("press"))
        self.world.presses[press_id] = time.monotonic()
        is_there = (message.chat_id, message.message_id) in self.world.messages
        shown = {"message_id": message.message_id, "chat": self.chat}
        shown |= (
            {"date": message.date, "text": message.text, "from": self.world.bot}
            if is_there
            else {"date": 0}
        )
        query = {"id": press_id, "from": self.profile, "message": shown}
        return self.world.happens(
            "callback_query", query | {"chat_instance": "-3141592653589793", "data": data}
        )

    def blocks(self) -> dict[str, Any]:
        self.blocked = True
        return self._changes_membership("member", "kicked")

    def unblocks(self) -> dict[str, Any]:
        self.blocked = False
        return self._changes_membership("kicked", "member")

    def _changes_membership(self, old: str, new: str) -> dict[str, Any]:
        def member(status: str) -> dict[str, Any]:
            until = {"until_date": 0} if status == "kicked" else {}
            return {"user": self.world.bot, "status": status} | until

        change = {"chat": self.chat, "from": self.profile, "date": int(time.time())}
        return self.world.happens(
            "my_chat_member",
            change | {"old_chat_member": member(old), "new_chat_member": member(new)},
        )
