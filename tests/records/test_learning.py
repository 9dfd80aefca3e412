from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.learners import learner_of
from bot.records.database import Database
from bot.records.learners import forget
from bot.records.learning import Learning, NewEvidence
from bot.records.learning_rows import Certificate, Completion
from tests.records.moments import NOW

_STRANGER, _EMPLOYEE = learner_of("p1", None), learner_of("p1", "e1")
_PARTS = ("muscat.l1", "muscat.l2", "final")


def _lesson(learner: str, number: int, at: datetime) -> NewEvidence:
    part = f"muscat.l{number}"
    return NewEvidence(
        learner=learner,
        workshop="muscat",
        version="1",
        part=part,
        passed=True,
        score=1,
        total=1,
        at=at,
        source=f"{learner} {part}@1",
    )


def _final(learner: str, sitting: str, score: int, at: datetime) -> NewEvidence:
    lesson = _lesson(learner, 1, at)
    return replace(
        lesson, part="final", passed=score >= 8, score=score, total=10, source=f"sitting {sitting}"
    )


@pytest.fixture
async def published(database: Database) -> Database:
    async with database.transaction() as session:
        await Learning(session).add_version(
            workshop="muscat",
            version="1",
            parts=_PARTS,
            pass_mark=80,
            published_at=NOW,
            renew_by=None,
        )
    return database


async def _note(database: Database, *evidence: NewEvidence) -> list[bool]:
    async with database.transaction() as session:
        learning = Learning(session)
        noted = [await learning.note(each) for each in evidence]
        for each in evidence:
            await learning.settle(each.learner, each.workshop, each.version)
        return noted


async def _completions(database: Database, learner: str) -> list[Completion]:
    async with database.reading() as session:
        return list(await Learning(session).list_completions(learner))


async def test_a_version_stays_as_it_was_first_noted(published: Database) -> None:
    async with published.transaction() as session:
        await Learning(session).add_version(
            workshop="muscat",
            version="1",
            parts=("other",),
            pass_mark=50,
            published_at=NOW + timedelta(days=1),
            renew_by=NOW,
        )
    async with published.reading() as session:
        [version] = await Learning(session).list_versions("muscat")
    assert (tuple(version.parts), version.pass_mark, version.renew_by) == (_PARTS, 80, None)


async def test_a_thing_is_noted_once(published: Database) -> None:
    lesson = _lesson(_EMPLOYEE, 1, NOW)
    later = replace(lesson, at=NOW + timedelta(days=1), passed=False)
    assert await _note(published, lesson, later) == [True, False]
    async with published.reading() as session:
        [kept] = await Learning(session).list_evidence(_EMPLOYEE, "muscat", "1")
    assert (kept.at, kept.passed) == (NOW, True)


async def test_the_last_part_completes(published: Database) -> None:
    await _note(published, _lesson(_EMPLOYEE, 1, NOW), _final(_EMPLOYEE, "s1", 7, NOW))
    await _note(published, _lesson(_EMPLOYEE, 2, NOW))
    assert await _completions(published, _EMPLOYEE) == []
    passed = NOW + timedelta(hours=1)
    await _note(published, _final(_EMPLOYEE, "s2", 9, passed))
    await _note(published, _final(_EMPLOYEE, "s3", 10, passed + timedelta(hours=1)))
    [completion] = await _completions(published, _EMPLOYEE)
    assert (completion.completed_at, completion.score, completion.total) == (passed, 9, 10)
    assert len(completion.evidence) == 3


async def test_earlier_evidence_that_comes_late_moves_a_completion(published: Database) -> None:
    later = NOW + timedelta(days=1)
    attended = replace(_lesson(_EMPLOYEE, 1, later), part="attended", source="session a e1")
    await _note(published, attended)
    await _note(published, replace(attended, at=NOW, source="session b e1"))
    await _note(published, replace(attended, at=later, source="session c e1"))
    [completion] = await _completions(published, _EMPLOYEE)
    assert completion.completed_at == NOW


async def test_an_employee_gets_what_the_stranger_did(published: Database) -> None:
    days = [NOW + timedelta(days=n) for n in range(4)]
    await _note(published, _lesson(_STRANGER, 1, days[0]), _lesson(_STRANGER, 2, days[3]))
    await _note(published, _lesson(_EMPLOYEE, 1, days[1]), _final(_EMPLOYEE, "s1", 8, days[2]))
    async with published.transaction() as session:
        await Learning(session).move(_STRANGER, _EMPLOYEE)
    async with published.reading() as session:
        learning = Learning(session)
        assert await learning.list_all_evidence(_STRANGER) == []
        kept = await learning.list_all_evidence(_EMPLOYEE)
    assert [(each.part, each.at) for each in kept] == [
        ("muscat.l1", days[0]),
        ("final", days[2]),
        ("muscat.l2", days[3]),
    ]
    assert not any(_STRANGER in each.source for each in kept)
    [completion] = await _completions(published, _EMPLOYEE)
    assert completion.completed_at == days[3]


async def test_of_two_completions_one_stays_with_every_certificate(published: Database) -> None:
    for learner, day in ((_STRANGER, 0), (_EMPLOYEE, 5)):
        at = NOW + timedelta(days=day)
        lessons = (_lesson(learner, 1, at), _lesson(learner, 2, at))
        await _note(published, *lessons, _final(learner, f"s{day}", 8 + day // 5, at))
    async with published.transaction() as session:
        for learner in (_STRANGER, _EMPLOYEE):
            [completion] = await Learning(session).list_completions(learner)
            session.add(
                Certificate(
                    serial=learner[:16],
                    completion_id=completion.id,
                    name="N",
                    employer="muscat",
                    issued_at=NOW,
                )
            )
    async with published.transaction() as session:
        await Learning(session).move(_STRANGER, _EMPLOYEE)
    assert await _completions(published, _STRANGER) == []
    [kept] = await _completions(published, _EMPLOYEE)
    assert (kept.completed_at, kept.score, len(kept.evidence)) == (NOW, 8, 3)
    async with published.reading() as session:
        for learner in (_STRANGER, _EMPLOYEE):
            certificate = await session.get_one(Certificate, learner[:16])
            assert certificate.completion_id == kept.id


async def test_who_is_forgotten_leaves_nothing(published: Database) -> None:
    attended = replace(_lesson(_STRANGER, 1, NOW), part="attended")
    await _note(published, attended, replace(attended, learner=_EMPLOYEE, source="other"))
    async with published.transaction() as session:
        await forget(session, _STRANGER)
    assert await _completions(published, _STRANGER) == []
    assert len(await _completions(published, _EMPLOYEE)) == 1
