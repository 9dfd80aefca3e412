"""Circulars as tests need them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from bot.domain.audience import Audience
from bot.domain.circulars import CheckQuestion, CircularContent, CircularState
from bot.services.circular_views import KnownAttachment, KnownCircular

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
