"""Intent, readings and draft check of a message by linear models over one set of features."""

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
from rasa_components.decisions import IntentOdds
from rasa_components.facet_model import Examples, FacetModel
from rasa_components.features import MAX_CHARACTERS, TextFeatures
from rasa_components.highlights import highlights
from rasa_components.importer import writer_of
from rasa_components.linear import LinearMargins, truth_of, unseen_margins
from rasa_components.parting import part

RANKING_LENGTH = 8
"""Of the intents that a parse reports beside the chosen one."""

ASK, FOLLOW_UP, DRAFT = "ask_rule", "follow_up", "draft"
_QUESTIONS = (ASK, FOLLOW_UP)

_MOST_QUESTIONS = 3
"""In one message; one with more is a story, and is read whole."""

_SURELY = 0.7
"""From which probability each part of a message is a question of its own."""

_HIGHLIGHTED = 0.05
"""From which probability of a reading the words that raised its facets are told."""


def facets_of(message: Message) -> list[str]:
    """Give the facets that a training example is labelled with."""
    metadata = message.get("metadata") or {}
    example = metadata.get("example") or {}
    return list(example.get("facets") or [])


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class MeaningClassifier(GraphComponent, IntentClassifier):
    """Sets ``intent``, ``intent_ranking``, ``readings``, ``questions``, ``draft``, ``language``.

    ``readings`` holds what the message may be about as a question: ``{"facets",
    "probability"}``, the likeliest first; ``questions`` the same for each of several questions
    in it, with its ``text``. ``draft`` reads it as a post: its ``probability`` of being one,
    its ``readings``, and for each facet in them the ``words`` that raised it.
    """

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        """Create a classifier that has learnt nothing yet."""
        self._config = {**self.get_default_config(), **config}
        self._storage = storage
        self._resource = resource
        self._features = TextFeatures()
        self._intents = LinearMargins()
        self._intent_odds = IntentOdds()
        self._questions = FacetModel()
        self._drafts = FacetModel()

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Give the defaults.

        ``intent_C``, ``facet_C``, ``draft_C``: inverse strength of regularisation. ``folds``: of
        the calibration. ``emphasis``: how much an example of an intent counts in the decision;
        one out of scope more, since a rule given to it is worse than a question back.
        ``question_share``: how much a question counts against a post in what posts are about.
        ``sure_draft``: from which probability a text that nobody announced is taken for a post.
        """
        return {
            "intent_C": 2.0,
            "facet_C": 1.0,
            "draft_C": 0.6,
            "folds": 3,
            "emphasis": {"out_of_scope": 2.0},
            "question_share": 0.15,
            "sure_draft": 0.8,
        }

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:  # noqa: ARG003 - Rasa's signature
        """Retrain when the folding or the features change: Rasa hashes this file alone."""
        folders = [Path(arabic.__file__).parent, Path(__file__).parent]
        sources = sorted(
            path
            for folder in folders
            for path in folder.iterdir()
            if path.suffix in {".py", ".txt"}
        )
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
        self._learn(examples, features)
        with self._storage.write_to(self._resource) as folder:
            self._features.save(folder)
            self._intents.save(folder / "intents")
            self._intent_odds.save(folder / "intent_odds.json")
            self._questions.save(folder, "questions")
            self._drafts.save(folder, "drafts")
        return self._resource

    def _learn(self, examples: Sequence[Message], features: csr_matrix) -> None:
        config, folds = self._config, self._config["folds"]
        intents = np.array([example.get(INTENT) for example in examples])
        labelled = Examples(
            features, [facets_of(e) for e in examples], [writer_of(e) for e in examples]
        )
        drafts, asked = intents == DRAFT, np.isin(intents, _QUESTIONS)
        # A draft is no question: its facets would be learnt as what questions are about.
        unseen = self._questions.fit(
            labelled.where(~drafts), config["facet_C"], folds, asked[~drafts]
        )
        aside = (labelled.where(asked), config["question_share"])
        whole = np.ones(drafts.sum(), dtype=bool)
        self._drafts.fit(labelled.where(drafts), config["draft_C"], folds, whole, aside)

        self._intents.labels = sorted(set(intents))
        truth = truth_of(self._intents.labels, [[intent] for intent in intents])
        self._intents.fit(features, truth, config["intent_C"], None)
        parting = {"writers": labelled.writers, "folds": folds}
        margins = unseen_margins(features, truth, config["intent_C"], **parting)
        about = np.zeros((len(intents), unseen.shape[1]))
        about[~drafts] = unseen
        about[drafts] = self._questions.margins(features[drafts])
        emphasis = np.array([config["emphasis"].get(label, 1.0) for label in self._intents.labels])
        self._intent_odds.fit(margins, about[:, :-1], truth, emphasis)

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
            component._intent_odds = IntentOdds.load(folder / "intent_odds.json")
            component._questions = FacetModel.load(folder, "questions")
            component._drafts = FacetModel.load(folder, "drafts")
        return component

    def process(self, messages: list[Message]) -> list[Message]:
        """Set what each message means."""
        for message in messages:
            self._understand(message, message.get(TEXT) or "")
        return messages

    def _understand(self, message: Message, text: str) -> None:
        features = self._features.transform([text])
        intents, readings = self._read(features)
        language = "en" if self._features.is_english(text) else "ar"
        chosen = _ranking(self._sure(intents))
        message.set("intent", chosen[0], add_to_output=True)
        message.set("intent_ranking", chosen, add_to_output=True)
        message.set("readings", readings, add_to_output=True)
        message.set("questions", self._several(text), add_to_output=True)
        message.set("draft", self._as_draft(text, features, intents[DRAFT]), add_to_output=True)
        message.set("language", language, add_to_output=True)

    def _read(self, features: csr_matrix) -> tuple[dict[str, float], list[dict[str, Any]]]:
        """Give the probability of each intent, and the readings as a question."""
        about = self._questions.margins(features)
        margins = self._intents.margins(features)
        chances = self._intent_odds.probabilities(margins, about[:, :-1])[0]
        intents = dict(zip(self._intents.labels, chances.tolist(), strict=True))
        return intents, self._questions.readings(about[0])

    def _sure(self, intents: dict[str, float]) -> dict[str, float]:
        """Leave out that a text is a post, unless it is all but sure."""
        if intents[DRAFT] >= self._config["sure_draft"]:
            return intents
        others = {name: chance for name, chance in intents.items() if name != DRAFT}
        whole = sum(others.values())
        return {name: chance / whole for name, chance in others.items()}

    def _several(self, text: str) -> list[dict[str, Any]]:
        """Read each question of a message that asks several about different things."""
        parts = part(text[:MAX_CHARACTERS])
        if not 1 < len(parts) <= _MOST_QUESTIONS:
            return []
        questions = []
        for own, (intents, readings) in zip(
            parts, (self._read(self._features.transform([each])) for each in parts), strict=True
        ):
            if sum(intents[name] for name in _QUESTIONS) < _SURELY or not readings[0]["facets"]:
                return []
            follows = bool(questions) and intents[FOLLOW_UP] > intents[ASK]
            questions.append({"text": own, "readings": readings, "follows": follows})
        named = [facet for each in questions for facet in each["readings"][0]["facets"]]
        return questions if len(named) == len(set(named)) else []

    def _as_draft(self, text: str, features: csr_matrix, chance: float) -> dict[str, Any]:
        readings = self._drafts.readings(self._drafts.margins(features)[0])
        likely = (r["facets"] for r in readings if r["probability"] >= _HIGHLIGHTED)
        facets = sorted({facet for own in likely for facet in own})
        words = highlights(self._features, text, facets, self._drafts.weights_of)
        return {"probability": chance, "readings": readings, "words": words}


def _ranking(chances: dict[str, float]) -> list[dict[str, Any]]:
    best = sorted(chances.items(), key=lambda item: -item[1])[:RANKING_LENGTH]
    return [{"name": name, "confidence": chance} for name, chance in best]
