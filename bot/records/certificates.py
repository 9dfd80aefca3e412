"""Certificates of completions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.serials import new_serial
from bot.records.learning_rows import Certificate, Completion

__all__ = ["Certificate", "Certificates"]


class Certificates:
    """The repository of certificates."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def issue(self, completion_id: int, name: str, employer: str, now: datetime) -> None:
        """Issue the certificate of a completion, unless it has had one.

        Args:
            completion_id: Which completion.
            name: Whose it is, as the certificate will say it.
            employer: The employer's id.
            now: The present moment.
        """
        # Of two who would issue it at once, the second waits here and then finds it.
        held = select(Completion.id).where(Completion.id == completion_id).with_for_update()
        await self._session.execute(held)
        issued = select(Certificate.serial).where(Certificate.completion_id == completion_id)
        if (await self._session.scalars(issued.limit(1))).one_or_none() is not None:
            return
        self._session.add(
            Certificate(
                serial=new_serial(),
                completion_id=completion_id,
                name=name,
                employer=employer,
                issued_at=now,
            )
        )
        await self._session.flush()

    async def find(self, serial: str) -> Row[Certificate, Completion] | None:
        """Give a certificate with what it certifies."""
        of = _WITH_COMPLETION.where(Certificate.serial == serial)
        return (await self._session.execute(of)).one_or_none()

    async def list_of(self, learner: str) -> Sequence[Row[Certificate, Completion]]:
        """List a learner's certificates with what each certifies, the newest completion first."""
        of = _WITH_COMPLETION.where(Completion.learner == learner).order_by(
            Completion.completed_at.desc(), Certificate.issued_at.desc()
        )
        return (await self._session.execute(of)).all()

    async def hold(self, serial: str) -> Certificate | None:
        """Give a certificate that nobody else changes until the transaction ends."""
        of = select(Certificate).where(Certificate.serial == serial).with_for_update()
        return (await self._session.scalars(of)).one_or_none()


_WITH_COMPLETION = select(Certificate, Completion).join(
    Completion, Completion.id == Certificate.completion_id
)
