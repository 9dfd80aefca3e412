"""The files that the fake Cloud API keeps.

Types and sizes: https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media/#supported-media-types
"""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from tests.fakes.whatsapp_errors import GraphError, unknown_object

MIB = 1024 * 1024
_OFFICE = "application/vnd.openxmlformats-officedocument."
_TYPES: dict[str, tuple[str, ...]] = {
    "audio": ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/opus"),
    "document": (
        "text/plain",
        "application/pdf",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        f"{_OFFICE}wordprocessingml.document",
        f"{_OFFICE}spreadsheetml.sheet",
        f"{_OFFICE}presentationml.presentation",
    ),
    "image": ("image/jpeg", "image/png"),
    "sticker": ("image/webp",),
    "video": ("video/mp4", "video/3gpp"),
}


@dataclass
class StoredMedia:
    """A file, as uploaded or as received from a person.

    Attributes:
        number_id: The business number to which it belongs; another's token finds nothing.
        is_expired: Thirty days have passed (seven for what people send).
    """

    id: str
    number_id: str
    mime: str
    content: bytes
    filename: str = ""
    is_expired: bool = False

    @property
    def kind(self) -> str:
        return kind_of(self.mime)

    @property
    def properties(self) -> dict[str, Any]:
        """Give how a webhook speaks of it."""
        digest = base64.b64encode(hashlib.sha256(self.content).digest()).decode()
        return {"mime_type": self.mime, "sha256": digest, "id": self.id}


def kind_of(mime: str) -> str:
    """Give the kind of message that carries such a file, or an empty string."""
    return next((kind for kind, types in _TYPES.items() if mime in types), "")


class MediaStore:
    """All files, by id.

    Attributes:
        limits: The largest file of each kind in bytes; a test may lower them.
    """

    def __init__(self) -> None:
        self.limits = {
            "audio": 16 * MIB,
            "document": 100 * MIB,
            "image": 5 * MIB,
            "sticker": 500 * 1024,
            "video": 16 * MIB,
        }
        self.files: dict[str, StoredMedia] = {}

    def add(self, number_id: str, mime: str, content: bytes, filename: str = "") -> StoredMedia:
        """Keep a file.

        Raises:
            GraphError: Of a type that is not supported, or too large.
        """
        kind = kind_of(mime)
        if not kind:
            types = ", ".join(mime for types in _TYPES.values() for mime in types)
            said = f"Param file must be a file with one of the following types: {types}. "
            raise GraphError(100, f"{said}Received file of type '{mime}'.")
        if len(content) > self.limits[kind]:
            raise GraphError(131053, f"File is larger than {self.limits[kind]} bytes")
        media_id = str(1_003_383_421_000_000 + len(self.files))
        self.files[media_id] = StoredMedia(media_id, number_id, mime, content, filename)
        return self.files[media_id]

    def get(self, media_id: str) -> StoredMedia:
        """Give a file that still lives.

        Raises:
            GraphError: There is none.
        """
        found = self.files.get(media_id)
        if found is None or found.is_expired:
            raise unknown_object(media_id)
        return found

    def attached(self, kind: str, content: dict[str, Any], number_id: str) -> StoredMedia | None:
        """Give the file that a message of the number names by id; None where it names a link.

        Raises:
            GraphError: It names neither, or a file of another number, or one that has expired.
        """
        if "id" not in content:
            link = str(content.get("link", ""))
            if not link.startswith(("http://", "https://")):
                raise GraphError(100, f"Param {kind}['link'] is not a valid URI.")
            return None
        found = self.files.get(str(content["id"]))
        if found is None or found.is_expired or found.number_id != number_id:
            said = "is not a valid whatsapp business account media attachment ID"
            raise GraphError(100, f"Param {kind}['id'] {said}")
        return found

    def expire(self, media_id: str | None = None) -> None:
        """Let one file, or all of them, grow older than the platform keeps them."""
        for file in self.files.values():
            file.is_expired |= media_id in (None, file.id)
