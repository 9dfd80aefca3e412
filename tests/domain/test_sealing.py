from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.buttons import decode, encode
from bot.conversation.duty_buttons import TakeSurvey
from bot.conversation.survey_slips import SurveySlips
from bot.domain.sealing import seal, seal_text, unseal, unseal_text
from bot.domain.surveying import MOST_QUESTIONS

KEY, OTHER = b"k" * 32, b"o" * 32
PICKS = st.lists(st.integers(0, 9), max_size=MOST_QUESTIONS).map(tuple)


@given(st.binary(max_size=700), st.text(max_size=20))
def test_only_the_key_opens_what_was_sealed_about_the_same(plain: bytes, about: str) -> None:
    sealed = seal(KEY, plain, about)
    assert len(sealed) == len(plain) + 16
    assert unseal(KEY, sealed, about) == plain
    assert unseal(OTHER, sealed, about) is None
    assert unseal(KEY, sealed, f"{about}x") is None


@given(st.binary(min_size=1, max_size=60), st.data())
def test_a_changed_bit_is_noticed(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal(KEY, plain, "a"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= 1 << data.draw(st.integers(0, 7))
    assert unseal(KEY, bytes(sealed), "a") is None


@given(st.text(max_size=80))
def test_garbage_opens_nothing(text: str) -> None:
    assert unseal_text(KEY, text, "a") is None


def test_likeness_shows_only_where_all_is_the_same() -> None:
    assert seal_text(KEY, "012", "a") == seal_text(KEY, "012", "a")
    ways = {seal_text(KEY, text, about) for text in ("012", "013") for about in ("a", "b")}
    assert len({sealed[:8] for sealed in ways}) == 4


@given(PICKS)
def test_a_slip_fits_a_button_and_is_as_long_whatever_it_says(picks: tuple[int, ...]) -> None:
    slips = SurveySlips(KEY)
    slip = slips.write("p" * 26, "0123456789abcdef", picks)
    assert len(slip) == len(slips.write("q" * 26, "0123456789abcdef", ()))
    assert decode(encode(TakeSurvey(slip))) == TakeSurvey(slip)
    assert slips.read("p" * 26, "0123456789abcdef", slip) == picks
    assert slips.read("q" * 26, "0123456789abcdef", slip) is None
    assert slips.read("p" * 26, "fedcba9876543210", slip) is None
