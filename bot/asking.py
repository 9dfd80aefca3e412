"""Asking without a conversation: the command line's questions, one or a batch."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp

from bot.conversation.replies import Replies
from bot.conversation.understanding import RasaUnderstanding
from bot.domain.meaning import Intent, Meaning
from bot.domain.ruling import Role, Ruling, Verdict
from bot.errors import WaaiError
from bot.library.library import Library
from bot.model.server import ModelServer
from bot.services.judging import facets_used, judge
from bot.services.retention import Retention

CONCURRENCY = 4
"""Parses asked for at once; the model server works on two cores at most."""


class InputError(WaaiError):
    """A line or an argument of a question is wrong."""


@dataclass(frozen=True)
class Question:
    """A question from outside.

    Attributes:
        id: The caller's own.
        employer: A rulebook's id.
        role: In which capacity it is asked.
        text: What is asked.
    """

    id: str
    employer: str
    role: Role
    text: str


@dataclass(frozen=True)
class Answer:
    """What is answered: the meaning, the ruling, and the reply's text."""

    question: Question
    meaning: Meaning
    ruling: Ruling
    text: str

    def to_json(self) -> dict[str, Any]:
        """Give it in the form of ``ask --batch``."""
        return {
            "id": self.question.id,
            "intent": self.meaning.intent.value,
            "facets": list(self.meaning.facets),
            "ruling": self.ruling.verdict.value,
            "articles": list(self.ruling.articles),
            "confidence": round(self.confidence, 4),
            "text": self.text,
        }

    @property
    def confidence(self) -> float:
        """The probability of the intent, and of the least sure facet that was used."""
        used = [chance for facet, chance in self.meaning.candidates if facet in self.meaning.facets]
        return min([self.meaning.confidence, *used])


def read_question(line: str, place: str, library: Library) -> Question:
    """Read one line of a batch.

    Args:
        line: A JSON object ``{"id", "employer", "role", "text"}``.
        place: Where the line stands, for the error.
        library: To know the employers.

    Raises:
        InputError: Naming the place and what is wrong.
    """
    try:
        value = json.loads(line)
        question = Question(
            str(value.get("id", "")),
            value["employer"],
            Role(value.get("role") or Role.EMPLOYEE),
            value["text"],
        )
    except (ValueError, AttributeError) as error:
        raise InputError(f"{place}: not a question as JSON ({error})") from error
    except KeyError as error:
        raise InputError(f"{place}: the key {error} is missing") from error
    for key in ("employer", "text"):
        if not isinstance(value[key], str):
            raise InputError(f"{place}: {key} must be a string")
    check_employer(question.employer, place, library)
    return question


def check_employer(employer: str, place: str, library: Library) -> None:
    """Make sure of an employer.

    Raises:
        InputError: There is none of this id; names the place.
    """
    if employer not in library.rulebooks:
        known = ", ".join(library.rulebooks)
        raise InputError(f"{place}: no employer {employer!r}; known are {known}")


class Asker:
    """Answers questions as the conversation would, and keeps nothing.

    Args:
        library: All content.
        understanding: What understands texts.
    """

    def __init__(self, library: Library, understanding: RasaUnderstanding) -> None:
        self._library = library
        self._understanding = understanding
        self._replies = Replies(library, Retention())

    async def ask(self, question: Question) -> Answer:
        """Answer one question.

        Raises:
            UnderstandingUnavailable: The model server does not answer.
        """
        if not any(char.isalpha() for char in question.text):
            meaning = Meaning(Intent.OUT_OF_SCOPE, 1.0)
            ruling = Ruling(Verdict.CLARIFY)
        else:
            parsed = await self._understanding.parse(question.text)
            # Told and weighed are the facets that the ruling rests on, sure or not.
            meaning = replace(parsed, facets=facets_used(self._library, parsed))
            ruling = judge(self._library, question.employer, question.role, meaning)
        message = self._replies.answer(ruling, question.employer, meaning.language)
        return Answer(question, meaning, ruling, message.plain_text)

    async def ask_all(self, questions: Iterable[Question]) -> AsyncIterator[Answer]:
        """Answer questions, some at once, in their order."""
        waiting: list[asyncio.Task[Answer]] = []
        try:
            for question in questions:
                waiting.append(asyncio.create_task(self.ask(question)))
                if len(waiting) >= CONCURRENCY:
                    yield await waiting.pop(0)
            while waiting:
                yield await waiting.pop(0)
        finally:
            for task in waiting:
                task.cancel()


@contextlib.asynccontextmanager
async def asking(library: Library, model: Path, var: Path) -> AsyncIterator[Asker]:
    """Run a model server of our own for the block.

    Args:
        library: All content.
        model: The trained model.
        var: Where what runs leaves its logs.

    Raises:
        UnderstandingUnavailable: The model server does not start.
    """
    # Beside the log of a `run` that is up.
    server = ModelServer(model, None, var / "ask")
    async with server.running(), aiohttp.ClientSession() as session:
        understanding = RasaUnderstanding(session, server.address)
        yield Asker(library, understanding)
