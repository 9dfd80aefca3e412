from __future__ import annotations

import io

import pytest
from PIL import Image

from bot.documents.lesson_picture import LessonPicture, lesson_pdf, lesson_png
from bot.domain.icons import Icon
from bot.domain.meaning import Language
from bot.services.guides import lesson_labels
from tests.support.content import LANGUAGES, real_library
from tests.support.drawn import letters, places_checked, squeeze

LONG = {
    Language.ARABIC: "لا تستعمل حساب البلدية الرسمي لأغراضك الخاصة ولو لمرة واحدة أبداً",
    Language.ENGLISH: "Never use the official account for any purpose of your own, ever",
}


def picture(icon: Icon, language: Language, letters: int) -> LessonPicture:
    """A picture with texts of so many letters, its headline of two thirds of them."""
    return LessonPicture(
        language=language,
        icon=icon,
        workshop=real_library().rulebooks["uae-fed"].document.title.text(language),
        labels=lesson_labels(real_library().phrases, 12, 12, language),
        headline=LONG[language][: letters * 2 // 3].strip(),
        do=LONG[language][:letters].strip(),
        avoid=LONG[language][:letters].strip(),
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("length", [9, 30, 60])
def test_everything_is_said_in_its_place(language: Language, length: int) -> None:
    shown = picture(Icon.KEY, language, length)
    with places_checked() as faults:
        page = lesson_pdf(shown)
    assert faults == []
    read = letters(page)
    # The workshop's name may take two lines, with the lesson's number between.
    words = shown.workshop.split()
    for text in (*words, shown.labels.lesson, shown.headline, shown.do, shown.avoid):
        assert squeeze(text) in read


def test_a_word_that_is_too_long_shrinks() -> None:
    shown = picture(Icon.KEY, Language.ENGLISH, 60)
    wide = LessonPicture(**{**vars(shown), "headline": "W" * 40, "do": "W" * 60})
    with places_checked() as faults:
        lesson_pdf(wide)
    assert faults == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("icon", Icon)
def test_every_icon_gives_a_picture_of_its_own(icon: Icon, language: Language) -> None:
    shown = picture(icon, language, 40)
    drawn = lesson_png(shown)
    assert Image.open(io.BytesIO(drawn)).size == (1080, 1080)
    assert drawn == lesson_png(shown)
