"""Several questions in one message, one by one."""

import re

_FEWEST_WORDS = 3
"""A question of fewer only goes on with the one before it."""

_ANNOUNCED = re.compile(
    r"(?<![\s.،,;؛])[\s.،,;؛]+(?=(?:و?(?:سؤال|سوال)\s+(?:ثان|آخر|اخر|تاني)|و?بعدين\s|و?كمان\s|و?[اأ]يضا[ً]?\s"
    r"|وبالمره\s|وبالمرة\s|و?بعد\s+سؤال|and\s+also\b|another\s+(?:thing|question)\b|second\s+question\b))",
    re.IGNORECASE,
)
_ENDED = re.compile(r"(?<=[؟?])\s+")


def part(text: str) -> list[str]:
    """Cut a message where a question mark ends a question or another question is announced.

    Returns:
        The questions in order; fewer than two where the message does not ask several.
    """
    questions: list[str] = []
    for announced in _ANNOUNCED.split(text):
        for number, piece in enumerate(_ENDED.split(announced)):
            # What trails after a question mark belongs to its question, as does a bare "why?".
            asks = number == 0 or piece.endswith(("؟", "?"))
            if questions and not (asks and len(piece.split()) >= _FEWEST_WORDS):
                questions[-1] = f"{questions[-1]} {piece}"
            else:
                questions.append(piece)
    return questions
