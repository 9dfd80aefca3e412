"""From an employer's provisions, a role and facets to a ruling.

The function ``rule`` is pure. Provisions come in the order of their rulebooks, the
employee's own first, so that the more specific rulebook wins among equals.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_ARTICLES = 3
"""An answer that cites more than three articles is no longer read."""


class Role(StrEnum):
    """In which capacity an employee asks."""

    EMPLOYEE = "employee"
    ACCOUNT_MANAGER = "account_manager"


class Verdict(StrEnum):
    """The ruling of an article, or of an answer; strictest first."""

    PROHIBITED = "prohibited"
    CONDITIONAL = "conditional"
    DUTY = "duty"
    ALLOWED = "allowed"
    INFO = "info"
    NO_RULE = "no_rule"
    OUT_OF_SCOPE = "out_of_scope"
    CLARIFY = "clarify"


_STRICTNESS = {verdict: place for place, verdict in enumerate(Verdict)}


@dataclass(frozen=True)
class Condition:
    """When an article is about a question: all of ``required``, none of ``unless``.

    Attributes:
        required: Facets that must all be there.
        unless: Facets of which none may be there.
        roles: The roles it holds for; empty for every role.
    """

    required: frozenset[str]
    unless: frozenset[str] = frozenset()
    roles: frozenset[Role] = frozenset()

    def holds(self, role: Role, facets: frozenset[str]) -> bool:
        """Say whether the condition holds for this role and these facets."""
        return (
            self.required <= facets
            and not self.unless & facets
            and (not self.roles or role in self.roles)
        )


@dataclass(frozen=True)
class Provision:
    """What the ruling function needs to know of an article.

    Attributes:
        article: The article's id.
        ruling: Its ruling.
        applies_to: It decides the verdict when one of these holds.
        supports: It is cited beside others when one of these holds, and decides
            only where nothing applies directly.
        nearest_to: Never decides; named as the nearest article where there is no rule.
    """

    article: str
    ruling: Verdict
    applies_to: tuple[Condition, ...] = ()
    supports: tuple[Condition, ...] = ()
    nearest_to: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Ruling:
    """An answer's ruling with the articles cited for it, the deciding one first.

    Attributes:
        verdict: What holds.
        articles: Ids of at most three articles.
        nearest: The nearest article's id where the verdict is ``no_rule``.
        readings: Where the verdict is ``clarify``, what the question may be about: sets of
            facets to choose from.
    """

    verdict: Verdict
    articles: tuple[str, ...] = ()
    nearest: str | None = None
    readings: tuple[frozenset[str], ...] = ()


def rule(
    provisions: Sequence[Provision],
    role: Role,
    facets: Iterable[str],
    policy_facets: frozenset[str] = frozenset(),
) -> Ruling:
    """Find what holds for an employee's question.

    Args:
        provisions: All that binds the employee, the most specific rulebook first.
        role: The employee's role.
        facets: What the question is about.
        policy_facets: The facets that ask about the policy itself. Who asks "what is the
            penalty for an insult" wants the penalty first and the prohibition second.

    Returns:
        The strictest direct ruling; ``no_rule`` with the nearest article where no
        provision applies.
    """
    asked = frozenset(facets)
    direct = _matching(provisions, role, asked, "applies_to")
    supporting = [
        provision
        for provision in _matching(provisions, role, asked, "supports")
        if provision not in direct
    ]
    if not direct and not supporting:
        near = _matching(provisions, role, asked, "nearest_to")
        return Ruling(Verdict.NO_RULE, nearest=near[0].article if near else None)
    on_policy = [p for p in direct if _asks_policy(p, role, asked, policy_facets)]
    off_policy = [p for p in direct if p not in on_policy]
    groups = (on_policy, off_policy, supporting)
    ordered = [p for group in groups for p in sorted(group, key=_strictness)]
    return Ruling(ordered[0].ruling, tuple(p.article for p in ordered[:MAX_ARTICLES]))


def _matching(
    provisions: Sequence[Provision], role: Role, facets: frozenset[str], relation: str
) -> list[Provision]:
    return [
        provision
        for provision in provisions
        if any(condition.holds(role, facets) for condition in getattr(provision, relation))
    ]


def _asks_policy(
    provision: Provision, role: Role, facets: frozenset[str], policy_facets: frozenset[str]
) -> bool:
    return any(
        condition.required & policy_facets and condition.holds(role, facets)
        for condition in provision.applies_to
    )


def _strictness(provision: Provision) -> int:
    return _STRICTNESS[provision.ruling]
