import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.failures import AMBIGUOUS, FILE_GONE, NO_TEMPLATE, UNREACHABLE
from bot.channels.whatsapp.outbound import LIMITS
from bot.conversation.announcement import WAITING
from bot.conversation.channel import SendFailure, Sent
from bot.conversation.events import Address, AddressEnded, Content, Incoming, Text
from bot.conversation.messages import Block, BlockKind, Button, Document, Message
from bot.domain.meaning import Language
from bot.records.database import Database
from bot.records.files import Files, NewFile
from tests.channels.whatsapp.conftest import make_channel
from tests.delivery.wire import FixedClock, said
from tests.e2e.product import free_port
from tests.fakes.whatsapp import FakeUser, FakeWhatsApp
from tests.support.pictures import png

KINDS = (
    Block(BlockKind.VERDICT, "⛔ محظور"),
    Block(BlockKind.BODY, "لا تنشر *هذا* _أبدا_."),
    Block(BlockKind.CITATION, "المادة 4"),
)


@pytest.fixture
def sara(whatsapp: FakeWhatsApp) -> FakeUser:
    user = whatsapp.user()
    user.says("مرحبا")
    return user


def to(user: FakeUser) -> Address:
    return Address("whatsapp", user.number.id, user.address)


def buttons(number: int) -> tuple[Button, ...]:
    return tuple(Button(f"الزر {n}", f"mo1:{n}") for n in range(number))


@pytest.fixture
async def files(database: Database, clock: FixedClock) -> list[Document]:
    """Two with the same content."""
    new = NewFile("بياناتي.txt", "text/plain", "بيانات".encode())
    until = clock.now() + timedelta(days=60)
    async with database.transaction() as session:
        stored = [await Files(session).add(new, clock.now(), until) for _ in range(2)]
    return [Document(each.id, each.name, each.media_type) for each in stored]


def test_what_it_is(channel: WhatsAppChannel, whatsapp: FakeWhatsApp) -> None:
    assert (channel.name, channel.account) == ("whatsapp", whatsapp.phone_number_id)
    assert channel.limits == LIMITS


async def test_what_is_said_is_seen(
    whatsapp: FakeWhatsApp, channel: WhatsAppChannel, sara: FakeUser
) -> None:
    outcome = await channel.send(to(sara), Message(KINDS), "7")
    (shown,) = whatsapp.messages_to(sara)
    assert outcome == Sent(shown.id)
    assert shown.text == "*⛔ محظور*\n\nلا تنشر ∗هذا∗ ˍأبداˍ.\n\n_المادة 4_"
    assert (shown.reference, shown.sent_to) == ("7", "recipient")


async def test_somebody_without_a_user_id_is_written_to_by_number(
    whatsapp: FakeWhatsApp, channel: WhatsAppChannel
) -> None:
    old = whatsapp.user(bsuid="")
    old.says("مرحبا")
    await channel.send(to(old), said("أهلا"))
    assert [shown.sent_to for shown in whatsapp.messages_to(old)] == ["to"]


@pytest.mark.parametrize(
    ("number", "kind"), [(0, "text"), (3, "button"), (4, "list"), (30, "list")]
)
async def test_buttons(
    whatsapp: FakeWhatsApp, channel: WhatsAppChannel, sara: FakeUser, number: int, kind: str
) -> None:
    assert isinstance(await channel.send(to(sara), Message(KINDS, buttons(number)), "7"), Sent)
    (shown,) = whatsapp.messages_to(sara)
    assert (shown.kind, len(shown.choices)) == (kind, min(number, 10))


async def test_a_template_in_both_languages(
    whatsapp: FakeWhatsApp, channel: WhatsAppChannel
) -> None:
    far = whatsapp.user()
    for language in Language:
        message = Message((), language=language, template=WAITING)
        assert isinstance(await channel.send(to(far), message, "t7"), Sent)
    assert [shown.template and shown.template.language for shown in whatsapp.messages_to(far)] == [
        "ar",
        "en",
    ]
    for wrong in (said("x", template=WAITING), Message((), template="another")):
        assert await channel.send(to(far), wrong) == NO_TEMPLATE


@pytest.mark.parametrize(("number", "kind"), [(0, "document"), (2, "button")])
async def test_a_file_is_uploaded_once(
    channel: WhatsAppChannel, sara: FakeUser, files: list[Document], number: int, kind: str
) -> None:
    whatsapp = sara.world
    assert isinstance(whatsapp, FakeWhatsApp)
    messages = [Message(KINDS, buttons(number), document=each) for each in files * 4]
    outcomes = await asyncio.gather(*(channel.send(to(sara), each) for each in messages))
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert len(whatsapp.calls("media")) == 1
    shown = whatsapp.messages_to(sara)
    assert {one.kind for one in shown} == {kind}
    assert {one.filename for one in shown} == {"بياناتي.txt"}
    assert {one.media.content for one in shown if one.media} == {"بيانات".encode()}


async def test_a_calendar_file_goes_as_the_only_text_that_is_taken(
    channel: WhatsAppChannel, sara: FakeUser, database: Database, clock: FixedClock
) -> None:
    new = NewFile("workshop.ics", "text/calendar", b"BEGIN:VCALENDAR")
    async with database.transaction() as session:
        stored = await Files(session).add(new, clock.now(), clock.now() + timedelta(days=1))
    document = Document(stored.id, stored.name, stored.media_type)
    assert isinstance(await channel.send(to(sara), Message(KINDS, document=document)), Sent)
    (shown,) = sara.world.messages_to(sara)
    assert (shown.filename, shown.kind) == ("workshop.ics", "document")


@pytest.mark.parametrize(("number", "kind"), [(0, "image"), (2, "button")])
async def test_a_picture_is_shown(  # noqa: PLR0913, PLR0917 - fixtures
    channel: WhatsAppChannel,
    sara: FakeUser,
    database: Database,
    clock: FixedClock,
    number: int,
    kind: str,
) -> None:
    whatsapp = sara.world
    assert isinstance(whatsapp, FakeWhatsApp)
    async with database.transaction() as session:
        new = NewFile("muscat.l1.png", "image/png", png())
        file = await Files(session).add(new, clock.now(), clock.now() + timedelta(days=1))
    picture = Document(file.id, file.name, file.media_type, "ما فيها")
    message = Message(KINDS, buttons(number), document=picture)
    assert isinstance(await channel.send(to(sara), message), Sent)
    (shown,) = whatsapp.messages_to(sara)
    assert (shown.kind, shown.failed) == (kind, 0)
    assert shown.media is not None
    assert (shown.media.kind, shown.media.content) == ("image", png())


async def test_a_list_follows_its_file(
    whatsapp: FakeWhatsApp,
    channel: WhatsAppChannel,
    sara: FakeUser,
    files: list[Document],
) -> None:
    message = Message(KINDS, buttons(5), document=files[0])
    outcome = await channel.send(to(sara), message, "7")
    file, listed = whatsapp.messages_to(sara)
    assert (file.kind, file.reference) == ("document", "")
    assert (listed.kind, listed.reference) == ("list", "7")
    assert outcome == Sent(listed.id)


async def test_a_file_that_whatsapp_forgot_is_uploaded_anew_once(
    whatsapp: FakeWhatsApp,
    channel: WhatsAppChannel,
    sara: FakeUser,
    files: list[Document],
    clock: FixedClock,
) -> None:
    message = Message(KINDS, document=files[0])
    await channel.send(to(sara), message)
    whatsapp.media.expire()
    assert isinstance(await channel.send(to(sara), message), Sent)
    assert isinstance(await channel.send(to(sara), message), Sent)
    assert len(whatsapp.calls("media")) == 2
    clock.pass_(29 * 24 * 3600)
    assert isinstance(await channel.send(to(sara), message), Sent)
    assert len(whatsapp.calls("media")) == 3


async def test_a_file_that_stays_refused_is_not_uploaded_for_ever(
    whatsapp: FakeWhatsApp,
    channel: WhatsAppChannel,
    sara: FakeUser,
    files: list[Document],
) -> None:
    whatsapp.refuse_next(100, times=2)
    message = Message(KINDS, document=files[0])
    outcome = await channel.send(to(sara), message)
    assert isinstance(outcome, SendFailure)
    assert outcome.content_fault
    assert len(whatsapp.calls("media")) == 2
    assert len(whatsapp.calls("messages")) == 2


async def test_a_file_that_is_not_kept_any_more(channel: WhatsAppChannel, sara: FakeUser) -> None:
    gone = Message(KINDS, document=Document("f" * 32, "x.txt", "text/plain"))
    assert await channel.send(to(sara), gone) == FILE_GONE


async def test_an_upload_that_gets_no_answer_is_tried_again(
    whatsapp: FakeWhatsApp,
    channel: WhatsAppChannel,
    sara: FakeUser,
    files: list[Document],
) -> None:
    message = Message(KINDS, document=files[0])
    whatsapp.cut_next_answer("media")
    assert await channel.send(to(sara), message) == replace(AMBIGUOUS, ambiguous=False)
    whatsapp.fail_next(200, b"{}", "media")
    assert await channel.send(to(sara), message) == replace(AMBIGUOUS, ambiguous=False)
    assert isinstance(await channel.send(to(sara), message), Sent)


async def test_what_may_have_gone_out(
    whatsapp: FakeWhatsApp, channel: WhatsAppChannel, sara: FakeUser
) -> None:
    whatsapp.cut_next_answer()
    assert await channel.send(to(sara), said("أ")) == AMBIGUOUS
    assert len(whatsapp.messages_to(sara)) == 1
    for body in (b"", b"<html>", b"[]", b"{}", b'{"messages":[]}', b'{"messages":5}'):
        whatsapp.fail_next(200, body)
        assert await channel.send(to(sara), said("ب")) == AMBIGUOUS
    whatsapp.slow(3)
    assert await channel.send(to(sara), said("ج")) == AMBIGUOUS
    whatsapp.slow(0)


@pytest.mark.parametrize("host", ["http://127.0.0.1:{}", "http://nowhere.invalid:{}"])
async def test_nobody_can_be_reached(
    whatsapp: FakeWhatsApp, database: Database, clock: FixedClock, host: str
) -> None:
    channel = make_channel(whatsapp, database, clock, host.format(free_port()))
    address = Address("whatsapp", channel.account, "AE.1")
    assert await channel.send(address, said("أ")) == UNREACHABLE
    await channel.close()


async def test_a_refusal_is_a_value(
    whatsapp: FakeWhatsApp, channel: WhatsAppChannel, sara: FakeUser
) -> None:
    whatsapp.refuse_next(131056)
    assert await channel.send(to(sara), said("أ")) == SendFailure(
        "person_throttled:131056", retryable=True
    )
    whatsapp.fail_next(502, b"<html>Bad gateway")
    assert await channel.send(to(sara), said("أ")) == SendFailure(
        "transient:502", retryable=True, most_attempts=5
    )
    whatsapp.revoke_token()
    outcome = await channel.send(to(sara), said("أ"))
    assert outcome == SendFailure("account:190", retryable=True, halts_channel=True)
    whatsapp.renew_token()


def incoming(user: FakeUser, message_id: str, content: Content | None = None) -> Incoming:
    return Incoming(to(user), message_id, content or Text("مرحبا"))


async def test_a_message_is_marked_as_read_with_a_sign_that_an_answer_comes(
    whatsapp: FakeWhatsApp, channel: WhatsAppChannel, sara: FakeUser
) -> None:
    message_id = sara.says("سؤال")["id"]
    await channel.acknowledge(incoming(sara, message_id))
    await channel.acknowledge(incoming(sara, message_id, AddressEnded("number_changed")))
    assert whatsapp.read_marks == [(message_id, True)]


async def test_a_mark_that_fails_is_no_trouble(
    whatsapp: FakeWhatsApp, channel: WhatsAppChannel, sara: FakeUser
) -> None:
    with capture_logs() as lines:
        await channel.acknowledge(incoming(sara, "wamid.unknown"))
        whatsapp.slow(1)
        await channel.acknowledge(incoming(sara, sara.says("سؤال")["id"]))
        whatsapp.slow(0)
    assert [line["event"] for line in lines] == ["whatsapp_acknowledge_failed"] * 2


async def test_the_token_is_not_logged(
    whatsapp: FakeWhatsApp, channel: WhatsAppChannel, sara: FakeUser
) -> None:
    with capture_logs() as lines:
        whatsapp.fail_next(400, {"error": {"code": 1, "message": whatsapp.token}})
        outcome = await channel.send(to(sara), said("أ"))
    assert whatsapp.token not in f"{lines}{outcome}{channel!r}"
