from __future__ import annotations

from datetime import date

from bot.records.database import Database
from bot.records.triage import TriageQuestion, TriageQuestions, TriageReason
from tests.records.moments import LATER, NOW


async def test_no_time_of_day_is_kept(database: Database) -> None:
    async with database.transaction() as session:
        added = await TriageQuestions(session).add(
            text="سؤال",
            employer="moh-uae",
            reason=TriageReason.NO_RULE,
            now=NOW,
            expires_at=LATER,
        )
    async with database.reading() as session:
        question = await session.get_one(TriageQuestion, added.id)
    assert (question.text, question.created_at) == ("سؤال", NOW.date())
    assert type(question.created_at) is date
