"""The labelled examples of ``nlu_data/``, for measurements outside Rasa."""

from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "nlu_data" / "nlu"


@dataclass(frozen=True)
class Example:
    """A labelled text.

    Attributes:
        text: As typed.
        intent: What the person wants.
        facets: What it is about.
        writer: Whose it is: its file's name.
    """

    text: str
    intent: str
    facets: frozenset[str]
    writer: str

    @property
    def variety(self) -> str:
        """The first part of the writer's name."""
        return self.writer.partition("_")[0]


def read_examples(folder: Path = DATA) -> list[Example]:
    """Read all examples, each text once."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    examples: dict[str, Example] = {}
    for path in sorted(folder.glob("*.yml")):
        for group in yaml.load(path.read_text("utf-8"), loader)["nlu"]:  # noqa: S506 - a safe one
            for one in group["examples"]:
                facets = frozenset((one.get("metadata") or {}).get("facets") or ())
                example = Example(one["text"], group["intent"], facets, path.stem)
                examples.setdefault(example.text, example)
    return list(examples.values())
