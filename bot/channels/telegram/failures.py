"""What each of Telegram's errors means for a send, decided here alone."""

from __future__ import annotations

from datetime import timedelta

import aiohttp
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.conversation.channel import TOO_LARGE, FetchFailure, SendFailure

# Telegram documents no codes below the HTTP status, only sentences: telegram-bot-api's
# Client.cpp and td's MessagesManager.cpp hold them.
_BAD_REQUESTS = {
    "chat not found": SendFailure("chat_not_found", recipient_gone=True),
    "message is too long": SendFailure("message_too_long"),
    "caption is too long": SendFailure("message_too_long"),
    "message text is empty": SendFailure("message_empty"),
    "can't parse entities": SendFailure("bad_markup"),
    "button_data_invalid": SendFailure("bad_button"),
}
FILE_GONE = SendFailure("file_gone", content_fault=True)
"""The file that goes along is not kept any more."""

# Nothing was sent, and nobody else can be reached either.
_NO_CONNECTION = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
_FORBIDDEN = {
    "blocked by the user": "blocked",
    "user is deactivated": "deactivated",
}


def failure_of(error: TelegramError) -> SendFailure:
    """Map an error of the library to what the outbox decides on.

    The subclasses come first: ``BadRequest`` and ``TimedOut`` are kinds of ``NetworkError``.
    """
    match error:
        case RetryAfter():
            wait = seconds_of(error)
            failure = SendFailure("flood", retryable=True, retry_after=wait, halts_channel=True)
        case Forbidden():
            failure = SendFailure(_forbidden(error), recipient_gone=True)
        case ChatMigrated():
            failure = SendFailure("chat_moved", retryable=True, moved_to=str(error.new_chat_id))
        case InvalidToken() | EndPointNotFound():
            failure = SendFailure("credential_refused", retryable=True, halts_channel=True)
        case BadRequest():
            failure = _bad_request(error)
        case NetworkError() if isinstance(error.__cause__, _NO_CONNECTION):
            failure = SendFailure("unreachable", retryable=True, halts_channel=True)
        case NetworkError() if "entity too large" in error.message.lower():
            failure = SendFailure("file_too_large", content_fault=True)
        case TimedOut():  # ambiguous: the message may have gone out
            failure = SendFailure("timed_out", retryable=True)
        case Conflict() | NetworkError():
            failure = SendFailure("network", retryable=True)
        case _:
            failure = SendFailure("unreadable_answer", retryable=True)
    return failure


def fetch_failure_of(error: TelegramError) -> FetchFailure:
    """Map an error of the library to why a file is not there."""
    if isinstance(error, BadRequest) and "file is too big" in error.message.lower():
        return TOO_LARGE
    return FetchFailure(type(error).__name__)


def seconds_of(error: RetryAfter) -> float:
    """Give how long a flood error asks to wait, in seconds."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def is_unchanged(error: BadRequest) -> bool:
    """Say whether an edit failed since the message reads like that already."""
    return "message is not modified" in error.message.lower()


def is_beyond_edit(error: BadRequest) -> bool:
    """Say whether an edit failed since that message can't be edited any more."""
    said = error.message.lower()
    return any(
        sentence in said
        for sentence in (
            "message to edit not found",
            "can't be edited",
            "message_id_invalid",
            "no text in the message to edit",
        )
    )


def is_unknown_file(error: BadRequest) -> bool:
    """Say whether a send failed since Telegram does not know a file's id (any more)."""
    said = error.message.lower()
    return "file identifier" in said or "file reference" in said or "file_reference" in said


def _forbidden(error: Forbidden) -> str:
    said = error.message.lower()
    return next((code for part, code in _FORBIDDEN.items() if part in said), "forbidden")


def _bad_request(error: BadRequest) -> SendFailure:
    said = error.message.lower()
    known = (failure for part, failure in _BAD_REQUESTS.items() if part in said)
    return next(known, SendFailure("bad_request"))
