"""The files that a bot uploads, which Telegram keeps under ids."""

import hashlib
import itertools
from dataclasses import dataclass
from typing import Any

from tests.fakes.telegram_refusals import Refusal, bad

MAX_UPLOAD = 50_000_000
"""Bytes: https://core.telegram.org/bots/api#senddocument."""


@dataclass(frozen=True)
class Upload:
    """A part of a multipart request that is a file."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class StoredFile:
    """A file on Telegram's servers."""

    file_id: str
    name: str
    media_type: str
    content: bytes

    def to_json(self) -> dict[str, Any]:
        """Give it as a Document."""
        return {
            "file_id": self.file_id,
            "file_unique_id": f"AgAD{hashlib.sha256(self.content).hexdigest()[:12]}",
            "file_name": self.name,
            "mime_type": self.media_type,
            "file_size": len(self.content),
        }


class Shelf:
    """All files of one bot.

    Attributes:
        max_upload: Most bytes of a file; a test may lower it.
    """

    def __init__(self) -> None:
        self.max_upload = MAX_UPLOAD
        self.files: dict[str, StoredFile] = {}
        self._numbers = itertools.count(1)

    def forget(self, file_id: str) -> None:
        """Let an id end."""
        del self.files[file_id]

    def take(self, given: object, parts: dict[str, Any]) -> StoredFile:
        """Find the file that a request means: an upload, an attached part, or an id.

        Args:
            given: The parameter's value.
            parts: The whole request, whose parts ``attach://`` names.

        Raises:
            Refusal: There is no such file, or it can't be kept.
        """
        if isinstance(given, str) and given.startswith("attach://"):
            given = parts.get(given.removeprefix("attach://"))
        if isinstance(given, Upload):
            return self._store(given)
        if isinstance(given, str) and given in self.files:
            return self.files[given]
        if isinstance(given, str) and given.startswith(("http://", "https://")):
            raise bad("failed to get HTTP URL content")  # this server reaches nothing
        raise bad("wrong file identifier/HTTP URL specified")

    def _store(self, upload: Upload) -> StoredFile:
        if not upload.content:
            raise bad("file must be non-empty")
        if len(upload.content) > self.max_upload:
            raise Refusal(413, "Request Entity Too Large")
        file_id = f"BQACAgQAAxkDAAI{next(self._numbers):04d}"
        stored = StoredFile(file_id, upload.name, upload.media_type, upload.content)
        self.files[file_id] = stored
        return stored
