"""The fake WhatsApp Cloud API on the stage."""

import contextlib
import secrets
import time
from collections.abc import AsyncIterator

from bot.channels.whatsapp.webhook import PATH
from tests.demo.employees import EMPLOYEES
from tests.demo.stage import Button, Chat, Choices, Exchange, File, Item, Json, NotPossible, Person
from tests.demo.stage import Row as Choice
from tests.demo.whatsapp_text import as_shown
from tests.demo.whatsapp_wire import exchanges
from tests.fakes.telegram_text import units
from tests.fakes.whatsapp import FakeUser, FakeWhatsApp, ShownMessage
from tests.fakes.whatsapp_webhook import Delivery
from tests.fakes.whatsapp_world import Notice
from tests.support.content import real_library
from tests.support.templates import approve

_OK = 200
_SHOWN_EXCHANGES = 80
_LONGEST_TEXT = 4096
_TYPING_S = 25.0
"""https://developers.facebook.com/documentation/business-messaging/whatsapp/typing-indicators"""

_KINDS = {"contacts": "contact", "audio": "voice", "image": "photo"}


class WhatsAppOnStage:
    """An implementation of ``tests.demo.stage.Platform``."""

    name = "whatsapp"

    def __init__(self, whatsapp: FakeWhatsApp) -> None:
        self._whatsapp = whatsapp
        whatsapp.token = f"EAA{secrets.token_hex(24)}"
        whatsapp.webhook.app_secret = secrets.token_hex(16)
        self._verify_token = secrets.token_hex(16)
        self._users = {
            user.key: user
            for user in (whatsapp.user(one.name, phone=one.phone) for one in EMPLOYEES)
        }
        self._said: dict[str, list[tuple[float, Json]]] = {key: [] for key in self._users}
        self._late: set[str] = set()
        self._taken: set[str] = set()
        self._deliveries_read = 0
        whatsapp.on_notice.append(self._note)

    @property
    def people(self) -> tuple[Person, ...]:
        return tuple(
            Person(key, user.name, f"+{user.phone}" if user.shows_phone else user.username)
            for key, user in self._users.items()
        )

    def settings(self) -> dict[str, str]:
        whatsapp = self._whatsapp
        return {
            "WHATSAPP_PHONE_NUMBER_ID": whatsapp.phone_number_id,
            "WHATSAPP_ACCESS_TOKEN": whatsapp.token,
            "WHATSAPP_APP_SECRET": whatsapp.webhook.app_secret,
            "WHATSAPP_VERIFY_TOKEN": self._verify_token,
            "WHATSAPP_API_URL": whatsapp.base_url,
        }

    async def meet(self, url: str) -> None:
        """Verify the webhook, as the app's dashboard does."""
        assert await self._whatsapp.webhook.subscribe(f"{url}{PATH}", self._verify_token)

    def chat(self, person: str) -> Chat:
        user = self._users[person]
        said = [(at, self._own(message)) for at, message in self._said[person]]
        shown = [(m.time, self._shown(m)) for m in self._whatsapp.messages_to(user)]
        late = "today" if person in self._late else "day"
        can = ["voice", "photo", "other_contact", late, "block"]
        if user.shows_phone:
            can.insert(3, "username")
        return Chat(
            tuple(item for _, item in sorted(said + shown, key=lambda pair: pair[0])),
            is_typing=self._is_typing(user),
            is_blocked=user.is_blocking,
            is_late=person in self._late,
            can=("unblock",) if user.is_blocking else tuple(can),
        )

    def act(self, person: str, action: Json) -> None:
        user = self._users[person]
        do = action["do"]
        if do == "read":
            user.reads()
            return
        if user.is_blocking and do != "unblock":
            raise NotPossible("blocked")
        match do:
            case "say":
                self._say(user, str(action["text"]).strip())
            case "press" | "choose":
                self._press(user, str(action["item"]), str(action["value"]))
            case _:
                self._do_rarely(user, do)
        if person in self._late:
            user.lets_window_close()

    def file(self, item: str) -> tuple[str, str, bytes]:
        shown = self._find(item)
        if shown is None or shown.media is None:
            raise KeyError(item)
        return shown.filename, shown.media.mime, shown.media.content

    def wire(self) -> tuple[Exchange, ...]:
        whatsapp = self._whatsapp
        return exchanges(whatsapp.wire, whatsapp.webhook.deliveries, _SHOWN_EXCHANGES)

    def problems(self) -> tuple[str, ...]:
        return tuple(self._whatsapp.violations)

    def _note(self, notice: Notice) -> None:
        if notice.kind == "messages":
            self._said[notice.person].append((time.monotonic(), notice.content))

    def _own(self, message: Json) -> Item:
        kind = message["type"]
        contact = message["contacts"][0] if kind == "contacts" else {}
        return Item(
            message["id"],
            own=True,
            at=int(message["timestamp"]),
            text=_words(message),
            kind=_KINDS.get(kind, ""),
            footer=contact["phones"][0]["phone"] if contact else "",
            ticks=self._ticks(message["id"]),
        )

    def _ticks(self, message_id: str) -> int:
        if any(marked == message_id for marked, _ in self._whatsapp.read_marks):
            return 3
        deliveries = self._whatsapp.webhook.deliveries
        for delivery in deliveries[self._deliveries_read :]:
            self._taken |= {one["id"] for one in _events(delivery) if delivery.status == _OK}
        self._deliveries_read = len(deliveries)
        return 2 if message_id in self._taken else 1

    def _shown(self, shown: ShownMessage) -> Item:
        text, marks = as_shown(shown.text)
        header, _ = as_shown(shown.header)
        is_list = shown.kind == "list"
        pressable = [] if is_list else shown.choices
        rows = tuple(Choice(one.title, one.data, one.description) for one in shown.choices)
        media = shown.media
        return Item(
            str(self._whatsapp.sent.index(shown)),
            own=False,
            at=int(time.time() - time.monotonic() + shown.time),
            text=text,
            marks=marks,
            kind="template" if shown.template else "",
            is_unread="read" not in shown.states,
            header=header,
            footer=shown.footer,
            buttons=tuple((Button(one.title, one.data),) for one in pressable),
            choices=Choices(shown.list_button, rows) if is_list else None,
            file=File(shown.filename, len(media.content)) if media else None,
        )

    def _is_typing(self, user: FakeUser) -> bool:
        began = [
            call.time
            for call in self._whatsapp.calls("read")
            if "typing_indicator" in call.body
            and self._whatsapp.incoming.get(call.body["message_id"]) is user
        ]
        answered = [message.time for message in self._whatsapp.messages_to(user)]
        last = max(began, default=0.0)
        return last > max([*answered, time.monotonic() - _TYPING_S])

    def _find(self, item: str) -> ShownMessage | None:
        sent = self._whatsapp.sent
        return sent[int(item)] if item.isdecimal() and int(item) < len(sent) else None

    def _say(self, user: FakeUser, text: str) -> None:
        if not 0 < units(text) <= _LONGEST_TEXT:
            raise NotPossible("length")
        user.says(text)

    def _press(self, user: FakeUser, item: str, value: str) -> None:
        shown = self._find(item)
        chosen = [one for one in shown.choices if one.data == value] if shown else []
        if shown is None or shown.user is not user or not chosen:
            raise NotPossible("gone")
        if shown.template:
            user.presses(shown, chosen[0].title)
        else:
            user.presses_data(shown, value, chosen[0].title, chosen[0].description)

    def _do_rarely(self, user: FakeUser, do: object) -> None:
        match do:
            case "voice":
                user.sends_voice()
            case "photo":
                user.sends_image()
            case "other_contact":
                other = next(one for one in self._users.values() if one is not user)
                user.sends_contact(other.name, other.phone)
            case "username":
                user.adopts_username(f"@{user.key.replace(' ', '')}")
            case "day":
                self._late.add(user.key)
            case "today":
                self._late.discard(user.key)
                user.last_wrote = time.monotonic()
            case "block":
                user.blocks()
            case "unblock":
                user.unblocks()
            case _:
                raise NotPossible("unknown")


def _words(message: Json) -> str:
    """Give what a person's app shows of their message: text, or the label that they pressed."""
    kind = message["type"]
    content = message[kind]
    match kind:
        case "text":
            return str(content["body"])
        case "interactive":
            return str(content[content["type"]]["title"])
        case "button":
            return str(content["text"])
        case "contacts":
            return str(content[0]["name"]["formatted_name"])
        case _:
            return ""


def _events(delivery: Delivery) -> list[Json]:
    """Give the messages that a body tells of."""
    changes = [change for entry in delivery.body["entry"] for change in entry["changes"]]
    return [one for change in changes for one in change["value"].get("messages", [])]


@contextlib.asynccontextmanager
async def whatsapp_on_stage() -> AsyncIterator[WhatsAppOnStage]:
    """Start the fake Cloud API, with all templates approved."""
    async with FakeWhatsApp() as whatsapp:
        for template in real_library().templates.values():
            approve(whatsapp, template)
        yield WhatsAppOnStage(whatsapp)
