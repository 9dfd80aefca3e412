"""Questions written as GIFT, as Moodle reads it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.gift.models import FULL, GiftChoice, GiftQuestion
from bot.gift.texts import PLAIN, escape, write_text


def write_gift(category: str, questions: Iterable[GiftQuestion]) -> str:
    """Write a file.

    Args:
        category: Where Moodle puts the questions: names parted by ``/``.
        questions: In their order; ids and tags hold no control characters.
    """
    blocks = (f"$CATEGORY: {category}\n", *map(_block, questions))
    return "\n".join(blocks)


def _block(question: GiftQuestion) -> str:
    marks = [f"[tag:{_in_brackets(tag)}]" for tag in question.tags]
    if question.idnumber:
        marks.insert(0, f"[id:{_in_brackets(question.idnumber)}]")
    comment = f"// {' '.join(marks)}\n" if marks else ""
    title = f"::{escape(question.title)}::" if question.title else ""
    return f"{comment}{title}[{PLAIN}]{escape(question.text)}{{{_answers(question)}}}\n"


def _answers(question: GiftQuestion) -> str:
    after = f"####{write_text(question.feedback)}" if question.feedback else ""
    if question.truth is not None:
        remarks = "".join(f"#{write_text(each)}" for each in question.remarks)
        return f"{'TRUE' if question.truth else 'FALSE'}{remarks}{after}"
    one_is_right = sorted(each.weight for each in question.choices)[-2:] == [0, FULL]
    lines = [_choice(each, one_is_right=one_is_right) for each in question.choices]
    if after:
        lines.append(after)
    return "".join(f"\n\t{line}" for line in lines) + "\n"


def _choice(choice: GiftChoice, *, one_is_right: bool) -> str:
    sign = f"~%{choice.weight:.7g}%"
    if choice.weight == 0:
        sign = "~"
    elif one_is_right and choice.weight == FULL:
        sign = "="
    feedback = f"#{write_text(choice.feedback)}" if choice.feedback else ""
    return f"{sign}{write_text(choice.text)}{feedback}"


def _in_brackets(mark: str) -> str:
    return mark.replace("]", r"\]")
