"""Certificates and acknowledgements to draw, and what a reader finds in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pypdfium2

from bot.documents.certificate import CertificateDetails
from bot.documents.pledge import PledgeDetails
from bot.domain.meaning import Language
from bot.library.phrases import Phrases
from tests.support.content import CONTENT, ROOT

NAMES = (ROOT / "tests" / "documents" / "names.txt").read_text("utf-8").splitlines()
"""Names with every Arabic letter in every form, with all signs, in Latin letters, and mixed."""

URL = "https://waai.example/v/7K2Q-XM9P-3TWB-04ZC"
ARABIC, ENGLISH = Language.ARABIC, Language.ENGLISH

CERTIFICATE = CertificateDetails(
    name="مُحَمَّد بن عبد الله الأنصاري",
    workshop={
        ARABIC: "الاستخدام المسؤول لوسائل التواصل الاجتماعي",
        ENGLISH: "Responsible Use of Social Media",
    },
    employer={
        ARABIC: "وزارة الصحة ووقاية المجتمع",
        ENGLISH: "Ministry of Health and Prevention",
    },
    completed_on=date(2026, 11, 29),
    serial="7K2QXM9P3TWB04ZC",
    url=URL,
    percent=90,
    languages=(ARABIC,),
)

WORDING = {
    ARABIC: "أقرّ بأنني قرأت ملخص اللائحة وفهمته.\n"
    "1. لا أنشر صوراً من مكان العمل من دون إذن كتابي.\n"
    "2. أبلغ name@moh.gov.ae خلال 24 ساعة إن اختُرق حسابي، وفق المادة (12).",
    ENGLISH: "I have read the summary of the regulation.\n"
    "1. I publish no pictures from the workplace without written permission.\n"
    "2. I tell name@moh.gov.ae within 24 hours if my account is broken into (article 12).",
}

PLEDGE = PledgeDetails(
    name="فاطمة الزهراء بنت سعيد",
    employer="وزارة الصحة ووقاية المجتمع",
    title="لائحة استخدام وسائل التواصل الاجتماعي",
    wording=WORDING[ARABIC],
    version="2026.2",
    digest="0123456789abcdef" * 4,
    accepted_at=datetime(2026, 11, 29, 9, 5, tzinfo=timezone(timedelta(hours=4))),
    serial="7K2QXM9P3TWB04ZC",
    url=URL,
    language=ARABIC,
)

say = Phrases(CONTENT).say


def certificate_of(**changes: Any) -> CertificateDetails:
    return replace(CERTIFICATE, **changes)


def pledge_of(**changes: Any) -> PledgeDetails:
    return replace(PLEDGE, **changes)


def lines_of(pdf: bytes) -> list[list[str]]:
    """Give the lines that a reader takes from each page."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range().split("\r\n") for page in document]
