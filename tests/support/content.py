"""The real content, read once, and copies of it to spoil."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Iterator
from pathlib import Path

from bot.domain.meaning import Language
from bot.library.library import Library, load_library
from bot.library.models import Article

ROOT = Path(__file__).resolve().parents[2]
CONTENT = ROOT / "content"
LANGUAGES = tuple(Language)


@functools.cache
def real_library() -> Library:
    return load_library(CONTENT)


def articles_of(library: Library) -> Iterator[Article]:
    for rulebook in library.rulebooks.values():
        for section in rulebook.sections:
            yield from section.articles


def copy_content(folder: Path) -> Path:
    return Path(shutil.copytree(CONTENT, folder / "content"))


def replace_in(path: Path, old: str, new: str) -> int:
    """Replace the first occurrence and give the line on which it stood."""
    text = path.read_text("utf-8")
    place = text.index(old)
    path.write_text(text[:place] + new + text[place + len(old) :], "utf-8")
    return text.count("\n", 0, place) + 1
