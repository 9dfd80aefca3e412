"""What each of WhatsApp's errors means for a message, decided here alone.

The codes: https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
A send's answer and a later status name the same ones.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from bot.conversation.channel import SendFailure

if TYPE_CHECKING:
    from collections.abc import Mapping

_DAY_S = 24 * 60 * 60
_HOURS_S = 3 * 60 * 60
"""How long a template is paused the first time."""

_NUMBER = SendFailure("number_throttled", retryable=True, halts_channel=True)
_PAIR = SendFailure("person_throttled", retryable=True)
_QUALITY = SendFailure("quality", stops_bulk=True)
_TRANSIENT = SendFailure("transient", retryable=True, most_attempts=5)
_ACCOUNT = SendFailure("account", retryable=True, halts_channel=True)
_CONTENT = SendFailure("content", content_fault=True)
_GONE = SendFailure("undeliverable", recipient_gone=True)
_REFUSED = SendFailure("recipient_refused")

_CLASSES: dict[SendFailure, tuple[int, ...]] = {
    _NUMBER: (4, 80007, 130429),
    _PAIR: (131056,),
    _QUALITY: (131048, 131064),
    _TRANSIENT: (1, 2, 131000, 131016, 131053, 131057),
    # Too many want to write to this person today.
    SendFailure("not_today", retryable=True, retry_after=_DAY_S, most_attempts=2): (131049,),
    SendFailure("window_closed", needs_template=True): (131047,),
    _GONE: (131026,),
    SendFailure("opted_out"): (131050,),
    _REFUSED: (130472, 131021, 131030, 131051, 131062),
    _CONTENT: (
        *(100, 131008, 131009),
        *(132000, 132001, 132005, 132007, 132012, 132068, 132069),
    ),
    SendFailure(
        "template_paused", retryable=True, retry_after=_HOURS_S, most_attempts=3, stops_bulk=True
    ): (132015,),
    SendFailure("template_disabled", stops_bulk=True): (132016,),
    _ACCOUNT: (
        *(0, 3, 10, 190, *range(200, 300), 368),
        *(130497, 131005, 131031, 131042, 131045, 133010),
    ),
}
_BY_CODE = {
    code: replace(failure, reason=f"{failure.reason}:{code}")
    for failure, codes in _CLASSES.items()
    for code in codes
}

UNREACHABLE = SendFailure("unreachable", retryable=True, halts_channel=True)
"""Nothing was sent, and nobody else can be reached either."""

AMBIGUOUS = SendFailure("no_answer", retryable=True, ambiguous=True, most_attempts=3)
"""The message may have gone out."""

FILE_GONE = SendFailure("file_gone", content_fault=True)
"""The file that goes along is not kept any more."""

NO_TEMPLATE = SendFailure("no_template", content_fault=True)
"""No template of that id, or not with so many values."""

_STALE_MEDIA = frozenset(_BY_CODE[code] for code in (100, 131009, 131053))


def failure_of_code(code: int) -> SendFailure:
    """Map an error's code to what the outbox decides on; an unknown one is not tried again."""
    return _BY_CODE.get(code, SendFailure(f"error:{code}"))


def failure_of_answer(status: int, answer: Mapping[str, object]) -> SendFailure:
    """Map a refusal to what the outbox decides on.

    Args:
        status: The HTTP status.
        answer: The body; empty where it was none that can be read.
    """
    error = answer.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    if isinstance(code, int) and code in _BY_CODE:
        return _BY_CODE[code]
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return replace(_NUMBER, reason="number_throttled:429")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return replace(_TRANSIENT, reason=f"transient:{status}")
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return replace(_ACCOUNT, reason=f"account:{status}")
    return SendFailure(f"error:{status if code is None else code}", content_fault=True)


def may_be_stale_media(failure: SendFailure) -> bool:
    """Say whether a refusal can mean that the platform forgot a file that it once got."""
    return failure in _STALE_MEDIA
