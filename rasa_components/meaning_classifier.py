"""Intent and facets of a message by linear models over one set of features."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

import arabic
from rasa_components.decisions import FacetOdds, IntentOdds
from rasa_components.features import TextFeatures
from rasa_components.linear import LinearMargins, truth_of, unseen_margins

RANKING_LENGTH = 8
"""Of the facets and intents that a parse reports beside the chosen ones."""


def facets_of(message: Message) -> list[str]:
    """Give the facets that a training example is labelled with."""
    metadata = message.get("metadata") or {}
    example = metadata.get("example") or {}
    return list(example.get("facets") or [])


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class MeaningClassifier(GraphComponent, IntentClassifier):
    """Sets ``intent``, ``intent_ranking``, ``facets``, ``facet_ranking`` and ``language``.

    ``facets`` holds what the message is about: ``{"name", "confidence"}``, the most
    probable first. ``facet_ranking`` holds what was considered beside them.
    """

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        """Create a classifier that has learnt nothing yet."""
        self._config = {**self.get_default_config(), **config}
        self._storage = storage
        self._resource = resource
        self._features = TextFeatures()
        self._intents = LinearMargins()
        self._facets = LinearMargins()
        self._intent_odds = IntentOdds()
        self._facet_odds = FacetOdds()

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Give the defaults.

        ``intent_C``, ``facet_C``: inverse strength of regularisation. ``folds``: of the
        calibration. ``emphasis``: how much an example of an intent counts in the decision;
        one out of scope more, since a rule given to it is worse than a question back.
        """
        return {"intent_C": 2.0, "facet_C": 1.0, "folds": 3, "emphasis": {"out_of_scope": 2.0}}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:  # noqa: ARG003 - Rasa's signature
        """Retrain when the folding or the features change: Rasa hashes this file alone."""
        folders = [Path(arabic.__file__).parent, Path(__file__).parent]
        sources = sorted(path for folder in folders for path in folder.glob("*.py"))
        return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa's signature
    ) -> "MeaningClassifier":
        """Create the component for training."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn intents and facets from the examples and their metadata."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        features = self._features.fit_transform([e.get(TEXT) for e in examples])
        self._learn(features, [e.get(INTENT) for e in examples], [facets_of(e) for e in examples])
        with self._storage.write_to(self._resource) as folder:
            self._features.save(folder)
            self._intents.save(folder / "intents")
            self._facets.save(folder / "facets")
            self._intent_odds.save(folder / "intent_odds.json")
            self._facet_odds.save(folder / "facet_odds.json")
        return self._resource

    def _learn(
        self, features: csr_matrix, intents: Sequence[str], facets: Sequence[Sequence[str]]
    ) -> None:
        config = self._config
        self._intents.labels = sorted(set(intents))
        self._facets.labels = sorted({facet for own in facets for facet in own})
        truth = truth_of(self._intents.labels, [[intent] for intent in intents])
        facet_truth = truth_of(self._facets.labels, facets)
        self._intents.fit(features, truth, config["intent_C"])
        self._facets.fit(features, facet_truth, config["facet_C"])
        unseen = unseen_margins(features, truth, config["intent_C"], config["folds"])
        facet_unseen = unseen_margins(features, facet_truth, config["facet_C"], config["folds"])
        self._facet_odds.fit(facet_unseen, facet_truth)
        emphasis = np.array([config["emphasis"].get(label, 1.0) for label in self._intents.labels])
        self._intent_odds.fit(unseen, facet_unseen, truth, emphasis)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa's signature
        **kwargs: Any,  # noqa: ARG003 - Rasa's signature
    ) -> "MeaningClassifier":
        """Load the component for use."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._features = TextFeatures.load(folder)
            component._intents = LinearMargins.load(folder / "intents")
            component._facets = LinearMargins.load(folder / "facets")
            component._intent_odds = IntentOdds.load(folder / "intent_odds.json")
            component._facet_odds = FacetOdds.load(folder / "facet_odds.json")
        return component

    def process(self, messages: list[Message]) -> list[Message]:
        """Set what each message means."""
        for message in messages:
            self._understand(message, message.get(TEXT) or "")
        return messages

    def _understand(self, message: Message, text: str) -> None:
        features = self._features.transform([text])
        margins, facet_margins = self._intents.margins(features), self._facets.margins(features)
        intent_chances = self._intent_odds.probabilities(margins, facet_margins)[0]
        intents = _ranking(self._intents.labels, intent_chances)
        facet_chances = self._facet_odds.probabilities(facet_margins)[0]
        facets = _ranking(self._facets.labels, facet_chances)
        chosen = [f for f in facets if f["confidence"] > self._facet_odds.threshold]
        message.set("intent", intents[0], add_to_output=True)
        message.set("intent_ranking", intents, add_to_output=True)
        message.set("facets", chosen, add_to_output=True)
        message.set("facet_ranking", facets, add_to_output=True)
        language = "en" if self._features.is_english(text) else "ar"
        message.set("language", language, add_to_output=True)


def _ranking(labels: list[str], probabilities: np.ndarray) -> list[dict[str, Any]]:
    best = np.argsort(-probabilities)[:RANKING_LENGTH]
    return [{"name": labels[n], "confidence": float(probabilities[n])} for n in best]
