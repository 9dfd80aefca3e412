"""Files that come from outside: told by what is in them, not by their names."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from enum import StrEnum

import pypdfium2
from PIL import Image

from bot.documents.pdfium import opened
from bot.domain.file_kinds import JPEG, PDF, PNG, kind_of
from bot.errors import WaaiError

MOST_BYTES = 10_000_000
"""Telegram takes a photo up to 10 MB: https://core.telegram.org/bots/api#sending-files."""

MOST_PICTURE_BYTES = 5_000_000
"""WhatsApp takes a picture up to 5 MB:
https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media"""

MOST_FILES = 8
"""Of one circular: with its other buttons, one for each but the first fills a list of WhatsApp."""

_LONGEST_NAME = 120
_MOST_PIXELS = 40_000_000
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f/\\\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_ENDINGS = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg"}


class Problem(StrEnum):
    """Why a file cannot go along."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    PICTURE_TOO_LARGE = "picture_too_large"
    OTHER_KIND = "other_kind"
    DAMAGED = "damaged"
    NO_PAGES = "no_pages"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY = "too_many"


_SAYS = {
    Problem.EMPTY: "is empty",
    Problem.TOO_LARGE: f"is over {MOST_BYTES // 1_000_000} MB",
    Problem.PICTURE_TOO_LARGE: f"is a picture over {MOST_PICTURE_BYTES // 1_000_000} MB",
    Problem.OTHER_KIND: "is no whole PDF, PNG or JPEG",
    Problem.DAMAGED: "cannot be opened: it is damaged or locked",
    Problem.NO_PAGES: "is a PDF without pages",
    Problem.TOO_MANY_PIXELS: "has too many pixels",
    Problem.TOO_MANY: f"is one too many: {MOST_FILES} files may go along",
}


class AttachmentError(WaaiError):
    """A file cannot go along; the message says why.

    Attributes:
        problem: Why.
    """

    def __init__(self, name: str, problem: Problem) -> None:
        super().__init__(f"{name!r} {_SAYS[problem]}")
        self.problem = problem


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

    @property
    def sha256(self) -> str:
        """The digest of its content, in hexadecimal digits: by it two files are the same."""
        return hashlib.sha256(self.content).hexdigest()


def read_attachment(name: str, content: bytes) -> Attachment:
    """Take a PDF or a picture.

    Args:
        name: What it is called where it comes from.
        content: Its bytes.

    Raises:
        AttachmentError: It is too large, or no PDF, PNG or JPEG that can be opened.
    """
    if len(content) > MOST_BYTES:
        raise AttachmentError(name, Problem.TOO_LARGE)
    media_type = kind_of(content)
    if media_type is None:
        raise AttachmentError(name, Problem.OTHER_KIND if content else Problem.EMPTY)
    problem = _of_pdf(content) if media_type == PDF else _of_picture(content)
    if problem is not None:
        raise AttachmentError(name, problem)
    return Attachment(_safe(name, media_type), media_type, content)


def _of_pdf(content: bytes) -> Problem | None:
    try:
        with opened(content) as document:
            return None if len(document) else Problem.NO_PAGES
    except pypdfium2.PdfiumError:
        return Problem.DAMAGED


def _of_picture(content: bytes) -> Problem | None:
    if len(content) > MOST_PICTURE_BYTES:
        return Problem.PICTURE_TOO_LARGE
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                return Problem.TOO_MANY_PIXELS
            picture.verify()
    except Image.DecompressionBombError:
        return Problem.TOO_MANY_PIXELS
    except (OSError, SyntaxError, ValueError):
        return Problem.DAMAGED
    return None


def _safe(name: str, media_type: str) -> str:
    stem = _UNSAFE.sub(" ", name.rsplit("/", 1)[-1].rsplit("\\", 1)[-1]).strip(" .")
    ending = _ENDINGS[media_type]
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", stem).strip(" .") or "file"
    return f"{stem[: _LONGEST_NAME - len(ending)]}{ending}"
