"""From margins to probabilities, learnt on margins of examples that the machines had not seen.

Both decisions look beyond a label's own margin: a facet is less likely where another one
fits far better, and a text that clearly is about some facet hardly is out of scope.
"""

import json
from pathlib import Path

import numpy as np
from scipy.special import expit, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

_THRESHOLDS = np.arange(0.2, 0.6, 0.02)
_EVIDENCE = 3
"""How many of the best facet margins the intent looks at; an example has one to four facets."""


class FacetOdds:
    """A probability for each facet, and the threshold from which a text is about it."""

    def __init__(self) -> None:
        """Create odds that have learnt nothing yet."""
        self.threshold = 0.5
        self._scales = np.zeros((0, 3))

    def fit(self, margins: np.ndarray, truth: np.ndarray) -> None:
        """Learn from unseen margins and whether each example has the facet."""
        rivals = _best_rivals(margins)
        self._scales = np.array(
            [_scale(margins[:, n], rivals[:, n], truth[:, n]) for n in range(truth.shape[1])]
        )
        chances = self.probabilities(margins)
        self.threshold = float(
            max(_THRESHOLDS, key=lambda level: f1_score(truth, chances > level, average="micro"))
        )

    def probabilities(self, margins: np.ndarray) -> np.ndarray:
        """Give the probability of each facet (columns) for each row."""
        own, rival, offset = self._scales.T
        return expit(margins * own + _best_rivals(margins) * rival + offset)

    def save(self, path: Path) -> None:
        """Write what was learnt."""
        state = {"threshold": self.threshold, "scales": self._scales.tolist()}
        path.write_text(json.dumps(state), "utf-8")

    @classmethod
    def load(cls, path: Path) -> "FacetOdds":
        """Read what ``save`` wrote."""
        odds = cls()
        state = json.loads(path.read_text("utf-8"))
        odds.threshold, odds._scales = state["threshold"], np.array(state["scales"])
        return odds


class IntentOdds:
    """A probability for each intent, from its margins and the strongest facet margins."""

    def __init__(self) -> None:
        """Create odds that have learnt nothing yet."""
        self._weights = np.zeros((0, 0))
        self._intercepts = np.zeros(0)

    def fit(
        self,
        margins: np.ndarray,
        facet_margins: np.ndarray,
        truth: np.ndarray,
        emphasis: np.ndarray,
    ) -> None:
        """Learn from unseen margins.

        Args:
            margins: Of the intents, a row an example.
            facet_margins: Of the facets.
            truth: Which intent each example has.
            emphasis: How much an example of each intent counts.
        """
        model = LogisticRegression(max_iter=1000, class_weight=dict(enumerate(emphasis)))
        model.fit(_with_evidence(margins, facet_margins), truth.argmax(axis=1))
        self._weights, self._intercepts = model.coef_, model.intercept_

    def probabilities(self, margins: np.ndarray, facet_margins: np.ndarray) -> np.ndarray:
        """Give the probability of each intent (columns) for each row."""
        evidence = _with_evidence(margins, facet_margins)
        return softmax(evidence @ self._weights.T + self._intercepts, axis=1)

    def save(self, path: Path) -> None:
        """Write what was learnt."""
        state = {"weights": self._weights.tolist(), "intercepts": self._intercepts.tolist()}
        path.write_text(json.dumps(state), "utf-8")

    @classmethod
    def load(cls, path: Path) -> "IntentOdds":
        """Read what ``save`` wrote."""
        odds = cls()
        state = json.loads(path.read_text("utf-8"))
        odds._weights, odds._intercepts = np.array(state["weights"]), np.array(state["intercepts"])
        return odds


def _best_rivals(margins: np.ndarray) -> np.ndarray:
    """Give, for each label, the highest margin of the others in its row."""
    ordered = np.sort(margins, axis=1)
    best, second = ordered[:, -1:], ordered[:, -2:-1]
    return np.where(margins == best, second, best)


def _with_evidence(margins: np.ndarray, facet_margins: np.ndarray) -> np.ndarray:
    return np.hstack([margins, np.sort(facet_margins, axis=1)[:, -_EVIDENCE:]])


def _scale(own: np.ndarray, rivals: np.ndarray, column: np.ndarray) -> tuple[float, float, float]:
    """Learn how a margin and its best rival become a probability (Platt's scaling)."""
    if column.all() or not column.any():
        return 1.0, 0.0, 0.0
    fitted = LogisticRegression(C=1e3).fit(np.column_stack([own, rivals]), column)
    return fitted.coef_[0, 0], fitted.coef_[0, 1], fitted.intercept_[0]
