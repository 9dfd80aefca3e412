"""Why a circular did not reach somebody, or goes no further, in words."""

from __future__ import annotations

from bot.domain.meaning import Language
from bot.library.phrases import Phrases

ALTERED = "altered"
"""As the reason of a pause: it does not say any more what was approved."""


def say_pause(phrases: Phrases, reason: str, language: Language) -> str:
    """Say why a circular was paused, cancelled or sent back.

    Args:
        phrases: The phrases.
        reason: In somebody's words, or ``ALTERED``.
        language: In which language, where it is in nobody's words.
    """
    return phrases.say("manage_altered", language) if reason == ALTERED else reason


def say_reason(phrases: Phrases, code: str | None, language: Language) -> str:
    """Say why something was not sent or did not arrive.

    Args:
        phrases: With a phrase ``circular_reason_…`` for each code that is known.
        code: As a delivery has it: a platform's own code may stand behind a colon. None for none.
        language: In which language.

    Returns:
        A sentence; empty where there is no reason. One about an unknown code names it.
    """
    if not code:
        return ""
    phrase = f"circular_reason_{code.partition(':')[0]}"
    known = phrase if phrase in phrases.ids else "circular_reason_unknown"
    return phrases.say(known, language, code=code.partition(":")[2] or code)
