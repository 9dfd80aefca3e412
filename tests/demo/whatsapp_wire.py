"""What goes over the wire between the product and the fake Cloud API, both ways."""

from collections.abc import Sequence

from tests.demo.stage import Exchange
from tests.fakes.whatsapp import Call
from tests.fakes.whatsapp_webhook import Delivery

_TELLING = {"messages": "type", "statuses": "status", "user_preferences": "value"}
"""What a webhook tells of, and what says most about it."""


def exchanges(calls: Sequence[Call], told: Sequence[Delivery], most: int) -> tuple[Exchange, ...]:
    """Give the last requests and webhooks in the order in which they began."""
    merged: list[Call | Delivery] = sorted([*calls, *told], key=lambda one: one.time)
    begin = merged[0].time if merged else 0.0
    first = max(0, len(merged) - most)
    return tuple(
        _called(number, begin, one) if isinstance(one, Call) else _told(number, begin, one)
        for number, one in enumerate(merged[first:], first)
    )


def _called(number: int, begin: float, call: Call) -> Exchange:
    kind = call.body.get("type", "text") if call.method == "messages" else ""
    return Exchange(
        number,
        at=round(call.time - begin, 2),
        method=f"{call.method} {kind}".strip(),
        status=call.status,
        ms=None if call.took is None else round(call.took * 1000, 1),
        note="" if call.outcome in ("ok", "waiting") else call.outcome,
    )


def _told(number: int, begin: float, delivery: Delivery) -> Exchange:
    value = delivery.body["entry"][0]["changes"][0]["value"]
    kind = next(kind for kind in _TELLING if kind in value)
    errors = [error for one in value[kind] for error in one.get("errors", [])]
    return Exchange(
        number,
        at=round(delivery.time - begin, 2),
        method=f"{kind} {value[kind][0][_TELLING[kind]]}",
        status=delivery.status,
        ms=round(delivery.took * 1000, 1),
        is_push=True,
        note=" ".join(f"{error['code']} {error['title']}" for error in errors),
    )
