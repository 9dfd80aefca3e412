"""What stands between a question's braces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.gift.block import Block, FormatError
from bot.gift.models import FULL, GiftChoice
from bot.gift.texts import BLANKS, read_text

_TRUTHS = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_WEIGHT = re.compile(r"%(-?[0-9]{1,3}(?:\.[0-9]*)?)%")
_SIGN = re.compile("[~=]")
_AFTER_ANY = "####"


class KindError(FormatError):
    """A question is well written, but of a kind that is none of ours."""


@dataclass(frozen=True)
class Answers:
    """The answers; see ``GiftQuestion``."""

    choices: tuple[GiftChoice, ...] = ()
    truth: bool | None = None
    remarks: tuple[str, ...] = ()
    feedback: str = ""


def read_answers(block: Block, begin: int, end: int, formatted: str) -> Answers:
    """Read the answers.

    Args:
        block: The question.
        begin: Where they begin in its body, after the brace.
        end: Where the other brace stands.
        formatted: How the question's text is formatted, and so these.

    Raises:
        KindError: They are no choices and no truth.
        FormatError: They break the format's rules.
    """
    reader = _Reader(block, formatted)
    after_any = block.mask.rfind(_AFTER_ANY, begin, end)
    feedback = ""
    if after_any >= 0:
        feedback = reader.text(after_any + len(_AFTER_ANY), end)
        end = after_any
    given = block.mask[begin:end].strip(BLANKS)
    truth = _TRUTHS.get(given.partition("#")[0].rstrip(BLANKS))
    if truth is not None:
        return Answers(truth=truth, remarks=tuple(reader.remarks(begin, end)), feedback=feedback)
    _check_kind(given, block.line_at(begin))
    return Answers(choices=tuple(reader.choices(begin, end)), feedback=feedback)


def _check_kind(given: str, line: int) -> None:
    if not given:
        raise KindError(line, "an essay has no answers to choose from")
    if given.startswith("#"):
        raise KindError(line, "a number is asked for")
    if "~" not in given:
        is_matching = "=" in given and "->" in given
        raise KindError(
            line, "pairs are to be matched" if is_matching else "a short answer is to be written"
        )


class _Reader:
    """Reads parts of a question's body."""

    def __init__(self, block: Block, formatted: str) -> None:
        self._block = block
        self._formatted = formatted

    def text(self, begin: int, end: int) -> str:
        """Read a text."""
        try:
            return read_text(self._block.body[begin:end], self._formatted)[0]
        except ValueError as error:
            raise FormatError(self._block.line_at(begin), str(error)) from None

    def remarks(self, begin: int, end: int) -> Iterator[str]:
        """Read what is said after a wrong answer and after a right one, each after a ``#``."""
        first = self._block.mask.find("#", begin, end)
        if first < 0:
            return
        second = self._block.mask.find("#", first + 1, end)
        if second < 0:
            yield self.text(first + 1, end)
        else:
            yield self.text(first + 1, second)
            yield self.text(second + 1, end)

    def choices(self, begin: int, end: int) -> Iterator[GiftChoice]:
        """Read choices, each after a ``~`` or a ``=``."""
        signs = [sign.start() for sign in _SIGN.finditer(self._block.mask, begin, end)]
        if self._block.body[begin : signs[0]].strip(BLANKS):
            raise FormatError(
                self._block.line_at(begin), "a choice needs ~ before it, or = if it is right"
            )
        for place, following in zip(signs, [*signs[1:], end], strict=True):
            yield self._choice(place, following)

    def _choice(self, sign: int, end: int) -> GiftChoice:
        line = self._block.line_at(sign)
        begin = self._skip_blanks(sign + 1, end)
        is_right = self._block.body[sign] == "="
        weight = FULL if is_right else 0.0
        weighed = _WEIGHT.match(self._block.body, begin, end)
        if weighed and is_right:
            raise FormatError(line, "a weight stands after ~, not after =")
        if weighed:
            weight, begin = float(weighed[1]), weighed.end()
        if not -FULL <= weight <= FULL:
            raise FormatError(line, "a weight goes from -100 to 100")
        remark = self._block.mask.find("#", begin, end)
        text = self.text(begin, end if remark < 0 else remark)
        if not text:
            raise FormatError(line, r"a choice without a text; a ~ or = of a text is \~ or \=")
        feedback = "" if remark < 0 else self.text(remark + 1, end)
        return GiftChoice(text, weight, feedback, line)

    def _skip_blanks(self, begin: int, end: int) -> int:
        return end - len(self._block.body[begin:end].lstrip(BLANKS))
