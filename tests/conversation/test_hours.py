from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.hours import read_hour, wants_end


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("كل يوم الساعة ٩ الصبح", 9),
        ("الساعة ٨ بالليل", 20),
        ("٥ العصر", 17),
        ("الساعة ١٢ الظهر", 12),
        ("الساعه 1 الظهر", 13),
        ("١١ ظهرًا", 11),
        ("8 مساءً", 20),
        ("٩ص", 9),
        ("٨م", 20),
        ("١٧:٠٠", 17),
        ("الساعة ٧ ونص الصبح", 7),
        ("الساعة ٦ الفجر", 6),
        ("الساعة التاسعة صباحاً", 9),
        ("الساعة الحادية عشرة", 11),
        ("ذكرني الساعة عشر الصبح", 10),
        ("5", 17),
        ("20", 20),
        ("الساعة 12", 12),
        ("8 pm", 20),
        ("8pm", 20),
        ("9am", 9),
        ("8:30 p.m.", 20),
        ("07:00", 7),
        ("12 am", 0),
        ("الساعة 12 بالليل", 0),
        ("الساعة ١ ليلاً", 1),
        ("at 12 at night", 0),
        ("الساعة وحدة", 13),
        ("12 pm", 12),
        ("at 10", 10),
        ("remind me at 7", 7),
        ("every evening at 7", 19),
        ("al sa3a 9 el sob7", 9),
    ],
)
def test_an_hour_is_read(text: str, hour: int) -> None:
    assert read_hour(text) == hour


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("خمس دقايق كل يوم الساعة ثمان", 8),
        ("ذكرني يوميا بخمس اسئلة الساعة عشرة", 10),
        ("10 الصبح كل يوم ٥ أسئلة", 10),
        ("five minutes every day at nine in the morning", 9),
        ("صباح الخير ذكرني الساعة 5", 17),
        ("مساء الخير، ٩ الصباح", 9),
        ("good evening, at 9 please", 9),
    ],
)
def test_other_numbers_and_greetings_are_no_hours(text: str, hour: int) -> None:
    assert read_hour(text) == hour


@pytest.mark.parametrize(
    "text",
    [
        *("", "كل يوم", "بعد المغرب", "الظهر", "at noon", "25", "2026", "3 questions a day"),
        *("خمس دقائق في اليوم", "9 or 10", "9 الصبح او 10", "الساعة ٩ او الساعة ١٠"),
        *("كل 3 ساعات", "every 3 hours"),
    ],
)
def test_where_no_one_hour_is_named_there_is_none(text: str) -> None:
    assert read_hour(text) is None


@given(st.text())
def test_whatever_is_typed_is_an_hour_or_none(text: str) -> None:
    assert read_hour(text) in {None, *range(24)}


@given(st.integers(0, 23), st.sampled_from(["الساعة {}:00", "at {}:15", "{}"]))
def test_an_hour_after_noon_is_read_as_it_is(hour: int, said: str) -> None:
    if hour > 12:
        assert read_hour(said.format(hour)) == hour


@pytest.mark.parametrize(
    "text",
    [
        *(
            "وقف التذكير",
            "ابي اوقف التذكير",
            "الغ التذكير",
            "الغي التذكير",
            "الغيها",
        ),
        *("الغاء التذكير", "خلاص ما ابي تذكير", "ماريد تذكير", "مابغى تذكير"),
        *("لا ترسل لي كل يوم", "ما عاد تذكرني"),
        *("كنسل التذكير", "بطلوا تذكرني", "سكر التذكير", "اطفي التنبيه", "عطل التذكير", "عطلها"),
        *(
            "stop the daily reminder",
            "turn off reminders",
            "no more reminders please",
            "reminders off",
        ),
        *("i don't want reminders", "dont remind me", "stop the 9 am reminder"),
        *("وقف تذكير الساعة 9", "خلاص الغ تذكير الساعة ٨"),
    ],
)
def test_who_wants_no_more_reminders_is_understood(text: str) -> None:
    assert wants_end(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "ذكرني كل يوم من الغد",
            "ذكرني بعد الغداء",
            "ذكّرني كل يوم يا الغالي",
            "يا بطل ذكرني كل يوم",
        ),
        *("ذكرني بعد ما ينامون أطفالي", "ذكرني حتى لو عطلة", "لا تنسى تذكرني"),
        *("don't forget to remind me every day", "dont let me forget", "remind me on my day off"),
        *("remind me on my off days too", "don't stop reminding me"),
        *("لا، ابي الساعة 9", "وقف الساعة 8 وخلها 9", "don't send it at 9, make it 10"),
    ],
)
def test_who_wants_to_be_reminded_is_not_taken_for_the_contrary(text: str) -> None:
    assert not wants_end(text)
