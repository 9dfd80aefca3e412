"""That the rules which the statements are held against are strict."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.xapi import InvalidStatementError, read_statement, validate_statement

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
Statement = dict[str, Any]


def statement() -> Statement:
    """One with all that may be in it."""
    activity = {"objectType": "Activity", "id": "https://waai.example/ورشة/1"}
    return {
        "id": "6bd5c9c6-6f5d-5b5e-9b1d-2f9b8b6b0c1a",
        "actor": {
            "objectType": "Agent",
            "account": {"homePage": "https://waai.example", "name": "muscat:1001"},
        },
        "verb": {
            "id": "http://adlnet.gov/expapi/verbs/passed",
            "display": {"ar": "اجتاز", "zh-Hant-TW": "x"},
        },
        "object": activity | {"definition": {"type": "http://adlnet.gov/expapi/activities/course"}},
        "result": {
            "score": {"scaled": 0.9, "raw": 9, "min": 0, "max": 10},
            "success": True,
            "completion": True,
            "duration": "PT4H35M59.14S",
            "extensions": {"https://waai.example/x": None},
        },
        "context": {
            "contextActivities": {"parent": [activity]},
            "revision": "1",
            "language": "ar-OM",
        },
        "timestamp": "2026-11-01T09:30:00.000+04:00",
    }


def test_a_good_one_is_taken() -> None:
    validate_statement(read_statement(json.dumps(statement())), NOW)


def name_of(value: object) -> str:
    return json.dumps(value)


@pytest.mark.parametrize("missing", ["actor", "verb", "object", "id"])
def test_what_is_required(missing: str) -> None:
    bad = statement()
    del bad[missing]
    with pytest.raises(InvalidStatementError, match="without"):
        validate_statement(bad, NOW)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("id", "6bd5c9c66f5d5b5e9b1d2f9b8b6b0c1a", r"\$\.id: no UUID"),
        ("id", "6bd5c9c6-6f5d-5b5e-1b1d-2f9b8b6b0c1a", r"\$\.id: no UUID"),
        ("stored", "2026-11-01T09:30:00.000Z", "'stored' is not allowed"),
        ("version", "1.0.3", "'version' is not allowed"),
        ("Result", {"success": True}, "'Result' is not allowed"),
        ("result/success", "true", "true or false"),
        ("result/success", None, "null"),
        ("result", {}, "an empty object"),
        ("result/duration", "P4W1D", "no duration"),
        ("result/score/scaled", 1.01, "scaled is not within"),
        ("result/score/scaled", "0.9", "must be a number"),
        ("result/score/scaled", True, "must be a number"),
        ("result/score/raw", 11, "raw is not within"),
        ("result/score/max", 0, "min is not less"),
        ("result/score/percent", 90, "'percent' is not allowed"),
        ("result/extensions/x", 1, "no IRI"),
        ("actor/mbox", "mailto:a@example.com", "'mbox' is not allowed"),
        ("actor/objectType", "agent", "must be 'Agent'"),
        ("actor/account/homePage", "waai.example", "no IRL"),
        ("actor/account/homePage", "urn:waai", "no IRL"),
        ("actor/account/name", "", "must be a string"),
        ("actor/account/name", 1001, "must be a string"),
        ("verb/id", "passed", "no IRI"),
        ("verb/id", "http://adlnet.gov/expapi/verbs/voided", "cannot be voided"),
        ("verb/display", {"en_US": "passed"}, "no language tag"),
        ("verb/display", {}, "must be a language map"),
        ("object/id", "https://waai.example/a b", "no IRI"),
        ("object/id", "https://waai.example/%zz", "no IRI"),
        ("object/id", "/workshops/muscat", "no IRI"),
        ("object/definition/type", "course", "no IRI"),
        ("context/language", "arabic language", "no language tag"),
        ("context/revision", 1, "must be a string"),
        ("context/contextActivities/before", [], "'before' is not allowed"),
        ("context/contextActivities/parent", {"id": "https://a.example"}, "must be an array"),
        ("timestamp", "2026-11-01T09:30:00Z", "no moment"),
        ("timestamp", "2026-11-01T09:30:00.000", "no moment"),
        ("timestamp", "2026-11-31T09:30:00.000Z", "no such day"),
        ("timestamp", "2026-11-20T09:30:00.001Z", "in the future"),
    ],
    ids=name_of,
)
def test_a_bad_one_is_refused(path: str, value: object, says: str) -> None:
    bad = statement()
    *way, last = path.split("/")
    place = bad
    for step in way:
        place = place[step]
    place[last] = value
    with pytest.raises(InvalidStatementError, match=says):
        validate_statement(bad, NOW)


@pytest.mark.parametrize("text", ['{"id": "1", "id": "2"}', '{"id": NaN}'])
def test_json_that_is_read_in_several_ways_is_refused(text: str) -> None:
    with pytest.raises(InvalidStatementError):
        read_statement(text)
