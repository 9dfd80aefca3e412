"""Observations of the communication department, as they are kept."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from bot.domain.observing import ObservationState, Step
from bot.records.base import delete_where
from bot.records.employees import Employee
from bot.records.handovers import next_number
from bot.records.observation_rows import Observation, ObservationScreenshot, ObservationStep

__all__ = ["Observation", "ObservationScreenshot", "ObservationStep", "Observations", "Scope"]


@dataclass(frozen=True)
class Scope:
    """What an employee may see of an employer's observations.

    Attributes:
        states: Those in these states.
        not_about: None about this employee, whoever they are.
    """

    employer: str
    states: Collection[ObservationState]
    not_about: str

    @property
    def condition(self) -> ColumnElement[bool]:
        """What holds for those in it."""
        return (
            (Observation.employer == self.employer)
            & Observation.state.in_(self.states)
            & Observation.subject_id.is_distinct_from(self.not_about)
        )


class Observations:
    """The repository of observations."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def number(self, employer: str, year: int) -> str:
        """Give an employer's next number of a year; others wait until this is committed."""
        counter = f"observation:{employer}:{year}"
        return f"{year}-{await next_number(self._session, counter, 1):04}"

    async def add(self, row: Observation) -> None:
        """Add an observation."""
        self._session.add(row)
        await self._session.flush()

    async def find_same(
        self, employer: str, link: str, seen_on: date, text: str
    ) -> Observation | None:
        """Find an observation of the very same, unless it was withdrawn."""
        same = select(Observation).where(
            Observation.employer == employer,
            Observation.link == link,
            Observation.seen_on == seen_on,
            Observation.text == text,
            Observation.state != ObservationState.WITHDRAWN,
        )
        return (await self._session.scalars(same.limit(1))).one_or_none()

    async def hold(self, reference: str, scope: Scope) -> Observation | None:
        """Find an observation by its number or id and keep others from changing it meanwhile."""
        named = or_(Observation.number == reference, Observation.id == reference)
        one = (
            select(Observation)
            .where(named, scope.condition)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        return (await self._session.scalars(one)).one_or_none()

    async def list_page(self, scope: Scope, offset: int, limit: int | None) -> list[Observation]:
        """List observations, the newest first."""
        newest = (Observation.created_at.desc(), Observation.number.desc())
        page = select(Observation).where(scope.condition).order_by(*newest)
        return list(await self._session.scalars(page.offset(offset).limit(limit)))

    async def count(self, scope: Scope) -> int:
        """Say how many there are."""
        counted = select(func.count()).select_from(Observation).where(scope.condition)
        return await self._session.scalar(counted) or 0

    async def list_between(
        self, employer: str, since: datetime, until: datetime
    ) -> Sequence[Observation]:
        """List what was recorded from one moment to before another, the oldest first."""
        within = select(Observation).where(
            Observation.employer == employer,
            Observation.created_at >= since,
            Observation.created_at < until,
        )
        return (await self._session.scalars(within.order_by(Observation.number))).all()

    async def note(self, row: Observation, step: Step, by: str, at: datetime) -> None:
        """Note that an employee took a step, and what it changed."""
        self._session.add(ObservationStep(observation_id=row.id, step=step, by=by, at=at))
        await self._session.flush()

    async def list_steps(self, observation_id: str) -> list[tuple[ObservationStep, Employee]]:
        """List the steps that were taken, each with who took it, in their order."""
        taken = (
            select(ObservationStep, Employee)
            .join(Employee, Employee.id == ObservationStep.by)
            .where(ObservationStep.observation_id == observation_id)
            .order_by(ObservationStep.id)
        )
        return [(step, employee) for step, employee in await self._session.execute(taken)]

    async def find_screenshot(
        self, observation_id: str, *, whole: bool = False
    ) -> ObservationScreenshot | None:
        """Give the screenshot, with its content only if it is wanted whole; None for none."""
        content = undefer(ObservationScreenshot.content)
        shown = select(ObservationScreenshot).options(*([content] if whole else []))
        of = shown.where(ObservationScreenshot.observation_id == observation_id)
        return (await self._session.scalars(of)).one_or_none()

    async def put_screenshot(self, observation_id: str, media_type: str, content: bytes) -> str:
        """Keep a screenshot in place of the one that is there, and give its SHA-256."""
        sha256 = hashlib.sha256(content).hexdigest()
        row = ObservationScreenshot(
            observation_id=observation_id,
            media_type=media_type,
            sha256=sha256,
            size=len(content),
            content=content,
        )
        await self._session.merge(row)
        await self._session.flush()
        return sha256

    async def expire(self, before: datetime, now: datetime) -> int:
        """Delete the texts of what ended before a moment, and whom it was about.

        Returns:
            How many observations lost theirs.
        """
        texts = {"link": None, "text": None, "decision": None, "subject_id": None}
        expired = await self._session.execute(
            update(Observation)
            .where(Observation.ended_at < before, Observation.expired_at.is_(None))
            .values(**texts, expired_at=now)
            .execution_options(synchronize_session=False)
        )
        without = select(Observation.id).where(Observation.expired_at.is_not(None))
        shown = ObservationScreenshot.observation_id.in_(without)
        await delete_where(self._session, ObservationScreenshot, shown)
        return cast("CursorResult[Any]", expired).rowcount
