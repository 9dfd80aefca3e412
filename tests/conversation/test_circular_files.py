"""HR sends the files of a draft to the chat."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.commands.adding import Commands
from bot.commands.circulars import add_circulars
from bot.conversation.channel import TOO_LARGE, FetchFailure
from bot.conversation.events import Address, Media, MediaKind, SentFile
from bot.documents.attachments import MOST_BYTES, MOST_FILES, MOST_PICTURE_BYTES
from bot.domain.file_kinds import JPEG, PDF
from bot.records.circulars import CircularAttachment, Circulars
from bot.records.database import Database
from tests.conftest import each_database
from tests.domain.test_file_kinds import WHOLE
from tests.support.desk_chat import EMPLOYER, DeskChat, colleagues, compose, officer
from tests.support.observing import journal
from tests.support.world import World

MONDAY = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)  # half past ten in Muscat
GUIDE = WHOLE[PDF]


@dataclass
class Files:
    """What a platform keeps, by its ids.

    Attributes:
        asked: What was fetched, and how many bytes were wanted at most.
    """

    contents: dict[str, bytes | FetchFailure] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)

    async def fetch(self, file: SentFile, most: int) -> bytes | FetchFailure:
        self.asked.append((file.id, most))
        content = self.contents[file.id]
        return TOO_LARGE if isinstance(content, bytes) and len(content) > most else content


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    yield from each_database(request, tmp_path)


@pytest.fixture
def world(database: Database) -> World:
    return World(database, moment=MONDAY)


@pytest.fixture
def files(world: World) -> Files:
    files = Files()
    world.sources["telegram", "bot1"] = files
    return files


@pytest.fixture
async def hr(world: World) -> DeskChat:
    """Somebody of HR who has just written a draft."""
    chat = await officer(world)
    await compose(chat)
    return chat


def document(name: str, size: int | None = None) -> Media:
    return Media(MediaKind.DOCUMENT, file=SentFile(name, name, size))


def picture(name: str, size: int | None = None) -> Media:
    return Media(MediaKind.PICTURE, file=SentFile(name, size=size))


async def attached(world: World) -> list[CircularAttachment]:
    """The files of the newest circular."""
    async with world.database.reading() as session:
        latest = (await Circulars(session).list_versions(EMPLOYER, "2026/1"))[0]
        assert latest is not None
        return list(await Circulars(session).list_attachments(latest.id))


async def test_a_document_and_a_picture_go_along(world: World, files: Files, hr: DeskChat) -> None:
    files.contents = {"دليل.pdf": GUIDE, "p": WHOLE[JPEG]}
    assert "PDF حتى 10 ميغابايت" in await hr.presses("إرفاق ملف")
    said = await hr.sends(document("دليل.pdf", len(GUIDE)))
    assert "أُرفق بالتعميم 2026/1: دليل.pdf (" in said
    assert "المرفقات الآن: 1 من 8" in said
    assert hr.labels == ["ملف آخر", "تم"]
    await hr.presses("ملف آخر")
    assert "صورة 2.jpg" in await hr.sends(picture("p"))
    assert files.asked == [("دليل.pdf", MOST_BYTES), ("p", MOST_PICTURE_BYTES)]
    shown = await hr.presses("تم")
    assert "المرفقات:\n• دليل.pdf (" in shown
    assert "• صورة 2.jpg (" in shown
    document_shown = hr.said[0].document
    assert document_shown is not None
    assert document_shown.name == "دليل.pdf"
    kept = await attached(world)
    assert [(one.name, one.media_type, one.position) for one in kept] == [
        ("دليل.pdf", PDF, 0),
        ("صورة 2.jpg", JPEG, 1),
    ]
    changes = [one for one in await journal(world, EMPLOYER) if one.kind == "circular_changed"]
    assert len({(one.body or {})["digest"] for one in changes[-3:]}) == 3


async def test_several_at_once_and_the_same_again(world: World, files: Files, hr: DeskChat) -> None:
    files.contents = {"a.pdf": GUIDE, "b.jpg": WHOLE[JPEG], "c.jpg": WHOLE[JPEG], "p": WHOLE[JPEG]}
    await hr.presses("إرفاق ملف")
    once = await hr.sends(document("a.pdf"), event=70)
    assert await hr.sends(document("a.pdf"), event=70) == once
    await hr.sends(document("b.jpg"), event=71)
    assert "2 من 8" in await hr.sends(document("a.pdf"), event=72)
    for again in (document("c.jpg"), picture("p")):
        assert ": b.jpg (" in await hr.sends(again)
    assert [one.name for one in await attached(world)] == ["a.pdf", "b.jpg"]


@pytest.mark.parametrize(
    ("media", "content", "reason", "fetched"),
    [
        (document("a.pdf"), b"MZ" + b"\0" * 100, "أياً كان اسمه", True),
        (document("a.pdf"), b"", "فارغ", True),
        (document("a.pdf"), GUIDE[: len(GUIDE) // 2], "كاملة", True),
        (document("a.pdf"), b"%PDF-1.7 nothing\n%%EOF", "تالف أو محمي", True),
        (document("a.pdf"), b"%" * (MOST_BYTES + 1), "أكبر من الحجم", True),
        (document("a.pdf", MOST_BYTES + 1), GUIDE, "أكبر من الحجم", False),
        (picture("p"), b"\xff" * (MOST_PICTURE_BYTES + 1), "هذه الصورة أكبر", True),
        (picture("p", MOST_PICTURE_BYTES + 1), WHOLE[JPEG], "هذه الصورة أكبر", False),
        (Media(MediaKind.VOICE), b"", "أياً كان اسمه", False),
    ],
    ids=range(9),
)
async def test_what_cannot_go_along(  # noqa: PLR0913, PLR0917 - a table
    world: World,
    files: Files,
    hr: DeskChat,
    media: Media,
    content: bytes,
    reason: str,
    *,
    fetched: bool,
) -> None:
    files.contents = {"a.pdf": content, "p": content, "b.pdf": GUIDE}
    await hr.presses("إرفاق ملف")
    said = await hr.sends(media)
    assert reason in said
    assert "المقبول: ملف PDF حتى 10 ميغابايت، أو صورة PNG أو JPEG حتى 5 ميغابايت" in said
    assert hr.labels == ["تم"]
    assert bool(files.asked) is fetched
    assert await attached(world) == []
    assert "1 من 8" in await hr.sends(document("b.pdf"))


async def test_what_cannot_be_fetched_may_be_sent_again(
    world: World, files: Files, hr: DeskChat
) -> None:
    files.contents = {"a.pdf": FetchFailure("timed_out")}
    await hr.presses("إرفاق ملف")
    assert "أرسله مرة أخرى" in await hr.sends(document("a.pdf"))
    assert await attached(world) == []
    files.contents = {"a.pdf": GUIDE}
    assert "1 من 8" in await hr.sends(document("a.pdf"))


async def test_no_more_than_so_many(world: World, files: Files, hr: DeskChat) -> None:
    names = [f"{number}.pdf" for number in range(MOST_FILES + 1)]
    # What stands behind its end is no concern of a reader's.
    files.contents = {name: GUIDE + name.encode() for name in names}
    await hr.presses("إرفاق ملف")
    for name in names[:-1]:
        await hr.sends(document(name))
    assert "حدّه الأعلى" in await hr.sends(document(names[-1]))
    assert len(await attached(world)) == MOST_FILES


async def test_a_file_is_removed_and_the_next_is_not_called_like_another(
    world: World, files: Files, hr: DeskChat
) -> None:
    files.contents = {"a.pdf": GUIDE, "p": WHOLE[JPEG], "q": WHOLE[JPEG] + b"q"}
    assert "إزالة ملف" not in hr.labels
    await hr.presses("إرفاق ملف")
    await hr.sends(document("a.pdf"))
    await hr.sends(picture("p"))
    assert "صورة 2.jpg" in await hr.types("تم")
    await hr.presses("إزالة ملف")
    assert hr.labels == ["a.pdf", "صورة 2.jpg", "رجوع"]
    assert "a.pdf" not in await hr.forges(gone := hr.data("a.pdf"))
    assert "تمّ." in await hr.forges(gone)
    await hr.presses("إرفاق ملف")
    await hr.sends(picture("q"))
    assert [one.name for one in await attached(world)] == ["صورة 2.jpg", "صورة 3.jpg"]


async def test_nobody_elses_files_are_fetched(world: World, files: Files, hr: DeskChat) -> None:
    (amal,) = await colleagues(world, "1001")
    stranger = Address("telegram", "bot1", "stranger")
    await world.person(EMPLOYER, stranger)
    await hr.presses("إرفاق ملف")
    circular = hr.data("تم").split(":")[1]
    ask = f"mf1:{circular}"
    for address in (amal, stranger):
        other = DeskChat(world, address)
        assert "قديم" in await other.forges(ask)
        assert await other.sends(document("a.pdf")) == world.phrase("media_other")
        assert await other.sends(picture("p")) == world.phrase("media_picture")
    foreign = await officer(world, "7001", "bahrain")
    assert "قديم" in await foreign.forges(ask)
    await foreign.sends(document("a.pdf"))
    await hr.presses("تم")
    assert await hr.sends(document("a.pdf")) == world.phrase("media_other")
    await hr.forges(f"me1:{circular}:title::")
    assert await hr.sends(document("a.pdf")) == world.phrase("awaited_no_text")
    assert files.asked == []


async def test_a_text_where_a_file_is_awaited(world: World, files: Files, hr: DeskChat) -> None:
    files.contents = {"a.pdf": GUIDE}
    await hr.presses("إرفاق ملف")
    assert "أرسل هنا" in await hr.types("هذا هو الملف")
    assert "1 من 8" in await hr.sends(document("a.pdf"))
    assert "لم يتغيّر شيء" in await hr.types("إلغاء")
    assert await hr.sends(document("a.pdf")) == world.phrase("media_other")
    assert len(files.asked) == 1


async def test_a_draft_that_is_none_any_more(world: World, files: Files, hr: DeskChat) -> None:
    await hr.presses("إرفاق ملف")
    circular = hr.data("تم").split(":")[1]
    other = await officer(world, "6002")
    await other.forges(f"mm1:{circular}:send:")
    await other.presses("نعم، أرسل")
    assert "لا يمكن ذلك الآن" in await hr.sends(document("a.pdf"))
    assert await hr.sends(document("a.pdf")) == world.phrase("media_other")
    assert "لا يمكن ذلك الآن" in await hr.forges(f"mf1:{circular}")
    assert "لا يمكن ذلك الآن" in await hr.forges(f"mr1:{circular}:")
    assert files.asked == []


async def test_what_was_asked_about_before_a_file_is_not_sent(
    world: World, files: Files, hr: DeskChat
) -> None:
    files.contents = {"a.pdf": GUIDE}
    await hr.presses("أرسل الآن")
    yes, circular = hr.data("نعم، أرسل"), hr.data("رجوع").split(":")[1]
    other = await officer(world, "6002")
    await other.forges(f"mf1:{circular}")
    await other.sends(document("a.pdf"))
    assert "تغيّرت المسودة" in await hr.forges(yes)


async def test_who_attached_last_does_not_approve(database: Database, files: Files) -> None:
    world = World(database, moment=MONDAY, circular_approval=True)
    world.sources["telegram", "bot1"] = files
    files.contents = {"a.pdf": GUIDE}
    hr, other = await officer(world), await officer(world, "6002")
    circular = await compose(hr)
    await other.forges(f"mf1:{circular}")
    await other.sends(document("a.pdf"))
    await hr.forges(f"ms1:{circular}")
    await hr.presses("اطلب الاعتماد")
    await other.forges(f"ms1:{circular}")
    assert "اعتمد وأرسل" not in other.labels
    await hr.forges(f"ms1:{circular}")
    assert "اعتمد وأرسل" in hr.labels


async def test_where_no_files_can_be_sent_it_says_where(
    world: World, files: Files, hr: DeskChat
) -> None:
    circular = hr.data("عدّل").split(":")[1]
    page = replace(hr.address, channel="web", account="site", user="page")
    web = DeskChat(world, page)
    await world.person(EMPLOYER, page)
    await web.types(await world.linking.issue_code(EMPLOYER, "6001"))
    said = await web.forges(f"mf1:{circular}")
    typed = next(line for line in said.splitlines() if "circular attach" in line)
    parser = argparse.ArgumentParser()
    add_circulars(Commands(parser))
    parsed = parser.parse_args(typed.removeprefix("python -m bot ").split())
    assert (parsed.id, parsed.by, parsed.employer) == ("2026/1", "6001", EMPLOYER)
    assert web.labels == ["رجوع"]
    assert files.asked == []


async def test_english(files: Files, hr: DeskChat) -> None:
    files.contents = {"a.pdf": GUIDE}
    circular = hr.data("عدّل").split(":")[1]
    await hr.types("/english")
    assert "file by file" in await hr.forges(f"mf1:{circular}")
    assert "Attached to circular 2026/1: a.pdf (" in await hr.sends(document("a.pdf"))
    assert "Attachments:\n• a.pdf (" in await hr.presses("Done")
