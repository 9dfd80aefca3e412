from __future__ import annotations

import io
import random
from dataclasses import replace

import pytest
from PIL import Image

from bot.documents.guide import (
    MOST_PICTURES,
    PICTURE_WIDTH,
    guide_pdf,
    guide_pictures,
    picture_pdfs,
)
from bot.documents.guide_models import Card, Group, Guide
from bot.documents.icons import Sign
from bot.domain.icons import Icon
from bot.domain.meaning import Language
from bot.services.guides import guide_of
from tests.support.content import LANGUAGES, real_library
from tests.support.drawn import letters, places_checked, sizes, squeeze

RULEBOOKS = ("bahrain", "iraq-judiciary", "moh-uae", "muscat", "uae-fed")
real = pytest.mark.parametrize(
    ("rulebook", "language"), [(each, language) for each in RULEBOOKS for language in LANGUAGES]
)

WORDS = {
    Language.ARABIC: "لا تنشر معلومات عملك في الشبكات دون موافقة رسمية مكتوبة ولو طلبها إعلامي",
    Language.ENGLISH: "do not post work-information on networks without written official approval",
}


def guide(rulebook: str, language: Language) -> Guide:
    return guide_of(real_library(), rulebook, language)


def made_up(language: Language, cards: dict[Sign, int], words: int) -> Guide:
    """A guide with so many cards of each sign; titles as long as the content may have them."""
    chance = random.Random(words)  # noqa: S311 - no secret
    known = WORDS[language].split()

    def text(count: int) -> str:
        return " ".join(chance.choice(known) for _ in range(count))

    def card(number: int) -> Card:
        permits = known[0] if number % 3 == 0 else ""
        title = f"{number} {text(9)}"[:40].strip()
        return Card(Icon.FLAG, title, text(words), f"{known[1]} · {number}", permits)

    groups = tuple(
        Group(sign, text(2), text(8), tuple(card(each) for each in range(count)))
        for sign, count in cards.items()
    )
    return replace(guide("moh-uae", language), groups=groups, employer=text(10)[:40], note=text(30))


def said(guide: Guide) -> list[str]:
    texts = [guide.title, guide.employer, guide.informs, guide.source, guide.note, guide.also]
    for group in guide.groups:
        texts += [group.title, group.about]
        for card in group.cards:
            texts += [card.title, card.rule, card.place, card.permits]
    return [squeeze(text) for text in texts]


def missing(guide: Guide, *pages: bytes) -> list[str]:
    read = "".join(map(letters, pages))
    return [text for text in said(guide) if text not in read]


@real
def test_a_poster_says_every_rule_on_one_or_two_pages(rulebook: str, language: Language) -> None:
    shown = guide(rulebook, language)
    with places_checked() as faults:
        poster = guide_pdf(shown)
    assert faults == []
    assert missing(shown, poster) == []
    assert sizes(poster) in ([(297, 420)], [(297, 420)] * 2)


@real
def test_pictures_say_every_rule_in_three_at_most(rulebook: str, language: Language) -> None:
    shown = guide(rulebook, language)
    with places_checked() as faults:
        pages = picture_pdfs(shown)
    assert faults == []
    assert missing(shown, *pages) == []
    assert len(pages) <= MOST_PICTURES
    # Telegram sends no picture larger than 2560 pixels unchanged.
    assert {wide for page in pages for wide, _ in sizes(page)} == {round(PICTURE_WIDTH)}
    assert all(high <= 2560 * PICTURE_WIDTH / 1080 for page in pages for _, high in sizes(page))


def test_pictures_are_1080_pixels_wide() -> None:
    pictures = guide_pictures(guide("iraq-judiciary", Language.ENGLISH))
    assert len(pictures) > 1
    for picture in pictures:
        drawn = Image.open(io.BytesIO(picture))
        assert (drawn.format, drawn.width) == ("PNG", 1080)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("cards", "words"),
    [
        pytest.param({Sign.CARE: 1}, 3, id="one short rule"),
        pytest.param({Sign.AVOID: 1}, 60, id="one long rule"),
        pytest.param({Sign.DO: 7, Sign.AVOID: 1, Sign.CARE: 2}, 25, id="uneven"),
        pytest.param(
            {Sign.DO: 13, Sign.AVOID: 11, Sign.CARE: 12}, 25, id="many", marks=pytest.mark.long
        ),
    ],
)
def test_made_up_rules_stay_in_their_places(
    language: Language, cards: dict[Sign, int], words: int
) -> None:
    shown = made_up(language, cards, words)
    with places_checked() as faults:
        poster, pictures = guide_pdf(shown), picture_pdfs(shown)
    assert faults == []
    assert missing(shown, poster) == []
    assert missing(shown, *pictures) == []
    assert len(pictures) <= MOST_PICTURES


def test_the_same_guide_gives_the_same_bytes() -> None:
    shown = guide("iraq-judiciary", Language.ARABIC)
    assert guide_pdf(shown) == guide_pdf(shown)
    assert guide_pictures(shown) == guide_pictures(shown)
    other = replace(shown, source=f"{shown.source} 2")
    assert guide_pdf(other) != guide_pdf(shown)
