"""From the readings of a draft to a verdict: what it touches, and which words raised that.

Pure. A draft is not a question: what it says is already what somebody wants to publish, so
only what forbids, or asks for care or approval, has a say in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.meaning import Draft, Intent, Meaning, Reading
from bot.domain.ruling import MAX_ARTICLES, Provision, Role, Verdict

Span = tuple[int, int]
"""Start and end of some words in a text, in characters."""

TOUCHED_FROM = 0.5
"""From which share of its readings that touch a rule a draft counts as touching one.

Lower it and fewer violations are missed (6 % at most), raise it and fewer harmless posts raise
a false alarm (4 % at most): ``python -m bot evaluate`` over cases of posts gives both.
"""

_WORTH_CITING = 0.2
"""An article is cited from this share of the likeliest one's probability on."""

_QUESTION_MARKS = frozenset("?؟")
_SURE_WISH, _NO_DRAFT = 0.6, 0.5
_SURE_QUESTION, _HARDLY_A_DRAFT = 0.8, 0.2


class PostVerdict(StrEnum):
    """What a draft touches; strictest first."""

    PROHIBITED = "prohibited"
    CONDITIONAL = "conditional"
    CLEAR = "clear"


_DECIDES = {
    Verdict.PROHIBITED: PostVerdict.PROHIBITED,
    Verdict.CONDITIONAL: PostVerdict.CONDITIONAL,
}


@dataclass(frozen=True)
class Touched:
    """An article that a draft touches.

    Attributes:
        article: Its id.
        facets: What raised it.
    """

    article: str
    facets: frozenset[str]


@dataclass(frozen=True)
class PostRuling:
    """What was found for a draft.

    Attributes:
        verdict: What it touches.
        articles: At most three, those that decide first.
        confidence: The probability of all readings with this verdict, 0 to 1.
    """

    verdict: PostVerdict
    articles: tuple[Touched, ...] = ()
    confidence: float = 0.0


@dataclass(frozen=True)
class _Judged:
    reading: Reading
    direct: tuple[Provision, ...]

    @property
    def verdict(self) -> PostVerdict:
        return _DECIDES[self.direct[0].ruling] if self.direct else PostVerdict.CLEAR


def check(
    provisions: Sequence[Provision],
    role: Role,
    readings: Sequence[Reading],
    touched_from: float = TOUCHED_FROM,
) -> PostRuling:
    """Find what a draft touches.

    Args:
        provisions: All that binds the employee, the most specific rulebook first.
        role: The employee's role.
        readings: The most probable one first; that of a harmless post has no facets.
        touched_from: See ``TOUCHED_FROM``.

    Returns:
        The likelier of the two verdicts that touch a rule, where the readings that do have at
        least the share ``touched_from``; else ``clear``, which cites nothing.
    """
    judged = [_Judged(each, _direct(provisions, role, each.facets)) for each in readings]
    chances: defaultdict[PostVerdict, float] = defaultdict(float)
    for each in judged:
        chances[each.verdict] += each.reading.probability
    clear = chances.pop(PostVerdict.CLEAR, 0.0)
    touched = sum(chances.values())
    if not touched or touched < touched_from * (touched + clear):
        return PostRuling(PostVerdict.CLEAR, confidence=min(clear, 1.0))
    verdict = max(chances, key=lambda v: (chances[v], v is PostVerdict.PROHIBITED))
    agreeing = [each for each in judged if each.verdict is verdict]
    return PostRuling(verdict, _cited(agreeing, role), min(chances[verdict], 1.0))


def is_aside(meaning: Meaning, text: str) -> bool:
    """Say whether a text that comes where a draft is awaited is clearly something else.

    A harmless post can look like a greeting or like what is outside our field, and a post that
    touches a rule like a question on it: of posts by hands never read the model takes one in
    eleven for a question, one in 150 with a question mark. So a text is something else only
    where the model is sure of it and of no draft, and a question only where it is written as one.
    """
    if meaning.intent in {Intent.DRAFT, Intent.OUT_OF_SCOPE}:
        return False
    if meaning.intent in {Intent.ASK_RULE, Intent.FOLLOW_UP}:
        if not _QUESTION_MARKS & set(text):
            return False
        sure, draft = _SURE_QUESTION, _HARDLY_A_DRAFT
    else:
        sure, draft = _SURE_WISH, _NO_DRAFT
    return meaning.confidence >= sure and meaning.draft.probability < draft


def spans_of(draft: Draft, facets: Iterable[str]) -> tuple[Span, ...]:
    """Give the places of the words that raised any of some facets, in order and apart."""
    return merged(span for facet in facets for span in draft.words.get(facet, ()))


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Join spans that overlap or touch."""
    joined: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _direct(
    provisions: Sequence[Provision], role: Role, facets: frozenset[str]
) -> tuple[Provision, ...]:
    """Give what applies directly and decides, prohibitions first, else in the given order."""
    found = [
        provision
        for provision in provisions
        if provision.ruling in _DECIDES and _raised(provision, role, facets)
    ]
    return tuple(sorted(found, key=lambda provision: list(_DECIDES).index(provision.ruling)))


def _raised(provision: Provision, role: Role, facets: frozenset[str]) -> frozenset[str]:
    """Give the facets by which a provision applies; none where it does not."""
    holding = [each for each in provision.applies_to if each.holds(role, facets)]
    return frozenset(facet for condition in holding for facet in condition.required)


def _cited(agreeing: Sequence[_Judged], role: Role) -> tuple[Touched, ...]:
    """Cite what decides, the likeliest first, then what stands beside it."""
    chances: defaultdict[Provision, float] = defaultdict(float)
    first_in: dict[Provision, Reading] = {}
    for each in agreeing:
        for provision in each.direct:
            chances[provision] += each.reading.probability
            first_in.setdefault(provision, each.reading)
    deciding = agreeing[0].direct[0].ruling
    ordered = sorted(chances, key=lambda p: (p.ruling is not deciding, -chances[p]))
    least = _WORTH_CITING * max(chances.values())
    return tuple(
        Touched(provision.article, _raised(provision, role, first_in[provision].facets))
        for provision in ordered
        if chances[provision] >= least
    )[:MAX_ARTICLES]
