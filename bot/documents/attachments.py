"""Files that come from outside: told by what is in them, not by their names."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import pypdfium2
from PIL import Image, UnidentifiedImageError

from bot.errors import WaaiError

MOST_BYTES = 10_000_000
"""Telegram takes a photo up to 10 MB: https://core.telegram.org/bots/api#sending-files."""

MOST_PICTURE_BYTES = 5_000_000
"""WhatsApp takes a picture up to 5 MB:
https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media"""

_LONGEST_NAME = 120
_MOST_PIXELS = 40_000_000
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f/\\\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_ENDINGS = {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg"}
_PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg"}


class AttachmentError(WaaiError):
    """A file cannot go along; the message says why."""


@dataclass(frozen=True)
class Attachment:
    """A file that was looked into.

    Attributes:
        name: Safe to show and to save, with the ending of its kind.
        media_type: ``application/pdf``, ``image/png`` or ``image/jpeg``.
    """

    name: str
    media_type: str
    content: bytes


def read_attachment(name: str, content: bytes) -> Attachment:
    """Take a PDF or a picture.

    Args:
        name: What it is called where it comes from.
        content: Its bytes.

    Raises:
        AttachmentError: It is too large, or no PDF, PNG or JPEG that can be opened.
    """
    called = f"{name!r}"
    if not content:
        raise AttachmentError(f"{called} is empty")
    if len(content) > MOST_BYTES:
        raise AttachmentError(f"{called} is over {MOST_BYTES // 1_000_000} MB")
    media_type = _pdf(called, content) or _picture(called, content)
    if media_type != "application/pdf" and len(content) > MOST_PICTURE_BYTES:
        raise AttachmentError(f"{called}: a picture may have 5 MB at most")
    return Attachment(_safe(name, media_type), media_type, content)


def _pdf(called: str, content: bytes) -> str | None:
    if not content.startswith(b"%PDF-"):
        return None
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        raise AttachmentError(
            f"{called} is a PDF that cannot be opened: it is damaged or locked"
        ) from None
    try:
        if not len(document):
            raise AttachmentError(f"{called} is a PDF without pages")
    finally:
        document.close()
    return "application/pdf"


def _picture(called: str, content: bytes) -> str:
    refused = AttachmentError(f"{called} is no PDF, PNG or JPEG")
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.format not in _PICTURES:
                raise refused
            if picture.width * picture.height > _MOST_PIXELS:
                raise AttachmentError(f"{called} has too many pixels")
            picture.verify()
            return _PICTURES[picture.format]
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise refused from None


def _safe(name: str, media_type: str) -> str:
    stem = _UNSAFE.sub(" ", name.rsplit("/", 1)[-1].rsplit("\\", 1)[-1]).strip(" .")
    ending = _ENDINGS[media_type]
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", stem).strip(" .") or "file"
    return f"{stem[: _LONGEST_NAME - len(ending)]}{ending}"
