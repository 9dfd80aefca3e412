"""What an employer's people achieved, as statements for a learning record store.

They follow xAPI 1.0.3: https://github.com/adlnet/xAPI-Spec/blob/master/xAPI-Data.md. The same
thing gives the same statement with the same id, however often it is exported, so that a store
takes it once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from bot.domain.completion import ATTENDED, FINAL
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.records.completions import Achieved, Colleague, Fact, History

Statement = dict[str, Any]

_ADL = "http://adlnet.gov/expapi"
_DIGITS = 4
_VERBS = {
    "completed": "xapi_completed",
    "passed": "xapi_passed",
    "failed": "xapi_failed",
    "attended": "xapi_attended",
}
"""The last part of a verb's IRI, and the phrase that says it."""

_TYPES = {None: "course", FINAL: "assessment", ATTENDED: "meeting"}
_NAMES = {FINAL: "xapi_final", ATTENDED: "xapi_live"}


class CompletionStatements:
    """Makes statements.

    A person is an account by their employer and number, and nothing else is said of them. A
    version of a workshop is an activity of its own, since a new one has to be learned anew.

    Args:
        library: Titles and phrases.
        home: The IRI that all accounts and activities begin with; never to be changed.
    """

    def __init__(self, library: Library, home: str) -> None:
        self._library = library
        self._home = home.rstrip("/")
        self._verbs = {verb: self._verb(verb) for verb in _VERBS}
        self._space = uuid5(NAMESPACE_URL, self._home)
        self._activity = lru_cache(self._make_activity)

    def statements(
        self, histories: Iterable[History], since: datetime | None = None
    ) -> Iterator[Statement]:
        """Say who passed, failed, attended and completed.

        Lessons are not told one by one: they lead to the completion.

        Args:
            histories: Of whom.
            since: Only what happened from then on; None for no limit.
        """
        for history in histories:
            told = (fact for fact in history.evidence if fact.part in _NAMES)
            for fact in sorted(told, key=attrgetter("at", "id")):
                if since is None or fact.at >= since:
                    yield self._of_fact(history.employee, fact)
            for each in history.completions:
                if since is None or each.completed_at >= since:
                    yield self._of_completion(history.employee, each)

    def _of_fact(self, employee: Colleague, fact: Fact) -> Statement:
        attended = fact.part == ATTENDED
        verb = "attended" if attended else "passed" if fact.passed else "failed"
        result: Statement = {"completion": True}
        if not attended:
            result = {"success": fact.passed} | result | _score(fact.score, fact.total)
        workshop = self._activity(fact.workshop, fact.version, None)
        return {
            "id": str(uuid5(self._space, f"{verb} {fact.id} {fact.learner}")),
            "actor": self._actor(employee),
            "verb": self._verbs[verb],
            "object": self._activity(fact.workshop, fact.version, fact.part),
            "result": result,
            "context": {"contextActivities": {"parent": [workshop]}}
            | _context(employee, fact.version),
            "timestamp": _moment(fact.at),
        }

    def _of_completion(self, employee: Colleague, each: Achieved) -> Statement:
        graded = _score(each.score, each.total)
        # The last of the evidence is what completed it.
        key = f"completed {each.evidence[-1] if each.evidence else 0} {each.learner}"
        return {
            "id": str(uuid5(self._space, key)),
            "actor": self._actor(employee),
            "verb": self._verbs["completed"],
            "object": self._activity(each.workshop, each.version, None),
            "result": ({"success": True} | graded if graded else {}) | {"completion": True},
            "context": _context(employee, each.version),
            "timestamp": _moment(each.completed_at),
        }

    def _actor(self, employee: Colleague) -> Statement:
        name = f"{employee.employer}:{employee.number}"
        return {"objectType": "Agent", "account": {"homePage": self._home, "name": name}}

    def _verb(self, verb: str) -> Statement:
        return {"id": f"{_ADL}/verbs/{verb}", "display": self._said(_VERBS[verb])}

    def _make_activity(self, workshop: str, version: str, part: str | None) -> Statement:
        steps = ("workshops", workshop, version, *([] if part is None else [part]))
        definition: Statement = {"type": f"{_ADL}/activities/{_TYPES[part]}"}
        if (found := self._library.workshops.get(workshop)) is not None:
            title = {str(each): found.title.text(each) for each in Language}
            definition["name"] = title if part is None else self._said(_NAMES[part], title)
        return {
            "objectType": "Activity",
            "id": "/".join([self._home, *(quote(step, safe="") for step in steps)]),
            "definition": definition,
        }

    def _said(self, phrase: str, workshop: dict[str, str] | None = None) -> dict[str, str]:
        return {
            str(each): self._library.phrases.say(phrase, each, workshop=(workshop or {}).get(each))
            for each in Language
        }


def _score(score: int | None, total: int | None) -> Statement:
    if score is None or not total:
        return {}
    scaled = round(score / total, _DIGITS)
    return {"score": {"scaled": scaled, "raw": score, "min": 0, "max": total}}


def _context(employee: Colleague, version: str) -> Statement:
    """Name the version, and the language where it is known."""
    language = employee.chosen or employee.written
    return {"revision": version} | ({"language": str(language)} if language else {})


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
