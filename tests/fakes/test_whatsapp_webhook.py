"""What the fake tells a webhook: in which order, how often, and of whom."""

import asyncio
import hmac
import json
from collections.abc import AsyncIterator
from itertools import permutations
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.fakes.whatsapp import FakeUser, FakeWhatsApp
from tests.fakes.whatsapp_world import Choice, ShownMessage

Json = dict[str, Any]


class Product:
    """A webhook that checks signatures and keeps what it hears."""

    def __init__(self, secret: str) -> None:
        self.heard: list[Json] = []
        self.answers: list[int] = []
        self.url = ""
        self._secret = secret.encode()

    async def verify(self, request: web.Request) -> web.Response:
        if request.query["hub.verify_token"] != "ours":
            return web.Response(status=403)
        return web.Response(text=request.query["hub.challenge"])

    async def receive(self, request: web.Request) -> web.Response:
        raw = await request.read()
        expected = "sha256=" + hmac.new(self._secret, raw, "sha256").hexdigest()
        if request.headers.get("X-Hub-Signature-256") != expected:
            return web.Response(status=401)
        status = self.answers.pop(0) if self.answers else 200
        if status == 200:
            self.heard.append(json.loads(raw))
        return web.Response(status=status)

    def values(self) -> list[Json]:
        return [c["value"] for body in self.heard for e in body["entry"] for c in e["changes"]]

    def messages(self) -> list[Json]:
        return [message for value in self.values() for message in value.get("messages", [])]

    def statuses(self) -> list[str]:
        return [s["status"] for value in self.values() for s in value.get("statuses", [])]


@pytest.fixture
async def whatsapp() -> AsyncIterator[FakeWhatsApp]:
    async with FakeWhatsApp() as server:
        yield server


@pytest.fixture
async def product(whatsapp: FakeWhatsApp) -> AsyncIterator[Product]:
    made = Product(whatsapp.webhook.app_secret)
    app = web.Application()
    app.router.add_get("/hook", made.verify)
    app.router.add_post("/hook", made.receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    assert await whatsapp.webhook.subscribe(made.url, "ours")
    yield made
    await runner.cleanup()


async def say(whatsapp: FakeWhatsApp, user: FakeUser, text: str = "أهلا") -> ShownMessage:
    payload = {"messaging_product": "whatsapp", "to": user.phone, "type": "text"}
    payload |= {"biz_opaque_callback_data": "d1"}
    headers = {"Authorization": f"Bearer {whatsapp.token}"}
    url = f"{whatsapp.base_url}/{whatsapp.phone_number_id}/messages"
    body: Json = payload | {"text": {"body": text}}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(url, json=body) as answer,
    ):
        assert answer.status == 200
    return whatsapp.sent[-1]


async def test_only_the_right_token_subscribes(whatsapp: FakeWhatsApp, product: Product) -> None:
    whatsapp.webhook.url = ""
    assert not await whatsapp.webhook.subscribe(product.url, "another's")
    assert whatsapp.webhook.url == ""


async def test_signatures(whatsapp: FakeWhatsApp, product: Product) -> None:
    webhook, raw = whatsapp.webhook, b'{"entry": []}'
    assert await webhook.post(raw) == 200
    assert await webhook.post(raw, {}) == 401
    wrong = {"X-Hub-Signature-256": webhook.signature(raw, "another app's")}
    assert await webhook.post(raw, wrong) == 401
    assert [delivery.status for delivery in webhook.deliveries] == [200, 401, 401]
    assert product.heard == [{"entry": []}]


@pytest.mark.parametrize(
    ("act", "given", "kind"),
    [
        ("says", ["مرحبا"], "text"),
        ("forwards", ["خبر"], "text"),
        ("sends_image", ["صورة"], "image"),
        ("sends_video", [], "video"),
        ("sends_audio", [], "audio"),
        ("sends_voice", [], "audio"),
        ("sends_sticker", [], "sticker"),
        ("sends_document", [], "document"),
        ("sends_location", [], "location"),
        ("sends_contact", ["علي", "971500000009"], "contacts"),
        ("orders", [], "order"),
        ("sends_unsupported", [], "unsupported"),
        ("changes_number", ["971500000008", "AE.2"], "system"),
    ],
)
async def test_all_that_people_send_fits_the_description(
    whatsapp: FakeWhatsApp, product: Product, act: str, given: list[str], kind: str
) -> None:
    sent = getattr(whatsapp.user(), act)(*given)
    await whatsapp.webhook.quiet()
    assert product.messages() == [sent]
    assert sent["type"] == kind
    assert ("contacts" in product.values()[0]) == (kind != "system")


async def test_somebody_without_a_phone_number(whatsapp: FakeWhatsApp, product: Product) -> None:
    sara = whatsapp.user("سارة", bsuid="AE.1")
    sara.adopts_username("@sara")
    message = sara.says("مرحبا")
    sara.changes_number("971500000008", "AE.2")
    await whatsapp.webhook.quiet()
    assert message.keys() == {"from_user_id", "id", "timestamp", "type", "text"}
    profile = {"name": "سارة", "username": "@sara"}
    assert product.values()[0]["contacts"] == [{"profile": profile, "user_id": "AE.1"}]
    told = product.messages()[1]
    assert told.keys() == {"id", "timestamp", "type", "system"}
    assert told["system"] == {
        "type": "user_changed_user_id",
        "body": "User سارة changed from AE.1 to AE.2",
        "user_id": "AE.2",
        "previous_user_id": "AE.1",
    }


async def test_a_number_that_a_stranger_has_now(whatsapp: FakeWhatsApp, product: Product) -> None:
    sara = whatsapp.user("سارة")
    old = sara.phone
    system = sara.changes_number("971500000008", "AE.2")["system"]
    assert (system["type"], system["wa_id"]) == ("user_changed_number", "971500000008")
    stranger = whatsapp.user("غريب", phone=old)
    stranger.says("مرحبا")
    assert (await say(whatsapp, stranger)).user is stranger
    assert whatsapp.messages_to(sara) == []
    await whatsapp.webhook.quiet()
    assert product.statuses() == ["sent", "delivered"]


ORDERS = list(permutations(["sent", "delivered", "read", "failed"]))


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
async def test_statuses_in_any_order(
    whatsapp: FakeWhatsApp, product: Product, order: tuple[str, ...]
) -> None:
    sara = whatsapp.user()
    sara.says("مرحبا")
    whatsapp.statuses = order
    whatsapp.is_status_first = True
    shown = await say(whatsapp, sara)
    assert product.statuses() == list(order)
    status = product.values()[1]["statuses"][0]
    assert (status["id"], status["biz_opaque_callback_data"]) == (shown.id, "d1")


async def test_what_is_held_back_comes_late_and_twice(
    whatsapp: FakeWhatsApp, product: Product
) -> None:
    sara = whatsapp.user()
    sara.says("مرحبا")
    await whatsapp.webhook.quiet()
    whatsapp.webhook.hold()
    await say(whatsapp, sara)
    sara.reads()
    assert product.statuses() == []
    whatsapp.webhook.copies = 2
    assert await whatsapp.webhook.release(reversed) == [200] * 3
    assert product.statuses() == ["read", "read", "delivered", "delivered", "sent", "sent"]


async def test_many_in_one_body(whatsapp: FakeWhatsApp, product: Product) -> None:
    people = [whatsapp.user(f"شخص {n}") for n in range(60)]
    whatsapp.webhook.hold()
    sent = [person.says(person.name) for person in people]
    assert await whatsapp.webhook.release(entries=2, changes=3) == [200]
    (body,) = product.heard
    assert [len(entry["changes"]) for entry in body["entry"]] == [3, 3]
    assert [len(value["messages"]) for value in product.values()] == [10] * 6
    assert sorted(m["id"] for m in product.messages()) == sorted(m["id"] for m in sent)
    first = product.values()[0]
    names = [contact["profile"]["name"] for contact in first["contacts"]]
    assert sorted(names) == sorted(m["text"]["body"] for m in first["messages"])
    assert names != [m["text"]["body"] for m in first["messages"]]


async def test_what_is_not_taken_comes_again_and_others_go_on(
    whatsapp: FakeWhatsApp, product: Product
) -> None:
    product.answers = [503, 500]
    sara = whatsapp.user()
    for text in ("1", "2", "3"):
        sara.says(text)
    await whatsapp.webhook.quiet()
    assert sorted(m["text"]["body"] for m in product.messages()) == ["1", "2", "3"]
    assert product.messages()[0]["text"]["body"] == "3"
    assert [d.status for d in whatsapp.webhook.deliveries] == [503, 500, 200, 200, 200]


async def test_the_same_body_at_the_same_moment(whatsapp: FakeWhatsApp, product: Product) -> None:
    whatsapp.user().says("مرحبا")
    await whatsapp.webhook.quiet()
    raw = whatsapp.webhook.deliveries[0].raw
    answers = await asyncio.gather(*(whatsapp.webhook.post(raw) for _ in range(50)))
    assert answers == [200] * 50
    assert len(product.messages()) == 51


async def test_presses(whatsapp: FakeWhatsApp, product: Product) -> None:
    sara = whatsapp.user()
    sara.says("مرحبا")
    shown = await say(whatsapp, sara)
    shown.kind, shown.choices = "list", [Choice("الإجازات…", "q1:1", "الإجازات والغياب")]
    picked = sara.presses(shown, "الإجازات والغياب")
    forged = sara.presses_data(shown, "ok1:7", "نعم", "وصف")
    sara.reacts(shown)
    await whatsapp.webhook.quiet()
    row = {"id": "q1:1", "title": "الإجازات…", "description": "الإجازات والغياب"}
    assert picked["interactive"] == {"type": "list_reply", "list_reply": row}
    assert forged["interactive"]["list_reply"]["id"] == "ok1:7"
    assert picked["context"] == {"from": whatsapp.main_number.display, "id": shown.id}
    assert [m["type"] for m in product.messages()] == [
        "text",
        "interactive",
        "interactive",
        "reaction",
    ]


async def test_a_stop(whatsapp: FakeWhatsApp, product: Product) -> None:
    stop = whatsapp.user().stops()
    await whatsapp.webhook.quiet()
    assert product.heard[0]["entry"][0]["changes"][0]["field"] == "user_preferences"
    assert product.values()[0]["user_preferences"] == [stop]
