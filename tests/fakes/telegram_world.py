"""Who and what there is on the fake Telegram: one bot, its people, their chats."""

import contextlib
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.fakes.pacing import Bucket
from tests.fakes.telegram_files import Shelf, StoredFile
from tests.fakes.telegram_spec import problems_of_type
from tests.fakes.telegram_user import FakeUser

BOT_ID = 7_000_000_001
DEFAULT_KINDS = frozenset({"message", "edited_message", "callback_query", "my_chat_member"})


@dataclass
class ShownMessage:
    """A message of the bot as the person sees it.

    Attributes:
        text: What it says; a document's caption, where it has one.
        keyboard: The buttons below it.
        edits: How often it was replaced.
        document: The file that it carries.
        is_editable: Its markup is of the kind that an edit can replace.
    """

    message_id: int
    chat_id: int
    date: int
    text: str
    entities: list[dict[str, Any]]
    keyboard: list[list[dict[str, Any]]]
    edits: int = 0
    document: StoredFile | None = None
    is_editable: bool = True

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
        self.commands: dict[str, list[dict[str, Any]]] = {}
        self.shelf = Shelf()
        self.messages: dict[tuple[int, int], ShownMessage] = {}
        self.presses: dict[str, float] = {}
        self.updates: list[dict[str, Any]] = []
        self.pending: dict[int, dict[str, Any]] = {}
        self.kinds: frozenset[str] = DEFAULT_KINDS
        self.chat_rate, self.chat_burst = 1.0, 20.0
        self.overall = Bucket(30.0, 30.0)
        self.flooded_until = 0.0
        self.on_update: list[Callable[[], None]] = []
        self._chats: dict[int, Bucket] = {}
        self._held_until: dict[int | None, float] = {}
        self._holding: list[dict[str, Any]] | None = None
        self._ids = {"update": 500_000, "message": 0, "press": 0}

    def user(self, name: str = "سارة", language: str = "ar", phone: str = "") -> FakeUser:
        """Let somebody in who has started the bot; a phone is made up where none is given."""
        number = len(self.users)
        phone = phone or f"9715000{number:05d}"
        user = FakeUser(self, 9_100_000_000 + number, name, language, phone)
        self.users[user.id] = user
        return user

    def messages_to(self, user: FakeUser) -> list[ShownMessage]:
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
        update = {"update_id": self.next_id("update"), kind: content}
        self.violations += problems_of_type("Update", update)
        self.updates.append(update)
        if kind not in self.kinds:
            return update
        if self._holding is None:
            self.brings(update)
        else:
            self._holding.append(update)
        return update

    def brings(self, *updates: dict[str, Any]) -> None:
        """Let the bot have these updates, in one batch; those that it had before, once more."""
        self.pending |= {update["update_id"]: update for update in updates}
        for wake in self.on_update:
            wake()

    @contextlib.contextmanager
    def holding(self) -> Iterator[list[dict[str, Any]]]:
        """Keep what happens from the bot, and bring it in one batch at the end.

        What a test takes out of the list never comes by itself.
        """
        held: list[dict[str, Any]] = []
        self._holding = held
        try:
            yield held
        finally:
            self._holding = None
            self.brings(*held)

    def seconds_to_wait(self, chat: int) -> int:
        """Let a message pass (0), or give the ``retry_after`` of its refusal.

        A refusal holds for as long as it said, whatever the rate allows in the meantime.
        """
        now = time.monotonic()
        bucket = self._chats.setdefault(chat, Bucket(self.chat_rate, self.chat_burst))
        held = max(self._held_until.get(key, 0.0) for key in (chat, None))
        held = max(held, self.flooded_until) - now
        if held > 0:
            return math.ceil(held)
        of_all, of_chat = self.overall.wait(), bucket.wait()
        if wait := max(of_all, of_chat):
            seconds = math.ceil(wait)
            self._held_until[None if of_all >= of_chat else chat] = now + seconds
            return seconds
        self.overall.level -= 1
        bucket.level -= 1
        return 0
