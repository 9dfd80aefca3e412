from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.circulars import CircularState, DeliveryState
from bot.domain.meaning import Language
from bot.records.circular_recipients import Recipient
from bot.services.circular_effect_tables import EffectTables
from bot.services.circular_effects import CircularEffectService
from bot.services.circular_protocols import CircularProtocols
from bot.services.circular_reasons import say_reason
from bot.services.circular_reports import CircularReportService, Opened, Use
from bot.services.circular_tables import CircularTables
from bot.services.staff import ByNumber
from tests.support.circular_reports import DUE, STARTED, deliver, hire, issue
from tests.support.quiz_answers import sit
from tests.support.roster import employ
from tests.support.world import World

ARABIC, ENGLISH = Language.ARABIC, Language.ENGLISH
GONE = "undeliverable:131026"


@pytest.fixture
def service(world: World) -> CircularReportService:
    return CircularReportService(world.database, world.now)


async def _sent(world: World, **facts: object) -> str:
    circular = await issue(world, await hire(world, "1", name_en="Salim"), **facts)
    read, failed, silent = [
        await employ(world, number, name_en=name, department=department)
        for number, name, department in (
            ("10", "Amal", ["العامة", "الإعلام"]),
            ("11", None, ["العامة"]),
            ("12", None, []),
        )
    ]
    await deliver(
        world,
        circular,
        read,
        state=DeliveryState.READ,
        sent_at=STARTED,
        read_at=STARTED + timedelta(minutes=5),
        check_tries=2,
        acknowledged_at=DUE + timedelta(hours=1),
    )
    await deliver(world, circular, failed, state=DeliveryState.FAILED, reason=GONE)
    await deliver(world, circular, silent, state=DeliveryState.SENT, channel="telegram")
    return circular


async def _open(service: CircularReportService, circular: str) -> Opened:
    return await service.open(ByNumber("muscat", "1"), circular, Use.EXPORT, "csv")


async def _rows(
    world: World, service: CircularReportService, language: Language, **facts: object
) -> list[dict[str, object]]:
    opened = await _open(service, await _sent(world, **facts))
    recipients = list[Recipient]()
    await service.read(opened, recipients.extend)
    tables = CircularTables(world.library, opened, language)
    headings = list(map(str, tables.headings()))
    return [dict(zip(headings, row, strict=True)) for row in tables.recipients(recipients)]


async def test_a_recipient_in_arabic(world: World, service: CircularReportService) -> None:
    read, failed, silent = await _rows(world, service, ARABIC)
    assert read["الرقم الوظيفي"] == "10"
    assert read["الاسم"] == "سالم بن حمد"
    assert read["الإدارة"] == "العامة / الإعلام"
    assert read["القناة"] == "واتساب"
    assert read["الحالة"] == "قُرئ"
    # As clocks in Muscat show it.
    assert read["وقت القراءة"] == "2026-11-10 09:05:00"
    assert read["الإقرار"] == "أقرّ بعد الموعد"
    assert read["وقت الإقرار"] == "2026-11-17 10:00:00"
    assert (read["محاولات سؤال التحقق"], read["رقم قيد الإقرار في السجل"]) == (2, 7)
    assert failed["الحالة"] == "فشل الإرسال"
    assert failed["السبب"] == world.phrase("circular_reason_undeliverable")
    assert silent["الحالة"] == "أُرسل، ولا يُعرف هل وصل"
    assert silent["الإقرار"] == "لم يقرّ بعد"


async def test_one_in_english(world: World, service: CircularReportService) -> None:
    read, failed, _ = await _rows(world, service, ENGLISH)
    assert (read["Name"], failed["Name"]) == ("Amal", "سالم بن حمد")
    assert failed["Reason"] == world.phrase("circular_reason_undeliverable", ENGLISH)


async def test_where_nothing_is_to_be_acknowledged_nobody_is_said_not_to_have(
    world: World, service: CircularReportService
) -> None:
    read, *_ = await _rows(world, service, ARABIC, statement="", due_at=None)
    assert read["الإقرار"] == ""


async def test_figures_of_everybody_and_of_each_department(
    world: World, service: CircularReportService
) -> None:
    opened = await _open(service, await _sent(world))
    status = await service.status(opened)
    tables = CircularTables(world.library, opened, ARABIC)
    headings, *rows = tables.summary(status)
    assert [row[:2] for row in rows] == [
        ["الجميع", 3],
        ["بلا إدارة", 1],
        ["العامة", 1],
        ["العامة / الإعلام", 1],
    ]
    whole = dict(zip(headings, rows[0], strict=True))
    assert (whole["قُرئ"], whole["أُرسل، ولا يُعرف هل وصل"], whole["أقرّ بعد الموعد"]) == (1, 1, 1)
    assert list(tables.reasons(status))[1:] == [
        ["فشل الإرسال", world.phrase("circular_reason_undeliverable"), 1]
    ]


def test_an_unknown_reason_names_its_code(world: World) -> None:
    phrases = world.library.phrases
    assert say_reason(phrases, None, ARABIC) == ""
    assert say_reason(phrases, "error:999", ENGLISH).endswith(": 999")
    assert say_reason(phrases, "new_thing", ENGLISH) == "Another reason; its code: new_thing"


async def test_the_protocol_says_all_of_it(world: World, service: CircularReportService) -> None:
    for n in range(12):
        at = STARTED - timedelta(days=1)
        await sit(world.database, {"muscat.q5": n < 6}, department="العامة", at=at)
    opened = await _open(service, await _sent(world))
    recipients = list[Recipient]()
    status, _ = await service.read(opened, recipients.extend)
    effect = await CircularEffectService(world.database, world.library).measure(opened)
    details = CircularProtocols(world.library, opened, ARABIC).details(status, recipients, effect)
    facts = dict(details.facts)
    assert facts["رقم التعميم"] == "2026/14"
    assert facts["تاريخ التعميم"] == "9 نوفمبر 2026 م"
    assert facts["التاريخ الهجري"] == "29 جمادى الأولى 1448 هـ"
    assert facts["آخر موعد للإقرار"] == "17 نوفمبر 2026 م، الساعة 09:00 (UTC+04:00)"
    assert facts["بصمة النص"] == f"sha256:{opened.circular.digest}"
    assert dict(details.figures)["عدد المستلمين"] == 3
    everybody, missed, questions, groups = details.listings
    assert [row[1] for row in everybody.rows] == ["10", "11", "12"]
    assert everybody.rows[0][4:] == [
        "قُرئ · واتساب\n2026-11-10 09:05",
        "أقرّ بعد الموعد\n2026-11-17 10:00",
    ]
    assert [row[0] for row in missed.rows] == ["11"]
    assert questions.rows[0][3:] == ["12", "0.50", "", "", "", ""]
    assert [row[1:3] for row in groups.rows] == [["الجميع", "12"], ["العامة", "12"]]
    assert dict(details.anchor)["بصمة القيد"] == opened.entry.hash
    assert [name for _, name in details.signatures] == ["سالم بن حمد", "سالم بن حمد", ""]


async def test_the_protocol_of_what_was_cancelled_says_so_and_whom_it_did_not_reach(
    world: World, service: CircularReportService
) -> None:
    ended = {"state": CircularState.CANCELLED, "reason": "خطأ في التاريخ"}
    circular = await issue(world, await hire(world, "1"), **ended)
    for number, reason in (("10", None), ("11", "no_chat")):
        employee = await employ(world, number)
        await deliver(
            world, circular, employee, state=DeliveryState.CANCELLED, channel=None, reason=reason
        )
    opened = await _open(service, circular)
    recipients = list[Recipient]()
    status, _ = await service.read(opened, recipients.extend)
    effect = await CircularEffectService(world.database, world.library).measure(opened)
    details = CircularProtocols(world.library, opened, ARABIC).details(status, recipients, effect)
    facts = dict(details.facts)
    assert (facts["حال التعميم"], facts["السبب"]) == ("ملغى", "خطأ في التاريخ")
    _, missed, questions, _ = details.listings
    reasons = ["أُلغي قبل الإرسال", world.phrase("circular_reason_no_chat")]
    assert [row[-1] for row in missed.rows] == reasons
    assert questions.rows == []


async def test_hidden_departments_are_counted(world: World, service: CircularReportService) -> None:
    for n in range(18):
        at = STARTED - timedelta(days=1)
        await sit(world.database, {"muscat.q5": True}, department=f"d{n % 2}", at=at)
    opened = await _open(service, await _sent(world))
    effect = await CircularEffectService(world.database, world.library).measure(opened)
    assert effect is not None
    tables = EffectTables(effect, world.library, ARABIC)
    assert tables.hidden() == "إدارات لا تُعرض لقلة من أجاب فيها: 2"
    assert len(list(tables.groups())) == 2
