"""Sealing a few bytes, so that only who has the key reads or changes them; pure.

Deterministic authenticated encryption as SIV composes it (Rogaway and Shrimpton, 2006,
https://eprint.iacr.org/2006/221), with HMAC-SHA256 both as the function that makes the synthetic
IV and, counting up, as the key stream. The same bytes about the same thing give the same seal,
which tells that they are the same and nothing else.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

_IV_BYTES = 16


def seal(key: bytes, plain: bytes, about: str) -> bytes:
    """Seal some bytes, which become 16 longer.

    Args:
        key: The secret.
        plain: What to hide.
        about: What it belongs to: under any other name it cannot be opened.
    """
    iv = _iv(key, plain, about)
    return iv + _mixed(key, iv, plain)


def unseal(key: bytes, sealed: bytes, about: str) -> bytes | None:
    """Open what ``seal`` gave; None for anything else, or with another key or ``about``."""
    iv = sealed[:_IV_BYTES]
    plain = _mixed(key, iv, sealed[_IV_BYTES:])
    return plain if hmac.compare_digest(iv, _iv(key, plain, about)) else None


def seal_text(key: bytes, text: str, about: str) -> str:
    """Seal a text; gives letters, digits, hyphens and underscores, as a button takes them."""
    return urlsafe_b64encode(seal(key, text.encode(), about)).decode().rstrip("=")


def unseal_text(key: bytes, sealed: str, about: str) -> str | None:
    """Open what ``seal_text`` gave; None for anything else."""
    try:
        plain = unseal(key, urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4)), about)
        return None if plain is None else plain.decode()
    except (Error, ValueError):
        return None


def _iv(key: bytes, plain: bytes, about: str) -> bytes:
    name = about.encode()
    told = b"iv" + len(name).to_bytes(4) + name + plain
    return hmac.digest(key, told, "sha256")[:_IV_BYTES]


def _mixed(key: bytes, iv: bytes, data: bytes) -> bytes:
    stream = b""
    while len(stream) < len(data):
        stream += hmac.digest(key, b"stream" + iv + len(stream).to_bytes(4), "sha256")
    return bytes(one ^ other for one, other in zip(data, stream, strict=False))
