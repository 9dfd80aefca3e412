from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.circular_tally import Course, Settled, SettledTally, Tally, settled_from_json
from bot.domain.circulars import DeliveryState

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
LATER = AT + timedelta(days=1)


def course(employee: str = "a", **facts: Any) -> Course:
    """A recipient whom it reached on Telegram."""
    return Course(
        **{
            "employee": employee,
            "state": DeliveryState.SENT,
            "reason": None,
            "channel": "telegram",
            "created_at": AT,
            "queued_at": AT,
            "announced_at": None,
            "sent_at": AT,
            "delivered_at": None,
            "read_at": None,
            "opened_at": None,
            "check_tries": 0,
            "file_opened_at": None,
            "acknowledged_at": None,
            "sequence": None,
            **facts,
        }
    )


def tally(*courses: Course) -> Tally:
    tally = Tally(SettledTally(AT))
    tally.add(courses)
    return tally


def settled(*courses: Course) -> Settled:
    return tally(*courses).settled.result()


def test_it_is_counted_by_state_and_reason() -> None:
    failed = course("b", state=DeliveryState.FAILED, reason="no_chat", sent_at=None)
    told = tally(course(), failed, course("c", acknowledged_at=AT, sequence=7)).to_json()
    assert (told["people"], told["acknowledged"]) == (3, 1)
    assert told["states"] == {"sent": 2, "failed": 1}
    assert told["reasons"] == {"no_chat": 1}
    assert settled_from_json(told) == (
        AT,
        settled(course(), failed, course("c")),
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"employee": "b"},
        {"state": DeliveryState.FAILED},
        {"reason": "left"},
        {"channel": None},
        *({name: LATER} for name in Course._fields if name.endswith("_at")),
        {"check_tries": 1},
        {"sequence": 1},
    ],
)
def test_whatever_is_changed_changes_the_digest(changes: dict[str, Any]) -> None:
    assert tally(course(**changes)).digest != tally(course()).digest


@pytest.mark.parametrize(
    "changes",
    [
        {"state": DeliveryState.READ, "read_at": LATER},
        {"opened_at": LATER, "file_opened_at": LATER, "check_tries": 2},
        {"acknowledged_at": LATER, "sequence": 7},
    ],
)
def test_what_comes_later_leaves_what_was_settled(changes: dict[str, Any]) -> None:
    assert settled(course(**changes)) == settled(course())
    assert settled(course(), course("b", created_at=LATER)) == settled(course())


@pytest.mark.parametrize(
    "changes",
    [
        {"sent_at": AT - timedelta(microseconds=1)},
        {"sent_at": None},
        {"delivered_at": AT},
        {"read_at": AT},
        {"employee": "b"},
    ],
)
def test_what_was_settled_cannot_be_changed_unseen(changes: dict[str, Any]) -> None:
    assert settled(course(**changes)).digest != settled(course()).digest


def test_what_a_platform_with_receipts_only_took_may_yet_be_sent_again() -> None:
    taken = course(channel="whatsapp")
    assert settled(taken) == settled(taken._replace(sent_at=LATER))
    assert settled(taken) == settled(taken._replace(delivered_at=LATER))
    assert settled(taken) == settled(taken._replace(delivered_at=LATER, read_at=LATER))
    arrived = taken._replace(delivered_at=AT)
    assert settled(arrived).digest != settled(arrived._replace(sent_at=None)).digest
    assert settled(arrived).sent == 1
