from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.demo.on_whatsapp import WhatsAppOnStage, whatsapp_on_stage
from tests.demo.stage import Chat, NotPossible
from tests.demo.whatsapp_text import as_shown
from tests.fakes.whatsapp import FakeWhatsApp
from tests.support.content import real_library

DOCUMENT = ("عني.txt", "text/plain", b"all")


@pytest.fixture
async def on_stage() -> AsyncIterator[WhatsAppOnStage]:
    async with whatsapp_on_stage() as platform:
        yield platform


async def asks(platform: WhatsAppOnStage, what: str, body: Any) -> Any:
    """Ask as the product would."""
    settings = platform.settings()
    url = f"{settings['WHATSAPP_API_URL']}/{settings['WHATSAPP_PHONE_NUMBER_ID']}/{what}"
    headers = {"Authorization": f"Bearer {settings['WHATSAPP_ACCESS_TOKEN']}"}
    how = {"data" if isinstance(body, aiohttp.FormData) else "json": body}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(url, **how) as answer,
    ):
        return await answer.json()


async def sends(platform: WhatsAppOnStage, phone: str, kind: str, content: Any) -> Any:
    whom = {"messaging_product": "whatsapp", "to": phone.lstrip("+"), "type": kind}
    return await asks(platform, "messages", whom | {kind: content})


def newest(platform: WhatsAppOnStage, person: str) -> Any:
    return platform.chat(person).items[-1]


async def test_a_message_is_told_and_then_read(on_stage: WhatsAppOnStage) -> None:
    sara, khalid = on_stage.people
    on_stage.act(sara.id, {"do": "say", "text": "سؤال"})
    said = newest(on_stage, sara.id)
    assert (said.text, said.ticks) == ("سؤال", 1)
    mark = {"messaging_product": "whatsapp", "status": "read", "message_id": said.id}
    await asks(on_stage, "messages", mark | {"typing_indicator": {"type": "text"}})
    assert newest(on_stage, sara.id).ticks == 3
    assert on_stage.chat(sara.id).is_typing
    assert on_stage.chat(khalid.id).items == ()
    await sends(on_stage, sara.note, "text", {"body": "*لا* يجوز"})
    shown = newest(on_stage, sara.id)
    assert not on_stage.chat(sara.id).is_typing
    assert (shown.text, [mark["type"] for mark in shown.marks]) == ("لا يجوز", ["bold"])
    assert shown.is_unread
    on_stage.act(sara.id, {"do": "read"})
    assert not newest(on_stage, sara.id).is_unread
    assert [call.method for call in on_stage.wire()] == ["read", "messages text"]


async def test_the_webhook_is_verified_and_its_posts_are_shown() -> None:
    async def listen(request: web.Request) -> web.Response:
        return web.Response(text=request.query.get("hub.challenge", ""))

    app = web.Application()
    app.router.add_route("*", "/whatsapp/webhook", listen)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with FakeWhatsApp() as whatsapp:
        on_stage = WhatsAppOnStage(whatsapp)
        await on_stage.meet(f"http://127.0.0.1:{runner.addresses[0][1]}")
        sara = on_stage.people[0].id
        on_stage.act(sara, {"do": "voice"})
        await whatsapp.webhook.quiet()
        assert (newest(on_stage, sara).kind, newest(on_stage, sara).ticks) == ("voice", 2)
        (post,) = on_stage.wire()
    assert (post.method, post.status, post.is_push) == ("messages audio", 200, True)
    await runner.cleanup()


async def test_buttons_rows_and_files(on_stage: WhatsAppOnStage) -> None:
    sara = on_stage.people[0]
    on_stage.act(sara.id, {"do": "say", "text": "سؤال"})
    name, media_type, content = DOCUMENT
    form = aiohttp.FormData({"messaging_product": "whatsapp", "type": media_type})
    form.add_field("file", content, filename=name, content_type=media_type)
    media = await asks(on_stage, "media", form)
    header = {"type": "document", "document": {"id": media["id"], "filename": name}}
    buttons = [{"type": "reply", "reply": {"id": "er1:", "title": "امسح بياناتي"}}]
    said = {"type": "button", "header": header, "body": {"text": "ملفك"}}
    await sends(on_stage, sara.note, "interactive", said | {"action": {"buttons": buttons}})
    shown = newest(on_stage, sara.id)
    assert (shown.file.name, shown.file.size, shown.text) == (name, len(content), "ملفك")
    assert on_stage.file(shown.id) == DOCUMENT
    on_stage.act(sara.id, {"do": "press", "item": shown.id, "value": "er1:"})
    assert newest(on_stage, sara.id).text == "امسح بياناتي"
    rows = [{"id": "em1:muscat", "title": "بلدية مسقط", "description": "عُمان"}]
    action = {"button": "اختر", "sections": [{"rows": rows}]}
    said = {"type": "list", "body": {"text": "جهة عملك؟"}, "action": action}
    await sends(on_stage, sara.note, "interactive", said)
    shown = newest(on_stage, sara.id)
    assert (shown.buttons, shown.choices.button) == ((), "اختر")
    assert [(row.label, row.description) for row in shown.choices.rows] == [("بلدية مسقط", "عُمان")]
    on_stage.act(sara.id, {"do": "choose", "item": shown.id, "value": "em1:muscat"})
    assert newest(on_stage, sara.id).text == "بلدية مسقط"
    for item, value in ((shown.id, "em1:x"), ("99", "em1:muscat"), ("x", "em1:muscat")):
        with pytest.raises(NotPossible):
            on_stage.act(sara.id, {"do": "choose", "item": item, "value": value})
    with pytest.raises(KeyError):
        on_stage.file(shown.id)


async def test_after_a_day_only_templates_arrive(on_stage: WhatsAppOnStage) -> None:
    sara = on_stage.people[0]
    on_stage.act(sara.id, {"do": "day"})
    on_stage.act(sara.id, {"do": "say", "text": "سؤال"})
    assert on_stage.chat(sara.id).is_late
    await sends(on_stage, sara.note, "text", {"body": "جواب"})
    assert newest(on_stage, sara.id).own
    template = real_library().templates["waiting"]
    said = {"name": template.name, "language": {"code": "ar"}, "components": []}
    await sends(on_stage, sara.note, "template", said)
    assert (newest(on_stage, sara.id).kind, newest(on_stage, sara.id).text) == (
        "template",
        template.body.ar,
    )
    on_stage.act(sara.id, {"do": "today"})
    await sends(on_stage, sara.note, "text", {"body": "جواب"})
    assert newest(on_stage, sara.id).text == "جواب"


async def test_who_a_person_is_and_whom_they_let_in(on_stage: WhatsAppOnStage) -> None:
    sara, khalid = on_stage.people
    on_stage.act(khalid.id, {"do": "username"})
    assert on_stage.people[1].note.startswith("@")
    assert "username" not in on_stage.chat(khalid.id).can
    on_stage.act(khalid.id, {"do": "other_contact"})
    card = newest(on_stage, khalid.id)
    assert (card.kind, card.text, card.footer) == ("contact", sara.name, sara.note)
    on_stage.act(sara.id, {"do": "block"})
    assert on_stage.chat(sara.id) == Chat(is_blocked=True, can=("unblock",))
    with pytest.raises(NotPossible):
        on_stage.act(sara.id, {"do": "say", "text": "سؤال"})
    on_stage.act(sara.id, {"do": "unblock"})
    on_stage.act(sara.id, {"do": "photo"})
    assert newest(on_stage, sara.id).kind == "photo"
    for action in ({"do": "say", "text": "س" * 4097}, {"do": "fly"}):
        with pytest.raises(NotPossible):
            on_stage.act(sara.id, action)


@pytest.mark.parametrize(
    ("text", "shown", "marks"),
    [
        ("👍 *لا يجوز*\n_المصدر_", "👍 لا يجوز\nالمصدر", [("bold", 3, 7), ("italic", 11, 6)]),
        ("*_معاً_*", "معاً", [("bold", 0, 4), ("italic", 0, 4)]),
        ("~قديم~ `*رمز*`", "قديم *رمز*", [("strikethrough", 0, 4), ("code", 5, 5)]),
        ("```سطر\n_سطر_```", "سطر\n_سطر_", [("pre", 0, 9)]),
        ("> قال *هذا*", "قال هذا", [("blockquote", 0, 7), ("bold", 4, 3)]),
        ("2*3*4 * نجمة * a_b_c *سطر\nسطر*", "2*3*4 * نجمة * a_b_c *سطر\nسطر*", []),
    ],
)
def test_a_text_is_shown_as_the_apps_show_it(
    text: str, shown: str, marks: list[tuple[str, int, int]]
) -> None:
    found, found_marks = as_shown(text)
    assert found == shown
    assert [(mark["type"], mark["offset"], mark["length"]) for mark in found_marks] == marks
