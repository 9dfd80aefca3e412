"""Questions for the measurements: the examples of ``nlu_data/``, in an order that stays."""

from __future__ import annotations

import random
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
NLU = ROOT / "nlu_data" / "nlu"


def questions() -> list[str]:
    """Give the texts of all examples that ask for a rule, shuffled the same way each time."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    texts = [
        example["text"]
        for path in sorted(NLU.glob("*.yml"))
        for group in yaml.load(path.read_text("utf-8"), loader)["nlu"]  # noqa: S506 - a safe one
        if group["intent"] == "ask_rule"
        for example in group["examples"]
    ]
    random.Random(1).shuffle(texts)  # noqa: S311 - the same order each time
    return texts


def apologies() -> tuple[str, ...]:
    """Give how an answer begins that says that there is none now."""
    phrases = [
        yaml.safe_load(path.read_text("utf-8")) for path in (ROOT / "content").glob("phrases.*.yml")
    ]
    return tuple(each[name][:20] for each in phrases for name in ("outage", "fault"))
