"""Whom a circular names has to be certain before it goes out; from inside a transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.audience import Audience, is_in, qualified, said_department
from bot.library.library import Library
from bot.records.candidates import list_departments, list_numbers
from bot.services.circular_views import CircularError, KnownCircular
from bot.services.learned import learned_of, pages_of


class Doubt(StrEnum):
    """Why it is not certain whom an audience means.

    Attributes:
        UNKNOWN: Nobody has these numbers.
        SEVERAL: People of several employers have them; what is named says whose is meant.
        NOBODY_IN: Nobody is in these departments.
        NOBODY: It is for nobody at all.
    """

    UNKNOWN = "no active employee of the audience's employers has the number"
    SEVERAL = "several employers have the number, so write which is meant"
    NOBODY_IN = "nobody is in the department"
    NOBODY = "it would go to nobody"


class AudienceError(CircularError):
    """It is not certain whom an audience means.

    Attributes:
        doubts: Each with what it is of.
    """

    def __init__(self, doubts: Mapping[Doubt, Collection[str]]) -> None:
        super().__init__("; ".join(": ".join(_said(*each)) for each in doubts.items()))
        self.doubts = doubts


def _said(doubt: Doubt, names: Collection[str]) -> Iterator[str]:
    yield doubt.value
    if names:
        yield ", ".join(names)


async def settle(session: AsyncSession, audience: Audience, *, leavers: bool = False) -> Audience:
    """Give an audience that names each of its people so that nobody else can be meant later.

    Args:
        session: The transaction.
        audience: As somebody wrote it.
        leavers: Those too may be named who have left since it was written.

    Raises:
        AudienceError: A number is nobody's, or could be of several; or nobody is in a department.
    """
    meant = await _find_meant(session, audience, leavers=False)
    if leavers and not all(meant.values()):
        # Whoever is there now is meant before who has left.
        before = await _find_meant(session, audience, leavers=True)
        meant = {named: theirs or before[named] for named, theirs in meant.items()}
    doubts = {
        Doubt.UNKNOWN: [named for named, theirs in meant.items() if not theirs],
        Doubt.SEVERAL: [one for theirs in meant.values() if theirs[1:] for one in theirs],
        Doubt.NOBODY_IN: await _empty_departments(session, audience),
    }
    if any(doubts.values()):
        raise AudienceError({doubt: names for doubt, names in doubts.items() if names})
    if not audience.employers[1:]:
        return audience
    return replace(
        audience,
        people=tuple(meant[each][0] for each in audience.people),
        except_people=tuple(meant[each][0] for each in audience.except_people),
    )


async def refuse_empty(
    session: AsyncSession, library: Library, circular: KnownCircular, now: datetime
) -> None:
    """Make sure that a circular is for anybody.

    Args:
        session: The transaction.
        library: For the questions on an article.
        circular: Which.
        now: The present moment.

    Raises:
        AudienceError: It is for nobody.
    """
    learned = await learned_of(session, library, circular, now)
    async for wanted in pages_of(session, circular, learned):
        if wanted:
            return
    raise AudienceError({Doubt.NOBODY: ()})


async def _find_meant(
    session: AsyncSession, audience: Audience, *, leavers: bool
) -> dict[str, list[str]]:
    """Give the employees whom each name of an audience could mean, with their employers."""
    named = dict.fromkeys((*audience.people, *audience.except_people))
    # A number may have a colon itself: both readings of it are looked for.
    numbers = {each for name in named for each in (name, name.partition(":")[2]) if each}
    found = await list_numbers(session, audience.employers, numbers, leavers=leavers)
    meant = {name: list[str]() for name in named}
    for employer, number in sorted(found):
        for name in {number, qualified(employer, number)} & named.keys():
            meant[name].append(qualified(employer, number))
    return meant


async def _empty_departments(session: AsyncSession, audience: Audience) -> list[str]:
    """Name the departments, wanted or not, in which nobody is."""
    paths = [*audience.departments, *audience.except_departments]
    if not paths:
        return []
    there = {path for each in audience.employers for path in await list_departments(session, each)}
    return [said_department(path) for path in paths if not any(is_in(one, [path]) for one in there)]
