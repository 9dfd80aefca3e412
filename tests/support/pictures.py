"""Pictures for the tests, small in bytes whatever their size in pixels."""

from __future__ import annotations

import struct
import zlib


def png(width: int = 8, height: int = 8, *, padding: int = 0) -> bytes:
    """Make a grey PNG.

    Args:
        width: In pixels.
        height: In pixels.
        padding: Bytes that say nothing.
    """
    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [_chunk(b"IHDR", header), _chunk(b"IDAT", rows), _chunk(b"IEND", b"")]
    if padding:
        parts.insert(1, _chunk(b"tEXt", b"x\0" + b"x" * padding))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)
