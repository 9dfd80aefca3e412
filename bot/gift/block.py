"""The lines of one question."""

from __future__ import annotations

from collections.abc import Sequence

from bot.gift.texts import mask


class FormatError(Exception):
    """A question breaks the format's rules; the message says how to mend it.

    Args:
        line: Where in the file.
        reason: What is wrong.
    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


class Block:
    """One question as it stands in a file.

    Args:
        lines: Its lines with their numbers, without comments; at least one.
        comments: The comments between them.

    Attributes:
        body: Its text.
        mask: The same with escaped signs blotted out.
        comments: All comments, one a line.
    """

    def __init__(self, lines: Sequence[tuple[int, str]], comments: Sequence[str]) -> None:
        self._numbers = [number for number, _ in lines]
        self.body = "\n".join(line for _, line in lines)
        self.mask = mask(self.body)
        self.comments = "\n".join(comments)

    def line_at(self, place: int) -> int:
        """Give the line of the file in which a character of the body stands."""
        return self._numbers[self.body.count("\n", 0, place)]
