"""A chain of digests: each entry's holds all before it, so that a change shows; pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

GENESIS = "0" * 64
"""What the first entry of a chain is linked to."""


class Links(NamedTuple):
    """What the digest of an entry covers, beside that of the entry before it.

    Attributes:
        chain: Which chain; an entry fits into no other.
        seq: Its place there, from 1 on.
        at: When, aware.
        kind: What happened.
        actor: Who did it.
        subject: To what.
        body_sha256: The digest of what else there is to say; it stays when that has gone.
    """

    chain: str
    seq: int
    at: datetime
    kind: str
    actor: str
    subject: str
    body_sha256: str


def canonical(body: Mapping[str, Any]) -> str:
    """Write a body in the one way that it is digested in: JSON, keys sorted, no spaces.

    Moments become ISO 8601 in UTC; what UTF-8 cannot write, a lone surrogate, becomes U+FFFD.

    Raises:
        TypeError: A value is neither of JSON nor a moment.
        ValueError: A number is not finite, or a moment has no time zone.
    """
    written = _written(body, sort_keys=True, default=_plain)
    if written.isascii():
        return written
    return written.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def moment_text(moment: datetime) -> str:
    """Write a moment in the one way that it is digested in: ISO 8601 in UTC, with microseconds.

    Raises:
        ValueError: It has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def text_digest(text: str) -> str:
    """Give the SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def body_digest(body: Mapping[str, Any]) -> str:
    """Give the SHA-256 of a body in canonical JSON, in hexadecimal."""
    return text_digest(canonical(body))


def link(previous: str, links: Links) -> str:
    """Give the digest of an entry.

    A list in JSON is digested, so that no two entries are written alike.

    Args:
        previous: The digest of the entry before it; ``GENESIS`` for the first one.
        links: What it covers.

    Returns:
        A SHA-256 in hexadecimal.
    """
    chain, seq, at, *others = links
    return text_digest(_written([previous, chain, seq, moment_text(at), *others]))


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return moment_text(value)
    raise TypeError(f"no value of JSON: {type(value).__name__}")


def _written(value: object, **options: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), **options)
