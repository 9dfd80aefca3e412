from __future__ import annotations

import io

import pytest
import segno
from PIL import Image

from bot.documents.canvas import Canvas
from bot.documents.pictures import png
from bot.documents.qr import draw_qr, qr_png
from bot.documents.styles import Box
from bot.domain.meaning import Language
from tests.support.papers import URL

QUIET = 4


def modules(picture: bytes, count: int) -> list[list[bool]]:
    """Tell which modules of a square picture are dark, by their middles."""
    image = Image.open(io.BytesIO(picture)).convert("L")
    small = image.resize((count, count), Image.Resampling.BOX).tobytes()
    return [[shade < 128 for shade in small[y * count : (y + 1) * count]] for y in range(count)]


def expected(text: str) -> list[list[bool]]:
    code = segno.make_qr(text, error="m")
    return [[bool(module) for module in row] for row in code.matrix_iter(border=QUIET)]


@pytest.mark.parametrize("text", [URL, "واعي", "1"])
def test_what_is_drawn_on_paper_is_the_code_with_its_white_margin(text: str) -> None:
    canvas = Canvas(60, 60, title="QR", language=Language.ARABIC)
    canvas.add_page()
    draw_qr(canvas, text, Box(0, 0, 60, 60), "#16242b")
    assert modules(png(canvas.pdf(), dpi=300), len(expected(text))) == expected(text)


@pytest.mark.parametrize("text", [URL, "واعي"])
def test_a_picture_of_a_code_is_the_code_with_its_white_margin(text: str) -> None:
    picture = qr_png(text, scale=5)
    assert Image.open(io.BytesIO(picture)).width == 5 * len(expected(text))
    assert modules(picture, len(expected(text))) == expected(text)
