"""Why a circular did not reach somebody, in words."""

from __future__ import annotations

from bot.domain.meaning import Language
from bot.library.phrases import Phrases


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
