"""Who and what there is on the fake WhatsApp: business numbers, templates, people, messages."""

import base64
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.pacing import Bucket
from tests.fakes.whatsapp_errors import GraphError
from tests.fakes.whatsapp_media import MediaStore, StoredMedia

if TYPE_CHECKING:
    from tests.fakes.whatsapp_user import FakeUser

DAY = 24 * 3600.0


@dataclass
class Number:
    """A number of the business. 80 messages a second pass, in and out, until it is upgraded:
    https://developers.facebook.com/documentation/business-messaging/whatsapp/throughput
    """

    id: str
    display: str
    bucket: Bucket = field(default_factory=lambda: Bucket(80, 80))


@dataclass
class Template:
    """A message that may be sent outside the window.

    Attributes:
        body: Its text with ``{{1}}``, ``{{2}}``, ...
        buttons: The labels of its quick replies.
        header: "", or what its header holds: "document", "image".
        state: "APPROVED", "PAUSED" or "DISABLED".
    """

    name: str
    language: str
    body: str
    category: str = "utility"
    buttons: tuple[str, ...] = ()
    header: str = ""
    state: str = "APPROVED"

    @property
    def slots(self) -> int:
        return len(set(re.findall(r"\{\{\d+\}\}", self.body)))


@dataclass(frozen=True)
class Choice:
    """A button or a row that the person sees, and what a press on it sends."""

    title: str
    data: str
    description: str = ""


@dataclass
class ShownMessage:
    """A message of the business, as the person sees it.

    Attributes:
        kind: "text", "button", "list", "template", "document", "image", ...
        text: The text, the body or the caption.
        choices: The buttons, or the rows of the list behind ``list_button``.
        reference: Its ``biz_opaque_callback_data``.
        reply_to: The message that it answers.
        sent_to: "to" for a phone number, "recipient" for a BSUID.
        failed: The code of the error that kept it from the person; 0 where it arrived.
        states: The statuses told of it, in order.
    """

    id: str
    user: "FakeUser | None"
    address: str
    number: Number
    kind: str
    text: str = ""
    header: str = ""
    footer: str = ""
    list_button: str = ""
    choices: list[Choice] = field(default_factory=list)
    media: StoredMedia | None = None
    filename: str = ""
    template: Template | None = None
    reference: str = ""
    reply_to: str = ""
    sent_to: str = "to"
    failed: int = 0
    states: list[str] = field(default_factory=list)
    time: float = field(default_factory=time.monotonic)

    @property
    def labels(self) -> list[str]:
        return [choice.title for choice in self.choices]

    def choice(self, label: str) -> Choice:
        """Give the button or row whose title or description begins like this."""
        found = [c for c in self.choices if c.title.startswith(label)]
        found += [c for c in self.choices if c.description.startswith(label)]
        assert found, f"no choice {label!r} among {self.labels}"
        return found[0]

    def data_of(self, label: str) -> str:
        return self.choice(label).data


@dataclass
class Notice:
    """Something that the product's webhook has to hear of.

    Attributes:
        person: Whom it is about; of one person it is told in order.
        kind: The array in which it stands: "messages", "statuses" or "user_preferences".
    """

    number: Number
    person: str
    kind: str
    content: dict[str, Any]
    contact: dict[str, Any] | None = None

    @property
    def state(self) -> str:
        return str(self.content.get("status", ""))


class World:
    """The state, and how webhooks come about; ``whatsapp.py`` puts it on the network.

    Attributes:
        window: Seconds after a person's message in which free-form answers pass.
        is_window_checked_at_once: Refuse in the answer what comes after, not by a status.
        pair: Rate and burst to one person.
        portfolio_limit: People whom the business may reach outside the window in 24 hours.
            The real limit has no error code; here, going over it is a violation.
        statuses: What becomes of each message that arrives, in the order in which it is told.
        sent: Every message that was accepted, whether or not it arrived.
        read_marks: What the business has marked as read: message id, with typing or without.
        now: The time that webhooks tell, in seconds since 1970.
    """

    def __init__(self) -> None:
        self.violations: list[str] = []
        self.numbers: dict[str, Number] = {}
        self.templates: dict[tuple[str, str], Template] = {}
        self.media = MediaStore()
        self.users: list[FakeUser] = []
        self.sent: list[ShownMessage] = []
        self.incoming: dict[str, FakeUser] = {}
        self.read_marks: list[tuple[str, bool]] = []
        self.window = DAY
        self.now: Callable[[], float] = time.time
        self.is_window_checked_at_once = False
        self.pair = (1 / 6, 45.0)
        self.portfolio_limit: int | None = None
        self.statuses: tuple[str, ...] = ("sent", "delivered")
        self.on_notice: list[Callable[[Notice], None]] = []
        self._pairs: dict[tuple[str, str], Bucket] = {}
        self._reached: dict[str, float] = {}
        self._last_id = 0
        self.main_number = self.number()

    def number(self) -> Number:
        """Give the business one more number."""
        place = len(self.numbers)
        number = Number(str(106_540_352_242_922 + place), str(97_150_000_000 + place))
        self.numbers[number.id] = number
        return number

    def template(self, name: str, body: str, language: str = "ar", **more: Any) -> Template:
        """Have Meta approve a template."""
        made = Template(name, language, body, **more)
        self.templates[name, language] = made
        return made

    def messages_to(self, user: "FakeUser") -> list[ShownMessage]:
        """Give what a person sees of the business, in order."""
        return [m for m in self.sent if m.user is user and not m.failed]

    @property
    def portfolio_used(self) -> int:
        """Count the people reached outside the window in the last 24 hours."""
        since = time.monotonic() - DAY
        return sum(at > since for at in self._reached.values())

    def reaches(self, user: "FakeUser") -> None:
        """Count a person who was written to outside the window."""
        self._reached[user.key] = time.monotonic()
        if self.portfolio_limit is not None and self.portfolio_used > self.portfolio_limit:
            self.violations.append(f"portfolio limit: {self.portfolio_used} people in 24 h")

    def next_id(self) -> str:
        """Make the id of a message."""
        self._last_id += 1
        tail = base64.b64encode(f"fake message {self._last_id:08}".encode()).decode()
        return f"wamid.HBgL{tail}"

    def pass_through(self, number: Number, address: str) -> None:
        """Let a message to somebody pass.

        Raises:
            GraphError: Too many to them, or too many in all.
        """
        pair = self._pairs.setdefault((number.id, address), Bucket(*self.pair))
        if number.bucket.wait():
            raise GraphError(130429, "Message failed to send: too many from this phone number")
        if pair.wait():
            said = "too many messages from this phone number to the same phone number"
            raise GraphError(131056, f"Message failed to send: {said} in a short period of time")
        number.bucket.level -= 1
        pair.level -= 1

    def happens(self, notice: Notice) -> None:
        """Tell whoever listens."""
        for told in self.on_notice:
            told(notice)

    def tell_status(
        self, message: ShownMessage, state: str, error: GraphError | None = None
    ) -> None:
        """Tell what became of a message: "sent", "delivered", "read" or "failed"."""
        message.states.append(state)
        user, by_phone = message.user, message.sent_to == "to"
        status: dict[str, Any] = {"id": message.id, "status": state}
        status["timestamp"] = str(int(self.now()))
        if by_phone:
            status["recipient_id"] = message.address
        elif user and user.shows_phone:
            status["recipient_id"] = user.phone
        # Of a failure they tell no BSUID that they were not asked for, and no contact.
        if user and user.bsuid and not (state == "failed" and by_phone):
            status["recipient_user_id"] = user.bsuid
        if message.reference:
            status["biz_opaque_callback_data"] = message.reference
        if error:
            status["errors"] = [error.to_status()]
        else:
            category = message.template.category if message.template else "service"
            price = {"billable": True, "pricing_model": "PMP", "type": "regular"}
            status["pricing"] = price | {"category": category}
        contact = user.contact(with_username=state != "sent") if user else None
        contact = None if state == "failed" else contact
        person = user.key if user else message.address
        self.happens(Notice(message.number, person, "statuses", status, contact))
