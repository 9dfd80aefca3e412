"""What texts of one kind are about: margins, odds and whole readings, learnt together."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from rasa_components.decisions import FacetOdds
from rasa_components.linear import Aside, LinearMargins, truth_of, unseen_margins
from rasa_components.readings import Readings


@dataclass(frozen=True)
class Examples:
    """Labelled texts.

    Attributes:
        features: A row a text.
        facets: Those of each text.
        writers: Who wrote each text.
    """

    features: csr_matrix
    facets: Sequence[Sequence[str]]
    writers: Sequence[str]

    def where(self, chosen: np.ndarray) -> "Examples":
        """Give those that a mask chooses."""
        places = np.flatnonzero(chosen)
        facets = [self.facets[place] for place in places]
        return Examples(self.features[places], facets, [self.writers[place] for place in places])


class FacetModel:
    """Reads texts of one kind, questions or posts."""

    def __init__(self) -> None:
        """Create a model that has learnt nothing yet."""
        self._margins = LinearMargins()
        self._odds = FacetOdds()
        self._readings = Readings()

    @property
    def facets(self) -> list[str]:
        """The facets that it knows."""
        return self._margins.labels

    def fit(
        self,
        examples: Examples,
        strength: float,
        folds: int,
        read: np.ndarray,
        aside: tuple[Examples, float] | None = None,
    ) -> np.ndarray:
        """Learn from labelled texts.

        Args:
            examples: Of this kind, and texts that are about nothing.
            strength: Inverse strength of regularisation (C).
            folds: Of the calibration.
            read: Which examples are of this kind: the odds and readings are theirs.
            aside: Examples of another kind to learn from too, and how much one of them counts.

        Returns:
            Margins of each example, unseen: a column a facet, and one for having any.
        """
        labels = sorted({facet for own in examples.facets for facet in own})
        self._margins.labels = labels
        truth = _truth(labels, examples.facets)
        beside = None
        if aside is not None:
            others, share = aside
            own = [[facet for facet in each if facet in labels] for each in others.facets]
            beside = Aside(others.features, _truth(labels, own), others.writers, share)
        self._margins.fit(examples.features, truth, strength, beside)
        parting: dict[str, Any] = {"writers": examples.writers, "folds": folds}
        unseen = unseen_margins(examples.features, truth, strength, **parting, aside=beside)
        self._odds.fit(unseen[read], truth[read, :-1])
        self._readings.fit(self._odds.logits(unseen[read]), truth[read, :-1])
        return unseen

    def margins(self, features: csr_matrix) -> np.ndarray:
        """Give margins: a row a text, a column a facet, and one for having any."""
        return self._margins.margins(features)

    def readings(self, margins: np.ndarray) -> list[dict[str, Any]]:
        """Give the likeliest readings of one text by its margins, the likeliest first."""
        likeliest = self._readings.likeliest(self._odds.logits(margins[None])[0])
        return [
            {"facets": [self.facets[n] for n in columns], "probability": chance}
            for columns, chance in likeliest
        ]

    def weights_of(self, columns: np.ndarray, facet: str) -> np.ndarray:
        """Give what each of some features counts for a facet."""
        return self._margins.weights_of(columns, self.facets.index(facet))

    def save(self, folder: Path, name: str) -> None:
        """Write what was learnt into a folder."""
        self._margins.save(folder / name)
        self._odds.save(folder / f"{name}_odds.json")
        self._readings.save(folder / f"{name}_readings.json")

    @classmethod
    def load(cls, folder: Path, name: str) -> "FacetModel":
        """Read what ``save`` wrote."""
        model = cls()
        model._margins = LinearMargins.load(folder / name)
        model._odds = FacetOdds.load(folder / f"{name}_odds.json")
        model._readings = Readings.load(folder / f"{name}_readings.json")
        return model


def _truth(labels: Sequence[str], facets: Sequence[Sequence[str]]) -> np.ndarray:
    """Give a column a facet, and a last one for having any."""
    truth = truth_of(labels, facets)
    return np.column_stack([truth, truth.any(axis=1)])
