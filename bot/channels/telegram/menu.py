"""The list of commands beside the field where one types."""

from __future__ import annotations

from collections.abc import Mapping

from telegram import BotCommand

from bot.domain.meaning import Language
from bot.library.phrases import Phrases

COMMANDS: Mapping[str, str] = {
    "start": "menu_start",
    "check": "menu_check",
    "circulars": "menu_circulars",
    "quiz": "menu_quiz",
    "workshop": "menu_workshop",
    "certificate": "menu_certificate",
    "progress": "menu_progress",
    "daily": "menu_daily",
    "guide": "menu_guide",
    "pledge": "menu_pledge",
    "survey": "menu_survey",
    "browse": "menu_browse",
    "person": "menu_person",
    "employer": "menu_employer",
    "link": "menu_link",
    "mydata": "menu_mydata",
    "privacy": "menu_privacy",
    "arabic": "menu_arabic",
    "english": "menu_english",
    "stop": "menu_stop",
    "help": "menu_help",
}
"""Each with the phrase that says what it does."""


def menu(phrases: Phrases, language: Language) -> list[BotCommand]:
    """Write the list in a language."""
    return [BotCommand(name, phrases.say(phrase, language)) for name, phrase in COMMANDS.items()]
