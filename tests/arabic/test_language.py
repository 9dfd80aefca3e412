from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arabic import is_english


@pytest.mark.parametrize(
    "text",
    [
        "May I retweet a post about a court case?",
        "can i like my boss's posts",
        "What is the penalty if I break the rules?",
        "I\u2019m a nurse, is a photo with a patient okay?",
        "hello",
        "please call me",
        "Is it ok to post on TikTok at 7pm",
        "Do I need approval before posting a picture of the ministry logo?",
        "my account is private, does it matter",
        "We won 3 2 against them, may I post it",
    ],
)
def test_english(text: str) -> None:
    assert is_english(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("هل يجوز لي إعادة نشر تغريدة؟", id="standard"),
        pytest.param("اگدر اسوي ريتويت", id="Iraqi"),
        pytest.param("عادي أحط لايك على تويتة؟", id="Gulf"),
        pytest.param("ممكن أعمل شير لبوست؟", id="Egyptian"),
        pytest.param("فيني اكتب تعليق", id="Levantine"),
        pytest.param("3adi asawi retweet 7ag tweet 3n il intikhabat wla la", id="Arabizi, Gulf"),
        pytest.param("ynfa3 a3mel share le post 3an el 7okoma", id="Arabizi, Egyptian"),
        pytest.param("shako beha ida 3ala8et 3ala qa9iya", id="Arabizi, Iraqi"),
        pytest.param("il shi3ar", id="Arabizi, short"),
        pytest.param("هل يجوز retweet للpost هذا", id="mixed, led by Arabic"),
        pytest.param("", id="nothing"),
        pytest.param("123 👍 ؟", id="no letters"),
        pytest.param("کیا میں پوسٹ کر سکتا ہوں", id="Urdu letters"),
    ],
)
def test_not_english(text: str) -> None:
    assert not is_english(text)


def test_a_lexicon_adds_to_the_function_words() -> None:
    assert not is_english("retweet criticism")
    assert is_english("retweet criticism", frozenset({"retweet", "criticism"}))


@given(st.text())
def test_case_is_nothing_to_go_by(text: str) -> None:
    if text.isascii():
        assert is_english(text) == is_english(text.upper())


@given(st.text("ابتثجحخدذرز 0123456789؟!"))
def test_text_in_arabic_script_is_never_english(text: str) -> None:
    assert not is_english(text, frozenset({"1", "2"}))
