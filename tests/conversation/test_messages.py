from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.messages import Block, BlockKind, Button, Message
from bot.domain.meaning import Language

MESSAGES = st.builds(
    Message,
    blocks=st.lists(st.builds(Block, st.sampled_from(BlockKind), st.text())).map(tuple),
    buttons=st.lists(st.builds(Button, st.text(), st.text())).map(tuple),
    language=st.sampled_from(Language),
    edits=st.text(),
)
WHOLE = Message((Block(BlockKind.BODY, "نص"),), (Button("زر", "hp1"),)).to_json()


@given(MESSAGES)
def test_a_message_survives_json(message: Message) -> None:
    assert Message.from_json(json.loads(json.dumps(message.to_json()))) == message


def test_the_plain_text_parts_paragraphs() -> None:
    blocks = (Block(BlockKind.VERDICT, "a"), Block(BlockKind.BODY, "b\nc"))
    assert Message(blocks).plain_text == "a\n\nb\nc"
    assert Message(()).plain_text == ""


@pytest.mark.parametrize(
    "change",
    [
        *({"blocks": None}, {"blocks": [["shout", "x"]]}, {"blocks": [["body"]]}, {"blocks": 5}),
        *({"buttons": [["a"]]}, {"buttons": None}, {"language": "fr"}, {"language": None}),
    ],
)
def test_what_is_no_message_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises((KeyError, ValueError, TypeError)):
        Message.from_json({**WHOLE, **change})


@pytest.mark.parametrize("key", list(WHOLE))
def test_a_missing_key_is_refused(key: str) -> None:
    with pytest.raises(KeyError):
        Message.from_json({name: value for name, value in WHOLE.items() if name != key})
