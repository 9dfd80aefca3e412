"""Banks written as the files under ``content/quizzes/`` are: a text in both languages a line."""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from bot.errors import ContentError
from bot.library.models import Bilingual
from bot.library.quizzes import Bank, Question
from bot.library.yaml_lines import Source

_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What YAML takes for the end of a line, or not at all, though JSON leaves it as it is."""

_APART = "    explanation:\n"
"""How an explanation begins in files that give each of its languages a line."""


def write_bank(path: Path, bank: Bank) -> None:
    """Write a bank's file as a whole, or leave what is there.

    Args:
        path: The file; the questions that it has already keep their order, those that have not
            changed keep their lines, and comments stay.
        bank: What it is to hold: first what it has already, then what is new.

    Raises:
        ContentError: It cannot be written.
    """
    draft = path.with_name(f".{path.name}.new")
    try:
        text = _render_into(Source(path), bank) if path.exists() else _render(bank)
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if not _holds(draft, bank):
            raise ContentError(
                f"{path}: cannot be written, since its lines are not laid out as a bank's are. "
                "Let each question begin on a line of its own."
            )
        draft.replace(path)
    except OSError as error:
        raise ContentError(f"{path}: cannot be written ({error.strerror or error}).") from error
    finally:
        draft.unlink(missing_ok=True)


def _holds(path: Path, bank: Bank) -> bool:
    try:
        return Source(path).read_as(Bank) == bank
    except ContentError:
        return False


def _render(bank: Bank) -> str:
    head = f"rulebook: {bank.rulebook}\nversion: {_quoted(bank.version)}\nquestions:\n"
    return head + "".join(_question(each, apart=False) for each in bank.questions)


def _render_into(source: Source, bank: Bank) -> str:
    text = source.path.read_text("utf-8")
    apart = _APART in text
    before = source.read_as(Bank).questions
    now = {each.id: each for each in bank.questions}
    lines = list(io.StringIO(text if text.endswith("\n") else f"{text}\n"))
    begins = [source.line(("questions", n)) - 1 for n in range(len(before))]
    parts = lines[: begins[0]]
    below: list[str] = []
    for old, (begin, following) in zip(before, pairwise([*begins, len(lines)]), strict=True):
        end = following
        while end > begin + 1 and _is_between(lines[end - 1]):
            end -= 1
        parts += below
        below = lines[end:following]
        new = now.pop(old.id, None)
        if new == old:
            parts += lines[begin:end]
        elif new is not None:
            parts.append(_question(new, apart=apart))
    parts += [_question(each, apart=apart) for each in now.values()]
    return "".join([*parts, *below])


def _is_between(line: str) -> bool:
    stripped = line.strip()
    return not stripped or stripped.startswith("#")


def _question(question: Question, *, apart: bool) -> str:
    return "".join(f"{line}\n" for line in _lines(question, apart=apart))


def _lines(question: Question, *, apart: bool) -> Iterator[str]:
    yield f"  - id: {question.id}"
    yield f"    article: {question.article}"
    yield f"    kind: {question.kind.value}"
    yield f"    difficulty: {question.difficulty.value}"
    yield f"    version: {question.version}"
    yield f"    text: {_both(question.text)}"
    if question.post is not None:
        yield f"    post: {_both(question.post)}"
    if question.answer is not None:
        yield f"    answer: {'true' if question.answer else 'false'}"
    else:
        yield "    choices:"
    for choice in question.choices:
        yield f"      - {_both(choice, ', right: true' if choice.right else '')}"
    if apart:
        yield "    explanation:"
        yield f"      ar: {_quoted(question.explanation.ar)}"
        yield f"      en: {_quoted(question.explanation.en)}"
    else:
        yield f"    explanation: {_both(question.explanation)}"


def _both(text: Bilingual, more: str = "") -> str:
    return f"{{ar: {_quoted(text.ar)}, en: {_quoted(text.en)}{more}}}"


def _quoted(text: str) -> str:
    escaped = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", escaped)
