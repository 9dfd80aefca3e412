"""The content that is really shipped."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import regex
from pydantic import BaseModel

from bot.conversation.buttons import (
    MAX_BYTES,
    ButtonValue,
    ChooseEmployer,
    ChooseReading,
    ShowArticle,
    ShowTopic,
    decode,
    encode,
)
from bot.library.models import Bilingual
from bot.records.base import new_token
from tests.support.content import LANGUAGES, ROOT, articles_of, real_library

RULEBOOKS = ROOT.parent / "shared" / "rulebooks.md"
ROW = re.compile(r"^\| ([a-z-]+(?:\.\d+)+) \|.*\| (\w+) \|$", re.MULTILINE)
FROZEN = Path(__file__).with_name("articles.csv")

TOPIC, ROW_OF_ONE = 24, 40
"""Graphemes: what a row of a list shows on WhatsApp, and a button of full width on a phone."""


def rulings() -> set[tuple[str, str]]:
    return {(article.id, article.ruling.value) for article in articles_of(real_library())}


def test_every_article_has_its_frozen_id_and_ruling() -> None:
    with FROZEN.open(newline="") as file:
        frozen = {(row["id"], row["ruling"]) for row in csv.DictReader(file)}
    assert rulings() == frozen


@pytest.mark.skipif(not RULEBOOKS.exists(), reason="the list of articles is not beside this clone")
def test_every_article_is_that_of_the_agreed_list() -> None:
    assert rulings() == set(ROW.findall(RULEBOOKS.read_text("utf-8")))


def bilingual(entry: object) -> Iterator[Bilingual]:
    if isinstance(entry, Bilingual):
        yield entry
    elif isinstance(entry, BaseModel):
        for name in type(entry).model_fields:
            yield from bilingual(getattr(entry, name))
    elif isinstance(entry, list | tuple):
        for item in entry:
            yield from bilingual(item)


def test_every_text_is_there_in_both_languages() -> None:
    library = real_library()
    texts = [
        *library.facets.values(),
        *(text for book in library.rulebooks.values() for text in bilingual(book)),
    ]
    assert len(texts) > 300
    for text in texts:
        assert re.search(r"[\u0621-\u064a]", text.ar) or text.ar == text.en, text
        assert text.en.strip(), text
        assert not re.search(r"[\u0621-\u064a]", text.en), text


def too_long(texts: list[Bilingual], graphemes: int) -> list[str]:
    said = [text.text(language) for text in texts for language in LANGUAGES]
    return [text for text in said if len(regex.findall(r"\X", text)) > graphemes]


def test_labels_of_buttons_can_be_read() -> None:
    library = real_library()
    books = library.rulebooks.values()
    assert too_long([book.employer for book in books], ROW_OF_ONE) == []
    assert too_long([section.title for book in books for section in book.sections], TOPIC) == []
    assert too_long([article.title for article in articles_of(library)], ROW_OF_ONE) == []
    assert too_long(list(library.facets.values()), ROW_OF_ONE) == []


def buttons_of_content() -> Iterator[ButtonValue]:
    library = real_library()
    for book in library.rulebooks.values():
        yield ChooseEmployer(book.id)
        for section in book.sections:
            yield ShowTopic(book.id, section.id)
    for article in articles_of(library):
        yield ShowArticle(article.id)
    for facet in library.facets:
        yield ChooseReading(new_token(), facet)


def test_every_button_of_content_fits_and_is_read_back() -> None:
    for value in buttons_of_content():
        data = encode(value)
        assert len(data.encode()) <= MAX_BYTES
        assert decode(data) == value


def test_every_article_can_be_reached_by_a_question() -> None:
    unreachable = [a.id for a in articles_of(real_library()) if not (a.applies_to or a.supports)]
    assert unreachable == []
