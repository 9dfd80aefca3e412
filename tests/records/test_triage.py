from __future__ import annotations

from datetime import date, timedelta

from bot.records.database import Database
from bot.records.triage import TriageQuestions, TriageReason
from tests.records.moments import LATER, NOW


async def test_the_newest_days_come_first_and_no_time_of_day_is_kept(database: Database) -> None:
    for days in (2, 0, 1):
        async with database.transaction() as session:
            await TriageQuestions(session).add(
                text=f"سؤال {days}",
                employer="moh-uae",
                reason=TriageReason.OUTAGE,
                now=NOW - timedelta(days=days),
                expires_at=LATER,
            )
    async with database.reading() as session:
        questions = await TriageQuestions(session).list_recent(2)
    assert [question.text for question in questions] == ["سؤال 0", "سؤال 1"]
    assert type(questions[0].created_at) is date
