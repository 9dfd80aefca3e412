"""Circulars that were sent, as they lie in the database."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.circulars import CircularState, DeliveryState
from bot.records.base import new_token
from bot.records.circular_rows import Acknowledgement, Circular, Delivery
from bot.services.circular_views import content_of
from tests.support.roster import employ
from tests.support.world import World

STARTED = datetime.fromisoformat("2026-11-10T05:00:00+00:00")
DUE = STARTED + timedelta(days=7)


async def issue(world: World, author: str, **facts: Any) -> str:
    """Let a circular have been sent; gives its id."""
    circular = Circular(
        id=new_token(),
        created_by=author,
        created_at=STARTED - timedelta(days=1),
        **{
            "employer": "muscat",
            "number": "2026/14",
            "version": 1,
            "state": CircularState.SENT,
            "title": "الضوابط الجديدة للحسابات الرسمية",
            "title_en": "The new rules for official accounts",
            "body": "تسري هذه الضوابط من أول الشهر.",
            "body_en": "",
            "issuer": "المديرية العامة للموارد البشرية",
            "dated_on": date(2026, 11, 9),
            "statement": "أقر بأنني اطلعت على هذا التعميم وفهمته.",
            "statement_en": "",
            "due_at": DUE,
            "check": None,
            "articles": ["muscat.3", "muscat.4"],
            "audience": {"employers": ["muscat"]},
            "started_at": STARTED,
            "approved_by": author,
            **facts,
        },
    )
    circular.digest = circular.digest or content_of(circular, ()).digest
    async with world.database.transaction() as session:
        session.add(circular)
    return circular.id


async def deliver(  # noqa: PLR0913 - keyword-only
    world: World,
    circular: str,
    employee: str,
    *,
    state: DeliveryState = DeliveryState.READ,
    channel: str | None = "whatsapp",
    acknowledged_at: datetime | None = None,
    **facts: Any,
) -> None:
    """Let a circular be so far with somebody."""
    async with world.database.transaction() as session:
        session.add(
            Delivery(
                circular_id=circular,
                employee_id=employee,
                state=state,
                channel=channel,
                created_at=STARTED,
                **facts,
            )
        )
        if acknowledged_at is not None:
            session.add(
                Acknowledgement(
                    circular_id=circular,
                    employee_id=employee,
                    at=acknowledged_at,
                    digest="0123456789abcdef" * 4,
                    channel=channel,
                    message_id="m1",
                    sequence=7,
                )
            )


async def hire(world: World, number: str, **facts: Any) -> str:
    """Let somebody of HR be there; gives their id."""
    return await employ(world, number, roles=["hr"], **facts)
