"""The fake refuses what Telegram refuses: without that, tests against it prove nothing."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_spec import SPEC
from tests.fakes.telegram_text import MarkupError, parse_html


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        yield server


async def call(telegram: FakeTelegram, method: str, **params: Any) -> tuple[int, Any]:
    url = f"{telegram.base_url}{telegram.token}/{method}"
    async with aiohttp.ClientSession() as session, session.post(url, json=params) as answer:
        body = await answer.json()
        return answer.status, body.get("result", body.get("description"))


@pytest.mark.parametrize(
    ("html", "text", "kinds"),
    [
        ("<b>أ</b> <i>ب</i>", "أ ب", ["bold", "italic"]),
        ("<b>a<i>b</i></b>", "ab", ["bold", "italic"]),
        ('<a href="https://x.example/?a&amp;b">a</a>', "a", ["text_link"]),
        ("&lt;b&gt; &amp; &quot; &#39; &#x27; &nbsp; &", "<b> & \" ' ' &nbsp; &", []),
        ("  <b>a</b>\n", "a", ["bold"]),
        ("<b></b>a", "a", []),
        ("a\u202eb\rc\td", "abc d", []),
    ],
)
def test_html(html: str, text: str, kinds: list[str]) -> None:
    shown, entities = parse_html(html)
    assert shown == text
    assert [entity["type"] for entity in entities] == kinds


@pytest.mark.parametrize(
    "html",
    ["<script>x</script>", "<b>", "</b>", "<b><i>x</b></i>", "1 < 2", "<br>", "<", "<b>x</i>"],
)
def test_html_that_is_refused(html: str) -> None:
    with pytest.raises(MarkupError):
        parse_html(html)


def test_entities_count_utf_16() -> None:
    assert parse_html("👍<b>👍</b>")[1] == [{"type": "bold", "offset": 2, "length": 2}]


@pytest.mark.parametrize(
    ("button", "said"),
    [
        ({"text": "x", "callback_data": "م" * 33}, "Bad Request: BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, "Bad Request: BUTTON_DATA_INVALID"),
        ({"text": "x"}, "Bad Request: text buttons are unallowed in the inline keyboard"),
    ],
)
async def test_buttons_that_are_refused(
    telegram: FakeTelegram, button: dict[str, str], said: str
) -> None:
    markup = {"inline_keyboard": [[button]]}
    sara = telegram.user()
    assert await call(telegram, "sendMessage", chat_id=sara.id, text="x", reply_markup=markup) == (
        400,
        said,
    )


async def test_what_is_not_there(telegram: FakeTelegram) -> None:
    assert await call(telegram, "sendMesage") == (404, "Not Found")
    telegram.token = "1:another"
    assert (await call(telegram, "getMe"))[0] == 200
    async with aiohttp.ClientSession() as session:
        answer = await session.get(f"{telegram.base_url}1:wrong/getMe")
        assert answer.status == 401


async def test_updates_stay_until_they_are_confirmed(telegram: FakeTelegram) -> None:
    first, second = telegram.user().says("أ"), telegram.user().says("ب")
    assert await call(telegram, "getUpdates") == (200, [first, second])
    offset = second["update_id"]
    assert await call(telegram, "getUpdates", offset=offset) == (200, [second])
    assert await call(telegram, "getUpdates", offset=offset + 1) == (200, [])
    assert await call(telegram, "getUpdates") == (200, [])


async def test_an_edit_of_what_is_not_there_and_of_nothing_new(telegram: FakeTelegram) -> None:
    sara = telegram.user()
    sent = (await call(telegram, "sendMessage", chat_id=sara.id, text="أ"))[1]
    edit = {"chat_id": sara.id, "text": "أ", "message_id": sent["message_id"]}
    said = (await call(telegram, "editMessageText", **edit))[1]
    assert said.startswith("Bad Request: message is not modified")
    said = (await call(telegram, "editMessageText", **edit | {"message_id": 99}))[1]
    assert said == "Bad Request: message to edit not found"


@pytest.mark.skipif(not SPEC.exists(), reason="the Bot API's description is not in this checkout")
async def test_requests_that_do_not_fit_the_description(telegram: FakeTelegram) -> None:
    sara = telegram.user()
    await call(telegram, "sendMessage", chat_id=sara.id, text="x", disable_preview=True)
    await call(telegram, "sendMessage", chat_id=sara.id)
    await call(telegram, "sendMessage", chat_id=sara.id, text="x", protect_content=1)
    sara.sends(voice={"file_id": "x"})
    assert telegram.violations == [
        "sendMessage: unknown field disable_preview",
        "sendMessage: text is missing",
        "sendMessage.protect_content: 1 is no Boolean",
        "Update.message.voice: file_unique_id is missing",
        "Update.message.voice: duration is missing",
    ]
    telegram.violations.clear()
