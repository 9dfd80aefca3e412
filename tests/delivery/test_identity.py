"""Who somebody is on WhatsApp: without a number, with another one, with one that was another's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.conversation.events import Address
from bot.conversation.messages import Block, BlockKind, Message
from bot.domain.codes import shown as written
from bot.records.outbox import NewMessage, Outbox, OutboxState
from bot.services.linking import ALARM_TRIES, MAX_TRIES, Linked
from tests.delivery.product import Product
from tests.fakes.telegram import FakeTelegram
from tests.fakes.whatsapp import FakeUser, FakeWhatsApp
from tests.support.roster import employ
from tests.support.world import World, asks

PHONE = "96891234567"
QUESTION = "هل أعلق على قضية منظورة؟"
PRIVATE = ("سالم", "1001", "محرر", "المديرية العامة", "96891234567")


def texts(user: FakeUser) -> list[str]:
    world = user.world
    return [message.text for message in world.messages_to(user)]


def seen_by(user: FakeUser) -> str:
    """All that somebody was sent, files too."""
    parts = []
    for message in user.world.messages_to(user):
        parts += [message.text, message.filename, *message.labels]
        if message.media is not None:
            parts.append(message.media.content.decode("utf-8-sig"))
    return "\n".join(parts)


async def linked(product: Product, whatsapp: FakeWhatsApp) -> FakeUser:
    """Somebody whose number the roster has, and who asked a question."""
    await employ(product.world, "1001", f"+{PHONE}")
    product.world.understanding.meanings[QUESTION] = asks("court_case")
    salim = whatsapp.user("سالم", PHONE, "OM.111")
    salim.says("مرحبا")
    await product.settled()
    offer = whatsapp.messages_to(salim)[-1]
    salim.presses(offer, product.world.phrase("button_enrol_number"))
    salim.says(QUESTION)
    await product.settled()
    assert await is_enrolled(product, salim)
    return salim


async def is_enrolled(product: Product, user: FakeUser) -> bool:
    return (await product.world.enrolment.meet(product.address(user), None)).enrolled


async def person_of(product: Product, user: FakeUser) -> str:
    return (await product.world.enrolment.meet(product.address(user), None)).id


async def enrols(product: Product, user: FakeUser, number: str = "1001") -> None:
    user.says(f"الرمز {written(await product.world.linking.issue_code('muscat', number))}")
    await product.settled()


async def pry(product: Product, stranger: FakeUser, salim: FakeUser) -> None:
    """Try all that a stranger with somebody's old number can try."""
    stranger.says("مرحبا")
    await product.settled()
    theirs = [message for message in stranger.world.messages_to(salim) if message.choices]
    own = next(m for m in stranger.world.messages_to(stranger) if m.choices)
    pages = [f"pg1:{row.id}:0" for row in await product.messages()]
    data = {choice.data for message in theirs for choice in message.choices}
    for forged in sorted(data | {"md1", "en1", "ul1:1", "pr1", "er1:", "eb1", *pages}):
        stranger.presses_data(own, forged)
    stranger.says(QUESTION)
    await product.settled()


async def test_somebody_without_a_number_is_answered_and_enrols_by_a_code(
    on_whatsapp: Product, whatsapp: FakeWhatsApp
) -> None:
    await employ(on_whatsapp.world, "1001", f"+{PHONE}")
    salim = whatsapp.user("سالم", PHONE, "OM.111")
    salim.adopts_username("@salim")
    salim.says("مرحبا")
    await on_whatsapp.settled()
    assert [message.sent_to for message in whatsapp.messages_to(salim)] == ["recipient"]
    await enrols(on_whatsapp, salim)
    assert await is_enrolled(on_whatsapp, salim)
    assert not whatsapp.webhook.deliveries[0].raw.count(PHONE.encode())


@pytest.mark.parametrize("has_username", [False, pytest.param(True, marks=pytest.mark.long)])
async def test_who_changes_their_number_is_known_again_by_a_code_alone(
    on_whatsapp: Product, whatsapp: FakeWhatsApp, *, has_username: bool
) -> None:
    salim = await linked(on_whatsapp, whatsapp)
    before = await person_of(on_whatsapp, salim)
    if has_username:
        salim.adopts_username("@salim")
    salim.changes_number("96899999999", "OM.222")
    salim.says("مرحبا")
    await on_whatsapp.settled()
    assert not await is_enrolled(on_whatsapp, salim)
    assert await person_of(on_whatsapp, salim) != before
    await enrols(on_whatsapp, salim)
    assert await is_enrolled(on_whatsapp, salim)
    assert await person_of(on_whatsapp, salim) == before


@pytest.mark.parametrize("is_told", [pytest.param(True, marks=pytest.mark.long), False])
async def test_a_stranger_with_somebodys_old_number_sees_nothing(
    on_whatsapp: Product, whatsapp: FakeWhatsApp, *, is_told: bool
) -> None:
    salim = await linked(on_whatsapp, whatsapp)
    before = await person_of(on_whatsapp, salim)
    employer = on_whatsapp.world.library.rulebooks["muscat"].employer.ar
    assert employer in seen_by(salim)
    if is_told:
        salim.changes_number("96899999999", "OM.222")
    else:
        salim.phone = "96899999999"
    stranger = whatsapp.user("غريب", PHONE, "OM.333")
    await pry(on_whatsapp, stranger, salim)
    assert not await is_enrolled(on_whatsapp, stranger)
    for private in (*PRIVATE[:-1], "[muscat."):
        assert private not in seen_by(stranger)
    # Nor is the number a proof any more, whoever has it.
    assert on_whatsapp.world.phrase("number_unknown") in texts(stranger)
    salim.says("مرحبا")
    await on_whatsapp.settled()
    assert not await is_enrolled(on_whatsapp, salim)
    await enrols(on_whatsapp, salim)
    assert await person_of(on_whatsapp, salim) == before


@pytest.mark.parametrize("is_told", [pytest.param(True, marks=pytest.mark.long), False])
async def test_what_waits_for_a_number_is_not_said_to_the_stranger_who_has_it_now(
    on_whatsapp: Product, whatsapp: FakeWhatsApp, *, is_told: bool
) -> None:
    await employ(on_whatsapp.world, "1001", f"+{PHONE}")
    salim = whatsapp.user("سالم", PHONE, "")
    salim.says("مرحبا")
    await on_whatsapp.settled()
    offer = whatsapp.messages_to(salim)[-1]
    salim.presses(offer, on_whatsapp.world.phrase("button_enrol_number"))
    await on_whatsapp.settled()
    assert await is_enrolled(on_whatsapp, salim)
    secret = Message((Block(BlockKind.BODY, "سر"),)).to_json()
    later = on_whatsapp.world.moment + timedelta(minutes=5)
    async with on_whatsapp.world.database.transaction() as session:
        new = [NewMessage(on_whatsapp.address(salim), secret)]
        await Outbox(session).add_all(new, later)
    if is_told:
        salim.changes_number("96899999999", "OM.222")
    else:
        salim.phone = "96899999999"
    stranger = whatsapp.user("غريب", PHONE, "OM.333")
    stranger.says("مرحبا")
    await on_whatsapp.run_out(timedelta(days=9))
    assert [message.kind for message in whatsapp.messages_to(stranger)] == ["list"]
    assert "سر" not in texts(stranger)
    row = (await on_whatsapp.messages())[-2]
    assert (row.state, row.payload, row.user) == (OutboxState.FAILED, None, "")


async def test_a_contact_card_links_nobody_on_whatsapp(
    on_whatsapp: Product, whatsapp: FakeWhatsApp
) -> None:
    await employ(on_whatsapp.world, "1001", f"+{PHONE}")
    thief = whatsapp.user("غريب")
    thief.sends_contact("سالم", PHONE)
    thief.sends_contact("سالم", thief.phone)
    await on_whatsapp.settled()
    assert not await is_enrolled(on_whatsapp, thief)
    assert seen_by(thief).count("سالم") == 0


async def test_a_code_is_good_once_and_every_refusal_reads_alike_on_whatsapp(
    on_whatsapp: Product, whatsapp: FakeWhatsApp
) -> None:
    world = on_whatsapp.world
    await employ(world)
    await employ(world, "1002")
    expired = await world.linking.issue_code("muscat", "1002", timedelta(seconds=1))
    world.pass_(seconds=2)
    used = await world.linking.issue_code("muscat", "1001")
    first, *others = (whatsapp.user() for _ in range(4))
    first.says(written(used))
    await on_whatsapp.settled()
    for user, code in zip(others, (used, expired, "0A0A00A0A0"), strict=True):
        user.says(written(code))
        await on_whatsapp.settled()
    assert await is_enrolled(on_whatsapp, first)
    assert [await is_enrolled(on_whatsapp, user) for user in others] == [False] * 3
    assert {texts(user)[-1] for user in others} == {world.phrase("code_refused")}
    assert [len(texts(user)) for user in others] == [1] * 3


async def test_a_link_with_a_code_is_good_once_on_telegram(
    on_telegram: Product, telegram: FakeTelegram
) -> None:
    world = on_telegram.world
    await employ(world)
    code = await world.linking.issue_code("muscat", "1001")
    first, second = telegram.user(), telegram.user("عمر")
    for user in (first, second, first):
        user.starts(code)
        await on_telegram.settled()
    employer = world.library.rulebooks["muscat"].employer.ar
    said = {user.id: [m.text for m in telegram.messages_to(user)] for user in (first, second)}
    assert said[second.id] == [world.phrase("code_refused")]
    assert said[first.id][0] == world.phrase("linked", employer=employer)
    # Told once more in the chat that it linked, it is no wrong code.
    assert said[first.id][1] == world.phrase("linked_already", employer=employer)


async def test_after_five_guesses_a_chat_is_refused_the_right_code(
    on_whatsapp: Product, whatsapp: FakeWhatsApp
) -> None:
    world = on_whatsapp.world
    await employ(world)
    code = await world.linking.issue_code("muscat", "1001")
    thief = whatsapp.user("غريب")
    for number in range(MAX_TRIES):
        thief.says(f"WRNG{number}-00A0A")
    thief.says(written(code))
    await on_whatsapp.settled()
    assert texts(thief) == [world.phrase("code_refused")] * (MAX_TRIES + 1)
    assert not await is_enrolled(on_whatsapp, thief)
    await enrols(on_whatsapp, whatsapp.user())


@pytest.mark.long
async def test_ten_thousand_guesses_over_fifty_chats_link_nobody(world: World) -> None:
    await employ(world)
    code = await world.linking.issue_code("muscat", "1001")
    chats = [Address("whatsapp", "1", f"OM.{number}") for number in range(50)]
    with capture_logs() as lines:
        for number in range(200):
            guess = code if number > MAX_TRIES else f"{number:05}-0A0A0"
            for chat in chats:
                assert (await world.linking.redeem(chat, guess)).linked is Linked.REFUSED
    alarms = [line["tries"] for line in lines if line["event"] == "enrolment_alarm"]
    assert alarms == list(range(ALARM_TRIES, 10_001, ALARM_TRIES))
