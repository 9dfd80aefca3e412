"""The rules of xAPI 1.0.3 for statements of an agent about an activity, read strictly.

Each rule names its section of https://github.com/adlnet/xAPI-Spec/blob/master/xAPI-Data.md. What
the text only advises (SHOULD) is demanded too, and what we never use is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

Check = Callable[[Any, str], None]

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_MOMENT = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
    r"T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)\.\d{3,}(Z|[+-]([01]\d|2[0-3]):[0-5]\d)"
)
_DURATION = re.compile(
    r"P(?=.)(\d+W|(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d{1,2})?S)?)?)"
)

# RFC 3987: what is no reserved sign, no letter, digit or sign of its own, stands as %XX.
_LETTER = (
    r"A-Za-z0-9\-._~\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U0001fffd"
    r"\U00020000-\U0002fffd\U00030000-\U0003fffd"
)
_SIGN = rf"(?:[{_LETTER}!$&'()*+,;=:@]|%[0-9A-Fa-f]{{2}})"
_TAIL = rf"(?:\?(?:{_SIGN}|[/?])*)?(?:#(?:{_SIGN}|[/?])*)?"
_IRI = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.\-]*:(?://(?:{_SIGN}|\[[0-9A-Fa-f:.]+\])*)?(?:{_SIGN}|/)+{_TAIL}"
)
_IRL = re.compile(rf"https?://(?:{_SIGN}|\[[0-9A-Fa-f:.]+\])+(?:/{_SIGN}*)*{_TAIL}")

# RFC 5646, section 2.1.
_TAG = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?|x(?:-[a-z0-9]{1,8})+",
    re.IGNORECASE,
)

_VOIDED = "http://adlnet.gov/expapi/verbs/voided"


class InvalidStatementError(AssertionError):
    """A statement breaks a rule; the message says where, and which."""


def read_statement(text: str) -> dict[str, Any]:
    """Read one statement: no property twice (2.2), no number that JSON does not know."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        _require(len(found) == len(pairs), "$", "a property twice (2.2)")
        return found

    def refuse(constant: str) -> Any:
        raise InvalidStatementError(f"$: {constant} is no number")

    read = json.loads(text, object_pairs_hook=once, parse_constant=refuse)
    assert isinstance(read, dict)
    return read


def validate_statement(statement: Any, now: datetime) -> None:
    """Check one statement.

    Args:
        statement: As JSON has it.
        now: No statement may be of later (2.4.7).

    Raises:
        InvalidStatementError: It breaks a rule.
    """
    required = {"id": _uuid, "actor": _agent, "verb": _verb, "object": _activity}
    optional = {"result": _result, "context": _context, "timestamp": _moment}
    # Stored, authority and version are the store's to set (2.4.8 to 2.4.10).
    _object(statement, "$", required, optional)
    if "timestamp" in statement:
        when = datetime.fromisoformat(statement["timestamp"])
        _require(when <= now, "$.timestamp", "in the future (2.4.7)")


def _require(condition: object, where: str, rule: str) -> None:
    if not condition:
        raise InvalidStatementError(f"{where}: {rule}")


def _object(
    value: Any, where: str, required: Mapping[str, Check], optional: Mapping[str, Check]
) -> None:
    _require(isinstance(value, dict), where, "must be an object")
    _require(value, where, "an empty object (2.2)")
    missing = required.keys() - value.keys()
    _require(not missing, where, f"without {sorted(missing)}")
    checks = {**required, **optional}
    for key, part in value.items():
        _require(key in checks, where, f"property {key!r} is not allowed (2.2)")
        _require(part is not None, f"{where}.{key}", "null (2.2)")
        checks[key](part, f"{where}.{key}")


def _agent(value: Any, where: str) -> None:
    """2.4.2.1; a person's e-mail address and OpenID we do not know."""
    _object(value, where, {"account": _account}, {"objectType": _is("Agent"), "name": _text})


def _account(value: Any, where: str) -> None:
    """2.4.2.4."""
    _object(value, where, {"homePage": _irl, "name": _text}, {})


def _verb(value: Any, where: str) -> None:
    """2.4.3."""
    _object(value, where, {"id": _iri, "display": _languages}, {})
    _require(value["id"] != _VOIDED, where, "an activity cannot be voided (2.3.2)")


def _activity(value: Any, where: str) -> None:
    """2.4.4.1."""
    required = {"objectType": _is("Activity"), "id": _iri}
    _object(value, where, required, {"definition": _definition})


def _definition(value: Any, where: str) -> None:
    optional = {"name": _languages, "description": _languages, "type": _iri, "moreInfo": _irl}
    _object(value, where, {}, {**optional, "extensions": _extensions})


def _result(value: Any, where: str) -> None:
    """2.4.5."""
    kinds = {"success": _boolean, "completion": _boolean, "response": _text}
    more = {"score": _score, "duration": _duration, "extensions": _extensions}
    _object(value, where, {}, {**kinds, **more})


def _score(value: Any, where: str) -> None:
    """2.4.5.1."""
    numbers = dict.fromkeys(("raw", "min", "max"), _number)
    _object(value, where, {"scaled": _number}, numbers)
    _require(-1 <= value["scaled"] <= 1, where, "scaled is not within -1 and 1")
    least, most = value.get("min", float("-inf")), value.get("max", float("inf"))
    _require(least < most, where, "min is not less than max")
    _require(least <= value.get("raw", least) <= most, where, "raw is not within min and max")


def _context(value: Any, where: str) -> None:
    """2.4.6."""
    optional: dict[str, Check] = {
        "registration": _uuid,
        "contextActivities": _context_activities,
        "revision": _text,
        "platform": _text,
        "language": _tag,
        "extensions": _extensions,
    }
    _object(value, where, {}, optional)


def _context_activities(value: Any, where: str) -> None:
    """2.4.6.2."""
    kinds = ("parent", "grouping", "category", "other")
    _object(value, where, {}, dict.fromkeys(kinds, _activities))


def _activities(value: Any, where: str) -> None:
    _require(isinstance(value, list) and value, where, "must be an array of activities (2.4.6.2)")
    for n, each in enumerate(value):
        _activity(each, f"{where}[{n}]")


def _extensions(value: Any, where: str) -> None:
    """4.1; their values are free."""
    _require(isinstance(value, dict) and value, where, "must be an object")
    for key in value:
        _iri(key, where)


def _languages(value: Any, where: str) -> None:
    """4.2."""
    _require(isinstance(value, dict) and value, where, "must be a language map (4.2)")
    for key, text in value.items():
        _tag(key, where)
        _text(text, f"{where}.{key}")


def _matching(pattern: re.Pattern[str], rule: str) -> Check:
    def check(value: Any, where: str) -> None:
        _require(isinstance(value, str) and pattern.fullmatch(value), where, rule)

    return check


def _is(name: str) -> Check:
    def check(value: Any, where: str) -> None:
        _require(value == name, where, f"must be {name!r}")

    return check


def _text(value: Any, where: str) -> None:
    _require(isinstance(value, str) and value, where, "must be a string")


def _boolean(value: Any, where: str) -> None:
    _require(isinstance(value, bool), where, "must be true or false (2.2)")


def _number(value: Any, where: str) -> None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    _require(is_number, where, "must be a number (2.2)")


def _moment(value: Any, where: str) -> None:
    """4.5, with a zone and milliseconds; the day has to be in the calendar."""
    _matching(_MOMENT, "no moment with milliseconds and zone (4.5)")(value, where)
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise InvalidStatementError(f"{where}: no such day (4.5)") from None


_uuid = _matching(_UUID, "no UUID in the standard form (4.4)")
_iri = _matching(_IRI, "no IRI (4.3)")
_irl = _matching(_IRL, "no IRL")
_tag = _matching(_TAG, "no language tag of RFC 5646 (4.2)")
_duration = _matching(_DURATION, "no duration of ISO 8601 (4.6)")
