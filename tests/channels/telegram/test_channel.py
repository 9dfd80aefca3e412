import asyncio
import traceback
from dataclasses import replace

import pytest
from telegram.error import InvalidToken

from bot.channels.telegram.channel import TelegramChannel
from bot.conversation.buttons import AskPerson, ShowMore, encode
from bot.conversation.channel import Channel, SendFailure, SendOutcome, Sent
from bot.conversation.events import Address, Incoming
from bot.conversation.messages import Block, BlockKind, Button, Message
from tests.channels.telegram.conftest import IMPATIENT, QUICK
from tests.fakes.pacing import Bucket
from tests.fakes.telegram import FakeTelegram, FakeUser
from tests.fakes.telegram_world import BOT_ID
from tests.support.patience import PATIENCE_S

HOSTILE = "<script>x</script> </b><a href='u'>y</a> _*[` &amp; 👩‍⚕️ 1 < 2"
NETWORK = SendFailure("network", retryable=True)


def to(user: FakeUser) -> Address:
    return Address("telegram", str(BOT_ID), str(user.id))


def answer(text: str = "لا تنشرها.", *buttons: Button) -> Message:
    verdict = Block(BlockKind.VERDICT, "محظور")
    return Message((verdict, Block(BlockKind.BODY, text)), buttons)


def read(channel: TelegramChannel, raw: dict[str, object]) -> Incoming:
    incoming = channel.parse(raw)
    assert incoming is not None
    return incoming


async def test_the_account_is_the_bots_id(channel: TelegramChannel) -> None:
    port: Channel = channel  # the type checker's part of the test
    assert port.limits.text_units == 4096
    assert (channel.name, channel.account) == ("telegram", str(BOT_ID))


async def test_start_waits_for_telegram(telegram: FakeTelegram) -> None:
    telegram.fail_next(502)
    telegram.fail_next(429, {"ok": False, "error_code": 429, "description": "Too Many Requests"})
    telegram.cut_next_answer()
    channel = TelegramChannel(telegram.token, telegram.base_url, IMPATIENT, QUICK)
    await channel.start()
    await channel.close()
    assert channel.account == str(BOT_ID)
    assert len(telegram.wire) == 4


async def test_start_refuses_a_bad_token_without_showing_it(telegram: FakeTelegram) -> None:
    channel = TelegramChannel("123:SECRET", telegram.base_url, IMPATIENT, QUICK)
    with pytest.raises(InvalidToken) as caught:
        await channel.start()
    await channel.close()
    assert "SECRET" not in "".join(traceback.format_exception(caught.value, chain=True))


async def test_the_exact_request(telegram: FakeTelegram, channel: TelegramChannel) -> None:
    sara = telegram.user()
    outcome = await channel.send(to(sara), answer("a < b", Button("المزيد", "mo1:42")))
    assert outcome == Sent("1")
    assert telegram.wire[-1].method == "sendMessage"
    assert telegram.wire[-1].params == {
        "chat_id": sara.id,
        "text": "<b>محظور</b>\n\na &lt; b",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": [[{"text": "المزيد", "callback_data": "mo1:42"}]]},
    }


async def test_hostile_text_arrives_as_it_is(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    sara = telegram.user(name="</b>\u202e<script>")
    await channel.send(to(sara), answer(HOSTILE))
    (shown,) = telegram.messages_to(sara)
    assert shown.text == f"محظور\n\n{HOSTILE}"
    assert shown.marked("bold") == ["محظور"]
    assert {entity["type"] for entity in shown.entities} == {"bold"}


async def test_an_edit_replaces_text_and_buttons(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    sara = telegram.user()
    first = await channel.send(to(sara), answer("أ", Button("المزيد", encode(ShowMore("1")))))
    assert isinstance(first, Sent)
    edit = replace(answer("ب", Button("سؤال", encode(AskPerson("1")))), edits=first.external_id)
    assert await channel.send(to(sara), edit) == first
    assert await channel.send(to(sara), edit) == first  # "not modified"
    (shown,) = telegram.messages_to(sara)
    assert (shown.text, shown.labels, shown.edits) == ("محظور\n\nب", [["سؤال"]], 1)
    assert await channel.send(to(sara), replace(edit, buttons=())) == first
    assert shown.labels == []


async def test_what_cannot_be_edited_is_sent_anew(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    sara = telegram.user()
    old = await channel.send(to(sara), answer("أ"))
    assert isinstance(old, Sent)
    telegram.delete(telegram.messages_to(sara)[0])
    for gone in (old.external_id, "no-number"):
        assert isinstance(await channel.send(to(sara), replace(answer("ب"), edits=gone)), Sent)
    said = {"ok": False, "error_code": 400, "description": "Bad Request: message can't be edited"}
    telegram.fail_next(400, said, "editMessageText")
    assert isinstance(await channel.send(to(sara), replace(answer("ج"), edits="3")), Sent)
    assert [shown.text[-1] for shown in telegram.messages_to(sara)] == ["ب", "ب", "ج"]


def refusal(code: int, description: str) -> dict[str, object]:
    return {"ok": False, "error_code": code, "description": description}


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [
        (
            429,
            refusal(429, "Too Many Requests") | {"parameters": {"retry_after": 20}},
            SendFailure("flood", retryable=True, retry_after=20.0, halts_channel=True),
        ),
        (
            403,
            refusal(403, "Forbidden: bot can't initiate conversation with a user"),
            SendFailure("forbidden", recipient_gone=True),
        ),
        (
            401,
            refusal(401, "Unauthorized"),
            SendFailure("credential_refused", retryable=True, halts_channel=True),
        ),
        (
            404,
            refusal(404, "Not Found"),
            SendFailure("credential_refused", retryable=True, halts_channel=True),
        ),
        (400, refusal(400, "Bad Request: can't parse entities: x"), SendFailure("bad_markup")),
        (400, refusal(400, "Bad Request: BUTTON_DATA_INVALID"), SendFailure("bad_button")),
        (400, refusal(400, "Bad Request: something new"), SendFailure("bad_request")),
        (409, refusal(409, "Conflict: x"), NETWORK),
        (500, refusal(500, "Internal Server Error"), NETWORK),
        (502, b"<html>Bad Gateway</html>", NETWORK),
        (200, b"<html>hotel wifi</html>", SendFailure("unreadable_answer", retryable=True)),
    ],
)
async def test_refusals(
    telegram: FakeTelegram,
    channel: TelegramChannel,
    status: int,
    said: dict[str, object] | bytes,
    expected: SendOutcome,
) -> None:
    telegram.fail_next(status, said)
    assert await channel.send(to(telegram.user()), answer()) == expected


async def test_people_who_are_gone(telegram: FakeTelegram, channel: TelegramChannel) -> None:
    blocked, left, stranger = telegram.user(), telegram.user(), telegram.user()
    blocked.blocks()
    left.deactivated = True
    del telegram.users[stranger.id]
    for user, reason in (
        (blocked, "blocked"),
        (left, "deactivated"),
        (stranger, "chat_not_found"),
    ):
        outcome = await channel.send(to(user), answer())
        assert outcome == SendFailure(reason, recipient_gone=True)


async def test_a_chat_that_moved(telegram: FakeTelegram, channel: TelegramChannel) -> None:
    sara = telegram.user()
    sara.moved_to = -1001234567890
    expected = SendFailure("chat_moved", retryable=True, moved_to="-1001234567890")
    assert await channel.send(to(sara), answer()) == expected


async def test_an_address_of_another_kind(channel: TelegramChannel) -> None:
    somebody = Address("telegram", str(BOT_ID), "@somebody")
    assert await channel.send(somebody, answer()) == SendFailure("bad_address")


@pytest.mark.parametrize(
    ("text", "reason"),
    [("م" * 4097, "message_too_long"), ("👍" * 2049, "message_too_long"), (" ", "message_empty")],
)
async def test_texts_that_do_not_fit(
    telegram: FakeTelegram, channel: TelegramChannel, text: str, reason: str
) -> None:
    message = Message((Block(BlockKind.BODY, text),))
    assert await channel.send(to(telegram.user()), message) == SendFailure(reason)


async def test_a_text_as_long_as_the_limit_fits(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    message = Message((Block(BlockKind.VERDICT, "<" * channel.limits.text_units),))
    assert isinstance(await channel.send(to(telegram.user()), message), Sent)


async def test_floods_by_chat_and_in_all(telegram: FakeTelegram, channel: TelegramChannel) -> None:
    telegram.chat_rate, telegram.chat_burst = 1.0, 2.0
    sara, omar = telegram.user(), telegram.user("عمر")
    outcomes = [await channel.send(to(sara), answer(str(n))) for n in range(3)]
    flood = SendFailure("flood", retryable=True, retry_after=1.0, halts_channel=True)
    assert outcomes[2] == flood
    assert isinstance(await channel.send(to(omar), answer()), Sent)
    telegram.overall = Bucket(rate=0.5, burst=0.1)
    assert await channel.send(to(omar), answer()) == replace(flood, retry_after=2.0)
    telegram.overall = Bucket(rate=30, burst=30)
    telegram.flood(20)
    assert await channel.send(to(telegram.user()), answer()) == replace(flood, retry_after=20.0)


async def test_a_cut_answer_is_retryable_though_the_message_went_out(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    sara = telegram.user()
    telegram.cut_next_answer("sendMessage")
    assert await channel.send(to(sara), answer()) == NETWORK
    assert telegram.wire[-1].outcome == "ok, answer cut"
    assert len(telegram.messages_to(sara)) == 1
    assert await channel.send(to(sara), answer()) == Sent("2")


async def test_a_slow_answer_times_out(telegram: FakeTelegram) -> None:
    impatient = replace(IMPATIENT, read=0.1)
    channel = TelegramChannel(telegram.token, telegram.base_url, impatient, QUICK)
    telegram.slow(PATIENCE_S, "sendMessage")
    outcome = await channel.send(to(telegram.user()), answer())
    await channel.close()
    assert outcome == SendFailure("timed_out", retryable=True)


async def test_while_nobody_listens_no_message_uses_up_its_attempts() -> None:
    channel = TelegramChannel("1:x", "http://127.0.0.1:1/bot", IMPATIENT, QUICK)
    outcome = await channel.send(Address("telegram", "1", "2"), answer())
    assert outcome == SendFailure("unreachable", retryable=True, halts_channel=True)
    await channel.close()


async def test_acknowledgements(telegram: FakeTelegram, channel: TelegramChannel) -> None:
    sara = telegram.user()
    await channel.send(to(sara), answer("أ", Button("المزيد", "mo1:42")))
    await channel.acknowledge(read(channel, sara.says("سؤال")))
    assert telegram.wire[-1].params == {"chat_id": sara.id, "action": "typing"}
    press = sara.presses(telegram.messages_to(sara)[0], "المزيد")
    await channel.acknowledge(read(channel, press))
    expected = {"callback_query_id": press["callback_query"]["id"]}
    assert (telegram.wire[-1].method, telegram.wire[-1].params, telegram.wire[-1].outcome) == (
        "answerCallbackQuery",
        expected,
        "ok",
    )
    before = len(telegram.wire)
    await channel.acknowledge(read(channel, sara.blocks()))
    assert len(telegram.wire) == before


async def test_an_acknowledgement_never_fails_or_lasts(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    sara = telegram.user()
    await channel.send(to(sara), answer("أ", Button("المزيد", "mo1:42")))
    press = read(channel, sara.presses(telegram.messages_to(sara)[0], "المزيد"))
    await channel.acknowledge(press)
    await channel.acknowledge(press)
    assert telegram.wire[-1].outcome.startswith("400 Bad Request: query is too old")
    for status in (400, 403, 429, 500, 200):
        telegram.fail_next(status)
        await channel.acknowledge(press)
    telegram.cut_next_answer()
    await channel.acknowledge(press)
    telegram.slow(PATIENCE_S)
    impatient = replace(IMPATIENT, acknowledge=0.3)
    hurried = TelegramChannel(telegram.token, telegram.base_url, impatient, QUICK)
    async with asyncio.timeout(PATIENCE_S / 2):
        await hurried.acknowledge(press)
    await hurried.close()


async def test_a_webhook_without_a_secret_is_refused(channel: TelegramChannel) -> None:
    with pytest.raises(ValueError, match="secret"):
        await channel.set_webhook("https://waai.example/telegram/webhook", "")
