"""Several labels at once by one linear model each."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.model_selection import GroupKFold, KFold
from sklearn.svm import LinearSVC

SEED = 7

_TOLERANCE = 0.1
"""Of the solver: a thousandth takes twice as long and decides nothing otherwise."""


@dataclass(frozen=True)
class Aside:
    """Examples of a like kind that are to be learnt from too.

    Attributes:
        features: A row an example.
        truth: A row an example, a column a label.
        writers: Whose each example is.
        share: How much one of them counts against an example of the kind itself.
    """

    features: csr_matrix
    truth: np.ndarray
    writers: Sequence[str]
    share: float

    def without(self, writers: Iterable[str]) -> "Aside":
        """Leave out what some writers wrote."""
        left_out = set(writers)
        kept = [n for n, writer in enumerate(self.writers) if writer not in left_out]
        own = [self.writers[n] for n in kept]
        return Aside(self.features[kept], self.truth[kept], own, self.share)


class LinearMargins:
    """A support-vector machine a label; gives margins, which ``decisions`` makes sense of."""

    def __init__(self) -> None:
        """Create a model that has learnt nothing yet."""
        self.labels: list[str] = []
        self._weights = np.zeros((0, 0), dtype=np.float32)
        self._intercepts = np.zeros(0)

    def fit(
        self, features: csr_matrix, truth: np.ndarray, strength: float, aside: Aside | None
    ) -> None:
        """Learn the labels of examples.

        Args:
            features: A row an example.
            truth: A row an example, a column a label: whether the example has it.
            strength: Inverse strength of regularisation (C).
            aside: Examples of a like kind, or None.
        """
        counted = np.ones(len(truth))
        if aside is not None:
            # Each weight in two parts, one that both kinds share and one of the kind's own:
            # https://aclanthology.org/P07-1033
            nothing = csr_matrix(aside.features.shape, dtype=aside.features.dtype)
            own, others = hstack([features, features]), hstack([aside.features, nothing])
            features = vstack([own, others], "csr")
            truth = np.vstack([truth, aside.truth])
            counted = np.concatenate([counted, np.full(len(aside.truth), aside.share)])
        weights, self._intercepts = _machines(features, truth, strength, counted)
        if aside is not None:
            weights = weights[: len(weights) // 2] + weights[len(weights) // 2 :]
        self._weights = weights.astype(np.float32)

    def margins(self, features: csr_matrix) -> np.ndarray:
        """Give the margin of each label (columns, as in ``labels``) for each row."""
        # Of one type: scipy copies the whole matrix into the wider one at each product.
        rows = features.astype(self._weights.dtype, copy=False)
        return rows @ self._weights + self._intercepts

    def weights_of(self, columns: np.ndarray, label: int) -> np.ndarray:
        """Give what each of some features counts for a label."""
        return self._weights[columns, label]

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


def unseen_margins(  # noqa: PLR0913 - as ``LinearMargins.fit``, and how to part the examples
    features: csr_matrix,
    truth: np.ndarray,
    strength: float,
    *,
    writers: Sequence[str],
    folds: int,
    aside: Aside | None = None,
) -> np.ndarray:
    """Give margins of each example by machines that have seen nothing of its writer's.

    Args:
        features: A row an example.
        truth: A row an example, a column a label.
        strength: Inverse strength of regularisation (C).
        writers: Whose each example is: the employees who will write are none of them.
        folds: Into how many parts the writers are put.
        aside: See ``LinearMargins.fit``.
    """
    unseen = np.zeros(truth.shape)
    known = len(set(writers))
    parts = GroupKFold(min(folds, known)) if known > 1 else KFold(folds)
    for learn, test in parts.split(truth, groups=writers):
        model = LinearMargins()
        others = aside.without({writers[n] for n in test}) if aside and known > 1 else aside
        model.fit(features[learn], truth[learn], strength, others)
        unseen[test] = model.margins(features[test])
    return unseen


def _machines(
    features: csr_matrix, truth: np.ndarray, strength: float, counted: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Train one machine a label; give weights (features x labels) and intercepts."""
    # liblinear computes in double precision; once here, not once a label.
    rows = features.astype(np.float64)
    # Not shared as memory maps: those are read-only, and liblinear refuses them.
    machines = Parallel(n_jobs=2, max_nbytes=None)(
        delayed(_train)(rows, truth[:, half], strength, counted)
        for half in np.array_split(np.arange(truth.shape[1]), 2)
        if len(half)
    )
    weights, intercepts = zip(*machines, strict=True)
    return np.hstack(weights), np.concatenate(intercepts)


def _train(
    features: csr_matrix, truth: np.ndarray, strength: float, counted: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    machines = [_machine(features, column, strength, counted) for column in truth.T]
    weights, intercepts = zip(*machines, strict=True)
    return np.stack(weights, axis=1), np.array(intercepts)


def _machine(
    features: csr_matrix, column: np.ndarray, strength: float, counted: np.ndarray
) -> tuple[np.ndarray, float]:
    if column.all() or not column.any():
        return np.zeros(features.shape[1], np.float32), 1.0 if column.any() else -1.0
    machine = LinearSVC(C=strength, tol=_TOLERANCE, random_state=SEED)
    machine.fit(features, column, sample_weight=counted)
    return machine.coef_[0].astype(np.float32), machine.intercept_[0]
