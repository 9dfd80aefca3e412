from __future__ import annotations

import unicodedata

import pytest

from bot.documents.canvas import Canvas
from bot.documents.certificate import certificate
from bot.documents.runs import runs_leftward
from bot.documents.styles import Face, Style
from bot.domain.meaning import Language
from tests.support.papers import NAMES, certificate_of, lines_of, say

LETTERS = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي"
ALONE = "ء"
JOINED_BEFORE_ONLY = "آأؤإاةدذرزوى"
SIGNS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670\u0640"


def forms(name: str) -> set[tuple[str, bool, bool]]:
    """Give each letter with whether it is joined to the letter before and to the one after."""
    word = "".join(letter for letter in name if unicodedata.category(letter) != "Mn")

    def joins(first: str, second: str) -> bool:
        both = first in LETTERS + "ـ" and second in LETTERS + "ـ"
        return both and first not in ALONE + JOINED_BEFORE_ONLY and second not in ALONE

    padded = f" {word} "
    return {
        (padded[at], joins(padded[at - 1], padded[at]), joins(padded[at], padded[at + 1]))
        for at in range(1, len(padded) - 1)
    }


def test_the_names_have_every_letter_in_every_form_and_every_sign() -> None:
    there = set().union(*map(forms, NAMES))
    wanted = {(letter, False, False) for letter in LETTERS}
    wanted |= {(letter, True, False) for letter in LETTERS if letter not in ALONE}
    both = [letter for letter in LETTERS if letter not in ALONE + JOINED_BEFORE_ONLY]
    wanted |= {(letter, before, True) for letter in both for before in (False, True)}
    assert wanted - there == set()
    assert set(SIGNS) <= set("".join(NAMES))
    assert len(set(NAMES)) == len(NAMES) > 200


@pytest.mark.parametrize("face", [Face.AMIRI_BOLD, Face.PLEX_BOLD])
def test_a_reader_gets_every_name_letter_for_letter(face: Face) -> None:
    canvas = Canvas(297, 60, title="Names", language=Language.ENGLISH)
    for name in NAMES:
        canvas.add_page()
        style = Style(face, 30, rtl=runs_leftward(name))
        canvas.middle(name, canvas.page.inset(10), style)
    assert lines_of(canvas.pdf()) == [[name] for name in NAMES]


@pytest.mark.parametrize("name", NAMES[::11])
def test_a_reader_gets_the_name_on_a_certificate(name: str) -> None:
    (lines,) = lines_of(certificate(certificate_of(name=name), say))
    assert name in lines
