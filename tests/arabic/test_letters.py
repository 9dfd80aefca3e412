from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arabic import fold

RLM, LRE, PDF, ZWNJ, BOM = "\u200f", "\u202a", "\u202c", "\u200c", "\ufeff"


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        pytest.param("أإآٱا", "ا", id="alef with hamza, run of one letter"),
        pytest.param("إعجاب", "اعجاب", id="hamza below"),
        pytest.param("مسؤول قارئ شيء", "مسوول قاري شي", id="hamza on its seats and alone"),
        pytest.param("مدرسة فتى", "مدرسه فتي", id="ta marbuta and alef maksura"),
        pytest.param("مُحَمَّدٌ", "محمد", id="diacritics"),
        pytest.param("الرحمٰن", "الرحمن", id="dagger alef"),
        pytest.param("جـــمـيل", "جميل", id="elongation by tatweel"),
        pytest.param("هلاااااا", "هلا", id="elongation by letters"),
        pytest.param("مم الله", "مم الله", id="a doubled letter stays"),
        pytest.param("١٢٣ ۴۵۶ 789", "123 456 789", id="digits of three kinds"),
        pytest.param("کتابی گرم چای پدر ژاله", "كتابي قرم جاي بدر زاله", id="Persian letters"),
        pytest.param("ڤيديو", "فيديو", id="veh"),
        pytest.param("اگدر", "اقدر", id="gaf of the Gulf and Iraq"),
        pytest.param("ﻻ ﷲ", "لا الله", id="presentation forms"),
        pytest.param(f"{RLM}هل{LRE} يجوز{PDF}؟{BOM}", "هل يجوز", id="bidi controls"),
        pytest.param(f"می{ZWNJ}شود", "ميشود", id="joiners"),
        pytest.param("هل، (يجوز)؟! نعم.", "هل يجوز نعم", id="punctuation"),
        pytest.param("حلو 👍🏽❤️", "حلو 👍🏽❤", id="emoji stay, their variants go"),
        pytest.param("😂😂😂😂", "😂", id="a run of emoji"),
        pytest.param("Retweet THIS", "retweet this", id="Latin letters"),
        pytest.param("الReels والpost", "ال reels وال post", id="scripts are parted"),
        pytest.param("#هاشتاق_العمل @user", "هاشتاق العمل user", id="hashtags"),
        pytest.param("a\tb\nc\u00a0d", "a b c d", id="white space"),
        pytest.param("", "", id="nothing"),
        pytest.param("؟!... ـــ", "", id="nothing left"),
    ],
)
def test_fold(typed: str, folded: str) -> None:
    assert fold(typed) == folded


ALPHABET = "اأإآىيئؤةهءـکیگچپَُِّْٰ٣۴3aAbB7'؟,.! \n\t_@#👍🏽❤️\u200f\u200d\u202a\ufeffﻻﷺ"


@given(st.text(ALPHABET) | st.text())
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(ALPHABET) | st.text())
def test_fold_gives_words_parted_by_single_spaces(text: str) -> None:
    assert fold(text) == " ".join(fold(text).split())


@given(st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهوي ", max_size=20), st.sampled_from("ًٌٍَُِّْـ\u200f"))
def test_marks_between_letters_change_nothing(text: str, mark: str) -> None:
    assert fold(mark.join(text)) == fold(text)


@pytest.mark.parametrize("text", ["\0", "\ud800", "\U0010ffff", "ا" * 100_000])
def test_no_text_is_too_odd(text: str) -> None:
    assert len(fold(text)) <= 1
