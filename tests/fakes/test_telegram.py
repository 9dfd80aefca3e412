"""The fake refuses what Telegram refuses: without that, tests against it prove nothing."""

import asyncio

import aiohttp
import pytest
from aiohttp import web

from tests.fakes.telegram import FakeTelegram, FakeUser
from tests.fakes.telegram_spec import SPEC
from tests.support.bot_api import call


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


async def test_a_reply_keyboard_shares_the_own_number_and_goes_away(
    telegram: FakeTelegram,
) -> None:
    sara = telegram.user(phone="971501234567")
    button = {"text": "أرسل رقمي", "request_contact": True}
    keyboard = {"keyboard": [[button, {"text": "لاحقًا"}]], "one_time_keyboard": True}
    sent = await call(telegram, "sendMessage", chat_id=sara.id, text="أ", reply_markup=keyboard)
    edit = {"chat_id": sara.id, "message_id": sent[1]["message_id"], "text": "ب"}
    assert (await call(telegram, "editMessageText", **edit))[1].endswith("can't be edited")
    message = sara.taps("أرسل")["message"]
    assert message["contact"]["phone_number"] == "971501234567"
    assert message["contact"]["user_id"] == message["from"]["id"] == sara.id
    assert not sara.offered.replies
    await call(telegram, "sendMessage", chat_id=sara.id, text="أ", reply_markup=keyboard)
    assert sara.taps("لاحقًا")["message"]["text"] == "لاحقًا"
    await call(telegram, "sendMessage", chat_id=sara.id, text="أ", reply_markup=keyboard)
    gone = {"remove_keyboard": True}
    await call(telegram, "sendMessage", chat_id=sara.id, text="أ", reply_markup=gone)
    assert not sara.offered.replies
    wrong = {"keyboard": [[{"request_contact": True}]]}
    assert (await call(telegram, "sendMessage", chat_id=sara.id, text="أ", reply_markup=wrong))[
        0
    ] == 400
    # The description says so too, where a checkout has it.
    assert all(said.endswith("text is missing") for said in telegram.violations)
    telegram.violations.clear()


async def test_contact_cards_of_others(telegram: FakeTelegram) -> None:
    sara, omar = telegram.user(), telegram.user("عمر")
    assert sara.shares_contact(of=omar)["message"]["contact"]["user_id"] == omar.id
    assert "user_id" not in sara.shares_contact("9647701234567", with_id=False)["message"]
    passed_on = sara.shares_contact(forwarded=True)["message"]
    assert passed_on["forward_origin"]["sender_user"]["id"] == sara.id
    assert sara.starts("abc-1")["message"]["text"] == "/start abc-1"
    with pytest.raises(AssertionError):
        sara.starts("رمز")


async def test_a_refusal_holds_as_long_as_it_says(telegram: FakeTelegram) -> None:
    sara, omar = telegram.user(), telegram.user("عمر")
    # A message in 1.05 s, and so a refusal for 2 s.
    telegram.chat_rate, telegram.chat_burst = 0.95, 1.0
    assert [await say(telegram, sara) for _ in range(2)] == [200, 429]
    await asyncio.sleep(1.1)  # the rate alone would let it pass
    assert [await say(telegram, sara), await say(telegram, omar)] == [429, 200]
    await asyncio.sleep(1)
    assert await say(telegram, sara) == 200


async def say(telegram: FakeTelegram, user: FakeUser) -> int:
    return (await call(telegram, "sendMessage", chat_id=user.id, text="أ"))[0]


async def test_who_cannot_be_reached(telegram: FakeTelegram) -> None:
    sara, omar, ali = telegram.user(), telegram.user("عمر"), telegram.user("علي")
    sara.blocks()
    omar.deactivated = True
    moved = ali.moves()
    assert [await say(telegram, user) for user in (sara, omar, ali, moved)] == [403, 403, 400, 200]
    assert len(telegram.messages_to(moved)) == 1


async def test_updates_come_in_batches_and_twice(telegram: FakeTelegram) -> None:
    sara = telegram.user()
    with telegram.holding() as held:
        first, lost, second = sara.says("أ"), sara.says("ب"), sara.says("ج")
        assert await call(telegram, "getUpdates") == (200, [])
        held.remove(lost)
    assert await call(telegram, "getUpdates") == (200, [first, second])
    assert await call(telegram, "getUpdates", offset=second["update_id"] + 1) == (200, [])
    telegram.brings(second, lost)
    assert await call(telegram, "getUpdates") == (200, [lost, second])
    assert telegram.updates == [first, lost, second]


async def test_a_webhook_gets_updates_out_of_order_and_together(telegram: FakeTelegram) -> None:
    got: list[int] = []

    async def receive(request: web.Request) -> web.Response:
        got.append((await request.json())["update_id"])
        return web.Response(status=200 if len(got) > 1 else 503)

    app = web.Application()
    app.router.add_post("/", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await call(telegram, "setWebhook", url=url)
    sara = telegram.user()
    with telegram.holding() as held:
        first, second = sara.says("أ"), sara.says("ب")
        held.clear()
    assert await telegram.posts(second, first) == [503, 200]
    assert got == [second["update_id"], first["update_id"]]
    assert await telegram.posts(*[first] * 5, together=True) == [200] * 5
    await runner.cleanup()


async def test_commands_in_two_languages(telegram: FakeTelegram) -> None:
    arabic = [{"command": "help", "description": "كيف أستعمل واعي"}]
    assert await call(telegram, "setMyCommands", commands=arabic, language_code="ar") == (200, True)
    assert await call(telegram, "getMyCommands", language_code="ar") == (200, arabic)
    assert await call(telegram, "getMyCommands") == (200, [])
    for command, code in (("Help", "INVALID"), ("مساعدة", "INVALID")):
        wrong = [{"command": command, "description": "x"}]
        assert (await call(telegram, "setMyCommands", commands=wrong))[1].endswith(code)
    empty = [{"command": "help", "description": ""}]
    assert (await call(telegram, "setMyCommands", commands=empty))[1].endswith(
        "DESCRIPTION_INVALID"
    )
