from __future__ import annotations

import re
from datetime import UTC, datetime

import pypdfium2
import pytest

from bot.documents.pledge import pledge
from bot.domain.meaning import Language
from tests.support.content import LANGUAGES
from tests.support.drawn import letters, places_checked, sizes, squeeze
from tests.support.papers import ENGLISH, NAMES, PLEDGE, WORDING, lines_of, pledge_of, say


def test_a_short_one_is_one_sheet_of_a4() -> None:
    assert sizes(pledge(PLEDGE, say)) == [(210, 297)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reader_gets_the_wording_letter_for_letter(language: Language) -> None:
    wording = WORDING[language]
    (lines,) = lines_of(pledge(pledge_of(wording=wording, language=language), say))
    assert re.sub(r"\s+", " ", wording) in " ".join(lines)


def test_it_says_who_when_which_and_how_to_prove_it() -> None:
    (lines,) = lines_of(pledge(PLEDGE, say))
    said = squeeze(" ".join(lines))
    assert f"الاسم {PLEDGE.name}" in lines
    assert squeeze("29 نوفمبر 2026 م، الساعة 09:05") in said
    assert "UTC+04:00" in said
    assert "التاريخ الهجري 19 جمادى الآخرة 1448 هـ" in lines
    for text in ("2026.2", "7K2Q-XM9P-3TWB-04ZC", f"sha256:{PLEDGE.digest}"):
        assert text in " ".join(lines)


def test_one_in_english_says_it_in_english() -> None:
    (lines,) = lines_of(pledge(pledge_of(language=ENGLISH, wording=WORDING[ENGLISH]), say))
    assert "Accepted on 29 November 2026, 09:05 (UTC+04:00)" in lines
    assert "Hijri date 19 Jumada al-Akhirah 1448 AH" in lines
    assert f"Fingerprint sha256:{PLEDGE.digest}" in lines


def test_a_day_that_the_hijri_calendar_does_not_reach_is_gregorian_alone() -> None:
    pdf = pledge(pledge_of(accepted_at=datetime(2077, 12, 1, tzinfo=UTC)), say)
    assert "هـ" not in letters(pdf)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paragraphs", [0, 8, 9, 10, 11, 12, 40])
def test_a_long_one_takes_the_pages_that_it_needs(paragraphs: int, language: Language) -> None:
    wording = "\n".join([WORDING[language]] * paragraphs)
    with places_checked() as faults:
        pdf = pledge(pledge_of(wording=wording, language=language), say)
    assert faults == []
    pages = lines_of(pdf)
    assert squeeze(wording) in re.sub(r"(صفحة\d+من\d+|Page\d+of\d+)", "", letters(pdf))
    last = say("document_page", language, page=len(pages), pages=len(pages))
    assert last in pages[-1]
    assert PLEDGE.digest in " ".join(pages[-1])


@pytest.mark.parametrize("name", [NAMES[0], "م" * 150, " ".join(NAMES[:12]), "Wolfe" * 20])
def test_nothing_leaves_its_place_however_long_the_name(name: str) -> None:
    with places_checked() as faults:
        pdf = pledge(pledge_of(name=name, employer=name, title=name, version="v" * 40), say)
    assert faults == []
    assert squeeze(name) in letters(pdf)


def test_one_that_is_verified_nowhere_has_no_code() -> None:
    assert b"/URI" in pledge(PLEDGE, say)
    assert b"/URI" not in pledge(pledge_of(url=None), say)


def test_the_same_acknowledgement_has_the_same_bytes() -> None:
    assert pledge(PLEDGE, say) == pledge(PLEDGE, say)


def test_a_reader_knows_its_title() -> None:
    with pypdfium2.PdfDocument(pledge(PLEDGE, say)) as document:
        assert document.get_metadata_value("Title") == f"إقرار – {PLEDGE.name}"
