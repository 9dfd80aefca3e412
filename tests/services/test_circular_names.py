"""Which version a circular's number stands for."""

from __future__ import annotations

import pytest

from bot.domain.circulars import CircularStep
from bot.services.circular_names import CircularNameService, Meant
from bot.services.circular_views import CircularError
from tests.support.circulating import Circulating, add_employees


async def test_a_number_means_the_version_on_which_the_step_can_be_taken(
    office: Circulating,
) -> None:
    await add_employees(office.database, ["1"], office.now())
    names = CircularNameService(office.database)
    first = await office.begin()
    number, by = first.content.number, office.hr
    draft = await office.writing.correct(by, first.id)
    for wanted in (CircularStep.PAUSE, Meant.STARTED):
        assert await names.find(by, number, wanted) == first.id
    for wanted in (CircularStep.CHANGE, CircularStep.SUBMIT, CircularStep.APPROVE, Meant.NEWEST):
        assert await names.find(by, number, wanted) == draft.id
    assert await names.find(by, first.id, Meant.NEWEST) == first.id
    with pytest.raises(CircularError, match=r"v2 \(draft\), v1 \(sending\): resume cannot"):
        await names.find(by, number, CircularStep.RESUME)


async def test_of_two_that_could_be_ended_neither_is(office: Circulating) -> None:
    await add_employees(office.database, ["1"], office.now())
    names = CircularNameService(office.database)
    first = await office.begin()
    number, by = first.content.number, office.hr
    draft = await office.writing.correct(by, first.id)
    with pytest.raises(CircularError, match=r"v2 \(draft\) or v1 \(sending\): say which"):
        await names.find(by, number, CircularStep.CANCEL)
    assert await names.find(by, number, CircularStep.CANCEL, version=1) == first.id
    assert await names.find(by, number, CircularStep.CANCEL, version=2) == draft.id
    with pytest.raises(CircularError, match="no version 3"):
        await names.find(by, number, CircularStep.CANCEL, version=3)
    await office.course.cancel(by, draft.id, "لا حاجة إليه")
    assert await names.find(by, number, CircularStep.CANCEL) == first.id


async def test_who_is_not_hr_there_finds_nothing(office: Circulating) -> None:
    await add_employees(office.database, ["1"], office.now())
    await add_employees(
        office.database, ["6"], office.now(), employer="bahrain", roles=["employee", "hr"]
    )
    known = await office.write()
    stranger = type(office.hr)("bahrain", "6")
    names = CircularNameService(office.database)
    for name in (known.id, known.content.number, "nothing"):
        with pytest.raises(CircularError, match="bahrain has no circular"):
            await names.find(stranger, name, Meant.NEWEST)
