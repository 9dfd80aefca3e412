"""Several labels at once by one linear model each."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix
from sklearn.model_selection import KFold
from sklearn.svm import LinearSVC

SEED = 7


class LinearMargins:
    """A support-vector machine a label; gives margins, which ``decisions`` makes sense of."""

    def __init__(self) -> None:
        """Create a model that has learnt nothing yet."""
        self.labels: list[str] = []
        self._weights = np.zeros((0, 0), dtype=np.float32)
        self._intercepts = np.zeros(0)

    def fit(self, features: csr_matrix, truth: np.ndarray, strength: float) -> None:
        """Learn the labels of examples.

        Args:
            features: A row an example.
            truth: A row an example, a column a label: whether the example has it.
            strength: Inverse strength of regularisation (C).
        """
        weights, self._intercepts = _machines(features, truth, strength)
        self._weights = weights.astype(np.float32)

    def margins(self, features: csr_matrix) -> np.ndarray:
        """Give the margin of each label (columns, as in ``labels``) for each row."""
        # Of one type: scipy copies the whole matrix into the wider one at each product.
        rows = features.astype(self._weights.dtype, copy=False)
        return rows @ self._weights + self._intercepts

    def save(self, stem: Path) -> None:
        """Write what was learnt to ``<stem>.json`` and ``<stem>.npz``."""
        stem.with_suffix(".json").write_text(json.dumps(self.labels), "utf-8")
        np.savez_compressed(
            stem.with_suffix(".npz"),
            # Half precision: half the size, and no decision changes.
            weights=self._weights.astype(np.float16),
            intercepts=self._intercepts,
        )

    @classmethod
    def load(cls, stem: Path) -> "LinearMargins":
        """Read what ``save`` wrote."""
        model = cls()
        model.labels = json.loads(stem.with_suffix(".json").read_text("utf-8"))
        with np.load(stem.with_suffix(".npz")) as arrays:
            # By rows: scipy copies a matrix that lies by columns at each product.
            model._weights = np.ascontiguousarray(arrays["weights"], dtype=np.float32)
            model._intercepts = arrays["intercepts"]
        return model


def truth_of(labels: Sequence[str], labelled: Sequence[Iterable[str]]) -> np.ndarray:
    """Give a row an example and a column a label: whether the example has it."""
    places = {label: place for place, label in enumerate(labels)}
    truth = np.zeros((len(labelled), len(labels)), dtype=bool)
    for row, own in enumerate(labelled):
        truth[row, [places[label] for label in own]] = True
    return truth


def unseen_margins(
    features: csr_matrix, truth: np.ndarray, strength: float, folds: int
) -> np.ndarray:
    """Give margins of each example by machines that have not seen it.

    Args:
        features: A row an example.
        truth: A row an example, a column a label.
        strength: Inverse strength of regularisation (C).
        folds: Into how many parts the examples are cut.
    """
    unseen = np.zeros(truth.shape)
    for learn, test in KFold(folds, shuffle=True, random_state=SEED).split(truth):
        model = LinearMargins()
        model.fit(features[learn], truth[learn], strength)
        unseen[test] = model.margins(features[test])
    return unseen


def _machines(
    features: csr_matrix, truth: np.ndarray, strength: float
) -> tuple[np.ndarray, np.ndarray]:
    """Train one machine a label; give weights (features x labels) and intercepts."""
    halves = np.array_split(np.arange(truth.shape[1]), 2)
    # Not shared as memory maps: those are read-only, and liblinear refuses them.
    parts = Parallel(n_jobs=2, max_nbytes=None)(
        delayed(_train)(features, truth[:, half], strength) for half in halves if len(half)
    )
    weights, intercepts = zip(*parts, strict=True)
    return np.hstack(weights), np.concatenate(intercepts)


def _train(
    features: csr_matrix, truth: np.ndarray, strength: float
) -> tuple[np.ndarray, np.ndarray]:
    machines = [_machine(features, column, strength) for column in truth.T]
    weights, intercepts = zip(*machines, strict=True)
    return np.stack(weights, axis=1), np.array(intercepts)


def _machine(features: csr_matrix, column: np.ndarray, strength: float) -> tuple[np.ndarray, float]:
    if column.all() or not column.any():
        return np.zeros(features.shape[1]), 1.0 if column.any() else -1.0
    machine = LinearSVC(C=strength, random_state=SEED).fit(features, column)
    return machine.coef_[0], machine.intercept_[0]
