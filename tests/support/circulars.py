"""Circulars as tests need them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import update

from bot.conversation.events import Address
from bot.domain.audience import Audience
from bot.domain.circulars import CheckQuestion, CircularContent, CircularState, DeliveryState
from bot.records.base import new_token
from bot.records.circular_rows import Circular, CircularAttachment, Delivery
from bot.records.circulars import Circulars
from bot.records.files import Files, NewFile
from bot.services.circular_views import KnownAttachment, KnownCircular
from tests.support.roster import employ
from tests.support.world import AMAL, World

CHECK = CheckQuestion("متى يبدأ العمل بالتعميم؟", ("فوراً", "بعد شهر", "العام المقبل"), 0)
CONTENT = CircularContent(
    employer="uae-fed",
    number="2026/14",
    version=1,
    title="ضوابط النشر عن المؤتمر",
    body="إلى جميع الموظفين.\n\nيُمنع نشر صور المؤتمر قبل اعتمادها.",
    issuer="إدارة الموارد البشرية",
    dated_on=date(2026, 11, 18),
    statement="اطلعت على التعميم وألتزم بما جاء فيه.",
    due_at=datetime(2026, 11, 30, 11, tzinfo=UTC),
)
_SAID = (
    *("employer", "number", "version", "title", "title_en", "body", "body_en"),
    *("issuer", "dated_on", "statement", "statement_en", "due_at"),
)
PDF = KnownAttachment("f1", "0" * 64, "ضوابط المؤتمر.pdf", "application/pdf", 2048)
PICTURE = KnownAttachment("f2", "1" * 64, "شعار المؤتمر.png", "image/png", 512)


def known(*attachments: KnownAttachment, **changes: Any) -> KnownCircular:
    """A circular that is being sent; changes are to what it says."""
    content = replace(CONTENT, attachments=tuple(file.sha256 for file in attachments), **changes)
    return KnownCircular(
        id="0123456789abcdef",
        state=CircularState.SENT,
        content=content,
        attachments=attachments,
        audience=Audience(("uae-fed",)),
        digest=content.digest,
        urgent=False,
        send_at=None,
        created_by="e1",
        created_at=datetime(2026, 11, 18, tzinfo=UTC),
        started_at=None,
        finished_at=None,
        reason=None,
        supersedes=None,
    )


async def linked(
    world: World, number: str = "1001", address: Address = AMAL, **facts: Any
) -> tuple[str, str]:
    """Let an employee of the circular's employer have a chat; gives their id and the person's."""
    employee = await employ(world, number, employer=CONTENT.employer, **facts)
    await world.send(await world.linking.issue_code(CONTENT.employer, number), address=address)
    return employee, (await world.enrolment.meet(address, None)).id


async def publish(  # noqa: PLR0913 - keyword-only
    world: World,
    *employees: str,
    files: tuple[NewFile, ...] = (),
    state: CircularState = CircularState.SENT,
    delivery: DeliveryState = DeliveryState.SENT,
    supersedes: str | None = None,
    urgent: bool = False,
    **changes: Any,
) -> str:
    """Let a circular have been sent to employees of its employer; gives its id."""
    now, circular_id = world.now(), new_token()
    async with world.database.transaction() as session:
        kept = [await Files(session).add(file, now, now.replace(year=2036)) for file in files]
        digests = tuple(file.sha256 for file in kept)
        content = replace(CONTENT, attachments=digests, **changes)
        given = {name: getattr(content, name) for name in _SAID}
        circular = Circular(
            id=circular_id,
            state=state,
            check=content.check and content.check.to_json(),
            articles=list(content.articles),
            audience=Audience((content.employer,)).to_json(),
            digest=content.digest,
            urgent=urgent,
            created_by=employees[0],
            created_at=now,
            started_at=now,
            supersedes=supersedes,
            **given,
        )
        await Circulars(session).add(circular)
        session.add_all(
            CircularAttachment(
                circular_id=circular_id,
                position=place,
                file_id=file.id,
                sha256=file.sha256,
                name=file.name,
                media_type=file.media_type,
                size=len(file.content),
            )
            for place, file in enumerate(kept)
        )
        session.add_all(
            Delivery(
                circular_id=circular_id,
                employee_id=employee,
                state=delivery,
                created_at=now,
                sent_at=now if delivery is DeliveryState.SENT else None,
                next_at=now if delivery is DeliveryState.PLANNED else None,
            )
            for employee in employees
        )
    return circular_id


async def turn(world: World, circular_id: str, state: CircularState) -> None:
    """Let a circular be in a state."""
    async with world.database.transaction() as session:
        await session.execute(
            update(Circular).where(Circular.id == circular_id).values(state=state)
        )


async def say(world: World, circular_id: str, body: str) -> str:
    """Let a circular say something else than was sent; gives what it said."""
    async with world.database.transaction() as session:
        row = await session.get_one(Circular, circular_id)
        before, row.body = row.body, body
    return before
