"""Moments and addresses that the record tests share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.conversation.events import Address

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
LEASE = timedelta(seconds=20)
AMAL = Address("telegram", "bot1", "amal")
BADR = Address("telegram", "bot1", "badr")


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)
