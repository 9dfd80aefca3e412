"""GIFT read as Moodle reads it, and what is not ours named by its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bot.gift.answers import KindError, read_answers
from bot.gift.block import Block, FormatError
from bot.gift.models import GiftContents, GiftError, GiftQuestion, Problem
from bot.gift.texts import BLANKS, read_text, unescape

_CATEGORY = "$CATEGORY:"
_TITLE = re.compile(r"::(.*?)::", re.DOTALL)
_BRACE = re.compile("[{}]")
_ID = re.compile(r"\[id:((?:\\\]|[^\]])+)\]")
_TAG = re.compile(r"\[tag:((?:\\\]|[^\]])+)\]")


def read_gift_file(path: Path) -> GiftContents:
    """Read a file.

    Raises:
        GiftError: It cannot be read, or is not in UTF-8.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise GiftError(f"{path}: its text is damaged. Save it as UTF-8.") from None
    except OSError as error:
        raise GiftError(f"{path}: cannot be read ({error.strerror or error}).") from error
    return read_gift(text)


def read_gift(text: str) -> GiftContents:
    """Read a file's text; whatever is wrong with one question, all others are read."""
    questions, skipped, faults = [], [], []
    for block in _blocks(text):
        try:
            questions.append(_question(block))
        except KindError as error:
            skipped.append(Problem(error.line, str(error)))
        except FormatError as error:
            faults.append(Problem(error.line, str(error)))
    return GiftContents(tuple(questions), tuple(skipped), tuple(faults))


def _blocks(text: str) -> Iterator[Block]:
    """Part a file at its empty lines; comments alone, and categories, are no blocks."""
    comments: list[str] = []
    lines: list[tuple[int, str]] = []
    for number, line in enumerate([*text.split("\n"), ""], 1):
        stripped = line.strip(BLANKS)
        if stripped.startswith("//"):
            comments.append(stripped)
        elif stripped and (lines or not stripped.startswith(_CATEGORY)):
            lines.append((number, stripped))
        elif not stripped:
            if lines:
                yield Block(lines, comments)
            comments, lines = [], []


def _question(block: Block) -> GiftQuestion:
    title = _TITLE.match(block.mask)
    if title is None and block.mask.startswith("::"):
        raise FormatError(block.line_at(0), "the title does not end. Put :: after it too.")
    begin = title.end() if title else 0
    opening, closing = _braces(block, begin)
    try:
        text, formatted = read_text(block.body[begin:opening])
    except ValueError as error:
        raise FormatError(block.line_at(begin), str(error)) from None
    answers = read_answers(block, opening + 1, closing, formatted)
    idnumber = _ID.search(block.comments)
    return GiftQuestion(
        title=unescape(block.body[2 : begin - 2]).strip(BLANKS) if title else "",
        text=text,
        choices=answers.choices,
        truth=answers.truth,
        remarks=answers.remarks,
        feedback=answers.feedback,
        idnumber=_out_of_brackets(idnumber) if idnumber else "",
        tags=tuple(map(_out_of_brackets, _TAG.finditer(block.comments))),
        line=block.line_at(0),
    )


def _braces(block: Block, begin: int) -> tuple[int, int]:
    """Find where the answers stand, and make sure that nothing comes after them."""
    first, mask = block.line_at(begin), block.mask
    opening, closing = mask.find("{", begin), mask.find("}", begin)
    if opening < 0 and closing < 0:
        raise KindError(first, "a description asks nothing")
    if not begin <= opening < closing:
        place = max(opening, closing) if min(opening, closing) < 0 else closing
        raise FormatError(
            block.line_at(place),
            "a brace without its other one. Mend it; no line between { and } may be empty, and "
            r"a brace of the text needs a backslash: \{ \}.",
        )
    third = _BRACE.search(f"{mask[:closing]} {mask[closing + 1 :]}", opening + 1)
    if third:
        raise FormatError(
            block.line_at(third.start()),
            "more braces than the two around the answers. Put an empty line between questions, "
            r"and a backslash before a brace of the text: \{ \}.",
        )
    if block.body[closing + 1 :].strip(BLANKS):
        raise KindError(first, "a missing word: its text goes on after the answers")
    return opening, closing


def _out_of_brackets(mark: re.Match[str]) -> str:
    return mark[1].replace(r"\]", "]").strip(BLANKS)
