"""The fake refuses what the Cloud API refuses: without that, tests against it prove nothing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.fakes.pacing import Bucket
from tests.fakes.whatsapp import FakeUser, FakeWhatsApp
from tests.fakes.whatsapp_spec import SPEC

Json = dict[str, Any]


@pytest.fixture
async def whatsapp() -> AsyncIterator[FakeWhatsApp]:
    async with FakeWhatsApp() as server:
        yield server


@pytest.fixture
def sara(whatsapp: FakeWhatsApp) -> FakeUser:
    user = whatsapp.user("سارة")
    user.says("مرحبا")
    return user


async def call(whatsapp: FakeWhatsApp, path: str, **options: Any) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {options.pop('token', whatsapp.token)}"}
    method = options.pop("method", "POST")
    async with aiohttp.ClientSession() as session:
        url = f"{whatsapp.base_url}/{path}"
        async with session.request(method, url, headers=headers, **options) as answer:
            return answer.status, await answer.json()


async def send(whatsapp: FakeWhatsApp, user: FakeUser, kind: str, content: Any, **more: Any) -> Any:
    """Send a message; give the answer, or the code with which it was refused."""
    path = f"{more.pop('number', whatsapp.phone_number_id)}/messages"
    payload = {"messaging_product": "whatsapp", "recipient_type": "individual"}
    payload |= {"to": user.phone, "type": kind, kind: content} | more
    status, body = await call(whatsapp, path, json=payload)
    assert (status == 200) == ("error" not in body)
    return body if status == 200 else body["error"]["code"]


async def say(whatsapp: FakeWhatsApp, user: FakeUser, text: str = "أهلا", **more: Any) -> Any:
    return await send(whatsapp, user, "text", {"body": text}, **more)


def buttons(*titles: str, body: str = "؟", **more: Any) -> Json:
    made = [
        {"type": "reply", "reply": {"id": f"b{place}", "title": title}}
        for place, title in enumerate(titles)
    ]
    return {"type": "button", "body": {"text": body}, "action": {"buttons": made}} | more


def rows(*titles: str, **more: Any) -> Json:
    made = [{"id": f"r{place}", "title": title} | more for place, title in enumerate(titles)]
    action = {"button": "اختر", "sections": [{"rows": made}]}
    return {"type": "list", "body": {"text": "؟"}, "action": action}


def template(*texts: str, name: str = "circular", language: str = "ar") -> Json:
    parameters = [{"type": "text", "text": text} for text in texts]
    components = [{"type": "body", "parameters": parameters}]
    return {"name": name, "language": {"code": language}, "components": components}


async def test_a_message_arrives(whatsapp: FakeWhatsApp, sara: FakeUser) -> None:
    answer = await say(whatsapp, sara, biz_opaque_callback_data="d1")
    shown = whatsapp.messages_to(sara)[0]
    assert answer["messages"] == [{"id": shown.id}]
    assert answer["contacts"] == [{"input": sara.phone, "wa_id": sara.phone}]
    assert (shown.text, shown.reference, shown.states) == ("أهلا", "d1", ["sent", "delivered"])
    assert whatsapp.calls("messages")[0].outcome == "ok"


async def test_a_message_to_a_bsuid(whatsapp: FakeWhatsApp, sara: FakeUser) -> None:
    payload: Json = {"messaging_product": "whatsapp", "recipient": sara.bsuid, "type": "text"}
    payload |= {"text": {"body": "أهلا"}}
    _, body = await call(whatsapp, f"{whatsapp.phone_number_id}/messages", json=payload)
    assert body["contacts"] == [{"input": sara.bsuid, "user_id": sara.bsuid}]


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("text", {"body": "م" * 4096}, 0),
        ("text", {"body": "م" * 4097}, 100),
        ("text", {"body": " \n"}, 100),
        ("interactive", buttons("نعم", "لا", "لا أعرف"), 0),
        ("interactive", buttons("1", "2", "3", "4"), 131009),
        ("interactive", buttons(), 131009),
        ("interactive", buttons("م" * 20), 0),
        ("interactive", buttons("م" * 21), 131009),
        ("interactive", buttons("👍"), 131009),
        ("interactive", buttons("نعم", "نعم"), 131009),
        ("interactive", buttons("نعم", body="م" * 1025), 131009),
        ("interactive", buttons("نعم", body=""), 131009),
        ("interactive", buttons("نعم", footer={"text": "م" * 61}), 131009),
        ("interactive", buttons("نعم", header={"type": "text", "text": "م" * 61}), 131009),
        ("interactive", rows(*"123456789", "10"), 0),
        ("interactive", rows(*"123456789", "10", "11"), 131009),
        ("interactive", rows("م" * 24, description="م" * 72), 0),
        ("interactive", rows("م" * 25), 131009),
        ("interactive", rows("م", description="م" * 73), 131009),
        ("interactive", rows(), 131008),
        ("image", {"link": "ftp://example.com/a.png"}, 100),
        ("document", {"id": "1"}, 100),
        ("template", template("أ"), 0),
        ("template", template("أ", "ب"), 132000),
        ("template", template("أ\nب"), 132018),
        ("template", template("أ     ب"), 132018),
        ("template", template("م" * 1024), 132005),
        ("template", template("أ", name="another"), 132001),
        ("template", template("أ", language="en"), 132001),
        ("poll", {}, 131051),
    ],
)
async def test_what_is_refused(
    whatsapp: FakeWhatsApp, sara: FakeUser, kind: str, content: Json, code: int
) -> None:
    whatsapp.template("circular", "تعميم: {{1}}")
    answer = await send(whatsapp, sara, kind, content)
    assert (answer if code else 0) == code
    assert len(whatsapp.messages_to(sara)) == (not code)
    if code:
        whatsapp.violations.clear()


async def test_who_may_ask(whatsapp: FakeWhatsApp, sara: FakeUser) -> None:
    status, body = await call(whatsapp, "1/messages", json={}, token="another")
    assert (status, body["error"]["code"]) == (401, 190)
    status, body = await call(whatsapp, "1/messages", json={})
    assert (status, body["error"]["error_subcode"]) == (400, 33)
    whatsapp.revoke_token()
    assert await say(whatsapp, sara) == 190
    whatsapp.renew_token()
    assert (await say(whatsapp, sara))["messages"]


async def test_the_window(whatsapp: FakeWhatsApp, sara: FakeUser) -> None:
    whatsapp.template("circular", "تعميم: {{1}}", buttons=("استلمت",))
    sara.lets_window_close()
    await say(whatsapp, sara)
    assert (whatsapp.sent[0].failed, whatsapp.sent[0].states) == (131047, ["failed"])
    whatsapp.is_window_checked_at_once = True
    assert await say(whatsapp, sara) == 131047
    await send(whatsapp, sara, "template", template("أ"))
    shown = whatsapp.messages_to(sara)
    assert [m.text for m in shown] == ["تعميم: أ"]
    assert whatsapp.portfolio_used == 1
    pressed = sara.presses(shown[0], "استلمت")
    assert pressed["button"] == {"payload": "استلمت", "text": "استلمت"}
    assert (await say(whatsapp, sara))["messages"]


async def test_templates_that_are_held_or_ended(whatsapp: FakeWhatsApp, sara: FakeUser) -> None:
    made = whatsapp.template("circular", "تعميم: {{1}}", category="marketing")
    made.state = "PAUSED"
    assert await send(whatsapp, sara, "template", template("أ")) == 132015
    made.state = "DISABLED"
    assert await send(whatsapp, sara, "template", template("أ")) == 132016
    made.state = "APPROVED"
    sara.stops()
    await send(whatsapp, sara, "template", template("أ"))
    assert whatsapp.sent[-1].failed == 131050


async def test_the_portfolio_limit(whatsapp: FakeWhatsApp) -> None:
    whatsapp.template("circular", "تعميم: {{1}}")
    whatsapp.portfolio_limit = 1
    for user in (whatsapp.user(), whatsapp.user()):
        await send(whatsapp, user, "template", template("أ"))
    assert whatsapp.violations == ["portfolio limit: 2 people in 24 h"]
    whatsapp.violations.clear()


async def test_the_pace(whatsapp: FakeWhatsApp, sara: FakeUser) -> None:
    whatsapp.pair = (1 / 6, 2.0)
    other, ali = whatsapp.number(), whatsapp.user()
    ali.says("مرحبا")
    codes = [await say(whatsapp, sara) for _ in range(3)]
    assert codes[2] == 131056
    assert (await say(whatsapp, ali))["messages"]
    whatsapp.main_number.bucket = Bucket(0.1, 1)
    whatsapp.throttle_status = 429
    await say(whatsapp, ali)
    assert await say(whatsapp, whatsapp.user()) == 130429
    assert whatsapp.wire[-1].status == 429
    assert (await say(whatsapp, sara, number=other.id))["messages"]


async def test_media(whatsapp: FakeWhatsApp, sara: FakeUser) -> None:
    def form(mime: str = "application/pdf", content: bytes = b"%PDF") -> aiohttp.FormData:
        data = aiohttp.FormData({"messaging_product": "whatsapp", "type": mime})
        data.add_field("file", content, filename="a.pdf", content_type=mime)
        return data

    path = f"{whatsapp.phone_number_id}/media"
    media_id = (await call(whatsapp, path, data=form()))[1]["id"]
    document = {"id": media_id, "filename": "تعميم.pdf", "caption": "اقرأ"}
    await send(whatsapp, sara, "document", document)
    shown = whatsapp.messages_to(sara)[0]
    assert (shown.filename, shown.text) == ("تعميم.pdf", "اقرأ")
    assert shown.media
    assert shown.media.content == b"%PDF"
    header = {"type": "document", "document": {"id": media_id}}
    assert (await send(whatsapp, sara, "interactive", buttons("نعم", header=header)))["messages"]
    await send(whatsapp, sara, "image", {"id": media_id})
    assert whatsapp.sent[-1].failed == 131053
    _, found = await call(whatsapp, media_id, method="GET")
    headers = {"Authorization": f"Bearer {whatsapp.token}"}
    async with aiohttp.ClientSession() as session, session.get(found["url"]) as answer:
        assert answer.status == 401
    async with aiohttp.ClientSession(headers=headers) as session:
        assert await (await session.get(found["url"])).read() == b"%PDF"
    other = whatsapp.number()
    assert await send(whatsapp, sara, "document", document, number=other.id) == 100
    whatsapp.media.expire(media_id)
    assert await send(whatsapp, sara, "document", document) == 100
    assert (await call(whatsapp, path, data=form("application/zip")))[0] == 400
    whatsapp.media.limits["document"] = 3
    assert (await call(whatsapp, path, data=form()))[1]["error"]["code"] == 131053


async def test_a_read_mark(whatsapp: FakeWhatsApp) -> None:
    message = whatsapp.user().says("مرحبا")
    mark: Json = {"messaging_product": "whatsapp", "status": "read", "message_id": message["id"]}
    mark |= {"typing_indicator": {"type": "text"}}
    path = f"{whatsapp.phone_number_id}/messages"
    assert await call(whatsapp, path, json=mark) == (200, {"success": True})
    assert whatsapp.read_marks == [(message["id"], True)]
    assert (await call(whatsapp, path, json=mark | {"message_id": "wamid.x"}))[0] == 400


async def test_troubles_of_one_person(whatsapp: FakeWhatsApp, sara: FakeUser) -> None:
    sara.fails_with(131049, times=1)
    sara.fails_with(131000, in_answer=True, times=1)
    assert await say(whatsapp, sara) == 131000
    await say(whatsapp, sara)
    assert whatsapp.sent[-1].failed == 131049
    await say(whatsapp, sara)
    sara.blocks()
    await say(whatsapp, sara)
    assert [m.failed for m in whatsapp.sent] == [131049, 0, 131026]


async def test_faults(whatsapp: FakeWhatsApp, sara: FakeUser) -> None:
    whatsapp.cut_next_answer("messages")
    with pytest.raises(aiohttp.ClientError):
        await say(whatsapp, sara)
    assert len(whatsapp.messages_to(sara)) == 1
    whatsapp.refuse_next(131016)
    assert await say(whatsapp, sara) == 131016
    whatsapp.fail_next(502, b"<html>")
    with pytest.raises(aiohttp.ContentTypeError):
        await say(whatsapp, sara)
    whatsapp.slow(5, "messages")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await say(whatsapp, sara)
    assert [c.status for c in whatsapp.calls("messages")][:3] == [0, 500, 502]
    assert len(whatsapp.messages_to(sara)) == 1


@pytest.mark.skipif(not SPEC.exists(), reason="Meta's description is not in this checkout")
async def test_requests_that_do_not_fit_the_description(
    whatsapp: FakeWhatsApp, sara: FakeUser
) -> None:
    await send(whatsapp, sara, "text", {"body": "x", "preview": True})
    await send(whatsapp, sara, "text", {"body": "x"}, priority="high", recipient_type="all")
    assert whatsapp.violations == [
        "message.text: unknown field preview",
        "message: unknown field priority",
        "message.recipient_type: 'all' is none of ['individual', 'group']",
    ]
    whatsapp.violations.clear()
