"""From what a person typed to sparse features: folding, reading of Arabizi, tf-idf."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix, hstack

from arabic import ARABIC_OF, ArabiziReader, fold, ideas_of, is_english, join_clitics
from rasa_components.tfidf import Tfidf

MAX_CHARACTERS = 1500
"""Of a message; what comes after is not read. A long voice-like story has about 500."""

_TYPED_WORD = re.compile(r"[^\W_](?:\S*[^\W_])?|[\u2600-\u27bf\U0001f300-\U0001faff]+")
"""Without the punctuation around it; emoji are words."""

_LONGEST_PIECE = 5
_REMEMBERED = 50_000


class TextFeatures:
    """Pieces of words, words and ideas of folded text, in which Arabizi is read as Arabic."""

    def __init__(self) -> None:
        """Create features that have learnt nothing yet."""
        self._blocks = [Tfidf(pieces), Tfidf(str.split), Tfidf(pairs), Tfidf(ideas)]
        self._weights = (1.0, 0.4, 0.4, 0.6)
        self._reader = ArabiziReader({})
        self._english: frozenset = frozenset()
        self._read_word = lru_cache(maxsize=_REMEMBERED)(self._word)

    def fit_transform(self, texts: list[str]) -> csr_matrix:
        """Learn the known words and n-grams of the training texts and give their features."""
        folded = [fold(text) for text in texts]
        english = [words for text, words in zip(texts, folded, strict=True) if is_english(text)]
        self._english = frozenset(_known_words(english))
        self._reader = ArabiziReader.from_texts(folded)
        read = [self.read(text) for text in texts]
        # The pieces of words take as long as all the rest.
        fitted = Parallel(n_jobs=2)(delayed(_fitted)(block, read) for block in self._blocks)
        self._blocks = [block for block, _ in fitted]
        rows = (own * weight for (_, own), weight in zip(fitted, self._weights, strict=True))
        return hstack(list(rows), "csr")

    def transform(self, texts: list[str]) -> csr_matrix:
        """Give the features of texts, a row each.

        Put together by hand: scipy's products and stacking check their input at every step,
        which takes ten times as long as all else for one text.
        """
        columns, values, ends = [], [], [0]
        for text in texts:
            read, start = self.read(text), 0
            for block, weight in zip(self._blocks, self._weights, strict=True):
                own, weighed = block.row(read)
                columns.append(own + np.int32(start))
                values.append(weighed * np.float32(weight))
                start += block.width
            ends.append(ends[-1] + sum(map(len, columns[-len(self._blocks) :])))
        shape = (len(texts), sum(block.width for block in self._blocks))
        return csr_matrix((np.concatenate(values), np.concatenate(columns), ends), shape=shape)

    def is_english(self, text: str) -> bool:
        """Say whether a text is English rather than Arabic in either script."""
        return is_english(text[:MAX_CHARACTERS], self._english)

    def read(self, text: str) -> str:
        """Fold a text, read its Arabizi as Arabic, and put the Arabic beside English words."""
        shortened = text[:MAX_CHARACTERS]
        words = fold(shortened).split()
        if not any(_is_latin(word) for word in words):
            return " ".join(words)
        if self.is_english(shortened):
            # Behind the whole, so that neighbours stay neighbours.
            arabic = [ARABIC_OF[word] for word in words if word in ARABIC_OF]
            return " ".join([*words, *arabic])
        return join_clitics(" ".join(self._read_word(word) for word in words))

    def evidence(self, text: str) -> Iterator[tuple[int, int, np.ndarray, np.ndarray]]:
        """Give what each word of a text, as typed, adds to the text's features by itself.

        Yields:
            The word's start and end in the text, the columns of its features, and their values
            as against the other words'.
        """
        read_word = self._way_of_reading(text)
        for found in _TYPED_WORD.finditer(text[:MAX_CHARACTERS]):
            read = " ".join(read_word(word) for word in fold(found[0]).split())
            start, parts = 0, []
            for block, weight in zip(self._blocks, self._weights, strict=True):
                columns, counts = block.weights(read)
                parts.append((columns + start, counts * weight))
                start += block.width
            columns, values = (np.concatenate(each) for each in zip(*parts, strict=True))
            yield *found.span(), columns, values

    def _way_of_reading(self, text: str) -> Callable[[str], str]:
        return _with_arabic if self.is_english(text) else self._read_word

    def _word(self, word: str) -> str:
        if not _is_latin(word):
            return word
        return _with_arabic(word) if word in self._english else self._reader.read(word)

    def save(self, folder: Path) -> None:
        """Write what was learnt into a folder."""
        for number, block in enumerate(self._blocks):
            block.save(folder / f"features{number}")
        state = {"arabic_words": self._reader.words, "english_words": sorted(self._english)}
        (folder / "features.json").write_text(json.dumps(state, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "TextFeatures":
        """Read what ``save`` wrote."""
        features = cls()
        for number, block in enumerate(features._blocks):
            block.load(folder / f"features{number}")
        state = json.loads((folder / "features.json").read_text("utf-8"))
        features._reader = ArabiziReader(state["arabic_words"])
        features._english = frozenset(state["english_words"])
        return features


def _fitted(block: Tfidf, texts: list[str]) -> tuple[Tfidf, csr_matrix]:
    features = block.fit_transform(texts)
    return block, features


@lru_cache(maxsize=_REMEMBERED)
def _pieces_of(word: str) -> tuple[str, ...]:
    """Cut a word, its ends marked by spaces, into pieces of one to five characters."""
    marked = f" {word} "
    longest = min(_LONGEST_PIECE, len(marked))
    return tuple(
        marked[start : start + length]
        for length in range(1, longest + 1)
        for start in range(len(marked) - length + 1)
    )


def pieces(read: str) -> list[str]:
    """Give the pieces of each word of a text."""
    return [piece for word in read.split() for piece in _pieces_of(word)]


def pairs(read: str) -> list[str]:
    """Give the pairs of neighbouring words of a text."""
    words = read.split()
    return [f"{first} {second}" for first, second in pairwise(words)]


def ideas(read: str) -> list[str]:
    """Give the ideas that a text names, and which of them meet in it, whatever their order."""
    named = sorted(ideas_of(read))
    meetings = [f"{a} {b}" for place, a in enumerate(named) for b in named[place + 1 :]]
    return named + meetings


def _is_latin(word: str) -> bool:
    return any("a" <= char <= "z" for char in word)


def _with_arabic(word: str) -> str:
    arabic = ARABIC_OF.get(word)
    return f"{word} {arabic}" if arabic else word


def _known_words(texts: list[str]) -> list[str]:
    """Words that are no slip: of two letters or more, and met twice or more."""
    counts = Counter(word for text in texts for word in text.split())
    return [word for word, count in counts.items() if count > 1 and len(word) > 1]
