"""The port to what understands texts, and Rasa behind it."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, Protocol

import aiohttp

from arabic import fold
from bot.conversation.messages import Message
from bot.domain.meaning import Draft, Intent, Language, Meaning, Question, Reading
from bot.errors import UnderstandingUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MAX_CHARACTERS = 4000
"""Passed on of a message: Rasa's time grows with length, and no question is longer."""

_COMMAND_SIGNS = re.compile(r"^[\s/@]+")
"""All white space is among them: Rasa strips it, of every kind, before it looks for a slash."""

MOST_WAIT_S = 4.0
_FAILURES_TO_OPEN = 3
_OPEN_SECONDS = 10.0


class Understanding(Protocol):
    """What understands free text."""

    async def parse(self, text: str) -> Meaning:
        """Say what a text means.

        Raises:
            UnderstandingUnavailable: It can't be said now.
        """

    async def converse(self, person: str, text: str, key: str) -> list[Message]:
        """Let the dialogue answer a text.

        Args:
            person: Who wrote it, an opaque id.
            text: What was written.
            key: What makes the event unique, for effects that must come once.

        Raises:
            UnderstandingUnavailable: There is no answer now.
        """


class RasaUnderstanding:
    """Rasa's server on loopback, behind a circuit breaker.

    Args:
        session: For its requests.
        address: Gives the server's URL and token; asked each time, for a server that was
            started again.
        open_seconds: How long nothing is asked after three failures in a row.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        address: Callable[[], tuple[str, str]],
        open_seconds: float = _OPEN_SECONDS,
    ) -> None:
        self._session = session
        self._address = address
        self._open_seconds = open_seconds
        self._failures = 0
        self._open_until = 0.0

    async def parse(self, text: str) -> Meaning:
        """See ``Understanding.parse``."""
        answer = await self._post("/model/parse", {"text": typed(text)})
        try:
            return read_meaning(answer, unread(text))
        except (KeyError, TypeError, ValueError) as error:
            raise UnderstandingUnavailable("the model server's parse is unreadable") from error

    async def converse(self, person: str, text: str, key: str) -> list[Message]:
        """See ``Understanding.converse``."""
        body = {"sender": person, "message": typed(text), "metadata": _metadata(text, key)}
        answers = await self._post("/webhooks/rest/webhook", body)
        try:
            return [Message.from_json(answer["custom"]) for answer in answers]
        except (KeyError, TypeError, ValueError) as error:
            raise UnderstandingUnavailable("the dialogue's answer is unreadable") from error

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        """Post; an empty answer is an outage too: Rasa says ``[]`` when an action fails."""
        if time.monotonic() < self._open_until:
            raise UnderstandingUnavailable("the model server failed a moment ago")
        url, token = self._address()
        try:
            async with self._session.post(
                url + path,
                json=body,
                params={"token": token},
                timeout=aiohttp.ClientTimeout(total=MOST_WAIT_S),
            ) as answer:
                answer.raise_for_status()
                value = await answer.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            self._count_failure()
            raise UnderstandingUnavailable("the model server gave no answer") from error
        if not value:
            self._count_failure()
            raise UnderstandingUnavailable("the model server answered nothing")
        self._failures = 0
        return value

    def _count_failure(self) -> None:
        self._failures += 1
        if self._failures >= _FAILURES_TO_OPEN:
            self._open_until = time.monotonic() + self._open_seconds
            self._failures = 0


def typed(text: str) -> str:
    """Make a text safe for Rasa: one that begins with a slash would be executed as an intent.

    Empty text stays a text, since Rasa's own fallback fails on none.
    """
    return _COMMAND_SIGNS.sub("", text[:MAX_CHARACTERS]).rstrip() or "؟"


def has_words(text: str) -> bool:
    """Say whether there is anything in a text to understand."""
    return any(char.isalpha() for char in fold(text))


def unread(text: str) -> int:
    """Count the characters at a text's start that ``typed`` takes away."""
    signs = _COMMAND_SIGNS.match(text)
    return signs.end() if signs else 0


def _metadata(text: str, key: str) -> dict[str, Any]:
    start = unread(text)
    return {"key": key, "unread": start} if start else {"key": key}


def read_meaning(parse: Mapping[str, Any], start: int = 0) -> Meaning:
    """Read what ``MeaningClassifier`` puts into a parse or a tracker's latest message.

    Args:
        parse: The parse of a text that ``typed`` gave.
        start: How many characters it had taken away: places count in the text as it came.

    Raises:
        KeyError, TypeError, ValueError: It is not such a parse.
    """
    draft = parse["draft"]
    return Meaning(
        intent=Intent(parse["intent"]["name"]),
        confidence=float(parse["intent"]["confidence"]),
        readings=_readings(parse["readings"]),
        language=Language(parse["language"]),
        draft=Draft(
            probability=float(draft["probability"]),
            readings=_readings(draft["readings"]),
            words={
                str(facet): tuple((int(first) + start, int(last) + start) for first, last in places)
                for facet, places in draft["words"].items()
            },
        ),
        questions=tuple(
            Question(str(part["text"]), _readings(part["readings"]), bool(part["follows"]))
            for part in parse["questions"]
        ),
    )


def _readings(values: Sequence[Mapping[str, Any]]) -> tuple[Reading, ...]:
    return tuple(Reading(frozenset(v["facets"]), float(v["probability"])) for v in values)
