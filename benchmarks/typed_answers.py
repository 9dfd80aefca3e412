"""How well typed answers to quiz questions are read.

``python -m benchmarks.typed_answers FILE`` reads lines of ``{"kind", "choices", "text", "answer"}``
and, where there is one, ``"statement"``; the answer is places as shown, or null. It prints how many
are read right, how many texts that are no answer were taken for one, and all misses.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bot.domain.quizzing import QuestionKind
from bot.domain.typed_answers import Shown, read_answer


def measure(path: Path) -> None:
    """Read every text of a file, and print."""
    cases = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]
    right = taken = 0
    for case in cases:
        given = read_answer(
            case["text"],
            Shown(QuestionKind(case["kind"]), tuple(case["choices"]), case.get("statement") or ""),
        )
        places = None if given is None else sorted(given)
        if places == case["answer"]:
            right += 1
            continue
        taken += case["answer"] is None
        print(f"{case['kind']}: {case['text']!r} is {case['answer']}, read as {places}")
    print(f"texts {len(cases)}, right {100 * right / len(cases):.1f} %, non-answers taken {taken}")


if __name__ == "__main__":
    measure(Path(sys.argv[1]))
