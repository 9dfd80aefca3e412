"""Tf-idf of whatever terms a text is cut into, quick for one text at a time."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

Cut = Callable[[str], list[str]]


class Tfidf:
    """scikit-learn's ``TfidfVectorizer`` with sublinear counts, of terms that occur in two texts.

    Learning is the library's; one text goes a shorter way, since building the library's
    one-row matrices takes longer than all the rest of understanding.

    Args:
        cut: Gives the terms of a text.
    """

    def __init__(self, cut: Cut) -> None:
        """Create a vectorizer that has learnt nothing yet."""
        self._cut = cut
        self._columns: dict[str, int] = {}
        self._idf = np.zeros(0, dtype=np.float32)

    def fit_transform(self, texts: list[str]) -> csr_matrix:
        """Learn the terms of texts and give their features, a row each."""
        counter = CountVectorizer(analyzer=self._cut, min_df=2, dtype=np.float32)
        counts = counter.fit_transform(texts)
        weigher = TfidfTransformer(sublinear_tf=True)
        weighed = weigher.fit_transform(counts)
        self._columns = counter.vocabulary_
        self._idf = weigher.idf_.astype(np.float32)
        return weighed

    @property
    def width(self) -> int:
        """How many columns the features have."""
        return len(self._idf)

    def row(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """Give the columns that a text has, in order, and their values, whose squares sum to 1."""
        columns, values = self.weights(text)
        length = float(np.sqrt(values @ values))
        return columns, values / length if length else values

    def weights(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """Give the columns that a text has, in order, and their values before scaling."""
        found = Counter(map(self._columns.get, self._cut(text)))
        found.pop(None, None)
        columns = np.array(sorted(found), dtype=np.int32)
        counts = np.array([found[column] for column in columns.tolist()], dtype=np.float32)
        return columns, (1 + np.log(counts)) * self._idf[columns]

    def save(self, stem: Path) -> None:
        """Write what was learnt to ``<stem>.json`` and ``<stem>.npz``."""
        terms = sorted(self._columns, key=self._columns.__getitem__)
        stem.with_suffix(".json").write_text(json.dumps(terms, ensure_ascii=False), "utf-8")
        np.savez_compressed(stem.with_suffix(".npz"), idf=self._idf)

    def load(self, stem: Path) -> None:
        """Read what ``save`` wrote."""
        terms = json.loads(stem.with_suffix(".json").read_text("utf-8"))
        self._columns = {term: column for column, term in enumerate(terms)}
        with np.load(stem.with_suffix(".npz")) as arrays:
            self._idf = arrays["idf"]
