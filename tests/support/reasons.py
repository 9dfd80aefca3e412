"""The codes of all reasons for which something may not reach somebody."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from telegram.error import Forbidden

from bot.channels.telegram import failures as telegram
from bot.channels.whatsapp import failures as whatsapp
from bot.conversation.channel import SendFailure
from bot.domain.circulars import Unreached
from tests.support.content import ROOT


def reasons() -> set[str]:
    """Give the codes, without what stands behind a colon."""
    codes = {*Unreached, *_written(), *map(str, _values())}
    return {code.partition(":")[0] for code in codes}


def _values() -> Iterator[str]:
    """Those of the failures that a channel's module names."""
    for module in (telegram, whatsapp):
        for value in vars(module).values():
            if isinstance(value, SendFailure):
                yield value.reason
            elif isinstance(value, dict):
                yield from (
                    each.reason
                    for each in (*value, *value.values())
                    if isinstance(each, SendFailure)
                )


def _written() -> Iterator[str]:
    """Those that stand where the code makes a failure, and the codes of forbidden chats."""
    for said in ("bot was blocked by the user", "user is deactivated", "something else"):
        yield telegram.failure_of(Forbidden(said)).reason
    for path in (ROOT / "bot").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "SendFailure":
                yield from _texts(call.args[:1])


def _texts(arguments: list[ast.expr]) -> Iterator[str]:
    for argument in arguments:
        first = argument.values[0] if isinstance(argument, ast.JoinedStr) else argument
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value
