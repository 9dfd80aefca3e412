"""What the services know, as documents: that each is drawn, and says what it must."""

from __future__ import annotations

from datetime import UTC, datetime

import pypdfium2
import pytest

from bot.domain.meaning import Language
from bot.services.certificates import KnownCertificate
from bot.services.pledges import Accepted
from bot.services.printing import Printing
from tests.support.content import real_library

MOMENT = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)


@pytest.fixture
def printing() -> Printing:
    return Printing(real_library(), "https://waai.example/")


def text_of(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def test_a_certificate_says_whose_it_is(printing: Printing) -> None:
    known = KnownCertificate(
        serial="7K2QXM9P3TWB04ZC",
        name="آمنة بنت عبد الرحمن",
        employer="muscat",
        workshop="muscat",
        version="1",
        completed_at=MOMENT,
        issued_at=MOMENT,
        score=9,
        total=10,
        revoked_at=None,
        revoked_for=None,
    )
    text = text_of(printing.certificate(known, Language.ARABIC))
    assert known.name in text
    assert "7K2Q-XM9P-3TWB-04ZC" in text
    assert "90%" in text
    # It was past midnight in Muscat.
    assert "21" in text
    assert "https://waai.example/verify/7K2QXM9P3TWB04ZC" in text


def test_a_certificate_promises_no_more_than_was_reached(printing: Printing) -> None:
    known = KnownCertificate(
        serial="7K2QXM9P3TWB04ZC",
        name="Salim",
        employer="muscat",
        workshop="muscat",
        version="1",
        completed_at=MOMENT,
        issued_at=MOMENT,
        score=11,
        total=12,
        revoked_at=None,
        revoked_for=None,
    )
    assert "91%" in text_of(printing.certificate(known, Language.ENGLISH))


def test_a_pledge_says_its_wording(printing: Printing) -> None:
    accepted = Accepted(
        id=42,
        rulebook="muscat",
        version=1,
        wording="I have read the policy.\nI accept it.",
        digest="ab" * 32,
        language=Language.ENGLISH,
        accepted_at=MOMENT,
        channel="telegram",
        message="7",
        name="Amna",
        number="1042",
        department="IT",
        is_present=True,
    )
    text = text_of(printing.pledge(accepted))
    assert "I have read the policy." in text
    assert "Amna" in text


def test_every_lesson_and_guide_is_drawn_in_both_languages(printing: Printing) -> None:
    workshop = real_library().workshops["bahrain"]
    for language in Language:
        assert printing.lesson(workshop, workshop.lessons[0], language).startswith(b"\x89PNG")
    pictures = printing.guide_pictures("bahrain", Language.ENGLISH)
    assert 1 <= len(pictures) <= 3
    assert printing.guide_pictures("bahrain", Language.ENGLISH) is pictures
