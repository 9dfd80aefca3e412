"""From what a question means to a ruling: the pure middle of every answer."""

from __future__ import annotations

from bot.domain.meaning import Intent, Meaning
from bot.domain.ruling import Role, Ruling, Verdict, rule
from bot.library.library import Library

READINGS = 3
"""How many readings an unclear question offers: as many as fit on buttons."""

_LIKELY = 0.1
"""From which probability the best facet is taken where the model is sure of none."""

_POSSIBLE = 0.02
"""From which probability a facet is worth offering as a reading."""


def judge(library: Library, employer: str, role: Role, meaning: Meaning) -> Ruling:
    """Find the ruling for an employee's question.

    Args:
        library: All content.
        employer: The id of the rulebook that binds the employee.
        role: In which capacity they ask.
        meaning: What the question means.

    Returns:
        A ruling; ``out_of_scope`` for whatever asks no rule, ``clarify`` with readings
        where nothing in the question is sure.

    Raises:
        KeyError: No such employer.
    """
    provisions = library.provisions(employer)
    if meaning.intent is not Intent.ASK_RULE:
        return Ruling(Verdict.OUT_OF_SCOPE)
    facets = facets_used(library, meaning)
    if not facets:
        known = _known(library, meaning)[:READINGS]
        readings = [facet for facet, chance in known if chance >= _POSSIBLE]
        return Ruling(Verdict.CLARIFY, readings=tuple(readings))
    return rule(provisions, role, facets, library.policy_facets)


def facets_used(library: Library, meaning: Meaning) -> tuple[str, ...]:
    """Give the facets that a question is judged by.

    Those that the model is sure of; else the likeliest, if it is likely enough.
    """
    if meaning.facets:
        return meaning.facets
    return tuple(f for f, chance in _known(library, meaning)[:1] if chance >= _LIKELY)


def _known(library: Library, meaning: Meaning) -> list[tuple[str, float]]:
    """Leave out what the facets' file has no more: a model may be older."""
    return [each for each in meaning.candidates if each[0] in library.facets]
