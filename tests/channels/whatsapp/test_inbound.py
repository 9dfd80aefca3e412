import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.whatsapp.failures import failure_of_code
from bot.channels.whatsapp.inbound import parse
from bot.channels.whatsapp.unpacking import key_of, unpack
from bot.conversation.events import (
    Address,
    AddressEnded,
    Command,
    Content,
    Incoming,
    Media,
    MediaKind,
    Press,
    Receipt,
    ReceiptState,
    SentFile,
    Text,
)
from bot.records.arrivals import NewEvent
from tests.channels.whatsapp.bodies import MESSAGES, NUMBER_ID, body, change, status

FILE = SentFile("1003383421387256")
USER, PHONE = "AE.13491208655302741918", "+971500000001"
FILES = {"image", "forwarded_image", "image_without_caption", "document"}
CONTENTS: dict[str, Content | None] = {
    "text": Text("هل يجوز أن أنشر صورة من مكان عملي؟"),
    "reply": Text("وإذا كان الحساب خاصا؟"),
    "command": Command("start", "Inv1te_moh-uae"),
    "slash_arabic": Text("/مساعدة من فضلك"),
    "forwarded": Text("إشاعة عن الوزارة", forwarded=True),
    "often_forwarded": Text("/start الهدم غداً", forwarded=True),
    "button_reply": Press("mo1:42", "wamid.OURS"),
    "list_reply": Press("em1:muscat", "wamid.OURS"),
    "quick_reply": Press("hp1", "wamid.OURS"),
    "image": Media(MediaKind.PICTURE, "هل أنشر هذه؟", file=FILE),
    "forwarded_image": Media(MediaKind.PICTURE, "عاجل: هدم السوق غداً", forwarded=True, file=FILE),
    "image_without_caption": Media(MediaKind.PICTURE, file=FILE),
    "video": Media(MediaKind.VIDEO, "شوفوا الزحمة في القسم"),
    "document": Media(MediaKind.DOCUMENT, "انظر", file=replace(FILE, name="تعميم سارة.pdf")),
    "voice": Media(MediaKind.VOICE),
    "sticker": Media(MediaKind.STICKER),
    "location": Media(MediaKind.LOCATION),
    "contacts": Media(MediaKind.CONTACT),
    "order": Media(MediaKind.OTHER),
    "unsupported": Media(MediaKind.OTHER),
    "poll": Media(MediaKind.OTHER),
    "reaction": None,
    "welcome": None,
    "group": None,
    "without_phone": Text("سلام"),
    "without_user_id": Text("سلام"),
    "changed_number": AddressEnded("number_changed"),
    "changed_number_of_old": AddressEnded("number_changed"),
    "changed_user_id": AddressEnded("number_changed"),
    "other_system": None,
}
OF_NUMBER = {"without_user_id", "changed_number_of_old"}
WITHOUT_PHONE = {"without_phone", "changed_user_id"}


def events(whole: dict[str, Any]) -> list[NewEvent]:
    return unpack(json.loads(json.dumps(whole)), NUMBER_ID)


def read(event: NewEvent) -> Incoming | Receipt | None:
    return parse(json.loads(event.payload), NUMBER_ID)


def test_every_recorded_message_is_expected() -> None:
    assert set(CONTENTS) == set(MESSAGES)


@pytest.mark.parametrize(("name", "content"), CONTENTS.items())
def test_messages(name: str, content: Content | None) -> None:
    (event,) = events(body(change(MESSAGES[name])))
    user = "971500000001" if name in OF_NUMBER else USER
    assert (event.sender, event.external_id) == (
        Address("whatsapp", NUMBER_ID, user),
        key_of(f"wamid.{name}"),
    )
    incoming = read(event)
    if content is None:
        assert incoming is None
        return
    assert incoming == Incoming(
        Address("whatsapp", NUMBER_ID, user),
        f"wamid.{name}",
        content,
        phone="" if name in WITHOUT_PHONE else PHONE,
        sent_at=datetime.fromtimestamp(1_790_000_000, UTC),
    )


@pytest.mark.parametrize("name", MESSAGES)
def test_no_name_is_stored(name: str) -> None:
    (event,) = events(body(change(MESSAGES[name])))
    # What a document is called is its sender's to say, and goes with the event once it is handled.
    payload = event.payload.replace("تعميم سارة.pdf", "")
    for private in ("سارة", "القحطاني", "عمر", "971500000009", "sha256"):
        assert private not in payload
    assert (FILE.id in payload) == (name in FILES)


@pytest.mark.parametrize("state", ["sent", "delivered", "read"])
def test_receipts(state: str) -> None:
    (event,) = events(body(change(statuses=[status(state)])))
    assert event.sender.user == "status:wamid.OURS"
    assert event.external_id == f"status:{key_of('wamid.OURS')}:{state}"
    address = Address("whatsapp", NUMBER_ID, USER)
    assert read(event) == Receipt(address, "7", "wamid.OURS", ReceiptState(state))


def test_a_receipt_of_failure_says_why() -> None:
    errors = [{"code": 131026, "title": "Message undeliverable", "error_data": {"details": "سارة"}}]
    failed = status("failed", errors=errors)
    del failed["recipient_user_id"], failed["biz_opaque_callback_data"]
    (event,) = events(body(change(statuses=[failed])))
    assert "undeliverable" not in event.payload
    address = Address("whatsapp", NUMBER_ID, "971500000001")
    expected = Receipt(address, "", "wamid.OURS", ReceiptState.FAILED, failure_of_code(131026))
    assert read(event) == expected


@pytest.mark.parametrize("errors", [None, [], "x", [1]])
def test_a_receipt_of_failure_without_a_reason(errors: object) -> None:
    (event,) = events(body(change(statuses=[status("failed", errors=errors)])))
    receipt = read(event)
    assert isinstance(receipt, Receipt)
    assert receipt.failure is None


def test_states_that_nobody_waits_for() -> None:
    (event,) = events(body(change(statuses=[status("played")])))
    assert read(event) is None


BROKEN: dict[str, dict[str, Any]] = {
    "no sender": {"from": None, "from_user_id": None},
    "a number for a user": {"from": 971500000001, "from_user_id": 1},
    "no type": {"type": None},
    "no text": {"text": {}},
    "a list for a text": {"text": ["x"]},
    "no moment": {"timestamp": "soon"},
    "a moment beyond time": {"timestamp": "9" * 30},
    "a text for a context": {"context": "x"},
    "no answer": {"type": "interactive", "interactive": {"type": "nfm_reply"}},
    "a list for a type": {"type": ["text"]},
}


@pytest.mark.parametrize("fields", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_message_is_kept_and_cannot_be_read(fields: dict[str, Any]) -> None:
    broken = MESSAGES["text"] | fields
    kept, good = events(body(change(broken, MESSAGES["reply"])))
    with pytest.raises((ValueError, KeyError, TypeError)):
        read(kept)
    assert read(good) is not None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["text", "system"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
KEYS = sorted({key for message in MESSAGES.values() for key in message})


@given(
    st.sampled_from(sorted(MESSAGES)),
    st.dictionaries(st.sampled_from(KEYS), JSON, max_size=3),
)
def test_whatever_stands_in_a_message_is_read_or_refused(
    name: str, fields: dict[str, object]
) -> None:
    for event in events(body(change(MESSAGES[name] | fields))):
        assert len(event.external_id) < 300
        with contextlib.suppress(ValueError, KeyError, TypeError):
            read(event)


@given(JSON)
def test_whatever_comes_is_taken_apart(value: object) -> None:
    for whole in ({"entry": value}, {"entry": [value]}, body(value), body({"value": value})):
        for event in events(whole):
            with contextlib.suppress(ValueError, KeyError, TypeError):
                read(event)
