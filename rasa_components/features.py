"""From what a person typed to sparse features: folding, reading of Arabizi, tf-idf."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from arabic import ARABIC_OF, ArabiziReader, fold, is_english, join_clitics

MAX_CHARACTERS = 1500
"""Of a message; what comes after is not read. A long voice-like story has about 500."""


class TextFeatures:
    """Character and word n-grams of folded text, in which Arabizi is read as Arabic."""

    def __init__(self) -> None:
        """Create features that have learnt nothing yet."""
        self._vectorizers = [
            TfidfVectorizer(
                analyzer="char_wb",
                ngram_range=(1, 5),
                sublinear_tf=True,
                min_df=2,
                dtype=np.float32,
            ),
            TfidfVectorizer(
                token_pattern=r"\S+",  # noqa: S106 - of words, not a secret
                ngram_range=(1, 2),
                sublinear_tf=True,
                min_df=2,
                dtype=np.float32,
            ),
        ]
        self._weights = (1.0, 0.4)
        self._reader = ArabiziReader({})
        self._english: frozenset = frozenset()

    def fit_transform(self, texts: list[str]) -> csr_matrix:
        """Learn the known words and n-grams of the training texts and give their features."""
        folded = [fold(text) for text in texts]
        english = [words for text, words in zip(texts, folded, strict=True) if is_english(text)]
        self._english = frozenset(_known_words(english))
        self._reader = ArabiziReader.from_texts(folded)
        read = [self._read(text) for text in texts]
        # In one pass: counting the n-grams is what takes the time.
        return self._weighed([vectorizer.fit_transform(read) for vectorizer in self._vectorizers])

    def transform(self, texts: list[str]) -> csr_matrix:
        """Give the features of texts, a row each."""
        return self._vectors([self._read(text) for text in texts])

    def is_english(self, text: str) -> bool:
        """Say whether a text is English rather than Arabic in either script."""
        return is_english(text[:MAX_CHARACTERS], self._english)

    def _read(self, text: str) -> str:
        """Fold a text, read its Arabizi as Arabic, and put the Arabic beside English words."""
        shortened = text[:MAX_CHARACTERS]
        words = fold(shortened).split()
        if self.is_english(shortened):
            return " ".join(_with_arabic(word) for word in words)
        if not any(_is_latin(word) for word in words):
            return " ".join(words)
        return join_clitics(" ".join(self._word(word) for word in words))

    def _word(self, word: str) -> str:
        if not _is_latin(word):
            return word
        return _with_arabic(word) if word in self._english else self._reader.read(word)

    def _vectors(self, read: list[str]) -> csr_matrix:
        return self._weighed([vectorizer.transform(read) for vectorizer in self._vectorizers])

    def _weighed(self, blocks: list[csr_matrix]) -> csr_matrix:
        weighed = [block * weight for block, weight in zip(blocks, self._weights, strict=True)]
        return hstack(weighed, format="csr")

    def save(self, folder: Path) -> None:
        """Write what was learnt into a folder."""
        state = {
            "vocabularies": [
                sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.get)
                for vectorizer in self._vectorizers
            ],
            "arabic_words": self._reader.words,
            "english_words": sorted(self._english),
        }
        (folder / "features.json").write_text(json.dumps(state, ensure_ascii=False), "utf-8")
        idf = {f"idf{n}": v.idf_ for n, v in enumerate(self._vectorizers)}
        np.savez_compressed(folder / "features.npz", **idf)

    @classmethod
    def load(cls, folder: Path) -> "TextFeatures":
        """Read what ``save`` wrote."""
        features = cls()
        state = json.loads((folder / "features.json").read_text("utf-8"))
        with np.load(folder / "features.npz") as arrays:
            for number, vectorizer in enumerate(features._vectorizers):
                terms = state["vocabularies"][number]
                vectorizer.vocabulary_ = {term: column for column, term in enumerate(terms)}
                vectorizer.idf_ = arrays[f"idf{number}"]
        features._reader = ArabiziReader(state["arabic_words"])
        features._english = frozenset(state["english_words"])
        return features


def _is_latin(word: str) -> bool:
    return any("a" <= char <= "z" for char in word)


def _with_arabic(word: str) -> str:
    arabic = ARABIC_OF.get(word)
    return f"{word} {arabic}" if arabic else word


def _known_words(texts: list[str]) -> list[str]:
    """Words that are no slip: of two letters or more, and met twice or more."""
    counts = Counter(word for text in texts for word in text.split())
    return [word for word, count in counts.items() if count > 1 and len(word) > 1]
