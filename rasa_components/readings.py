"""Whole readings of a text: sets of facets with a probability, out of the facets' own odds."""

import json
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import numpy as np
from scipy.special import logsumexp

KEPT = 12
"""Readings that a parse reports; those after it hold next to nothing."""

_ENOUGH = 3000
"""Texts that two numbers are learnt from; more take time and change nothing."""

_TRUST = (0.6, 0.7, 0.8, 0.9, 1.0, 1.1)
_BREADTH = (-0.5, -0.25, 0.0, 0.25, 0.5)


class Readings:
    """Weighs sets of facets against each other.

    A set counts as much as the odds of its facets say. Only sets that some example has are
    weighed, and the one that the odds alone would give: facets that never met may meet there.
    """

    def __init__(self) -> None:
        """Create a model that knows no set."""
        self._sets = np.zeros((0, 0), dtype=np.float32)
        self._trust, self._breadth = 1.0, 0.0

    def fit(self, logits: np.ndarray, truth: np.ndarray) -> None:
        """Learn which sets there are, and how far to trust the odds.

        Args:
            logits: Of each facet (columns), of examples that had not been seen.
            truth: Whether each example has the facet.
        """
        known, found = np.unique(truth, axis=0, return_inverse=True)
        self._sets = known.astype(np.float32)
        chosen = np.linspace(0, len(found) - 1, min(_ENOUGH, len(found))).astype(int)
        logits, found = logits[chosen], found.reshape(-1)[chosen]
        odds, breadth = logits @ self._sets.T, self._sets.sum(axis=1)

        def fit_of(pair: tuple[float, float]) -> float:
            scores = pair[0] * odds + pair[1] * breadth
            return float(np.mean(scores[np.arange(len(found)), found] - logsumexp(scores, axis=1)))

        self._trust, self._breadth = max(product(_TRUST, _BREADTH), key=fit_of)

    def likeliest(self, logits: np.ndarray) -> list[tuple[list[int], float]]:
        """Give the likeliest sets of one text, as columns, each with its probability.

        Args:
            logits: Of each facet.
        """
        sets, own = self._sets, logits > 0
        if not (sets == own).all(axis=1).any():
            sets = np.vstack([sets, own.astype(np.float32)])
        scores = self._scores(logits[None], sets)[0]
        chances = np.exp(scores - logsumexp(scores))
        likeliest = np.argsort(-chances, kind="stable")[:KEPT]
        return [(np.flatnonzero(sets[n]).tolist(), float(chances[n])) for n in likeliest]

    def _scores(self, logits: np.ndarray, sets: np.ndarray) -> np.ndarray:
        return self._trust * (logits @ sets.T) + self._breadth * sets.sum(axis=1)

    def save(self, path: Path) -> None:
        """Write what was learnt."""
        sets = [np.flatnonzero(row).tolist() for row in self._sets]
        state = {"trust": self._trust, "breadth": self._breadth, "sets": sets}
        path.write_text(json.dumps({**state, "width": self._sets.shape[1]}), "utf-8")

    @classmethod
    def load(cls, path: Path) -> "Readings":
        """Read what ``save`` wrote."""
        readings, state = cls(), json.loads(path.read_text("utf-8"))
        readings._trust, readings._breadth = state["trust"], state["breadth"]
        readings._sets = _matrix(state["sets"], state["width"])
        return readings


def _matrix(sets: Sequence[Sequence[int]], width: int) -> np.ndarray:
    matrix = np.zeros((len(sets), width), dtype=np.float32)
    for row, columns in enumerate(sets):
        matrix[row, list(columns)] = 1
    return matrix
