import json
from typing import Any

import pytest

from bot.channels.whatsapp.inbound import parse
from bot.channels.whatsapp.unpacking import MOST_EVENTS, key_of, unpack
from tests.channels.whatsapp.bodies import MESSAGES, NUMBER_ID, body, change, status


def text(number: int, user: str) -> dict[str, Any]:
    return {**MESSAGES["text"], "id": f"wamid.{number}", "from_user_id": user, "from": None}


def test_of_many_entries_each_message_is_its_own_senders() -> None:
    users = [f"AE.{number}" for number in range(60)]
    whole: dict[str, Any] = {"object": "whatsapp_business_account", "entry": []}
    for entry in range(2):
        changes = []
        for part in range(3):
            first = entry * 30 + part * 10
            messages = [text(n, users[n]) for n in range(first, first + 8)]
            delivered = status("delivered", id=f"wamid.s{first}")
            read = status("read", id=f"wamid.s{first}")
            changes.append(change(*messages, statuses=[delivered, read]))
        whole["entry"].append({"id": "1", "changes": changes})
    events = unpack(whole, NUMBER_ID)
    assert len(events) == len({event.external_id for event in events}) == 60
    of_people = {event.external_id: event.sender.user for event in events}
    for number in (n for n in range(60) if n % 10 < 8):
        assert of_people[key_of(f"wamid.{number}")] == users[number]


def test_what_is_for_another_number_is_kept_under_that_one() -> None:
    (event,) = unpack(body(change(MESSAGES["text"], number_id="1")), NUMBER_ID)
    assert event.sender.account == "1"  # nothing is sent or read there, so that it is quarantined


def test_news_of_the_account_ask_nothing() -> None:
    errors = [{"code": 130429, "title": "Rate limit hit"}]
    value = {"metadata": {"phone_number_id": NUMBER_ID}, "errors": errors}
    news = {"field": "account_update", "value": {"event": "PARTNER_ADDED", "name": "سارة"}}
    events = unpack(body({"field": "messages", "value": value}, news), NUMBER_ID)
    kept = [json.loads(event.payload) for event in events]
    assert kept == [
        {"notice": "messages", "errors": [{"code": 130429}]},
        {"notice": "account_update"},
    ]
    assert [parse(raw, NUMBER_ID) for raw in kept] == [None, None]
    assert len({event.external_id for event in events}) == 2


@pytest.mark.parametrize(
    "whole",
    [
        {},
        {"entry": 1},
        {"entry": [1]},
        body(),
        body(1),
        body({"field": "messages"}),
        body(change(1)),
        body(change({"id": 5, "from": "971500000001"})),
        body(change({"id": "x" * 300})),
        body(change({"id": ""})),
        body({"field": "messages", "value": {"messages": {"id": None}}}),
    ],
    ids=json.dumps,
)
def test_what_cannot_be_used_is_kept_as_it_came(whole: dict[str, Any]) -> None:
    (event,) = unpack(whole, NUMBER_ID)
    assert event.sender.user == ""
    raw = json.loads(event.payload)
    assert set(raw) == {"raw", "sha256"}
    assert event.external_id == raw["sha256"]
    with pytest.raises(KeyError):
        parse(raw, NUMBER_ID)


def test_half_a_pair_of_one_person_does_not_hold_up_the_others() -> None:
    broken = MESSAGES["text"] | {"text": {"body": "\ud83d \0 سلام"}}
    events = unpack(body(change(broken, MESSAGES["reply"])), NUMBER_ID)
    assert [json.loads(event.payload)["message"]["text"]["body"] for event in events] == [
        "\ufffd \0 سلام",
        MESSAGES["reply"]["text"]["body"],
    ]
    for event in events:
        event.payload.encode()


def test_a_body_of_nothing_but_parts_is_one_event() -> None:
    (event,) = unpack(body(change(*[1] * (MOST_EVENTS + 1))), NUMBER_ID)
    assert set(json.loads(event.payload)) == {"raw", "sha256"}
    assert len(unpack(body(change(*[1] * MOST_EVENTS)), NUMBER_ID)) == MOST_EVENTS
