"""What a message means: an intent for what the person wants, facets for what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """What a person wants; the intents of ``domain.yml`` that reach Python."""

    ASK_RULE = "ask_rule"
    OUT_OF_SCOPE = "out_of_scope"
    GREET = "greet"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    HELP = "help"
    BROWSE = "browse"
    ASK_PERSON = "ask_person"
    CHANGE_EMPLOYER = "change_employer"
    CHANGE_LANGUAGE = "change_language"
    ABOUT_BOT = "about_bot"


class Language(StrEnum):
    """A language that Waai answers in."""

    ARABIC = "ar"
    ENGLISH = "en"


@dataclass(frozen=True)
class Meaning:
    """What the model understood of one text.

    Attributes:
        intent: The most probable intent.
        confidence: Its probability, 0 to 1.
        facets: The facets that the text is about, most probable first.
        candidates: Facets that were considered with their probability, most
            probable first; includes those in ``facets``.
        language: The language in which the text is written (Arabizi counts as Arabic).
    """

    intent: Intent
    confidence: float
    facets: tuple[str, ...] = ()
    candidates: tuple[tuple[str, float], ...] = ()
    language: Language = Language.ARABIC
