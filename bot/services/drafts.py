"""Checking posts before they are published. What they say is stored nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.drafting import PostRuling, Span, check, spans_of
from bot.domain.meaning import Draft, Language, Meaning
from bot.domain.ruling import Provision, Role, Verdict
from bot.library.library import Library
from bot.records.awaited import leave_text
from bot.records.database import Database
from bot.records.people import People
from bot.services.retention import Now

AWAITED_FOR = timedelta(minutes=30)
"""How long after a person asked for a check what they write is read as the post."""

DISCLAIMER = "disclaimer"
"""The facet of ``content/facets.yml`` by which an article asks for a disclaimer."""


@dataclass(frozen=True)
class Marked:
    """An article that a post touches.

    Attributes:
        article: Its id.
        facets: What raised it.
        spans: Where in the post the words stand that did; perhaps none.
    """

    article: str
    facets: frozenset[str]
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class CheckedPost:
    """What was found for a post, without the post.

    Attributes:
        employer: Whose rules were applied.
        ruling: What it touches.
        marked: The articles of the ruling, with the places of the words.
        language: In which language to say it.
    """

    employer: str
    ruling: PostRuling
    marked: tuple[Marked, ...]
    language: Language


def check_post(
    library: Library, employer: str, role: Role, draft: Draft
) -> tuple[PostRuling, tuple[Marked, ...]]:
    """Find what a post touches and the words that raised each article.

    Args:
        library: All content.
        employer: The id of the rulebook that binds the employee.
        role: In which capacity they would publish it.
        draft: What the model read in it.

    Raises:
        KeyError: No such employer.
    """
    ruling = check(library.provisions(employer), role, library.known(draft.readings))
    marked = tuple(
        Marked(each.article, each.facets, spans_of(draft, sorted(each.facets)))
        for each in ruling.articles
    )
    return ruling, marked


def asks_disclaimer(library: Library, employer: str, role: Role) -> tuple[str, ...]:
    """Give the articles that ask an employee to publish a disclaimer, duties first.

    Raises:
        KeyError: No such employer.
    """
    return tuple(
        provision.article
        for provision in sorted(library.provisions(employer), key=_is_no_duty)
        if any(each.holds(role, frozenset({DISCLAIMER})) for each in provision.applies_to)
    )


def _is_no_duty(provision: Provision) -> bool:
    return provision.ruling is not Verdict.DUTY


class DraftService:
    """Checks posts of employees who have chosen their employer.

    Args:
        database: Where it is noted that a post is awaited; nothing else is kept.
        library: All content.
        now: Gives the present moment.
    """

    def __init__(self, database: Database, library: Library, now: Now) -> None:
        self._database = database
        self._library = library
        self._now = now

    async def await_draft(self, person_id: str) -> None:
        """Note that what the person writes next is a post to check."""
        async with self._database.transaction() as session:
            person = await People(session).hold(person_id)
            person.draft_awaited_until = self._now() + AWAITED_FOR
            leave_text(person, self._now())

    async def leave_draft(self, person_id: str) -> None:
        """Note that no post is awaited any more: the person went on to something else."""
        async with self._database.transaction() as session:
            person = await People(session).hold(person_id)
            person.draft_awaited_until = self._now()

    async def check(self, person_id: str, meaning: Meaning, key: str) -> CheckedPost:
        """Check a post; nothing of it is stored.

        Args:
            person_id: Whose it is.
            meaning: What the model read in it.
            key: What makes the event unique that brought it, so that the event is read as a
                post again where it is handled again.

        Raises:
            LookupError: The person has not chosen an employer.
        """
        async with self._database.transaction() as session:
            person = await People(session).hold(person_id)
            if person.employer is None:
                raise LookupError("the person has not chosen an employer")
            person.draft_awaited_until, person.draft_taken_for = self._now(), key
            ruling, marked = check_post(self._library, person.employer, person.role, meaning.draft)
            return CheckedPost(person.employer, ruling, marked, person.speaks)
