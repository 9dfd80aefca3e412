"""Several labels at once by one linear model each, with calibrated probabilities."""

import json
from pathlib import Path
from typing import Iterable, List, Sequence, Tuple

import numpy as np
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import KFold
from sklearn.svm import LinearSVC

SEED = 7
_THRESHOLDS = np.arange(0.2, 0.6, 0.02)


class LinearLabels:
    """A support-vector machine a label; its margins are read as probabilities.

    The scale of the probabilities and the threshold from which a label counts are learnt
    on margins of examples that the machine has not seen (cross-validation).
    """

    def __init__(self) -> None:
        """Create a model that has learnt nothing yet."""
        self.labels: List[str] = []
        self.threshold = 0.5
        self._weights = np.zeros((0, 0), dtype=np.float32)
        self._intercepts = np.zeros(0)
        self._scales = np.zeros((0, 2))

    def fit(
        self, features: csr_matrix, labelled: Sequence[Iterable[str]], strength: float, folds: int
    ) -> None:
        """Learn the labels of examples.

        Args:
            features: A row an example.
            labelled: The labels of each example.
            strength: Inverse strength of regularisation (C).
            folds: Into how many parts the examples are cut for the calibration.
        """
        self.labels = sorted({label for labels in labelled for label in labels})
        places = {label: place for place, label in enumerate(self.labels)}
        truth = np.zeros((len(labelled), len(self.labels)), dtype=bool)
        for row, labels in enumerate(labelled):
            truth[row, [places[label] for label in labels]] = True
        unseen = np.zeros(truth.shape)
        for learn, test in KFold(folds, shuffle=True, random_state=SEED).split(truth):
            weights, intercepts = _machines(features[learn], truth[learn], strength)
            unseen[test] = features[test] @ weights + intercepts
        self._scales = np.array([_scale(unseen[:, n], truth[:, n]) for n in range(len(self.labels))])
        weights, self._intercepts = _machines(features, truth, strength)
        self._weights = weights.astype(np.float32)
        chances = self._probabilities(unseen)
        self.threshold = max(
            _THRESHOLDS, key=lambda level: f1_score(truth, chances > level, average="micro")
        )

    def probabilities(self, features: csr_matrix) -> np.ndarray:
        """Give the probability of each label (columns, as in ``labels``) for each row."""
        return self._probabilities(features @ self._weights + self._intercepts)

    def _probabilities(self, margins: np.ndarray) -> np.ndarray:
        return expit(margins * self._scales[:, 0] + self._scales[:, 1])

    def save(self, stem: Path) -> None:
        """Write what was learnt to ``<stem>.json`` and ``<stem>.npz``."""
        state = {"labels": self.labels, "threshold": float(self.threshold)}
        stem.with_suffix(".json").write_text(json.dumps(state), "utf-8")
        np.savez_compressed(
            stem.with_suffix(".npz"),
            # Half precision: a quarter of the size, and no decision changes.
            weights=self._weights.astype(np.float16),
            intercepts=self._intercepts,
            scales=self._scales,
        )

    @classmethod
    def load(cls, stem: Path) -> "LinearLabels":
        """Read what ``save`` wrote."""
        model = cls()
        state = json.loads(stem.with_suffix(".json").read_text("utf-8"))
        model.labels, model.threshold = state["labels"], state["threshold"]
        with np.load(stem.with_suffix(".npz")) as arrays:
            model._weights = arrays["weights"].astype(np.float32)
            model._intercepts = arrays["intercepts"]
            model._scales = arrays["scales"]
        return model


def _machines(
    features: csr_matrix, truth: np.ndarray, strength: float
) -> Tuple[np.ndarray, np.ndarray]:
    """Train one machine a label; give weights (features x labels) and intercepts."""
    halves = np.array_split(np.arange(truth.shape[1]), 2)
    # Not shared as memory maps: those are read-only, and liblinear refuses them.
    parts = Parallel(n_jobs=2, max_nbytes=None)(
        delayed(_train)(features, truth[:, half], strength) for half in halves if len(half)
    )
    weights, intercepts = zip(*parts)
    return np.hstack(weights), np.concatenate(intercepts)


def _train(
    features: csr_matrix, truth: np.ndarray, strength: float
) -> Tuple[np.ndarray, np.ndarray]:
    machines = [_machine(features, column, strength) for column in truth.T]
    weights, intercepts = zip(*machines)
    return np.stack(weights, axis=1), np.array(intercepts)


def _machine(features: csr_matrix, column: np.ndarray, strength: float) -> Tuple[np.ndarray, float]:
    if column.all() or not column.any():
        return np.zeros(features.shape[1]), 1.0 if column.any() else -1.0
    machine = LinearSVC(C=strength, random_state=SEED).fit(features, column)
    return machine.coef_[0], machine.intercept_[0]


def _scale(margins: np.ndarray, column: np.ndarray) -> Tuple[float, float]:
    """Learn how margins become probabilities (Platt)."""
    if column.all() or not column.any():
        return 1.0, 0.0
    fitted = LogisticRegression(C=1e3).fit(margins[:, None], column)
    return fitted.coef_[0, 0], fitted.intercept_[0]
