"""Rasa's own file importer, reading the examples once, and knowing who wrote each."""

from pathlib import Path
from typing import Any

import yaml
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, METADATA, METADATA_EXAMPLE, TEXT
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

_WRITER = "writer"
_GROUP, _EXAMPLE = {"intent", "examples"}, {"text", "metadata"}


def writer_of(message: Message) -> str:
    """Give who wrote an example: the name of its file; empty for one from elsewhere."""
    return str(message.get(_WRITER) or "")


class OnceImporter(RasaFileImporter):
    """Keeps the examples that it has read, each with its writer.

    Rasa asks for them with and without a language, takes that for two questions, and reads
    and validates every file twice, which takes two minutes for forty thousand examples. Files
    in the long form that ours have are checked and read here; Rasa reads all others.
    """

    _examples: TrainingData | None = None

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Give the examples; our files are the same for every language."""
        if self._examples is None:
            parts = [read_examples(Path(path), language or "en") for path in self._nlu_files]
            self._examples = TrainingData().merge(*parts)
        return self._examples


def read_examples(path: Path, language: str = "en") -> TrainingData:
    """Read a file of examples.

    Args:
        path: The file; its name is the writer's.
        language: For files that Rasa reads.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content = yaml.load(path.read_text("utf-8"), loader)  # noqa: S506 - a safe one
    groups = content.get("nlu") or []
    if set(content) <= {"version", "nlu"} and all(map(_is_long_form, groups)):
        examples = [_message(one, group, path) for group in groups for one in group["examples"]]
        return TrainingData(examples)
    data = load_data(str(path), language)
    for example in data.training_examples:
        example.set(_WRITER, path.stem)
    return data


def _is_long_form(group: dict[str, Any]) -> bool:
    examples = group.get("examples")
    return (
        set(group) == _GROUP
        and isinstance(examples, list)
        and all(set(one) <= _EXAMPLE and isinstance(one.get("text"), str) for one in examples)
    )


def _message(one: dict[str, Any], group: dict[str, Any], path: Path) -> Message:
    data = {TEXT: one["text"].strip(), INTENT: group["intent"], _WRITER: path.stem}
    if "metadata" in one:
        data[METADATA] = {METADATA_EXAMPLE: one["metadata"]}
    return Message(data=data)
