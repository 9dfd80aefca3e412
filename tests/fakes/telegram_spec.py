"""Checks values against the Bot API's description, where a checkout has it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.fakes.telegram_files import Upload

SPEC = Path(__file__).parents[3] / "shared/platform-specs/telegram-bot-api-10.1.json"

_PLAIN: dict[str, tuple[type, ...]] = {
    "Integer": (int,),
    "String": (str,),
    "Boolean": (bool,),
    "Float": (float, int),
    "InputFile": (Upload,),
}


def problems_of_type(name: str, value: Any) -> list[str]:
    """List what is wrong with a value of a type; empty where the description is absent."""
    return _of_type(name, value, name) if _spec() else []


def problems_of_request(method: str, params: dict[str, Any]) -> list[str]:
    """List what is wrong with a method's parameters; empty where the description is absent."""
    spec = _spec()
    return _of_fields(spec["methods"][method], params, method) if spec else []


@cache
def _spec() -> dict[str, Any]:
    if not SPEC.exists():
        return {}
    spec: dict[str, Any] = json.loads(SPEC.read_text())
    return spec


def _of_type(name: str, value: Any, where: str) -> list[str]:
    if name in _PLAIN:
        fits = isinstance(value, _PLAIN[name]) and isinstance(value, bool) == (name == "Boolean")
        return [] if fits else [f"{where}: {value!r} is no {name}"]
    if name.startswith("Array of "):
        if not isinstance(value, list):
            return [f"{where}: no array"]
        inner = name.removeprefix("Array of ")
        return [
            problem
            for place, item in enumerate(value)
            for problem in _of_type(inner, item, f"{where}[{place}]")
        ]
    described = _spec()["types"][name]
    if "subtypes" in described:
        return _of_any(described["subtypes"], value, where)
    return _of_fields(described, value, where)


def _of_fields(described: dict[str, Any], value: Any, where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where}: no object"]
    fields = {field["name"]: field for field in described.get("fields", [])}
    unknown = [f"{where}: unknown field {key}" for key in value.keys() - fields.keys()]
    missing = [
        f"{where}: {key} is missing"
        for key, field in fields.items()
        if field["required"] and key not in value
    ]
    wrong = [
        problem
        for key in value.keys() & fields.keys()
        for problem in _of_any(fields[key]["types"], value[key], f"{where}.{key}")
    ]
    return unknown + missing + wrong


def _of_any(names: list[str], value: Any, where: str) -> list[str]:
    found = [_of_type(name, value, where) for name in names]
    return min(found, key=len) if found else []
