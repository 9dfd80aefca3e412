from __future__ import annotations

import io

import pytest
from PIL import Image

from bot.domain.file_kinds import JPEG, PDF, PNG, kind_of


def picture(kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (3, 2)).save(file, kind)
    return file.getvalue()


WHOLE = {PNG: picture("PNG"), JPEG: picture("JPEG"), PDF: picture("PDF")}


@pytest.mark.parametrize(("kind", "content"), WHOLE.items())
def test_a_file_tells_its_kind(kind: str, content: bytes) -> None:
    assert kind_of(content) == kind
    assert kind_of(content[: len(content) // 2]) is None


def test_a_telephones_notes_behind_a_picture() -> None:
    assert kind_of(WHOLE[JPEG] + b"SEFH" + b"\x01" * 100 + b"SEFT\0\0") == JPEG


@pytest.mark.parametrize(
    "content", [b"", b"MZ\x90\0", b"<svg/>", b"GIF89a", b"%PDF", b"PK\3\4", b" " + WHOLE[PNG]]
)
def test_anything_else_is_of_no_kind(content: bytes) -> None:
    assert kind_of(content) is None
