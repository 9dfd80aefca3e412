"""A person on the fake WhatsApp, and all that they can do.

Identifiers without a phone number, and what a change of number tells:
https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids/
https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/system/
"""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.whatsapp_errors import GraphError
from tests.fakes.whatsapp_world import Notice, Number, ShownMessage

if TYPE_CHECKING:
    from tests.fakes.whatsapp_world import World


@dataclass
class _Trouble:
    code: int
    in_answer: bool
    times: int | None


@dataclass(eq=False)
class FakeUser:
    """A person; the phone number is in digits, with the country's code.

    Attributes:
        key: Who they are in truth, whatever their numbers.
        bsuid: Their id for this business; empty as before April 2026.
        username: Begins with "@"; empty where they have none.
        shows_phone: Whether webhooks tell the number.
        number: The business number that they write to.
        last_wrote: When (monotonic); None where the window is shut.
    """

    world: "World"
    key: str
    name: str
    phone: str
    bsuid: str
    number: Number
    username: str = ""
    shows_phone: bool = True
    last_wrote: float | None = None
    is_blocking: bool = False
    has_stopped: bool = False
    troubles: list[_Trouble] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Give what the product should know them by."""
        return self.bsuid or self.phone

    @property
    def is_in_window(self) -> bool:
        since = None if self.last_wrote is None else time.monotonic() - self.last_wrote
        return since is not None and since < self.world.window

    def contact(self, *, with_username: bool = True) -> dict[str, Any]:
        """Give how a webhook's ``contacts`` speak of them."""
        profile = {"name": self.name}
        if self.username and with_username:
            profile["username"] = self.username
        phone = {"wa_id": self.phone} if self.shows_phone else {}
        return {"profile": profile} | phone | ({"user_id": self.bsuid} if self.bsuid else {})

    def sends(self, kind: str, content: Any = None, **more: Any) -> dict[str, Any]:
        """Send a message of a kind, with any further fields, and open the window."""
        message = self._message(kind) | ({} if content is None else {kind: content}) | more
        self.last_wrote = time.monotonic()
        self.world.incoming[message["id"]] = self
        self.number.bucket.level = max(0, self.number.bucket.level - 1)
        self.world.happens(Notice(self.number, self.key, "messages", message, self.contact()))
        return message

    def says(self, text: str, reply_to: ShownMessage | None = None) -> dict[str, Any]:
        return self.sends("text", {"body": text}, **(_context(reply_to) if reply_to else {}))

    def forwards(self, text: str, *, often: bool = False) -> dict[str, Any]:
        how = "frequently_forwarded" if often else "forwarded"
        return self.sends("text", {"body": text}, context={how: True})

    def presses(self, message: ShownMessage, label: str) -> dict[str, Any]:
        """Press the button, or pick the row, whose title or description begins like this."""
        choice = message.choice(label)
        if message.kind == "template":
            return self.sends(
                "button", {"payload": choice.data, "text": choice.title}, **_context(message)
            )
        return self.presses_data(message, choice.data, choice.title, choice.description)

    def presses_data(
        self, message: ShownMessage, data: str, title: str = "زر", description: str = ""
    ) -> dict[str, Any]:
        """Press a button or pick a row, possibly one that was never there."""
        kind = "list_reply" if message.kind == "list" else "button_reply"
        reply = {"id": data, "title": title}
        reply |= {"description": description} if kind == "list_reply" else {}
        return self.sends("interactive", {"type": kind, kind: reply}, **_context(message))

    def sends_image(self, caption: str = "") -> dict[str, Any]:
        return self._sends_file("image", "image/jpeg", caption=caption)

    def sends_video(self, caption: str = "") -> dict[str, Any]:
        return self._sends_file("video", "video/mp4", caption=caption)

    def sends_audio(self) -> dict[str, Any]:
        return self._sends_file("audio", "audio/mpeg", voice=False)

    def sends_voice(self) -> dict[str, Any]:
        return self._sends_file("audio", "audio/ogg", voice=True)

    def sends_sticker(self) -> dict[str, Any]:
        return self._sends_file("sticker", "image/webp", animated=False)

    def sends_document(self, filename: str = "تعميم.pdf", caption: str = "") -> dict[str, Any]:
        return self._sends_file("document", "application/pdf", filename=filename, caption=caption)

    def sends_file(
        self, name: str, content: bytes, mime: str = "application/pdf"
    ) -> dict[str, Any]:
        """Send a document with this in it."""
        return self._sends_file("document", mime, content, filename=name)

    def sends_picture(self, content: bytes) -> dict[str, Any]:
        """Send a picture with this in it; it has no name."""
        return self._sends_file("image", "image/jpeg", content)

    def sends_location(self) -> dict[str, Any]:
        return self.sends("location", {"latitude": 24.4539, "longitude": 54.3773})

    def sends_contact(self, name: str, phone: str) -> dict[str, Any]:
        said = {"formatted_name": name, "first_name": name}
        phones = [{"phone": f"+{phone}", "wa_id": phone, "type": "MOBILE"}]
        return self.sends("contacts", [{"name": said, "phones": phones}])

    def reacts(self, message: ShownMessage, emoji: str = "👍") -> dict[str, Any]:
        return self.sends("reaction", {"message_id": message.id, "emoji": emoji})

    def orders(self) -> dict[str, Any]:
        item = {"product_retailer_id": "di9ozbzfi4", "quantity": 1, "item_price": 30}
        order = {"catalog_id": "194836987003835", "text": ""}
        return self.sends("order", order | {"product_items": [item | {"currency": "AED"}]})

    def sends_unsupported(self) -> dict[str, Any]:
        error = GraphError(131051, "Message type is currently not supported.")
        return self.sends("unsupported", errors=[error.to_status()])

    def changes_number(self, phone: str, bsuid: str) -> dict[str, Any]:
        """Move to another number; the business is told, the window does not open."""
        before, old = (self.phone, self.bsuid), self._message("system")
        self.phone, self.bsuid = phone, bsuid
        old.pop("from_user_id", None)  # documented is the number alone
        ids = {"user_id": bsuid, "previous_user_id": before[1]}
        if self.shows_phone:
            said = f"User {self.name} changed from {before[0]} to {phone}"
            system = {"type": "user_changed_number", "body": said, "wa_id": phone} | ids
        else:
            said = f"User {self.name} changed from {before[1]} to {bsuid}"
            system = {"type": "user_changed_user_id", "body": said} | ids
        message = old | {"system": system}
        self.world.happens(Notice(self.number, self.key, "messages", message))
        return message

    def adopts_username(self, username: str) -> None:
        """Take a name that begins with "@"; the phone number is no longer told."""
        self.username, self.shows_phone = username, False

    def reads(self, *messages: ShownMessage) -> None:
        """Read these messages, or all that are unread."""
        for message in messages or self.world.messages_to(self):
            if messages or "read" not in message.states:
                self.world.tell_status(message, "read")

    def lets_window_close(self) -> None:
        """Let 24 hours pass in which they write nothing."""
        self.last_wrote = None

    def blocks(self) -> None:
        self.is_blocking = True

    def unblocks(self) -> None:
        self.is_blocking = False

    def stops(self) -> dict[str, Any]:
        """Stop marketing messages of the business."""
        return self._prefers("stop")

    def resumes(self) -> dict[str, Any]:
        return self._prefers("resume")

    def fails_with(self, code: int, *, in_answer: bool = False, times: int | None = None) -> None:
        """Let messages to them fail, in the answer or by a status, so often or until ``heals``."""
        self.troubles.append(_Trouble(code, in_answer, times))

    def heals(self) -> None:
        self.troubles.clear()

    def trouble(self, *, in_answer: bool) -> int:
        """Give the code with which a message to them fails now, or 0."""
        for trouble in self.troubles:
            if trouble.in_answer == in_answer and trouble.times != 0:
                trouble.times = None if trouble.times is None else trouble.times - 1
                return trouble.code
        return 0

    def _message(self, kind: str) -> dict[str, Any]:
        who = {"from": self.phone} if self.shows_phone else {}
        who |= {"from_user_id": self.bsuid} if self.bsuid else {}
        return who | {
            "id": self.world.next_id(),
            "timestamp": str(int(self.world.now())),
            "type": kind,
        }

    def _sends_file(
        self, kind: str, mime: str, content: bytes = b"", **properties: Any
    ) -> dict[str, Any]:
        content = content or f"{kind} of the tests".encode()
        media = self.world.media.add(self.number.id, mime, content)
        given = {key: value for key, value in properties.items() if value != ""}
        return self.sends(kind, media.properties | given)

    def _prefers(self, value: str) -> dict[str, Any]:
        self.has_stopped = value == "stop"
        who = {"wa_id": self.phone} if self.shows_phone else {}
        who |= {"user_id": self.bsuid} if self.bsuid else {}
        content = who | {
            "detail": f"User requested to {value} marketing messages",
            "category": "marketing_messages",
            "value": value,
            "timestamp": int(self.world.now()),
        }
        notice = Notice(self.number, self.key, "user_preferences", content, self.contact())
        self.world.happens(notice)
        return content


def _context(message: ShownMessage) -> dict[str, Any]:
    return {"context": {"from": message.number.display, "id": message.id}}
