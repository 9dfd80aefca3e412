from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arabic import ArabiziReader, fold
from arabic.arabizi import skeleton

TEXTS = """
هل يجوز اعاده نشر تغريده عن قضيه في المحكمه
عادي اسوي ريتويت حق تويت عن الانتخابات ولا احسن لا
حساب خاص وحده كتبت عن حمله الوزاره والشعار ممنوع
مجموعه واتساب مغلقه نتشكي فيها من المديره خلاص صح غلط
شغل دوام صوره مستشفي مريض عقوبه مسموح طيب ضروري غرامه
عن علي على في من الي كيف شنو
"""
READER = ArabiziReader.from_texts(fold(line) for line in TEXTS.splitlines())


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        pytest.param("7sab", "حساب", id="7 is ha"),
        pytest.param("3adi", "عادي", id="3 is ain"),
        pytest.param("5a9", "خاص", id="5 is kha, 9 is sad"),
        pytest.param("5ala9", "خلاص", id="a vowel inside"),
        pytest.param("9a7", "صح", id="two digits"),
        pytest.param("ghala6", "غلط", id="gh"),
        pytest.param("sh3'l", "شغل", id="3' is ghain"),
        pytest.param("shughl", "شغل", id="sh"),
        pytest.param("dawam", "دوام", id="long vowel"),
        pytest.param("il7amla", "الحمله", id="article joined"),
        pytest.param("el", "ال", id="article alone"),
        pytest.param("al-shi3ar", "والشعار", id="article with a hyphen"),
        pytest.param("qa9'iya", "قضيه", id="9' is dad"),
        pytest.param("mareed", "مريض", id="doubled vowel"),
        pytest.param("mustashfa", "مستشفي", id="final a for alef maksura"),
        pytest.param("mamnoo3", "ممنوع", id="doubled consonant"),
        pytest.param("3uqooba", "عقوبه", id="q"),
        pytest.param("3ogouba", "عقوبه", id="g for qaf"),
    ],
)
def test_known_words_are_read(typed: str, read: str) -> None:
    assert READER.read(typed) == read


def test_unknown_words_are_spelt_out() -> None:
    reader = ArabiziReader({})
    assert reader.read("7abibi") == "حبي"
    assert reader.read("kaboom") == "كبوم"
    assert reader.read("ilkaboom") == "الكبوم"


@pytest.mark.parametrize(
    ("word", "classes"), [("مدرسه", "mdrs"), ("ممتاز", "mtz"), ("اللون", "ln"), ("", "")]
)
def test_skeleton(word: str, classes: str) -> None:
    assert skeleton(word) == classes


def test_the_words_survive_being_stored() -> None:
    again = ArabiziReader(READER.words)
    assert again.words == READER.words
    assert again.read("7sab") == READER.read("7sab")


@given(st.text("abcdefghijklmnopqrstuvwxyz23456789'", max_size=24))
def test_any_word_is_read_without_latin_left(word: str) -> None:
    assert not any("a" <= char <= "z" for char in READER.read(word))


@pytest.mark.parametrize("word", ["", "gggggggggggggggggggggg" * 20, "é", "'"])
def test_no_word_is_too_odd(word: str) -> None:
    assert isinstance(READER.read(word), str)
