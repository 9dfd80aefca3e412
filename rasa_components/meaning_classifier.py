"""Intent and facets of a message by linear models over one set of features."""

import hashlib
from pathlib import Path
from typing import Any, Dict, List, Optional

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

import arabic
from rasa_components.features import TextFeatures
from rasa_components.linear import LinearLabels

RANKING_LENGTH = 8
"""Of the facets and intents that a parse reports beside the chosen ones."""


def facets_of(message: Message) -> List[str]:
    """Give the facets that a training example is labelled with."""
    metadata = message.get("metadata") or {}
    example = metadata.get("example") or {}
    return list(example.get("facets") or [])


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True
)
class MeaningClassifier(GraphComponent, IntentClassifier):
    """Sets ``intent``, ``intent_ranking``, ``facets``, ``facet_ranking`` and ``language``.

    ``facets`` holds what the message is about: ``{"name", "confidence"}``, the most
    probable first. ``facet_ranking`` holds what was considered beside them.
    """

    def __init__(
        self, config: Dict[str, Any], storage: ModelStorage, resource: Resource
    ) -> None:
        """Create a classifier that has learnt nothing yet."""
        self._config = {**self.get_default_config(), **config}
        self._storage = storage
        self._resource = resource
        self._features = TextFeatures()
        self._intents = LinearLabels()
        self._facets = LinearLabels()

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """``C``: inverse strength of regularisation; ``folds``: of the calibration."""
        return {"intent_C": 2.0, "facet_C": 1.0, "folds": 3}

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """Retrain when the folding or the features change: Rasa hashes this file alone."""
        folders = [Path(arabic.__file__).parent, Path(__file__).parent]
        sources = sorted(path for folder in folders for path in folder.glob("*.py"))
        return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "MeaningClassifier":
        """Create the component for training."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn intents and facets from the examples and their metadata."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        features = self._features.fit_transform([e.get(TEXT) for e in examples])
        intents = [[e.get(INTENT)] for e in examples]
        facets = [facets_of(e) for e in examples]
        folds = self._config["folds"]
        self._intents.fit(features, intents, self._config["intent_C"], folds)
        self._facets.fit(features, facets, self._config["facet_C"], folds)
        with self._storage.write_to(self._resource) as folder:
            self._features.save(folder)
            self._intents.save(folder / "intents")
            self._facets.save(folder / "facets")
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "MeaningClassifier":
        """Load the component for use."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._features = TextFeatures.load(folder)
            component._intents = LinearLabels.load(folder / "intents")
            component._facets = LinearLabels.load(folder / "facets")
        return component

    def process(self, messages: List[Message]) -> List[Message]:
        """Set what each message means."""
        for message in messages:
            self._understand(message, message.get(TEXT) or "")
        return messages

    def _understand(self, message: Message, text: str) -> None:
        features = self._features.transform([text])
        intents = self._intents.probabilities(features)[0]
        intents = _ranking(self._intents.labels, intents / intents.sum())
        facets = _ranking(self._facets.labels, self._facets.probabilities(features)[0])
        chosen = [f for f in facets if f["confidence"] > self._facets.threshold]
        message.set("intent", intents[0], add_to_output=True)
        message.set("intent_ranking", intents, add_to_output=True)
        message.set("facets", chosen, add_to_output=True)
        message.set("facet_ranking", facets, add_to_output=True)
        language = "en" if self._features.is_english(text) else "ar"
        message.set("language", language, add_to_output=True)


def _ranking(labels: List[str], probabilities: np.ndarray) -> List[Dict[str, Any]]:
    best = np.argsort(-probabilities)[:RANKING_LENGTH]
    return [{"name": labels[n], "confidence": float(probabilities[n])} for n in best]
