"""Checks of single parts that run in Rasa's own environment, as ``check_components``."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
from rasa.shared.nlu.training_data.loading import load_data

from rasa_components.importer import read_examples, writer_of
from rasa_components.meaning_classifier import facets_of
from rasa_components.parting import part
from rasa_components.readings import Readings


class Parting(unittest.TestCase):
    def test_what_parts_a_message(self) -> None:
        for text, parts in (
            ("هل أنشر الشعار؟ ومن يراقب حسابي؟", 2),
            ("ابي اعرف عن اللايك وبعدين شو العقوبة لو خالفت", 2),
            ("May I like it? Another question: who watches us?", 2),
            ("صورت المكتب ونزلته. عادي؟ كلهم يسوون جي", 1),
            ("طيب؟ ليش؟", 1),
            ("", 1),
        ):
            assert len(part(text)) == parts, text
            assert " ".join(" ".join(part(text)).split()) == " ".join(text.split())


class Weighing(unittest.TestCase):
    def test_sets_are_weighed_by_the_odds_of_their_facets(self) -> None:
        truth = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 1], [0, 0, 0]] * 10, dtype=bool)
        readings = Readings()
        readings.fit(np.where(truth, 3.0, -3.0), truth)
        likeliest = readings.likeliest(np.array([3.0, 2.0, -4.0]))
        assert likeliest[0][0] == [0, 1]
        assert 0.99 < sum(chance for _, chance in likeliest) <= 1.01

    def test_facets_that_never_met_may_meet(self) -> None:
        truth = np.array([[1, 0], [0, 1]] * 10, dtype=bool)
        readings = Readings()
        readings.fit(np.where(truth, 3.0, -3.0), truth)
        assert readings.likeliest(np.array([4.0, 4.0]))[0][0] == [0, 1]


class Importing(unittest.TestCase):
    def test_a_file_is_read_as_rasa_reads_it_with_its_writer(self) -> None:
        source = (
            'version: "3.1"\nnlu:\n- intent: ask_rule\n  examples:\n'
            '  - text: " هل أنشر؟ "\n    metadata: {facets: [like]}\n'
            '  - text: "لايك\\nثم نشر"\n'
        )
        short = 'version: "3.1"\nnlu:\n- intent: thanks\n  examples: |\n    - شكرا\n'
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (("omani_salim", source), ("msa_nabil", short)):
                path = Path(folder) / f"{name}.yml"
                path.write_text(text, "utf-8")
                own, rasas = read_examples(path), load_data(str(path))
                assert len(own.training_examples) == len(rasas.training_examples) > 0
                for one, other in zip(own.intent_examples, rasas.intent_examples, strict=True):
                    assert writer_of(one) == name
                    for key in ("text", "intent"):
                        assert one.get(key) == other.get(key)
                    assert facets_of(one) == facets_of(other)


if __name__ == "__main__":
    unittest.main()
