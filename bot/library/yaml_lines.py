"""YAML with the line of every value, so that an error can name the file and the line."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bot.errors import ContentError

Place = tuple[str | int, ...]
"""The keys and indexes that lead to a value."""

# In C it takes a tenth of the time; the content is read at each start of each command.
_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader

_M = TypeVar("_M", bound=BaseModel)

_PROBLEMS = {
    "missing": "this key is missing. Add it; null or [] stands for nothing.",
    "extra_forbidden": "no key of this name belongs here. Mend its spelling or delete it.",
}
"""What to do, by pydantic's type of an error; its own message says it for all others."""


class Source:
    """One YAML file: its data, and the line on which each value stands.

    Args:
        path: The file.

    Raises:
        ContentError: It cannot be read, is no YAML, or repeats a key.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines: dict[Place, int] = {}
        self._scalars = yaml.constructor.SafeConstructor()
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError as error:
            raise ContentError(f"{path}: cannot be read ({error}). Save it as UTF-8.") from error
        except OSError as error:
            reason = error.strerror or error
            raise ContentError(f"{path}: cannot be read ({reason}). It must be there.") from error
        try:
            node = yaml.compose(text, _LOADER)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise self._no_yaml(line, error.problem) from error
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            raise self._no_yaml(line, "a character that YAML does not allow") from error
        self.data: Any = None if node is None else self._build(node, ())

    def read_as(self, model: type[_M]) -> _M:
        """Give the data as a model.

        Raises:
            ContentError: It has not the model's shape.
        """
        try:
            return model.model_validate(self.data)
        except ValidationError as error:
            first = error.errors()[0]
            others = error.error_count() - 1
            more = f" ({others} more in this file.)" if others else ""
            problem = _PROBLEMS.get(first["type"], f"{first['msg']}.")
            raise self.error(first["loc"], f"{problem}{more}") from error

    def check_new(self, place: Place, value: str, seen: set[str]) -> None:
        """Add an id to those seen.

        Raises:
            ContentError: It is among them already.
        """
        if value in seen:
            raise self.error(place, f"{value!r} is there twice. Give each its own id.")
        seen.add(value)

    def line(self, place: Place) -> int:
        """Give the line of a value, or of what should hold it; the first line is 1."""
        known = place
        while known and known not in self._lines:
            known = known[:-1]
        return self._lines.get(known, 1)

    def error(self, place: Place, problem: str) -> ContentError:
        """Make the error for a value, at its line."""
        where = "".join(f"{part}." for part in place).removesuffix(".")
        said = f"{f'{where}: ' if where else ''}{problem}"
        return ContentError(f"{self.path}:{self.line(place)}: {said}")

    def _no_yaml(self, line: int, problem: str | None) -> ContentError:
        return ContentError(
            f"{self.path}:{line}: this is no YAML ({problem}). Mend the line; "
            "a text that holds a colon or a quotation mark needs quotes around it."
        )

    def _build(self, node: yaml.Node, place: Place) -> Any:
        self._lines[place] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self._build(item, (*place, n)) for n, item in enumerate(node.value)]
        try:
            return self._scalars.construct_object(node)
        except (yaml.YAMLError, ValueError) as error:
            problem = "this value cannot be read. Put it in quotes if it is a text."
            raise self.error(place, problem) from error

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in values:
                self._lines[*place, key] = key_node.start_mark.line + 1
                raise self.error((*place, key), "the key is there twice. Delete one of them.")
            values[key] = self._build(value_node, (*place, key))
        return values
