"""``guide``: a rulebook as a poster and as pictures."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.commands.adding import Commands
from bot.documents.guide import guide_pdf, guide_pictures
from bot.domain.meaning import Language
from bot.errors import WaaiError
from bot.library.library import load_library
from bot.services.guides import guide_of
from bot.settings import load_settings


class GuideError(WaaiError):
    """A guide cannot be made or written."""


def add_guide(commands: Commands) -> None:
    """Add this command."""
    guide = commands.add("guide", _guide, "draw a rulebook's visual guide: a PDF and PNG pictures")
    guide.add_argument("rulebook", metavar="RULEBOOK", help="which one, e.g. muscat")
    guide.add_argument(
        "--to", type=Path, required=True, metavar="DIR", help="the folder; made if it is missing"
    )
    languages = [each.value for each in Language]
    guide.add_argument("--language", choices=languages, help="one of them; both unless given")


def _guide(arguments: argparse.Namespace) -> None:
    library = load_library(load_settings().content)
    rulebook: str = arguments.rulebook
    if rulebook not in library.rulebooks:
        there = ", ".join(sorted(library.rulebooks))
        raise GuideError(f"There is no rulebook {rulebook}. There are: {there}.")
    for language in [Language(arguments.language)] if arguments.language else Language:
        guide = guide_of(library, rulebook, language)
        if not guide.groups:
            raise GuideError(f"{rulebook} asks, allows and prohibits nothing that a guide shows.")
        name = f"{rulebook}.{language.value}"
        _write(arguments.to / f"{name}.pdf", guide_pdf(guide))
        for number, picture in enumerate(guide_pictures(guide), start=1):
            _write(arguments.to / f"{name}.{number}.png", picture)


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise GuideError(f"{path}: cannot be written ({error.strerror or error}).") from error
    print(f"{path}: {len(data) // 1000} kB")
