"""What a follow-up asks, together with the question before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from bot.domain.meaning import Reading


def follow(
    before: frozenset[str], readings: Sequence[Reading], alternatives: Sequence[frozenset[str]]
) -> list[Reading]:
    """Read a follow-up as a whole question.

    Args:
        before: What was asked about before.
        readings: Of the follow-up alone.
        alternatives: Groups of facets of which one stands instead of another: who asked about
            a repost and goes on "and a like?" asks about the like.

    Returns:
        A reading for each of the follow-up's, the most probable first.
    """
    chances: defaultdict[frozenset[str], float] = defaultdict(float)
    for reading in readings:
        replaced = {facet for group in alternatives if group & reading.facets for facet in group}
        chances[(before - replaced) | reading.facets] += reading.probability
    likeliest = sorted(chances.items(), key=lambda item: item[1], reverse=True)
    return [Reading(facets, chance) for facets, chance in likeliest]
