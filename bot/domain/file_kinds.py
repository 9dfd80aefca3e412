"""What kind of file some bytes are, told by themselves and not by a name."""

from __future__ import annotations

PNG, JPEG, PDF = "image/png", "image/jpeg", "application/pdf"

_TAIL = 1024
"""Within so many bytes of the end a reader looks for the mark of a PDF (ISO 32000-1, annex H);
telephones write notes of their own behind a picture's."""


def kind_of(content: bytes) -> str | None:
    """Give the media type of a whole PNG, JPEG or PDF; None for anything else or a part of one."""
    if content.startswith(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"):
        return PNG if content.endswith(b"IEND\xaeB`\x82") else None
    if content.startswith(b"\xff\xd8\xff"):
        # Nowhere within the picture itself: a zero follows each 0xFF there.
        return JPEG if b"\xff\xd9" in content.rstrip(b"\0")[-_TAIL:] else None
    if content.startswith((b"%PDF-1.", b"%PDF-2.")):
        return PDF if b"%%EOF" in content[-_TAIL:] else None
    return None
