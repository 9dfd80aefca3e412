"""Writing statements to a file, however many there are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.services.completions import CompletionError

Write = Callable[[Iterable[dict[str, Any]]], None]
"""Writes statements after those that are written already."""


@contextmanager
def open_statement_file(path: Path) -> Iterator[Write]:
    """Open a file for statements: ``.jsonl`` has one a line, ``.json`` an array of all.

    Raises:
        CompletionError: The name tells neither, or the file cannot be written.
    """
    array = {".json": True, ".jsonl": False}.get(path.suffix.lower())
    if array is None:
        raise CompletionError(f"{path}: the name must end in .json or .jsonl")
    first, between, last = ("[\n", ",\n", "\n]\n") if array else ("", "\n", "\n")
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    begun = False

    def write(statements: Iterable[dict[str, Any]]) -> None:
        nonlocal begun
        for statement in statements:
            file.write(between if begun else first)
            file.write(encode(statement))
            begun = True

    try:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            yield write
            if array and not begun:
                file.write(first)
            if array or begun:
                file.write(last)
    except OSError as error:
        raise CompletionError(f"{path}: cannot be written ({error.strerror or error})") from error
