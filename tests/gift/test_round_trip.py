from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.gift.models import GiftChoice, GiftContents, GiftQuestion
from bot.gift.reading import read_gift
from bot.gift.texts import BLANKS, escape, mask, unescape
from bot.gift.writing import write_gift

NASTY = st.sampled_from(
    [
        *"\\:#={}~n%[]/-$\n",
        "\\n",
        "//",
        "::",
        "####",
        "->",
        "[html]",
        "%50%",
        "<b>",
        "&amp;",
        "TRUE",
    ]
)
ARABIC = st.sampled_from(["محظور", "؟", "\u200f", "\u200e", "\u202b", "\u0640", "😉", "\u00a0"])
ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=4)
texts = st.lists(NASTY | ARABIC | ANY, max_size=8).map("".join)
spoken = texts.map(lambda text: text.strip(BLANKS)).filter(bool)
perhaps = st.just("") | spoken
marks = st.text("ab.=]:- ", min_size=1).map(str.strip).filter(bool)


@given(texts)
def test_unescaping_takes_back_what_escaping_did(text: str) -> None:
    escaped = escape(text)
    assert unescape(escaped) == text
    assert not set(mask(escaped)) & set(":#={}~\n")


choices = st.builds(GiftChoice, spoken, st.just(0.0), perhaps)
several = st.lists(choices, min_size=2, max_size=5)


@st.composite
def weighed(draw: st.DrawFn) -> tuple[GiftChoice, ...]:
    weights = st.sampled_from([100.0, 50.0, 33.33333, 0.0, -33.33333, -100.0])
    drawn = [GiftChoice(c.text, draw(weights), c.feedback) for c in draw(several)]
    # A choice must show that they are choices, and no short answers: at least one is not "=".
    return (*drawn, draw(choices))


common = {"title": perhaps, "text": spoken, "feedback": perhaps}
marked = {"idnumber": st.just("") | marks, "tags": st.lists(marks, max_size=3).map(tuple)}
with_choices = st.builds(GiftQuestion, **common, **marked, choices=weighed())
statements = st.builds(
    GiftQuestion,
    **common,
    **marked,
    truth=st.booleans(),
    remarks=st.just(()) | st.tuples(spoken) | st.tuples(perhaps, spoken),
)


@given(st.lists(with_choices | statements, max_size=3))
def test_what_is_written_reads_back(questions: list[GiftQuestion]) -> None:
    text = write_gift("$course$/top/x", questions)
    assert read_gift(text) == GiftContents(tuple(questions), (), ())
    assert read_gift(text.replace("\n", "\r\n")) == read_gift(text)
