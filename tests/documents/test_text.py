from __future__ import annotations

import io

import pytest
from fpdf.enums import TextDirection
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.documents.canvas import Canvas
from bot.documents.pictures import png
from bot.documents.reading import stored
from bot.documents.runs import Run, runs_leftward, visual_runs
from bot.documents.shaping import shape
from bot.documents.styles import Align, Box, Face, Style
from bot.documents.wrapping import wrap
from bot.domain.meaning import Language
from tests.support.papers import lines_of

LTR, RTL = TextDirection.LTR, TextDirection.RTL
MIXED = st.text(
    st.sampled_from("ابتلمحهو\u064e\u0651\u0640لا Aaz-'().,:/12٣٤«»%\u200c"), max_size=30
)


def canvas(language: Language = Language.ARABIC) -> Canvas:
    made = Canvas(200, 50, title="Text", language=language)
    made.add_page()
    return made


def ink(pdf: bytes) -> tuple[float, float, float, float]:
    """Give the box of what is drawn, in millimetres."""
    image = Image.open(io.BytesIO(png(pdf, dpi=254))).convert("L")
    box = image.point(lambda shade: 255 if shade < 200 else 0).getbbox()
    assert box is not None
    return box[0] / 10, box[1] / 10, box[2] / 10, box[3] / 10


@pytest.mark.parametrize(
    "line",
    [
        "المادة 12-3، رقم ٢٠٢٥/١٠/٣، وبعده",
        "من 10:30 إلى 11:45، بنسبة 85.5% تقريباً",
        "راسل name@moh.gov.ae أو https://x.ae/v/AB-12?x=1 حالاً",
        "الكلمات (Arabic/Latin) صحيحة «كلها» في المادة (12)",
        "نُشر في WhatsApp وTwitter عام 2026",
        "هاتف +971 50 123 4567",
    ],
)
def test_a_reader_gets_numbers_and_latin_words_in_an_arabic_line(line: str) -> None:
    drawn = canvas()
    drawn.text(line, drawn.page.inset(5), Style(Face.PLEX, 11))
    assert lines_of(drawn.pdf()) == [[line]]


def test_runs_stand_as_the_algorithm_of_unicode_puts_them() -> None:
    assert visual_runs("قل ABC 12 ثم", RTL) == [
        Run(9, " ثم", RTL),
        Run(3, "ABC 12", LTR),
        Run(0, "قل ", RTL),
    ]
    assert visual_runs("say قل 12", LTR) == [
        Run(0, "say ", LTR),
        Run(7, "12", LTR),
        Run(4, "قل ", RTL),
    ]


@pytest.mark.parametrize(
    ("text", "leftward"),
    [("علي Smith", True), ("Smith علي", False), ("12 علي", True), ("(Ali)", False), ("", False)],
)
def test_the_first_strong_letter_tells_a_text_s_direction(text: str, *, leftward: bool) -> None:
    assert runs_leftward(text) is leftward


@given(MIXED, st.sampled_from([LTR, RTL]))
def test_every_letter_is_stored_once_whatever_is_drawn_for_it(
    line: str, direction: TextDirection
) -> None:
    assert sorted(letter.place for letter in stored(line)) == list(range(len(line)))
    letters = shape(line, Face.AMIRI, direction).letters
    mirrored = str.maketrans("()«»", ")(»«")
    plain = sorted(letter.text for letter in letters)
    assert len(plain) == len(line)
    assert sorted("".join(plain).translate(mirrored) + "".join(plain)) == sorted(
        line.translate(mirrored) + line
    )


def test_letters_are_joined_across_signs() -> None:
    bare = shape("محمد", Face.PLEX, RTL)
    signed = shape("مُحَمَّد", Face.PLEX, RTL)
    assert signed.width == bare.width
    assert [letter.glyph for letter in bare.letters] == [
        letter.glyph for letter in signed.letters if letter.text in "محد"
    ]
    assert len(signed.marks) == 3


def test_a_letter_that_a_typeface_lacks_is_taken_from_the_other() -> None:
    faces = {letter.face for letter in shape("Şahin", Face.PLEX_BOLD, LTR).letters}
    assert faces == {Face.AMIRI_BOLD}


@given(st.text(st.sampled_from("ab و\n"), max_size=60), st.integers(1, 12))
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: int) -> None:
    lines = wrap(text, width, len)
    assert max(map(len, lines)) <= width
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_lines_break_at_spaces_where_they_can() -> None:
    assert wrap("one two\nthree", 7, len) == ["one two", "three"]
    assert wrap("one two\n\nthree", 5, len) == ["one", "two", "", "three"]
    assert wrap("no\u00a0break here", 8, len) == ["no\u00a0break", "here"]
    assert wrap("a unbreakable", 6, len) == ["a", "unbrea", "kable"]


@pytest.mark.parametrize(
    ("language", "align", "at_left"),
    [
        (Language.ARABIC, Align.START, False),
        (Language.ARABIC, Align.END, True),
        (Language.ENGLISH, Align.START, True),
        (Language.ENGLISH, Align.END, False),
    ],
)
def test_lines_start_at_the_side_of_their_language(
    language: Language, align: Align, *, at_left: bool
) -> None:
    drawn = canvas(language)
    box = Box(20, 10, 160, 20)
    width = drawn.width("سلام hello", Style(Face.PLEX, 20))
    drawn.text("سلام hello", box, Style(Face.PLEX, 20), align)
    left, _, right, _ = ink(drawn.pdf())
    assert (left if at_left else right) == pytest.approx(box.x if at_left else box.right, abs=1.5)
    assert right - left == pytest.approx(width, abs=3)


def test_centred_text_stands_in_the_middle() -> None:
    drawn = canvas()
    drawn.middle("سلام", drawn.page, Style(Face.PLEX, 40))
    left, top, right, bottom = ink(drawn.pdf())
    assert (left + right) / 2 == pytest.approx(100, abs=1)
    assert (top + bottom) / 2 == pytest.approx(25, abs=3)


def test_a_text_shrinks_until_it_fits_but_not_below_the_smallest() -> None:
    drawn = canvas()
    style = Style(Face.AMIRI, 40)
    fitted = drawn.fit("كلمات كثيرة لا تتسع لها", Box(0, 0, 50, 20), style, smallest=6)
    assert 6 < fitted.size < 40
    assert drawn.width("كلمات كثيرة لا تتسع لها", fitted) <= 50
    assert drawn.fit("كلمة" * 50, Box(0, 0, 50, 20), style, smallest=6).size == 6
    assert drawn.fit("قصير", Box(0, 0, 50, 40), style, smallest=6) == style
