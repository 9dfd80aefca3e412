"""From several readings of a text to one answer, or to a question back.

A text is rarely understood beyond doubt. Each reading has its ruling; those that come to the
same verdict stand together, however much they differ otherwise. Where no verdict has much for
it, or a stricter one has nearly as much, the person is asked what is meant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.meaning import Reading
from bot.domain.ruling import MAX_ARTICLES, Provision, Role, Ruling, Verdict, rule

MAX_READINGS = 3
"""How many readings an unclear question offers: as many as fit on buttons."""

_LEAST = 0.2
"""Below this confidence no ruling is given where another could be meant."""

_SURE, _CLOSE = 0.4, 0.8
"""Below the first, a stricter verdict with this share of the probability is asked about: what
would be said to be allowed may be forbidden. Asking back more often would be right less often
in all: half of the answers given between 0.2 and 0.4 are right (``docs/understanding.md``)."""

_WORTH_CITING = 0.1
"""Against the likeliest article, from which share on another reading's is cited."""

_WORTH_OFFERING = 0.04
"""From which probability a reading is worth a button."""


@dataclass(frozen=True)
class Weighed:
    """What was made of all readings together.

    Attributes:
        ruling: What holds; ``clarify`` where the likely readings disagree.
        facets: What the text is about in the reading that decided.
        confidence: The probability of the readings that lead to this ruling, 0 to 1.
    """

    ruling: Ruling
    facets: frozenset[str]
    confidence: float


@dataclass(frozen=True)
class _Judged:
    reading: Reading
    ruling: Ruling

    @property
    def outcome(self) -> tuple[Verdict, str | None]:
        """What a person would take from it: the verdict and the article that decides."""
        first = self.ruling.articles[0] if self.ruling.articles else None
        return self.ruling.verdict, first


_Chances = defaultdict[tuple[Verdict, str | None], float]


def weigh(
    provisions: Sequence[Provision],
    role: Role,
    readings: Sequence[Reading],
    policy_facets: frozenset[str] = frozenset(),
) -> Weighed:
    """Find what holds for a question that can be read in several ways.

    Args:
        provisions: See ``rule``.
        role: The employee's role.
        readings: The most probable one first; one without facets names nothing to rule on.
        policy_facets: See ``rule``.

    Returns:
        The ruling on which the likely readings agree; up to three articles that one or
        another of them rests on, the likeliest first. Else ``clarify`` with the readings
        to choose from, none where nothing in the text is known.
    """
    judged = [
        _Judged(reading, rule(provisions, role, reading.facets, policy_facets))
        for reading in readings
        if reading.facets
    ]
    if not judged:
        return Weighed(Ruling(Verdict.CLARIFY), frozenset(), 0.0)
    chances: _Chances = defaultdict(float)
    for each in judged:
        chances[each.outcome] += each.reading.probability
    verdict = max({verdict for verdict, _ in chances}, key=lambda v: _chance_of(chances, v))
    agreeing = [each for each in judged if each.ruling.verdict is verdict]
    confidence = min(_chance_of(chances, verdict), 1.0)
    if confidence < _LEAST or (confidence < _SURE and _stricter_is_close(chances, verdict)):
        offered = _offered(judged)
        if len(offered) > 1:
            ruling = Ruling(Verdict.CLARIFY, readings=tuple(each.facets for each in offered))
            return Weighed(ruling, frozenset(), confidence)
    ruling = Ruling(verdict, _articles(chances, agreeing), agreeing[0].ruling.nearest)
    return Weighed(ruling, agreeing[0].reading.facets, confidence)


def _chance_of(chances: _Chances, verdict: Verdict) -> float:
    """How probable it is that an answer with this verdict cites what decides."""
    likeliest = sorted((c for (v, _), c in chances.items() if v is verdict), reverse=True)
    return sum(likeliest[:MAX_ARTICLES])


def _stricter_is_close(chances: _Chances, verdict: Verdict) -> bool:
    stricter = {
        Verdict.PROHIBITED: (),
        Verdict.CONDITIONAL: (Verdict.PROHIBITED,),
    }.get(verdict, (Verdict.PROHIBITED, Verdict.CONDITIONAL))
    rivals = (_chance_of(chances, rival) for rival in stricter)
    return max(rivals, default=0.0) >= _CLOSE * _chance_of(chances, verdict)


def _articles(chances: _Chances, agreeing: Sequence[_Judged]) -> tuple[str, ...]:
    """Cite what decides, what the likeliest reading has beside it, and what else may decide."""
    verdict = agreeing[0].ruling.verdict
    likeliest = sorted(chances, key=chances.__getitem__, reverse=True)
    own = [(v, a) for v, a in likeliest if v is verdict and a is not None]
    worth = [a for v, a in own if chances[v, a] >= _WORTH_CITING * chances[own[0]]]
    beside = agreeing[0].ruling.articles
    return tuple(dict.fromkeys([*worth[:1], *beside, *worth]))[:MAX_ARTICLES]


def _offered(judged: Sequence[_Judged]) -> list[Reading]:
    """Give the readings to choose from: the likeliest of each outcome."""
    first_of: dict[tuple[Verdict, str | None], Reading] = {}
    for each in judged:
        if each.reading.probability >= _WORTH_OFFERING:
            first_of.setdefault(each.outcome, each.reading)
    return list(first_of.values())[:MAX_READINGS]
