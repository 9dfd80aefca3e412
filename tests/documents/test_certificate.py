from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import pypdfium2
import pytest

from bot.documents.certificate import certificate
from bot.domain.meaning import Language
from tests.support.drawn import places_checked, sizes
from tests.support.papers import ARABIC, CERTIFICATE, ENGLISH, URL, certificate_of, lines_of, say

LONG = "الشيخة الدكتورة نورة بنت محمد بن عبد الرحمن بن عبد العزيز بن سلطان آل نهيان الظاهري"


def lines(**changes: object) -> list[str]:
    (page,) = lines_of(certificate(certificate_of(**changes), say))
    return page


def test_a_certificate_is_one_sheet_of_a4() -> None:
    assert sizes(certificate(CERTIFICATE, say)) == [(297, 210)]


def test_it_says_who_what_when_how_well_and_by_which_serial() -> None:
    said = lines()
    for line in (
        CERTIFICATE.name,
        CERTIFICATE.workshop[ARABIC],
        CERTIFICATE.employer[ARABIC],
        "شهادة إتمام",
        "19 جمادى الآخرة 1448 هـ",
        f"للتحقق من صحة هذه الشهادة امسح الرمز أو افتح {URL}",
    ):
        assert line in said
    assert "29 نوفمبر 2026 م" in " ".join(said)
    assert "7K2Q-XM9P-3TWB-04ZC" in " ".join(said)
    assert "90%" in " ".join(said)


def test_one_in_english_is_english_throughout() -> None:
    said = lines(name="Mary-Jane O'Neil", languages=(ENGLISH,))
    for line in (
        "Mary-Jane O'Neil",
        "Responsible Use of Social Media",
        "19 Jumada al-Akhirah 1448 AH",
    ):
        assert line in said
    assert not re.search("[\u0600-\u06ff]", "".join(said))


@pytest.mark.parametrize("languages", [(ARABIC, ENGLISH), (ENGLISH, ARABIC)])
def test_one_in_both_languages_says_everything_twice(languages: Sequence[Language]) -> None:
    said = lines(languages=languages)
    for text in (CERTIFICATE.workshop, CERTIFICATE.employer):
        assert {text[ARABIC], text[ENGLISH]} <= set(said)
    assert {"شهادة إتمام", "Certificate of Completion"} <= set(said)
    assert {"29 November 2026", "29 نوفمبر 2026 م"} <= set(said) | set(" ".join(said).split("  "))


@pytest.mark.parametrize("day", [date(1924, 7, 31), date(2077, 11, 17)])
def test_a_day_that_the_hijri_calendar_does_not_reach_is_gregorian_alone(day: date) -> None:
    said = " ".join(lines(completed_on=day))
    assert f"{day.year} م" in said
    assert "هـ" not in said


def test_one_without_a_quiz_says_no_score() -> None:
    assert "نتيجة الاختبار" in " ".join(lines())
    assert "نتيجة الاختبار" not in " ".join(lines(percent=None))


@pytest.mark.parametrize("languages", [(ARABIC,), (ENGLISH,), (ARABIC, ENGLISH)])
@pytest.mark.parametrize(
    "name", ["نور", LONG, f"{LONG} {' '.join(reversed(LONG.split()))}", "Wolfe" * 20, "م" * 150]
)
def test_nothing_leaves_its_place_however_long_the_name(
    name: str, languages: Sequence[Language]
) -> None:
    workshop = dict.fromkeys(languages, "الاستخدام المسؤول لوسائل التواصل الاجتماعي " * 4)
    with places_checked() as faults:
        pdf = certificate(certificate_of(name=name, languages=languages, workshop=workshop), say)
    assert faults == []
    (page,) = lines_of(pdf)
    assert name.replace(" ", "") in "".join(page).replace(" ", "")


def test_a_short_name_is_large_and_a_long_one_takes_two_lines() -> None:
    assert CERTIFICATE.name in lines()
    first, _ = LONG.split(maxsplit=1)
    assert [line for line in lines(name=LONG) if line.startswith(first)] != [LONG]


def test_the_same_certificate_has_the_same_bytes() -> None:
    assert certificate(CERTIFICATE, say) == certificate(CERTIFICATE, say)


def test_a_reader_knows_its_title_language_and_address() -> None:
    pdf = certificate(CERTIFICATE, say)
    with pypdfium2.PdfDocument(pdf) as document:
        assert document.get_metadata_value("Title") == f"شهادة إتمام – {CERTIFICATE.name}"
    assert b"/Lang (ar)" in pdf
    assert b"/DisplayDocTitle true" in pdf
    assert f"/URI ({URL})".encode() in pdf


def test_its_fonts_are_embedded_and_cut_down() -> None:
    pdf = certificate(CERTIFICATE, say)
    fonts = set(re.findall(rb"/BaseFont /(\S+)", pdf))
    assert len(fonts) == 3
    assert all(re.match(rb"[A-Z]{6}\+", font) for font in fonts)
    assert pdf.count(b"/FontFile2") == 3
    assert len(pdf) < 60_000
