"""The fake takes, shows and refuses files as Telegram does."""

import io
from typing import Any

import aiohttp
import pytest

from tests.fakes.telegram import FakeTelegram, FakeUser
from tests.support.bot_api import call
from tests.support.pictures import png


def form(name: str, content: bytes, kind: str, **fields: str) -> aiohttp.FormData:
    data = aiohttp.FormData(fields, quote_fields=False)
    data.add_field(kind, io.BytesIO(content), filename=name, content_type="application/pdf")
    return data


async def upload(
    telegram: FakeTelegram, user: FakeUser, content: bytes, kind: str = "document"
) -> tuple[int, Any]:
    url = f"{telegram.base_url}{telegram.token}/send{kind.capitalize()}"
    data = form("شهادة.pdf", content, kind, chat_id=str(user.id), caption="شهادتك")
    async with aiohttp.ClientSession() as session, session.post(url, data=data) as answer:
        body = await answer.json()
        return answer.status, body.get("result", body.get("description"))


async def test_a_document_is_uploaded_once_and_sent_again_by_its_id(telegram: FakeTelegram) -> None:
    sara = telegram.user()
    status, sent = await upload(telegram, sara, b"%PDF-1.7")
    assert (status, sent["caption"]) == (200, "شهادتك")
    assert sent["document"]["file_name"] == "شهادة.pdf"
    file_id = sent["document"]["file_id"]
    again = await call(telegram, "sendDocument", chat_id=sara.id, document=file_id)
    assert again[1]["document"] == sent["document"]
    assert [m.document.content for m in telegram.messages_to(sara) if m.document] == [
        b"%PDF-1.7"
    ] * 2
    telegram.shelf.forget(file_id)
    assert await call(telegram, "sendDocument", chat_id=sara.id, document=file_id) == (
        400,
        "Bad Request: wrong file identifier/HTTP URL specified",
    )


async def test_documents_that_are_refused(telegram: FakeTelegram) -> None:
    sara = telegram.user()
    telegram.shelf.max_upload = 2_000_000
    assert await upload(telegram, sara, b"") == (400, "Bad Request: file must be non-empty")
    assert (await upload(telegram, sara, bytes(2_000_000)))[0] == 200
    assert await upload(telegram, sara, bytes(2_000_001)) == (413, "Request Entity Too Large")
    file_id = next(iter(telegram.shelf.files))
    long = {"chat_id": sara.id, "document": file_id, "caption": "س" * 1025}
    assert await call(telegram, "sendDocument", **long) == (
        400,
        "Bad Request: message caption is too long",
    )


async def test_a_photo_is_shown_in_sizes_and_sent_again_by_its_id(telegram: FakeTelegram) -> None:
    sara = telegram.user()
    status, sent = await upload(telegram, sara, png(1080, 540), "photo")
    assert status == 200
    assert [(size["width"], size["height"]) for size in sent["photo"]] == [
        (90, 45),
        (320, 160),
        (800, 400),
        (1080, 540),
    ]
    file_id = sent["photo"][-1]["file_id"]
    assert (await call(telegram, "sendPhoto", chat_id=sara.id, photo=file_id))[0] == 200
    assert await call(telegram, "sendDocument", chat_id=sara.id, document=file_id) == (
        400,
        "Bad Request: can't use file of type Photo as Document",
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7", "IMAGE_PROCESS_FAILED"),
        (png(padding=10_000_000), "file is too big"),
        (png(9_990, 11), "PHOTO_INVALID_DIMENSIONS"),
        (png(210, 10), "PHOTO_INVALID_DIMENSIONS"),
    ],
)
async def test_photos_that_are_refused(telegram: FakeTelegram, content: bytes, said: str) -> None:
    sara = telegram.user()
    assert await upload(telegram, sara, content, "photo") == (400, f"Bad Request: {said}")


async def test_a_documents_caption_is_edited_and_its_text_is_not(telegram: FakeTelegram) -> None:
    sara = telegram.user()
    sent = (await upload(telegram, sara, b"%PDF"))[1]
    edit = {"chat_id": sara.id, "message_id": sent["message_id"]}
    said = (await call(telegram, "editMessageText", **edit, text="أ"))[1]
    assert said == "Bad Request: there is no text in the message to edit"
    assert (await call(telegram, "editMessageCaption", **edit, caption="أ"))[1]["caption"] == "أ"
    keyboard = {"inline_keyboard": [[{"text": "قرأت", "callback_data": "a"}]]}
    await call(telegram, "editMessageReplyMarkup", **edit, reply_markup=keyboard)
    (shown,) = telegram.messages_to(sara)
    assert (shown.text, shown.labels, shown.edits) == ("أ", [["قرأت"]], 2)
