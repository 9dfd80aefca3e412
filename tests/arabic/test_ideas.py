from __future__ import annotations

import pytest

from arabic import fold, ideas_of


@pytest.mark.parametrize(
    ("text", "idea"),
    [
        ("رتويت", "act_repost"),
        ("بالهاشتاقات", "act_hashtag"),
        ("trending", "act_hashtag"),
        ("طلب مني الرمز وعطيته", "pass_code_request"),
        ("they asked for the code", "pass_code_request"),
    ],
)
def test_a_word_its_stem_or_an_expression_names_its_idea(text: str, idea: str) -> None:
    assert idea in ideas_of(fold(text))


@pytest.mark.parametrize("text", ["", "زقرتشم", "xyzzy", "3", "🙂"])
def test_what_is_in_no_lexicon_names_nothing(text: str) -> None:
    assert ideas_of(fold(text)) == set()


def test_the_order_of_words_is_all_one_but_in_an_expression() -> None:
    assert ideas_of("هاشتاق الوزاره") == ideas_of("الوزاره هاشتاق")
    assert "who_answers" in ideas_of("من يرد علينا")
    assert "who_answers" not in ideas_of("يرد من علينا")
