"""What a person does on the fake Telegram."""

import re
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tests.fakes.telegram_files import Upload
from tests.fakes.telegram_markup import Markup
from tests.fakes.telegram_text import units

if TYPE_CHECKING:
    from tests.fakes.telegram_world import ShownMessage, World


@dataclass
class FakeUser:
    """A person in a private chat with the bot.

    Attributes:
        phone: Their number, written as Telegram does: digits alone.
        moved_to: The chat's new id, under which alone it is reached; 0 for none.
        offered: The reply keyboard that is shown instead of letters.
        typing_until: Until when the bot seems to be typing, on the monotonic clock.
    """

    world: "World"
    id: int
    name: str
    language: str
    phone: str
    blocked: bool = False
    deactivated: bool = False
    moved_to: int = 0
    offered: Markup = field(default_factory=Markup)
    typing_until: float = 0.0

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

    def starts(self, payload: str = "") -> dict[str, Any]:
        """Open the bot, as by a link that carries a payload."""
        assert re.fullmatch(r"[A-Za-z0-9_-]{0,64}", payload), "no link carries this"
        return self.says(f"/start {payload}".strip())

    def shares_contact(
        self,
        phone: str = "",
        *,
        of: "FakeUser | None" = None,
        with_id: bool = True,
        forwarded: bool = False,
    ) -> dict[str, Any]:
        """Send a contact card.

        Args:
            phone: The number on it; empty for its owner's.
            of: Whose card it is; None for the person's own.
            with_id: The owner is somebody whom Telegram knows.
            forwarded: The owner sent it first, and this person passes it on.
        """
        owner = of or self
        card: dict[str, Any] = {"phone_number": phone or owner.phone, "first_name": owner.name}
        card |= {"user_id": owner.id} if with_id else {}
        origin = {"type": "user", "date": int(time.time()), "sender_user": owner.profile}
        return self.sends(contact=card, **({"forward_origin": origin} if forwarded else {}))

    def taps(self, label: str) -> dict[str, Any]:
        """Use a button of the reply keyboard; the label may be its beginning."""
        buttons = [button for row in self.offered.replies for button in row]
        found = [button for button in buttons if button["text"].startswith(label)]
        assert found, f"no button {label!r} among {[button['text'] for button in buttons]}"
        if self.offered.one_time:
            self.offered = Markup()
        if found[0].get("request_contact"):
            return self.shares_contact()
        return self.says(found[0]["text"])

    def moves(self) -> "FakeUser":
        """Give the chat a new id, under which the bot reaches it from now on."""
        self.moved_to = -1_000_000_000_000 - self.id
        moved = replace(self, id=self.moved_to, moved_to=0)
        self.world.users[moved.id] = moved
        return moved

    def sends_voice(self) -> dict[str, Any]:
        voice = {"file_id": "AwACAgQ", "file_unique_id": "AgADvoice", "duration": 3}
        return self.sends(voice=voice | {"mime_type": "audio/ogg", "file_size": 9312})

    def sends_photo(self, caption: str = "") -> dict[str, Any]:
        photo = {"file_id": "AgACAgQ", "file_unique_id": "AQADphoto", "width": 90, "height": 67}
        return self.sends(photo=[photo], **({"caption": caption} if caption else {}))

    def sends_file(
        self, name: str, content: bytes, media_type: str = "application/pdf"
    ) -> dict[str, Any]:
        """Send a document, of any kind and size."""
        return self.sends(document=self.world.shelf.receive(Upload(name, media_type, content)))

    def sends_picture(self, content: bytes) -> dict[str, Any]:
        """Send a picture as one, which has no name."""
        upload = Upload("photo.jpg", "image/jpeg", content)
        return self.sends(photo=self.world.shelf.receive(upload, photo=True))

    def presses(self, message: "ShownMessage", label: str) -> dict[str, Any]:
        """Press the button whose label begins like this."""
        return self.presses_data(message, message.data_of(label))

    def presses_data(self, message: "ShownMessage", data: str) -> dict[str, Any]:
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
