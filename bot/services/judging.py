"""From what a question means to a ruling: the pure middle of every answer."""

from __future__ import annotations

from bot.domain.meaning import Intent, Meaning
from bot.domain.ruling import Role, Ruling, Verdict, rule
from bot.library.library import Library

READINGS = 3
"""How many readings an unclear question offers: as many as fit on buttons."""

_LIKELY = 0.08
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
    if not meaning.facets:
        likely = [facet for facet, chance in meaning.candidates if chance >= _LIKELY]
        return Ruling(Verdict.CLARIFY, readings=tuple(likely[:READINGS]))
    return rule(provisions, role, meaning.facets, library.policy_facets)
