"""Which words of a text raised a facet."""

from collections.abc import Callable, Sequence

import numpy as np

from rasa_components.features import TextFeatures

_SHARE = 0.5
"""Of the strongest word's evidence: a word with less did not raise the facet."""

Weights = Callable[[np.ndarray, str], np.ndarray]


def highlights(
    features: TextFeatures, text: str, facets: Sequence[str], weights_of: Weights
) -> dict[str, list[list[int]]]:
    """Find the words that speak most for each facet; neighbours become one place.

    Args:
        features: What the text's words are turned into.
        text: As typed.
        facets: Which to look at.
        weights_of: Gives what each of some features counts for a facet.

    Returns:
        For each facet, the start and end of each place in the text, in order.
    """
    # Most messages raise nothing, and are not taken apart for it.
    words = list(features.evidence(text)) if facets else []
    found = {}
    for facet in facets:
        scores = [float(values @ weights_of(columns, facet)) for _, _, columns, values in words]
        least = _SHARE * max(scores, default=0.0)
        places: list[list[int]] = []
        before = -1
        for number, ((start, end, _, _), score) in enumerate(zip(words, scores, strict=True)):
            if score <= 0 or score < least:
                continue
            if number == before + 1 and places:
                places[-1][1] = end
            else:
                places.append([start, end])
            before = number
        found[facet] = places
    return found
