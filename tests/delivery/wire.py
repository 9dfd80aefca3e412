"""A channel whose platform is a list or a file: what was sent where, in order."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.conversation.channel import FetchFailure, Limits, SendFailure, SendOutcome, Sent
from bot.conversation.events import Address, Incoming, SentFile, Text
from bot.conversation.messages import Block, BlockKind, Message

ACCOUNT = "bot1"


def said(text: str, **more: Any) -> Message:
    return Message((Block(BlockKind.BODY, text),), **more)


def raw(number: object, user: str, text: str) -> dict[str, Any]:
    return {"id": str(number), "user": user, "text": text}


class FixedClock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 20, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def pass_(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass
class WireChannel:
    """Takes every message, unless ``answer`` says otherwise."""

    name: str = "wire"
    account: str = ACCOUNT
    limits: Limits = field(default_factory=lambda: Limits(4096, 40))
    answer: Callable[[str, str], SendOutcome | None] | None = None
    log: list[tuple[str, str]] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)

    def parse(self, raw: dict[str, object]) -> Incoming | None:
        if raw.get("silent"):
            return None
        address = Address(self.name, self.account, str(raw["user"]))
        return Incoming(address, str(raw["id"]), Text(str(raw["text"])))

    async def send(self, address: Address, message: Message, reference: str = "") -> SendOutcome:
        self.references.append(reference)
        outcome = self.answer(address.user, message.plain_text) if self.answer else None
        if outcome is not None and not isinstance(outcome, Sent):
            return outcome
        self.log.append((address.user, message.plain_text))
        return outcome or Sent(str(len(self.log)))

    async def fetch(self, file: SentFile, most: int) -> FetchFailure:  # noqa: ARG002 - the port's
        return FetchFailure("no_files")

    async def acknowledge(self, incoming: Incoming) -> None:
        self.shown.append(incoming.external_id)

    def sent_to(self, user: str) -> list[str]:
        return [text for recipient, text in self.log if recipient == user]


class FileWireChannel(WireChannel):
    """Writes what it takes to a file that outlives the process."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    async def send(self, address: Address, message: Message, reference: str = "") -> SendOutcome:  # noqa: ARG002 - the port's
        line = json.dumps([address.user, message.plain_text]) + "\n"
        os.write(self._file, line.encode())
        return Sent(message.plain_text)


class RevokedChannel(WireChannel):
    """Refuses all until the token is new, and counts how many sends there are at once."""

    revoked = True
    tries = 0
    now = 0
    most = 0

    async def send(self, address: Address, message: Message, reference: str = "") -> SendOutcome:
        self.tries += 1
        if self.revoked:
            return SendFailure("unauthorised", halts_channel=True)
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.05)
        self.now -= 1
        return await super().send(address, message, reference)


class HangingChannel(WireChannel):
    """Hangs or raises where the text says so."""

    async def send(self, address: Address, message: Message, reference: str = "") -> SendOutcome:
        if message.plain_text == "hang":
            await asyncio.Event().wait()
        if message.plain_text == "raise":
            raise OSError
        return await super().send(address, message, reference)
