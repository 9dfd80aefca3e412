"""What somebody has picked so far in a survey, sealed into the buttons of the next question.

Nothing else remembers it. Whoever reads a message or a press somewhere on its way sees letters
that change with the person, the wave and every pick, and that only the key opens.
"""

from __future__ import annotations

from bot.domain.sealing import seal_text, unseal_text
from bot.domain.surveying import MOST_QUESTIONS

_UNASKED = "-"


class SurveySlips:
    """Writes and reads slips.

    Args:
        key: What they are sealed with; it must not be in the database.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def write(self, person_id: str, wave: str, picks: tuple[int, ...]) -> str:
        """Seal picks, as long whatever they are.

        Args:
            person_id: Whose they are: from anybody else they cannot be taken.
            wave: The wave they were given in: in any other they cannot be taken either.
            picks: One digit for each question so far.
        """
        told = "".join(map(str, picks)).ljust(MOST_QUESTIONS, _UNASKED)
        return seal_text(self._key, told, _about(person_id, wave))

    def read(self, person_id: str, wave: str, sealed: str) -> tuple[int, ...] | None:
        """Open a slip; None for another person's, another wave's, or a forged one."""
        told = unseal_text(self._key, sealed, _about(person_id, wave))
        return None if told is None else tuple(map(int, told.rstrip(_UNASKED)))


def _about(person_id: str, wave: str) -> str:
    return f"slip:{wave}:{person_id}"
