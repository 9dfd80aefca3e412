"""Protocols of circulars to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from bot.documents.protocol import Listing, ProtocolDetails
from bot.documents.tables import Column
from bot.domain.meaning import Language
from tests.support.papers import NAMES

DEPARTMENTS = (
    "العامة",
    "المديرية العامة للشؤون الإدارية والمالية\N{NO-BREAK SPACE}/ قسم الموظفين والتدريب المستمر 3",
    "ICT Directorate\N{NO-BREAK SPACE}/ Unit 7 الشبكات",
    "",
)
COLUMNS = (
    Column("م", 11),
    Column("الرقم الوظيفي", 20),
    Column("الاسم", 44),
    Column("الإدارة", 44),
    Column("الحالة", 38),
)
REASON = "لا يصل واتساب إلى رقمه: قد لا يكون مسجّلاً فيه، أو لم يقبل شروطه."

_PROTOCOL = ProtocolDetails(
    employer="وزارة الصحة ووقاية المجتمع",
    title="الضوابط الجديدة لاستخدام الحسابات الرسمية على وسائل التواصل الاجتماعي",
    facts=(
        ("رقم التعميم", "2026/14"),
        ("جهة الإصدار", "إدارة الموارد البشرية – HR Department"),
        ("بصمة النص", f"sha256:{'0123456789abcdef' * 4}"),
    ),
    statement="أقر بأنني اطلعت على هذا التعميم رقم 2026/14 وفهمته.\nوألتزم بما ورد فيه.",
    figures=(("عدد المستلمين", 12345), ("قُرئ", 3), ("أُرسل، ولا يُعرف هل وصل", 0)),
    listings=(),
    anchor=(("رقم القيد", "123456"), ("بصمة القيد", "f" * 64)),
    signatures=(("أعدّ المحضر", NAMES[0]), ("اعتمد التعميم", ""), ("ختم الجهة", "")),
    made=datetime(2026, 11, 29, 9, 5, tzinfo=timezone(timedelta(hours=4))),
    language=Language.ARABIC,
)


def protocol_of(recipients: int, **changes: Any) -> ProtocolDetails:
    """A protocol with so many recipients."""
    listings = (
        Listing("المستلمون", COLUMNS, rows_of(recipients), "لا أحد."),
        Listing("من لم يبلغهم", COLUMNS, (), "بلغ الجميع.", "إدارات لا تُعرض: 3"),
    )
    return replace(_PROTOCOL, **{"listings": listings, **changes})


def rows_of(count: int) -> Sequence[Sequence[str]]:
    """So many recipients."""
    return [
        [
            str(n),
            str(100000 + n) if n % 9 else f"EMP-2026/{n}",
            NAMES[n % len(NAMES)] if n % 5 else f"{NAMES[n % len(NAMES)]} بن سعيد بن ناصر" * 2,
            DEPARTMENTS[n % len(DEPARTMENTS)],
            REASON if n % 3 else "قُرئ · واتساب\n2026-11-29 09:05",
        ]
        for n in range(1, count + 1)
    ]
