from __future__ import annotations

import pytest

from bot.documents.icons import Sign
from bot.domain.meaning import Language
from bot.domain.ruling import Verdict
from bot.services.guides import guide_of, lesson_labels
from tests.support.content import LANGUAGES, real_library

RULINGS = {
    Sign.DO: {Verdict.DUTY, Verdict.ALLOWED},
    Sign.AVOID: {Verdict.PROHIBITED},
    Sign.CARE: {Verdict.CONDITIONAL},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rulebook", sorted(real_library().rulebooks))
def test_every_article_that_prescribes_stands_in_its_group(
    rulebook: str, language: Language
) -> None:
    articles = [a for s in real_library().rulebooks[rulebook].sections for a in s.articles]
    shown = {
        group.sign: [card.rule for card in group.cards]
        for group in guide_of(real_library(), rulebook, language).groups
    }
    for sign, rulings in RULINGS.items():
        rules = [a.rule.text(language) for a in articles if a.ruling in rulings]
        assert shown.get(sign, []) == rules


def test_what_is_allowed_is_told_from_what_is_asked() -> None:
    asks, avoids, _ = guide_of(real_library(), "muscat", Language.ENGLISH).groups
    permitted = [card.title for card in asks.cards if card.permits]
    assert permitted == ["The authorised employee speaks", "Retweeting and favouriting"]
    assert asks.about == "What the rules ask of you or allow you"
    assert not any(card.permits for card in avoids.cards)
    asks, *_ = guide_of(real_library(), "uae-fed", Language.ENGLISH).groups
    assert asks.about == "What the rules ask of you"


def test_a_guide_names_its_source_and_what_else_binds() -> None:
    guide = guide_of(real_library(), "moh-uae", Language.ENGLISH)
    assert guide.source == (
        "Source: E-participation policy – Ministry of Health, United Arab Emirates, 2014."
        " Version 1."
    )
    assert guide.also.startswith("You are also bound by: Regulation on federal employees'")
    assert "the human-resources department" in guide.informs
    general = guide_of(real_library(), "muscat", Language.ENGLISH)
    assert general.also == ""
    assert general.source.endswith("Sultanate of Oman. Version 1.")


def test_a_lesson_is_counted() -> None:
    assert lesson_labels(real_library().phrases, 2, 8, Language.ENGLISH).lesson == "Lesson 2 of 8"


def test_an_unknown_rulebook_is_no_guide() -> None:
    with pytest.raises(KeyError):
        guide_of(real_library(), "moon", Language.ENGLISH)
