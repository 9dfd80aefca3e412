"""Enrolment on Telegram under attack: foreign cards, codes used again, codes left behind."""

from __future__ import annotations

import io
from collections.abc import Callable

from sqlalchemy import select

from bot.channels.web.channel import WebChannel
from bot.records.links import ChannelLink
from bot.services.linking import CODE_LIVES, MAX_TRIES
from bot.wiring import web_history
from tests.delivery.product import Product
from tests.delivery.waiting import until
from tests.delivery.workers import cells, from_the_web, working
from tests.fakes.telegram import FakeTelegram, FakeUser
from tests.support.roster import employ
from tests.support.world import World

OF_EMPLOYEE = "971501234567"
GROUP = {"id": -1001, "type": "supergroup", "title": "زملاء"}

FOREIGN: dict[str, Callable[[FakeUser, FakeUser], object]] = {
    "another's card": lambda me, employee: me.shares_contact(of=employee),
    "a card that names nobody": lambda me, employee: me.shares_contact(of=employee, with_id=False),
    "a number typed into a card": lambda me, _: me.shares_contact(OF_EMPLOYEE, with_id=False),
    "a forwarded card": lambda me, employee: me.shares_contact(of=employee, forwarded=True),
    "an own card, forwarded": lambda me, _: me.shares_contact(OF_EMPLOYEE, forwarded=True),
}


async def linked(world: World) -> list[str]:
    """The chats that are linked to an employee."""
    async with world.database.reading() as session:
        chats = select(ChannelLink.user).where(ChannelLink.proof.is_not(None))
        return list(await session.scalars(chats))


async def code_of(world: World) -> str:
    return await world.linking.issue_code("muscat", "1001")


async def test_no_foreign_card_links_and_all_are_answered_alike(
    world: World, telegram: FakeTelegram, on_telegram: Product
) -> None:
    employee = telegram.user("سالم", phone=OF_EMPLOYEE)
    await employ(world, "1001", f"+{OF_EMPLOYEE}")
    attacker = telegram.user("غريب")
    for name, share in FOREIGN.items():
        share(attacker, employee)
        shown = (await on_telegram.seen(attacker))[-1]
        assert (name, shown.text) == (name, world.phrase("contact_not_own"))
    assert len(telegram.messages_to(attacker)) == len(FOREIGN)
    assert await linked(world) == []
    # They are shown the button that shares their own number, which the roster does not have.
    attacker.taps(world.phrase("button_share_contact"))
    assert (await on_telegram.seen(attacker))[-1].text == world.phrase("number_unknown")
    assert await linked(world) == []


async def test_a_card_in_a_group_is_nobodys_business(
    world: World, telegram: FakeTelegram, on_telegram: Product
) -> None:
    employee = telegram.user("سالم", phone=OF_EMPLOYEE)
    await employ(world, "1001", f"+{OF_EMPLOYEE}")
    card = {"phone_number": OF_EMPLOYEE, "first_name": "سالم", "user_id": employee.id}
    employee.sends(contact=card, chat=GROUP)
    employee.sends(text=f"/start {await code_of(world)}", chat=GROUP)
    assert await on_telegram.seen(employee) == []
    assert await linked(world) == []


async def test_the_own_number_links_and_the_button_goes_away(
    world: World, telegram: FakeTelegram, on_telegram: Product
) -> None:
    employee = telegram.user("سالم", phone=OF_EMPLOYEE)
    await employ(world, "1001", f"+{OF_EMPLOYEE}")
    employee.says("/link")
    assert (await on_telegram.seen(employee))[-1].text == world.phrase("enrol_how")
    employee.taps(world.phrase("button_share_contact"))
    employer = world.library.rulebooks["muscat"].employer.ar
    assert (await on_telegram.seen(employee))[-1].text == world.phrase("linked", employer=employer)
    assert employee.offered.removes
    assert await linked(world) == [str(employee.id)]
    employee.says("/mydata")
    shown = (await on_telegram.seen(employee))[-1]
    assert shown.document is not None
    assert shown.document.name == world.phrase("data_file_name")
    assert "سالم بن حمد" in shown.document.content.decode("utf-8-sig")
    assert shown.labels == [[world.phrase("button_erase")]]


async def test_used_unknown_and_expired_codes_and_too_many_are_answered_alike(
    world: World,
    telegram: FakeTelegram,
    on_telegram: Product,
) -> None:
    await employ(world)
    used = await code_of(world)
    telegram.user().starts(used)
    await on_telegram.settled()
    expired = await code_of(world)
    world.pass_(seconds=CODE_LIVES.total_seconds() + 1)
    said = set()
    for code in (used, expired, "7K2QX-M9P3T", "x", "0" * 64, "____", "-" * 64):
        user = telegram.user()
        user.starts(code)
        said.add((await on_telegram.seen(user))[-1].text)
    tired = telegram.user()
    for number in range(MAX_TRIES):
        tired.starts(f"WRNG{number}-00000")
    tired.starts(await code_of(world))
    said.update(shown.text for shown in await on_telegram.seen(tired))
    assert said == {world.phrase("code_refused")}
    assert len(await linked(world)) == 1


async def test_of_twenty_who_open_one_link_together_one_is_linked(
    world: World, telegram: FakeTelegram, on_telegram: Product
) -> None:
    await employ(world)
    code = await code_of(world)
    users = [telegram.user() for _ in range(20)]
    with telegram.holding():
        for user in users:
            user.starts(code)
    said = [(await on_telegram.seen(user))[-1].text for user in users]
    assert said.count(world.phrase("code_refused")) == 19
    assert len(await linked(world)) == 1


async def test_a_code_stays_nowhere_however_it_comes(
    world: World, telegram: FakeTelegram, on_telegram: Product, logged: io.StringIO
) -> None:
    await employ(world)
    codes: list[str] = []
    web = WebChannel(web_history(world.database))
    async with working(world, web) as intake:
        said = ("/start {}", "/link {}", "{}", "رمزي هو {}")
        for number, text in enumerate(said, 1):
            codes.append(await code_of(world))
            shown = f"{codes[-1][:5]}-{codes[-1][5:]}"
            telegram.user().says(text.format(shown))
            await on_telegram.settled()
            assert len(await linked(world)) == number
        for frame in (
            {"type": "command", "name": "link", "argument": "{}"},
            {"type": "text", "text": "{}"},
            {"type": "text", "text": "/link {}"},
        ):
            codes.append(await code_of(world))
            await from_the_web(intake, **{k: v.format(codes[-1]) for k, v in frame.items()})
        await until(lambda: logged.getvalue().count('"channel": "web"') == 6)
    everything = await cells(world.database) + logged.getvalue()
    assert "inbox_event" in everything
    for code in codes:
        assert code not in everything
        assert f"{code[:5]}-{code[5:]}" not in everything
