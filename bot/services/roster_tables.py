"""The roster as tables for spreadsheets: what is exported, and what was rejected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.domain.meaning import Language
from bot.domain.roster import Column, RosterEntry
from bot.domain.roster_file import Row, find_headings
from bot.domain.roster_plan import Preview
from bot.library.library import Library

_BETWEEN_LEVELS = " / "
_BETWEEN = "; "


def roster_table(entries: Iterable[RosterEntry], library: Library) -> Iterator[list[str]]:
    """Give employees as rows under headings; imported again they change nothing."""
    yield [library.roster.columns[column].ar for column in Column]
    for entry in entries:
        yield [_cell(entry, column) for column in Column]


def rejected_table(rows: Iterable[Row], preview: Preview, library: Library) -> Iterator[list[str]]:
    """Give the rejected rows as they were, each with its line and its reasons in front.

    Args:
        rows: Those that the preview is of.
        preview: What became of them.
        library: Says the reasons.
    """
    say, (arabic, english) = library.phrases.say, Language
    rest = iter(rows)
    headings = find_headings(rest, library.roster_words)
    in_front = say("roster_line", arabic), say("roster_reason", arabic)
    yield [*in_front, say("roster_reason", english), *headings.cells]
    for line, cells in rest:
        if reasons := preview.rejected.get(line):
            told = (
                " ".join(say(reason.fault, language, value=reason.value) for reason in reasons)
                for language in (arabic, english)
            )
            yield [str(line), *told, *cells]


def _cell(entry: RosterEntry, column: Column) -> str:
    value: object = getattr(entry, column.value)
    if isinstance(value, tuple):
        return (_BETWEEN_LEVELS if column is Column.DEPARTMENT else _BETWEEN).join(value)
    return "" if value is None else str(value)
