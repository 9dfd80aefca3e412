"""A circular as its recipients read it."""

from __future__ import annotations

from datetime import date

import pytest

from bot.channels.whatsapp import outbound as whatsapp
from bot.conversation.circular_words import CircularWords
from bot.conversation.messages import BlockKind, Document, Message
from bot.conversation.splitting import split
from bot.domain.meaning import Language
from tests.support.circulars import CHECK, PDF, PICTURE, known
from tests.support.content import real_library
from tests.support.world import labels

WORDS = CircularWords(real_library())
ARABIC, ENGLISH = Language.ARABIC, Language.ENGLISH

HEAD = """تعميم رقم 2026/14
صادر عن: إدارة الموارد البشرية
التاريخ: 8 جمادى الآخرة 1448 هـ
الموافق: 18 نوفمبر 2026 م"""


def test_all_that_a_circular_says_stands_there() -> None:
    message = WORDS.circular(known(PDF, PICTURE), ARABIC)
    assert [block.text for block in message.blocks] == [
        "📣 ضوابط النشر عن المؤتمر",
        HEAD,
        "إلى جميع الموظفين.",
        "يُمنع نشر صور المؤتمر قبل اعتمادها.",
        "المطلوب منك أن تقرّ بما يلي، في موعد أقصاه الاثنين 30/11/2026 الساعة 3 عصراً:",
        "«اطلعت على التعميم وألتزم بما جاء فيه.»",
    ]
    assert message.blocks[0].kind is BlockKind.VERDICT
    assert labels(message) == ["أقرّ بالاطلاع", "📎 شعار المؤتمر.png"]
    assert message.document == Document("f1", "ضوابط المؤتمر.pdf", "application/pdf")
    assert Message.from_json(message.to_json()) == message


def test_who_reads_english_gets_what_there_is_of_it() -> None:
    message = WORDS.circular(known(title_en="Posting about the conference"), ENGLISH)
    assert message.blocks[0].text == "📣 Posting about the conference"
    assert "Date: 18 November 2026 (8 Jumada al-Akhirah 1448 AH)" in message.plain_text
    assert "“اطلعت على التعميم وألتزم بما جاء فيه.”" in message.plain_text


def test_what_is_for_information_asks_for_nothing() -> None:
    message = WORDS.circular(known(statement="", due_at=None, articles=("uae-fed.1.1",)), ARABIC)
    assert "المطلوب" not in message.plain_text
    assert labels(message) == ["اختبر فهمك"]


def test_without_a_deadline_none_is_named() -> None:
    message = WORDS.circular(known(due_at=None, check=CHECK), ARABIC)
    assert "المطلوب منك أن تقرّ بما يلي:" in message.plain_text
    # What the question is comes after the press.
    assert CHECK.question not in message.plain_text


@pytest.mark.parametrize(("statement", "anew"), [("اطلعت.", True), ("", False)])
def test_a_corrected_version_says_what_it_replaces(*, statement: str, anew: bool) -> None:
    said = WORDS.circular(known(version=2, statement=statement), ARABIC).plain_text
    assert "هذه النسخة 2 من التعميم، وهي تحلّ محلّ النسخة 1." in said
    assert ("الإقرار بها من جديد" in said) is anew


def test_a_day_that_the_hijri_calendar_does_not_reach_is_gregorian_alone() -> None:
    said = WORDS.circular(known(dated_on=date(2090, 1, 1)), ARABIC).plain_text
    assert "التاريخ: 1 يناير 2090 م\n" in f"{said}\n"


def test_a_picture_says_what_it_is() -> None:
    document = WORDS.circular(known(PICTURE), ARABIC).document
    assert document is not None
    assert document.says == "صورة مرفقة بالتعميم: شعار المؤتمر.png"


def test_the_template_names_the_circular_and_its_button_opens_it() -> None:
    circular = known(PDF)
    for language in Language:
        announced = WORDS.circular(circular, language).announced
        assert announced == WORDS.announcement(circular)
        assert announced.values == ("2026/14", "إدارة الموارد البشرية")
        assert announced.presses == ("cs1:0123456789abcdef",)
        template = real_library().templates[announced.template]
        assert template.buttons[0].text(language) == WORDS.say("received_button_show", language)


def test_a_long_circular_ends_with_its_file_and_buttons() -> None:
    body = "\n\n".join(["فقرة من التعميم لا تنتهي قريباً. " * 20] * 12)
    parts = split(WORDS.circular(known(PDF, PICTURE, body=body), ARABIC), whatsapp.LIMITS)
    assert len(parts) > 1
    assert [part.document is not None for part in parts] == [False] * (len(parts) - 1) + [True]
    assert "اطلعت على التعميم" in parts[-1].plain_text
