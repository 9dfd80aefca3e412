"""Checks that run in Rasa's own environment: ``python -m unittest``; pytest starts them."""

import asyncio
import contextlib
import json
import shutil
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
from rasa.core.actions.action import RemoteAction
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

import arabic
import rasa_components
from rasa_components import meaning_classifier
from rasa_components.actions import CheckedAction
from rasa_components.features import TextFeatures
from rasa_components.meaning_classifier import MeaningClassifier, facets_of
from rasa_components.tracker_store import BoundedTrackerStore

TEXTS = {
    "ask_rule": [
        ("هل يجوز أن أعيد نشر تغريدة", ["repost"]),
        ("اقدر اسوي ريتويت لمنشور", ["repost"]),
        ("لايك على منشور ينتقد الوزارة", ["like", "harm_reputation"]),
        ("اعجاب بتغريدة تنتقد الجهة", ["like", "harm_reputation"]),
        ("may I retweet a post", ["repost"]),
        ("can I like a post", ["like"]),
    ],
    "out_of_scope": [("كم راتب المدير", []), ("وش طبخة اليوم", []), ("what is the weather", [])],
    "thanks": [("شكرا جزيلا", []), ("مشكور", []), ("thank you", [])],
}
FOLDED_ALIKE = [
    ("هل يجوز أن أعيد نشر تغريدة", "هَلْ يَجُوزُ أَنْ اعـــيد نشر تغريده"),
    ("كم راتب المدير", "كم راتب المدير"),
]


def _examples() -> TrainingData:
    return TrainingData(
        [
            Message({"text": text, "intent": intent, "metadata": {"example": {"facets": facets}}})
            for intent, texts in TEXTS.items()
            for text, facets in texts * 4
        ]
    )


def _meaning(classifier: MeaningClassifier, text: str) -> str:
    (message,) = classifier.process([Message({"text": text})])
    return json.dumps(message.as_dict(only_output_properties=True), sort_keys=True)


class Components(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = Path(tempfile.mkdtemp())
        storage = LocalModelStorage.create(cls.folder)
        cls.trained = MeaningClassifier({"folds": 2}, storage, Resource("meaning"))
        cls.trained.train(_examples())
        cls.loaded = MeaningClassifier.load({"folds": 2}, storage, Resource("meaning"), None)

    @classmethod
    def tearDownClass(cls) -> None:
        shutil.rmtree(cls.folder)

    def test_texts_that_fold_alike_have_the_same_features(self) -> None:
        for one, other in FOLDED_ALIKE:
            features = self.loaded._features.transform([one, other])
            assert (features[0] != features[1]).nnz == 0, (one, other)

    def test_arabizi_is_read_as_the_arabic_words_it_stands_for(self) -> None:
        features = TextFeatures()
        features.fit_transform(["شكرا جزيلا على المساعدة", "هل يجوز النشر"] * 3)
        arabizi, other = features.transform(["shukran", "xyzzy"])
        assert arabizi.nnz >= other.nnz
        assert "شكرا" in features._read("shokran shukra")

    def test_what_is_loaded_understands_as_what_was_trained(self) -> None:
        for texts in TEXTS.values():
            for text, _ in texts:
                before, after = (json.loads(_meaning(c, text)) for c in (self.trained, self.loaded))
                assert before["intent"]["name"] == after["intent"]["name"]
                assert before["facets"] == after["facets"] or np.allclose(
                    [f["confidence"] for f in before["facets"]],
                    [f["confidence"] for f in after["facets"]],
                    atol=0.01,
                )

    def test_a_parse_has_all_that_the_bot_reads(self) -> None:
        parse = json.loads(_meaning(self.loaded, "ريتويت لمنشور"))
        assert {"name", "confidence"} == set(parse["intent"])
        assert isinstance(parse["facets"], list)
        assert {"like", "repost"} <= {facet["name"] for facet in parse["facet_ranking"]}
        assert parse["language"] == "ar"
        assert abs(sum(each["confidence"] for each in parse["intent_ranking"]) - 1) < 0.01

    def test_odd_texts_get_a_meaning(self) -> None:
        for text in ("", " ", "؟", "\u200f", "🙂", "a" * 5000, "\0", "\ud83d"):
            assert json.loads(_meaning(self.loaded, text))["intent"]["name"] in TEXTS

    def test_english_is_told_from_arabizi(self) -> None:
        assert json.loads(_meaning(self.loaded, "may I like a post"))["language"] == "en"

    def test_facets_of_an_example_without_any(self) -> None:
        assert facets_of(Message({"text": "x"})) == []


class Fingerprint(unittest.TestCase):
    def test_it_changes_with_each_helper_module(self) -> None:
        packages = (arabic, rasa_components)
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as patches:
            copies = []
            for package in packages:
                source = Path(package.__file__).parent
                copies.append(Path(shutil.copytree(source, Path(folder) / source.name)))
                init = str(copies[-1] / "__init__.py")
                patches.enter_context(mock.patch.object(package, "__file__", init))
            # The classifier finds the helpers beside itself.
            here = str(copies[1] / "meaning_classifier.py")
            patches.enter_context(mock.patch.object(meaning_classifier, "__file__", here))
            before = MeaningClassifier.fingerprint_addon({})
            for module in (module for copy in copies for module in copy.glob("*.py")):
                text = module.read_bytes()
                module.write_bytes(text + b"# changed\n")
                assert MeaningClassifier.fingerprint_addon({}) != before, module.name
                module.write_bytes(text)
            assert MeaningClassifier.fingerprint_addon({}) == before


class TrackerStore(unittest.TestCase):
    def test_a_long_conversation_keeps_its_last_events_only(self) -> None:
        store = BoundedTrackerStore(Domain.empty(), events=12, conversations=3)

        async def talk() -> None:
            for number in range(500):
                tracker = await store.get_or_create_tracker("amal", append_action_listen=False)
                tracker.update(UserUttered(f"text {number}"))
                tracker.update(ActionExecuted("action_listen"))
                await store.save(tracker)

        asyncio.run(talk())
        kept = asyncio.run(store.retrieve("amal"))
        assert len(kept.events) == 12
        assert kept.latest_message.text == "text 499"

    def test_the_conversation_longest_silent_goes_first(self) -> None:
        store = BoundedTrackerStore(Domain.empty(), events=12, conversations=3)

        async def talk(*people: str) -> None:
            for person in people:
                await store.save(DialogueStateTracker.from_events(person, [ActionExecuted("a")]))

        asyncio.run(talk("a", "b", "c", "a", "d"))
        assert set(asyncio.run(store.keys())) == {"c", "a", "d"}
        assert asyncio.run(store.retrieve("b")) is None


class Actions(unittest.TestCase):
    def test_a_reply_is_checked_as_rasa_checks_it(self) -> None:
        checked, stock = CheckedAction("a", None), RemoteAction("a", None)
        good = {"events": [{"event": "slot", "name": "x", "value": 1}], "responses": [{"text": ""}]}
        for reply in (good, {}, {"events": [], "responses": []}):
            assert checked._validate_action_result(reply)
            assert stock._validate_action_result(reply)
        for reply in ({"events": {}}, {"events": [{"event": "none"}]}, {"responses": ["x"]}):
            for action in (checked, stock):
                with self.assertRaises(Exception) as raised:
                    action._validate_action_result(reply)
                assert type(raised.exception).__name__ == "ValidationError"


if __name__ == "__main__":
    unittest.main()
