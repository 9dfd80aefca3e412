"""What the server sends to a page: one builder a frame; no I/O."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from bot.conversation.messages import Message


class ErrorCode(StrEnum):
    """Why a frame was not taken; the page says it in the person's language."""

    INVALID = "invalid"
    TOO_LONG = "too_long"
    SLOW_DOWN = "slow_down"
    UNAVAILABLE = "unavailable"


def stored_frame(frame_id: str) -> dict[str, Any]:
    """Say that the event with this id is committed."""
    return {"type": "stored", "id": frame_id}


def message_frame(number: int, message: Message) -> dict[str, Any]:
    """Carry one message under its number, by which the page resumes and refers to it."""
    return {"type": "message", "number": number, "message": message.to_json()}


def typing_frame() -> dict[str, Any]:
    """Say that an answer is being prepared."""
    return {"type": "typing"}


def error_frame(code: ErrorCode, frame_id: str = "") -> dict[str, Any]:
    """Say that the frame with this id was not taken; no id: it concerns none."""
    return {"type": "error", "code": code.value, "id": frame_id}


def pong_frame() -> dict[str, Any]:
    """Answer a ping."""
    return {"type": "pong"}
