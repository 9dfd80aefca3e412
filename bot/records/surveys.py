"""Waves of surveys, who has taken part, and what was counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.records.base import delete_where, insert_into
from bot.records.survey_rows import SurveyBox, SurveyCount, SurveyTaker, SurveyWave

__all__ = ["SurveyWave", "Surveys"]


class Surveys:
    """The repository of surveys."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, wave: SurveyWave) -> None:
        """Open a wave.

        Raises:
            sqlalchemy.exc.IntegrityError: The employer has an open one, or had one of this name.
        """
        self._session.add(wave)
        await self._session.flush()

    async def find_open(self, employer: str | None, *, hold: bool = False) -> SurveyWave | None:
        """Give an employer's open wave.

        Args:
            employer: Its id.
            hold: Nobody else closes it until the transaction ends, or counts in it.
        """
        wave = select(SurveyWave).where(
            SurveyWave.employer == employer, SurveyWave.closed_at.is_(None)
        )
        wave = wave.with_for_update() if hold else wave
        return (await self._session.scalars(wave)).one_or_none()

    async def keep_open(self, wave_id: str) -> SurveyWave | None:
        """Give a wave that nobody closes until the transaction ends; None for one that is not."""
        wave = (
            select(SurveyWave)
            .where(SurveyWave.id == wave_id, SurveyWave.closed_at.is_(None))
            .with_for_update(read=True)
        )
        return (await self._session.scalars(wave)).one_or_none()

    async def list_waves(self, employer: str | None = None) -> Sequence[SurveyWave]:
        """List waves, of one employer or of all; the oldest first."""
        waves = select(SurveyWave).order_by(SurveyWave.opened_at, SurveyWave.id)
        if employer is not None:
            waves = waves.where(SurveyWave.employer == employer)
        return (await self._session.scalars(waves)).all()

    async def has_taken(self, wave_id: str, learner: str) -> bool:
        """Say whether somebody has taken part."""
        return await self._session.get(SurveyTaker, (wave_id, learner)) is not None

    async def add_taker(self, wave_id: str, learner: str) -> bool:
        """Note that somebody takes part; False where they have already."""
        noted = insert_into(self._session, SurveyTaker).values(wave=wave_id, learner=learner)
        added = await self._session.scalars(
            noted.on_conflict_do_nothing().returning(SurveyTaker.learner)
        )
        return added.one_or_none() is not None

    async def count_takers(self, wave_id: str) -> int:
        """Count who has taken part."""
        takers = select(func.count()).where(SurveyTaker.wave == wave_id)
        return (await self._session.scalars(takers)).one()

    async def hold_box(self, wave_id: str, group: str, empty: bytes) -> bytes:
        """Give a group's box, which nobody else changes until the transaction ends.

        Args:
            wave_id: The wave.
            group: The path to the department.
            empty: What the box is where nobody has answered yet.
        """
        new = insert_into(self._session, SurveyBox).values(wave=wave_id, group=group, sealed=empty)
        await self._session.execute(new.on_conflict_do_nothing())
        box = select(SurveyBox.sealed).where(SurveyBox.wave == wave_id, SurveyBox.group == group)
        return (await self._session.scalars(box.with_for_update())).one()

    async def put_box(self, wave_id: str, group: str, sealed: bytes) -> None:
        """Put another box in the place of a held one."""
        await self._session.execute(
            update(SurveyBox)
            .where(SurveyBox.wave == wave_id, SurveyBox.group == group)
            .values(sealed=sealed)
            .execution_options(synchronize_session=False)
        )

    async def take_boxes(self, wave_id: str) -> dict[str, bytes]:
        """Take all boxes of a wave away; gives them by group."""
        rows = await self._session.execute(
            select(SurveyBox.group, SurveyBox.sealed).where(SurveyBox.wave == wave_id)
        )
        boxes = {row.group: row.sealed for row in rows}
        await delete_where(self._session, SurveyBox, SurveyBox.wave == wave_id)
        return boxes

    async def add_counts(self, wave_id: str, counts: Iterable[tuple[str, str, int, int]]) -> None:
        """Keep what was counted.

        Args:
            wave_id: The wave.
            counts: Group, question, choice and how often.
        """
        names = ("group", "question", "choice", "count")
        rows = [{"wave": wave_id, **dict(zip(names, row, strict=True))} for row in counts]
        if rows:
            await self._session.execute(insert(SurveyCount), rows)

    async def list_counts(self, wave_id: str) -> Sequence[SurveyCount]:
        """List what was counted in a closed wave."""
        counts = select(SurveyCount).where(SurveyCount.wave == wave_id)
        return (await self._session.scalars(counts)).all()
