"""The files that a bot uploads and people send, which Telegram keeps under ids."""

import hashlib
import io
import itertools
import struct
import time
from dataclasses import dataclass
from typing import Any

from PIL import Image

from tests.fakes.telegram_refusals import Refusal, bad

MAX_UPLOAD = 50_000_000
"""Bytes: https://core.telegram.org/bots/api#senddocument."""

MAX_DOWNLOAD = 20 << 20
"""Bytes of a file that a bot is given: https://core.telegram.org/bots/api#getfile."""

LINK_S = 3600.0
"""For so long a link to a file is good at least."""

MAX_PHOTO = 10_000_000
MAX_SIDES = 10_000
MAX_RATIO = 20
"""Of a photo's width and height together, and one to the other:
https://core.telegram.org/bots/api#sendphoto"""

_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Upload:
    """A part of a multipart request that is a file."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class StoredFile:
    """A file on Telegram's servers.

    Attributes:
        sides: A photo's width and height in pixels; None for a document.
    """

    file_id: str
    name: str
    media_type: str
    content: bytes
    sides: tuple[int, int] | None = None

    @property
    def kind(self) -> str:
        return "document" if self.sides is None else "photo"

    def shown(self) -> Any:
        """Give it as a message carries it."""
        return self.to_json() if self.sides is None else self._sizes(*self.sides)

    def _sizes(self, width: int, height: int) -> list[dict[str, Any]]:
        sizes = []
        for name, longest in (("s", 90), ("m", 320), ("x", 800), ("y", 1280)):
            share = min(1.0, longest / max(width, height))
            sizes.append(
                {
                    "file_id": f"{self.file_id}{name}" if share < 1 else self.file_id,
                    "file_unique_id": f"AQAD{hashlib.sha256(self.content).hexdigest()[:11]}{name}",
                    "width": round(width * share),
                    "height": round(height * share),
                }
            )
            if share == 1:
                break
        return sizes

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
        tells_sizes: How large a file is stands in the answers, and before its bytes.
        served: How many bytes of files were given out.
    """

    def __init__(self) -> None:
        self.max_upload = MAX_UPLOAD
        self.tells_sizes = True
        self.served = 0
        self.files: dict[str, StoredFile] = {}
        self._numbers = itertools.count(1)
        self._links: dict[str, tuple[StoredFile, float]] = {}

    def forget(self, file_id: str) -> None:
        """Let an id end."""
        del self.files[file_id]

    def receive(self, upload: Upload, *, photo: bool = False) -> Any:
        """Keep what a person sends, however large; give it as their message carries it."""
        sides = None
        if photo:
            with Image.open(io.BytesIO(upload.content)) as picture:
                sides = picture.size
        stored = self._keep(upload, sides)
        shown = stored.shown()
        self.files |= {size["file_id"]: stored for size in (shown if photo else ())}
        return shown

    def link(self, file_id: str) -> dict[str, Any]:
        """Give where the bytes of a file are, as a File.

        Raises:
            Refusal: There is no such file, or it is too large for a bot.
        """
        stored = self.files.get(file_id)
        if stored is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if len(stored.content) > MAX_DOWNLOAD:
            raise bad("file is too big")
        path = f"{stored.kind}s/file_{len(self._links)}.{stored.name.rpartition('.')[2]}"
        self._links[path] = stored, time.monotonic() + LINK_S
        size = {"file_size": len(stored.content)} if self.tells_sizes else {}
        unique = stored.to_json()["file_unique_id"]
        return {"file_id": file_id, "file_unique_id": unique, "file_path": path} | size

    def open(self, path: str, *, is_ours: bool) -> StoredFile:
        """Give the file behind a link, to whom has the bot's token.

        Raises:
            Refusal: There is none, or none any more; or it is another token.
        """
        if not is_ours:
            raise Refusal(401, "Unauthorized")
        stored, until = self._links.get(path, (None, 0.0))
        if stored is None or time.monotonic() > until:
            raise Refusal(404, "Not Found")
        return stored

    def end_links(self) -> None:
        """Let the links grow too old."""
        self._links = {path: (stored, 0.0) for path, (stored, _) in self._links.items()}

    def take(self, kind: str, parts: dict[str, Any]) -> StoredFile:
        """Find the file that a request means: an upload, an attached part, or an id.

        Args:
            kind: ``document`` or ``photo``, the parameter that holds it.
            parts: The whole request, whose parts ``attach://`` names.

        Raises:
            Refusal: There is no such file, or it can't be kept.
        """
        given = parts.get(kind)
        if isinstance(given, str) and given.startswith("attach://"):
            given = parts.get(given.removeprefix("attach://"))
        if isinstance(given, Upload):
            return self._store(kind, given)
        if isinstance(given, str) and given in self.files:
            found = self.files[given]
            if found.kind != kind:
                names = (found.kind.capitalize(), kind.capitalize())
                raise bad(f"can't use file of type {names[0]} as {names[1]}")
            return found
        if isinstance(given, str) and given.startswith(("http://", "https://")):
            raise bad("failed to get HTTP URL content")  # this server reaches nothing
        raise bad("wrong file identifier/HTTP URL specified")

    def _store(self, kind: str, upload: Upload) -> StoredFile:
        if not upload.content:
            raise bad("file must be non-empty")
        if len(upload.content) > self.max_upload:
            raise Refusal(413, "Request Entity Too Large")
        return self._keep(upload, _sides(upload.content) if kind == "photo" else None)

    def _keep(self, upload: Upload, sides: tuple[int, int] | None) -> StoredFile:
        file_id = f"{'AgAC' if sides else 'BQAC'}AgQAAxkDAAI{next(self._numbers):04d}"
        stored = StoredFile(file_id, upload.name, upload.media_type, upload.content, sides)
        self.files[file_id] = stored
        return stored


def _sides(content: bytes) -> tuple[int, int]:
    """Measure a PNG, the only kind of picture that is sent here.

    Raises:
        Refusal: It is none, or too large for a photo.
    """
    if len(content) > MAX_PHOTO:
        raise bad("file is too big")
    if not content.startswith(_PNG):
        raise bad("IMAGE_PROCESS_FAILED")
    width, height = struct.unpack(">II", content[16:24])
    if width + height > MAX_SIDES or max(width, height) > MAX_RATIO * min(width, height):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return width, height
