from __future__ import annotations

from unittest.mock import patch

import pytest

from bot.documents.canvas import Canvas
from bot.documents.stacks import Divider, Line, draw_stack
from bot.documents.styles import Face, Style
from bot.domain.meaning import Language
from tests.support.drawn import places_checked
from tests.support.papers import lines_of

TEXT = "سطر طويل من الكلمات التي لا تنتهي عند حد معلوم"


@pytest.mark.parametrize("count", [1, 4, 20])
def test_a_stack_shrinks_until_it_stays_in_its_box(count: int) -> None:
    # The page is the box, so whatever leaves one leaves the other.
    canvas = Canvas(80, 40, title="Stack", language=Language.ARABIC)
    lines = [Line(f"{TEXT} {number}", Style(Face.AMIRI, 20), 2, 3) for number in range(count)]
    with places_checked() as faults:
        canvas.add_page()
        draw_stack(canvas, canvas.page, [*lines, Divider(40, "#000000", 8)])
    assert faults == []
    (read,) = lines_of(canvas.pdf())
    assert " ".join(read).split() == " ".join(line.text for line in lines).split()


def test_a_stack_stands_in_the_middle_of_its_box() -> None:
    canvas = Canvas(80, 40, title="Stack", language=Language.ENGLISH)
    canvas.add_page()
    line = Line("word", Style(Face.PLEX, 12))
    with patch.object(Canvas, "text") as text:
        draw_stack(canvas, canvas.page, [line, line])
    first, second = (call.args[1] for call in text.call_args_list)
    assert first.y + second.y + line.style.line_height == pytest.approx(40)
