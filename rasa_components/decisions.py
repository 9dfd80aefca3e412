"""From margins to probabilities, learnt on margins of examples that the machines had not seen.

Both decisions look beyond a label's own margin: a facet is less likely where another one
fits far better, and a text that clearly is about some facet hardly is out of scope.
"""

import json
import warnings
from pathlib import Path

import numpy as np
from scipy.special import softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

_EVIDENCE = 3
"""How many of the best facet margins the intent looks at; an example has one to four facets."""


class FacetOdds:
    """The odds of each facet, from its margin, its best rival's, and that of there being any."""

    def __init__(self) -> None:
        """Create odds that have learnt nothing yet."""
        self._scales = np.zeros((0, 4))

    def fit(self, margins: np.ndarray, truth: np.ndarray) -> None:
        """Learn from unseen margins and whether each example has the facet.

        Args:
            margins: A column a facet, and a last one for having any.
            truth: A column a facet.
        """
        own, rivals, anything = _evidence(margins)
        self._scales = np.array(
            [
                _scale(np.column_stack([own[:, n], rivals[:, n], anything]), truth[:, n])
                for n in range(truth.shape[1])
            ]
        )

    def logits(self, margins: np.ndarray) -> np.ndarray:
        """Give the logarithm of each facet's odds (columns) for each row."""
        own, rivals, anything = _evidence(margins)
        of_own, of_rival, of_any, offset = self._scales.T
        return own * of_own + rivals * of_rival + anything[:, None] * of_any + offset

    def save(self, path: Path) -> None:
        """Write what was learnt."""
        path.write_text(json.dumps(self._scales.tolist()), "utf-8")

    @classmethod
    def load(cls, path: Path) -> "FacetOdds":
        """Read what ``save`` wrote."""
        odds = cls()
        odds._scales = np.array(json.loads(path.read_text("utf-8")))
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
        # Margins are of one size already; more rounds only approach what these give.
        model = LogisticRegression(max_iter=150, tol=1e-3, class_weight=dict(enumerate(emphasis)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
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


def _evidence(margins: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give each facet's own margin, the highest one of the others, and that of having any."""
    own, anything = margins[:, :-1], margins[:, -1]
    ordered = np.sort(own, axis=1)
    best, second = ordered[:, -1:], ordered[:, -2:-1]
    return own, np.where(own == best, second, best), anything


def _with_evidence(margins: np.ndarray, facet_margins: np.ndarray) -> np.ndarray:
    return np.hstack([margins, np.sort(facet_margins, axis=1)[:, -_EVIDENCE:]])


def _scale(evidence: np.ndarray, column: np.ndarray) -> tuple[float, ...]:
    """Learn how margins become odds (Platt's scaling)."""
    if column.all() or not column.any():
        return 1.0, 0.0, 0.0, 0.0
    fitted = LogisticRegression(C=1e3, max_iter=1000).fit(evidence, column)
    return *fitted.coef_[0], fitted.intercept_[0]
