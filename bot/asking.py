"""Asking without a conversation: the command line's questions, one or a batch."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

from bot.conversation.answer_replies import AnswerReplies
from bot.conversation.draft_replies import DraftReplies
from bot.conversation.replies import Replies
from bot.conversation.understanding import RasaUnderstanding, has_words
from bot.domain.drafting import PostRuling, PostVerdict
from bot.domain.meaning import Intent, Meaning
from bot.domain.ruling import Role, Ruling, Verdict
from bot.domain.weighing import Weighed
from bot.errors import WaaiError
from bot.library.library import Library
from bot.model.server import ModelServer
from bot.services.drafts import CheckedPost, Marked, check_post
from bot.services.judging import judge
from bot.services.retention import Retention

CONCURRENCY = 4
"""Parses asked for at once; the model server works on two cores at most."""


_Asked = TypeVar("_Asked")
_Told = TypeVar("_Told")


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
    """What is answered: the meaning, what was made of it, and the reply's text."""

    question: Question
    meaning: Meaning
    weighed: Weighed
    text: str

    @property
    def ruling(self) -> Ruling:
        """What holds."""
        return self.weighed.ruling

    @property
    def verdict(self) -> str:
        """The ruling's name."""
        return self.ruling.verdict.value

    @property
    def articles(self) -> tuple[str, ...]:
        """The articles that are cited."""
        return self.ruling.articles

    def to_json(self) -> dict[str, Any]:
        """Give it in the form of ``ask --batch``."""
        return {
            "id": self.question.id,
            "intent": self.meaning.intent.value,
            "facets": sorted(self.weighed.facets),
            "ruling": self.verdict,
            "articles": list(self.articles),
            "confidence": round(self.confidence, 4),
            "text": self.text,
        }

    @property
    def confidence(self) -> float:
        """The probability of the intent, or of the readings that lead to the ruling if lower."""
        return min(self.meaning.confidence, self.weighed.confidence)


@dataclass(frozen=True)
class PostAnswer:
    """What is found for a post: what it touches, the words, and the reply's text."""

    question: Question
    ruling: PostRuling
    marked: tuple[Marked, ...]
    text: str

    @property
    def verdict(self) -> str:
        """The verdict's name."""
        return self.ruling.verdict.value

    @property
    def articles(self) -> tuple[str, ...]:
        """The articles that are cited."""
        return tuple(marked.article for marked in self.marked)

    def to_json(self) -> dict[str, Any]:
        """Give it in the form of ``check-post --batch``."""
        raised: dict[tuple[int, int], list[str]] = {}
        for marked in self.marked:
            for span in marked.spans:
                raised.setdefault(span, []).append(marked.article)
        return {
            "id": self.question.id,
            "verdict": self.verdict,
            "articles": list(self.articles),
            "confidence": round(self.ruling.confidence, 4),
            "spans": [
                {"start": start, "end": end, "articles": articles}
                for (start, end), articles in sorted(raised.items())
            ],
            "text": self.text,
        }


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
    """Answers questions and checks posts as the conversation would, and keeps nothing.

    Args:
        library: All content.
        understanding: What understands texts.
    """

    def __init__(self, library: Library, understanding: RasaUnderstanding) -> None:
        self._library = library
        self._understanding = understanding
        replies = Replies(library, Retention())
        self._answer_replies = AnswerReplies(library, replies)
        self._draft_replies = DraftReplies(library, replies)

    async def ask(self, question: Question) -> Answer:
        """Answer one question.

        Raises:
            UnderstandingUnavailable: The model server does not answer.
        """
        if not has_words(question.text):
            meaning = Meaning(Intent.OUT_OF_SCOPE, 1.0)
            weighed = Weighed(Ruling(Verdict.CLARIFY), frozenset(), 1.0)
        else:
            meaning = await self._understanding.parse(question.text)
            weighed = judge(self._library, question.employer, question.role, meaning)
        message = self._answer_replies.answer(weighed.ruling, question.employer, meaning.language)
        return Answer(question, meaning, weighed, message.plain_text)

    async def check(self, post: Question) -> PostAnswer:
        """Check one post.

        Raises:
            UnderstandingUnavailable: The model server does not answer.
        """
        meaning = Meaning(Intent.DRAFT, 1.0)
        ruling, marked = PostRuling(PostVerdict.CLEAR, confidence=1.0), tuple[Marked, ...]()
        if has_words(post.text):
            meaning = await self._understanding.parse(post.text)
            ruling, marked = check_post(self._library, post.employer, post.role, meaning.draft)
        checked = CheckedPost(post.employer, ruling, marked, meaning.language)
        message = self._draft_replies.checked(checked, post.text)
        return PostAnswer(post, ruling, marked, message.plain_text)


async def in_order(
    act: Callable[[_Asked], Awaitable[_Told]], things: Iterable[_Asked]
) -> AsyncIterator[_Told]:
    """Do the same for many things, some at once, and give what comes out in their order."""
    waiting: list[asyncio.Future[_Told]] = []
    try:
        for thing in things:
            waiting.append(asyncio.ensure_future(act(thing)))
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
