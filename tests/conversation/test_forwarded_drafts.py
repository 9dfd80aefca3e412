"""Drafts that come forwarded, as a caption, or with links."""

from __future__ import annotations

import pytest

from bot.conversation.events import Media, MediaKind, Text
from bot.conversation.messages import Block, BlockKind
from bot.domain.meaning import Language
from tests.support.drafting import (
    POST,
    PROHIBITED,
    QUESTION,
    awaiting,
    part,
    quotes,
    stored,
)
from tests.support.world import World, asks, drafts


@pytest.mark.parametrize("text", [POST, "/start " + POST, "/help"])
async def test_a_forwarded_text_is_checked(world: World, text: str) -> None:
    await world.person()
    world.understanding.meanings[text] = drafts("offend")
    (said,) = await world.send(Text(text, forwarded=True))
    assert said.blocks[0].text == world.phrase("draft_taken")
    assert said.blocks[1].text == world.phrase("post_prohibited")


async def test_a_forwarded_text_in_another_language_changes_none(world: World) -> None:
    await world.person()
    text = "The minister is a clown and everybody knows it"
    world.understanding.meanings[text] = drafts("offend")
    (said,) = await world.send(Text(text, forwarded=True))
    assert said.language is Language.ARABIC


CAPTIONED = [MediaKind.PICTURE, MediaKind.VIDEO, MediaKind.DOCUMENT]


@pytest.mark.parametrize("kind", CAPTIONED)
@pytest.mark.parametrize("forwarded", [True, False])
async def test_a_caption_is_checked_and_the_picture_is_said_to_be_unread(
    world: World, kind: MediaKind, *, forwarded: bool
) -> None:
    await (world.person() if forwarded else awaiting(world))
    world.understanding.meanings[POST] = PROHIBITED
    (said,) = await world.send(Media(kind, POST, forwarded))
    assert quotes(said)[0] == ("فاشل",)
    assert world.phrase("draft_media") in part(said, BlockKind.NOTE)
    assert (world.phrase("draft_taken") in part(said, BlockKind.NOTE)) is forwarded


@pytest.mark.parametrize(
    "media",
    [
        Media(MediaKind.PICTURE, POST),
        Media(MediaKind.PICTURE, "", forwarded=True),
        Media(MediaKind.PICTURE, "👍", forwarded=True),
    ],
)
async def test_any_other_picture_is_only_said_to_be_unread(world: World, media: Media) -> None:
    await world.person()
    (said,) = await world.send(media)
    assert said.plain_text == world.phrase("media_picture")


@pytest.mark.parametrize("link", ["https://x.com/a", "http://a.b", "www.a.com", "t.me/abc"])
async def test_links_are_said_to_be_unread(world: World, link: str) -> None:
    await awaiting(world)
    text = f"شوفوا {link} يا جماعة"
    world.understanding.meanings[text] = drafts()
    (said,) = await world.send(text)
    assert world.phrase("draft_links") in part(said, BlockKind.NOTE)


async def test_a_forwarded_question_is_still_a_draft_where_one_is_awaited(world: World) -> None:
    await awaiting(world)
    world.understanding.meanings[QUESTION] = asks("court_case", chance=0.95)
    (said,) = await world.send(Text(QUESTION, forwarded=True))
    assert said.blocks[0] == Block(BlockKind.VERDICT, world.phrase("post_clear"))
    assert QUESTION not in await stored(world)
