"""From what a question means to a ruling: the pure middle of every answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.domain.following import follow
from bot.domain.meaning import Intent, Meaning
from bot.domain.ruling import Role, Ruling, Verdict
from bot.domain.weighing import Weighed, weigh
from bot.library.library import Library

ASKING = frozenset({Intent.ASK_RULE, Intent.FOLLOW_UP, Intent.ASK_DISCLAIMER, Intent.DRAFT})
"""What can be judged as a question: also what sounds like a wish, where only a ruling is wanted."""


def judge(library: Library, employer: str, role: Role, meaning: Meaning) -> Weighed:
    """Find the ruling for an employee's question.

    Args:
        library: All content.
        employer: The id of the rulebook that binds the employee.
        role: In which capacity they ask.
        meaning: What the question means.

    Returns:
        A ruling; ``out_of_scope`` for whatever asks no rule, ``clarify`` with readings
        where the likely ones disagree.

    Raises:
        KeyError: No such employer.
    """
    provisions = library.provisions(employer)
    if meaning.intent not in ASKING:
        return Weighed(Ruling(Verdict.OUT_OF_SCOPE), frozenset(), meaning.confidence)
    return weigh(provisions, role, library.known(meaning.readings), library.policy_facets)


def continued(library: Library, meaning: Meaning, before: Iterable[str]) -> Meaning:
    """Understand a follow-up together with what was asked before.

    Args:
        library: All content.
        meaning: Of the follow-up alone.
        before: What the question before it was about.
    """
    facets = frozenset(facet for facet in before if facet in library.facets)
    readings = follow(facets, library.known(meaning.readings), library.alternatives)
    return replace(meaning, readings=tuple(readings))
