"""What reaches a page: each message once and in order, whatever happens to the connection."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.channels.web.channel import WebChannel
from bot.conversation.channel import Channel, Sent
from bot.conversation.events import Address
from bot.conversation.messages import Block, BlockKind, Message
from tests.support.website import EDITED, GREETING, Website

if TYPE_CHECKING:
    from tests.channels.web.conftest import Browser, Page


def note(text: str) -> Message:
    return Message((Block(BlockKind.BODY, text),))


async def read_texts(page: Page, count: int) -> list[str]:
    frames = [await page.read_kind("message") for _ in range(count)]
    return [frame["message"]["blocks"][0][1] for frame in frames]


async def test_sending_to_nobody_is_sent() -> None:
    async def no_history(_user: str, _after: int) -> list[tuple[int, Message]]:
        return []

    channel: Channel = WebChannel(no_history)
    assert await channel.send(Address("web", "site", "u"), note("a")) == Sent(external_id="")


async def test_a_question_is_stored_announced_and_answered(browser: Browser) -> None:
    page = await browser.open()
    await page.resume()
    frame_id = await page.send("text", text="هل يجوز؟")

    frames = [await page.read() for _ in range(3)]

    assert {"type": "stored", "id": frame_id} in frames
    assert {"type": "typing"} in frames
    answer = frames[2]
    assert answer["type"] == "message"
    assert answer["number"] == 1
    assert answer["message"]["blocks"][0] == ["verdict", "لا يجوز"]
    assert answer["message"]["language"] == "ar"
    assert answer["message"]["buttons"][0] == ["مفيدة", "ra1:token:1"]
    (asked,) = browser.site.asked
    assert asked.address == Address("web", "site", browser.user)
    assert asked.external_id == f"{browser.user[:16]}:{frame_id}"
    assert asked.language_hint == "ar"


async def test_a_press_names_its_message_and_the_edit_names_it_back(browser: Browser) -> None:
    page = await browser.open()
    await page.resume()
    await page.send("text", text="سؤال")
    number = str((await page.read_kind("message"))["number"])

    await page.send("press", message=number, data="ra1:token:0")
    edit = await page.read_kind("message")

    assert edit["message"]["edits"] == number
    assert edit["message"]["blocks"] == [["body", EDITED]]


async def test_a_frame_sent_again_has_one_effect(browser: Browser) -> None:
    page = await browser.open()
    await page.resume()
    frame_id = await page.send("command", name="start")
    assert await read_texts(page, 1) == [GREETING]

    other = await browser.open()
    await other.send("command", name="start", id=frame_id)

    assert await other.read_kind("stored") == {"type": "stored", "id": frame_id}
    await browser.site.push(browser.user, note("بعد ذلك"))
    assert await read_texts(page, 1) == ["بعد ذلك"]
    assert len(browser.site.asked) == 1


async def test_every_page_gets_every_message_once_and_in_order(browser: Browser) -> None:
    pages = [await browser.open() for _ in range(3)]
    for page in pages:
        await page.resume()
    expected = [str(number) for number in range(40)]

    for text in expected:
        await browser.site.push(browser.user, note(text))
        await asyncio.sleep(0.002)

    for page in pages:
        assert await read_texts(page, 40) == expected
        assert await page.read_until_pong() == []


async def test_nothing_comes_before_the_page_says_what_it_has(browser: Browser) -> None:
    page = await browser.open()
    await browser.site.push(browser.user, note("أولى"), note("ثانية"))
    await asyncio.sleep(0.2)
    assert await page.read_until_pong() == []

    await page.resume(1)

    assert await read_texts(page, 1) == ["ثانية"]
    # A second resume cannot rewind.
    await page.resume(0)
    assert await page.read_until_pong() == []


async def test_what_was_sent_while_away_comes_on_return(browser: Browser) -> None:
    page = await browser.open()
    await page.resume()
    await browser.site.push(browser.user, note("1"))
    last = (await page.read_kind("message"))["number"]
    await page.socket.close()

    await browser.site.push(browser.user, *(note(str(number)) for number in range(2, 9)))
    page = await browser.open()
    await page.resume(last)

    assert await read_texts(page, 7) == [str(number) for number in range(2, 9)]


async def test_nobody_gets_anothers_messages(browser: Browser, site: Website) -> None:
    stranger = type(browser)(site, browser.client)
    page = await stranger.open()
    await page.resume()

    await site.push(browser.user, note("خاصة"))
    await asyncio.sleep(0.2)

    assert await page.read_until_pong() == []


async def test_a_history_that_is_away_is_said_and_tried_again(browser: Browser) -> None:
    page = await browser.open()
    browser.site.is_down = True
    await page.resume()
    assert await page.read() == {"type": "error", "code": "unavailable", "id": ""}

    browser.site.is_down = False
    await browser.site.push(browser.user, note("عدنا"))

    assert await read_texts(page, 1) == ["عدنا"]
