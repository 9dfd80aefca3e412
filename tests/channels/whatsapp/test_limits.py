"""What WhatsApp would refuse, over generated messages."""

from typing import Any

import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.whatsapp.labels import shortened
from bot.channels.whatsapp.outbound import LIMITS, MAX_BODY, MAX_TEXT, contents
from bot.conversation.messages import Block, BlockKind, Message
from bot.conversation.splitting import split, utf16_units
from tests.channels.whatsapp.test_outbound import FILE, PICTURE, SAY, button

TEXTS = st.text(st.sampled_from("اب ج*_~`>\n.👩‍⚕️👍مُ😀"), max_size=1500)
LABELS = st.text(st.sampled_from("اب جد 👩‍⚕️👍مُ\n*_…1"), max_size=120)
BLOCKS = st.builds(Block, st.sampled_from(BlockKind), TEXTS)
MESSAGES = st.builds(
    lambda blocks, labels, document: Message(
        tuple(blocks), tuple(button(label, n) for n, label in enumerate(labels)), document=document
    ),
    st.lists(BLOCKS, min_size=1, max_size=5),
    st.lists(LABELS, max_size=25),
    st.none() | st.sampled_from([FILE, PICTURE]),
)
GRAPHEME = regex.compile(r"\X")


def over_limit(content: dict[str, Any]) -> list[str]:
    """Name what WhatsApp would refuse."""
    if content["type"] == "text":
        return ["text"] * (utf16_units(content["text"]["body"]) > MAX_TEXT)
    if content["type"] in {"document", "image"}:
        caption = content[content["type"]].get("caption", "")
        return ["caption"] * (utf16_units(caption) > MAX_BODY)
    interactive = content["interactive"]
    action = interactive["action"]
    faults = ["body"] * (not 0 < utf16_units(interactive["body"]["text"]) <= MAX_BODY)
    if interactive["type"] == "button":
        shown = [each["reply"] for each in action["buttons"]]
        faults += ["buttons"] * (not 0 < len(shown) <= 3)
        most, id_room = 20, 256
    else:
        (section,) = action["sections"]
        shown = section["rows"]
        faults += ["rows"] * (not 0 < len(shown) <= 10)
        faults += ["opens"] * (not 0 < utf16_units(action["button"]) <= 20)
        most, id_room = 24, 200
    for name, room in (("title", most), ("id", id_room), ("description", 72)):
        values = [each[name] for each in shown if name in each]
        faults += [name] * any(not 0 < utf16_units(value) <= room for value in values)
        if name != "description":
            faults += [f"mute {name}"] * (not all(any(map(str.isalnum, v)) for v in values))
            faults += [f"same {name}"] * (len(set(values)) < len(values))
    return faults


@given(MESSAGES, st.integers(0, 3))
def test_whatever_is_said_stays_within_the_limits(made: Message, shown: int) -> None:
    for part in split(made, LIMITS):
        paged = Message(part.blocks, part.buttons, document=part.document, page=shown)
        for content in contents(paged, "123456789", SAY, "media"):
            assert over_limit(content) == []


def test_no_sign_that_joins_ends_a_cut_label() -> None:
    assert shortened("وزارة الصحة – الإمارات", 15) == "وزارة الصحة…"


@given(LABELS, st.integers(6, 40))
def test_a_cut_falls_between_graphemes(label: str, room: int) -> None:
    cut = shortened(label, room)
    assert utf16_units(cut) <= room
    if cut != label:
        kept = cut.removesuffix("…")
        assert label.startswith(kept)
        starts = {match.start() for match in GRAPHEME.finditer(label)}
        assert len(kept) in starts
