"""Checks that run in Rasa's own environment: ``python -m unittest``; pytest starts them."""

import contextlib
import json
import shutil
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

import arabic
import rasa_components
from rasa_components import meaning_classifier
from rasa_components.features import TextFeatures
from rasa_components.meaning_classifier import MeaningClassifier, facets_of
from rasa_components.parting import part

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
    "follow_up": [("طيب واللايك", ["like"]), ("ولو ريتويت", ["repost"])],
    "draft": [
        ("الوزارة فاشلة وقراراتها مضحكة", ["harm_reputation"]),
        ("حملة الجهة مهزلة بصراحة", ["harm_reputation"]),
        ("مديري كسول وجاهل", ["offend"]),
        ("زميلي جاهل وكذاب", ["offend"]),
        ("صباح الخير من البحر", []),
        ("قهوة وكتاب ومطر", []),
    ],
}
FOLDED_ALIKE = [
    ("هل يجوز أن أعيد نشر تغريدة", "هَلْ يَجُوزُ أَنْ اعـــيد نشر تغريده"),
    ("كم راتب المدير", "كم راتب المدير"),
]


def _examples() -> TrainingData:
    return TrainingData(
        [
            Message(
                {
                    "text": text,
                    "intent": intent,
                    "metadata": {"example": {"facets": facets}},
                    "writer": writer,
                }
            )
            for intent, texts in TEXTS.items()
            for text, facets in texts
            for writer in "abcd"
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
        assert "شكرا" in features.read("shokran shukra")

    def test_what_is_loaded_understands_as_what_was_trained(self) -> None:
        for texts in TEXTS.values():
            for text, _ in texts:
                before, after = (json.loads(_meaning(c, text)) for c in (self.trained, self.loaded))
                assert before["intent"]["name"] == after["intent"]["name"]
                for kind in (before["readings"], before["draft"]["readings"]):
                    assert kind[0]["probability"] == max(each["probability"] for each in kind)
                assert before["readings"][0]["facets"] == after["readings"][0]["facets"]
                assert np.isclose(
                    before["draft"]["probability"], after["draft"]["probability"], atol=0.01
                )

    def test_a_parse_has_all_that_the_bot_reads(self) -> None:
        parse = json.loads(_meaning(self.loaded, "ريتويت لمنشور"))
        assert {"name", "confidence"} == set(parse["intent"])
        assert parse["readings"][0]["facets"] == ["repost"]
        assert 0.99 < sum(each["probability"] for each in parse["readings"]) <= 1.01
        assert {"probability", "readings", "words"} == set(parse["draft"])
        assert parse["questions"] == []
        assert parse["language"] == "ar"
        assert abs(sum(each["confidence"] for each in parse["intent_ranking"]) - 1) < 0.01

    def test_features_made_by_hand_are_the_librarys_own(self) -> None:
        texts = [text for own in TEXTS.values() for text, _ in own]
        features = TextFeatures()
        learnt = features.fit_transform(texts * 2)[: len(texts)]
        assert learnt.nnz == features.transform(texts).nnz > 0
        assert abs(features.transform(texts) - learnt).max() < 1e-6

    def test_the_words_that_raised_a_facet_are_told(self) -> None:
        text = "صباح الخير، الوزارة فاشلة!"
        parse = json.loads(_meaning(self.loaded, text))
        assert parse["draft"]["readings"][0]["facets"] == ["harm_reputation"]
        told = [text[start:end] for start, end in parse["draft"]["words"]["harm_reputation"]]
        assert "فاشلة" in " ".join(told)
        assert "صباح" not in " ".join(told)

    def test_a_harmless_draft_raises_nothing(self) -> None:
        parse = json.loads(_meaning(self.loaded, "قهوة ومطر وبحر"))
        assert parse["draft"]["readings"][0]["facets"] == []

    def test_two_questions_are_read_one_by_one(self) -> None:
        text = "هل يجوز أن أعيد نشر تغريدة؟ وهل يجوز لايك على منشور ينتقد الوزارة؟"
        first, second = json.loads(_meaning(self.loaded, text))["questions"]
        assert first["readings"][0]["facets"] == ["repost"]
        assert "like" in second["readings"][0]["facets"]
        assert (first["text"], second["text"]) == tuple(part(text))

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
            for module in (module for copy in copies for module in copy.glob("*.[pt][yx]*")):
                text = module.read_bytes()
                module.write_bytes(text + b"# changed\n")
                assert MeaningClassifier.fingerprint_addon({}) != before, module.name
                module.write_bytes(text)
            assert MeaningClassifier.fingerprint_addon({}) == before


if __name__ == "__main__":
    unittest.main()
