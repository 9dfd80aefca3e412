"""How well the model understands what it has not seen: cross-validation over ``nlu_data/``.

Runs in Rasa's environment, with the very component that answers:
``.venv/rasa/bin/python -m benchmarks.understanding --help``. Says figures and judges none.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.model_selection import GroupKFold, KFold

from rasa_components.meaning_classifier import MeaningClassifier

ROOT = Path(__file__).resolve().parent.parent
SEED = 7
FALSE_ALARMS = 0.05
_ASK, _OUT = "ask_rule", "out_of_scope"


@dataclass
class Example:
    """A labelled text and what was understood of it unseen."""

    text: str
    intent: str
    facets: frozenset
    file: str
    got_intent: str = ""
    got_facets: frozenset = frozenset()
    out_chance: float = 0.0

    @property
    def used_facets(self) -> frozenset:
        """Give the facets that lead to an answer: only a question on the rules has any."""
        return self.got_facets if self.got_intent == _ASK else frozenset()

    @property
    def variety(self) -> str:
        """Give the first part of the file's name."""
        return self.file.partition("_")[0]

    def to_message(self) -> Message:
        """Give it as Rasa's reader of training data does."""
        metadata = {"example": {"facets": sorted(self.facets)}}
        return Message({"text": self.text, "intent": self.intent, "metadata": metadata})


def read_examples(folder: Path) -> list[Example]:
    """Read all examples, each text once."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    examples = {}
    for path in sorted(folder.glob("*.yml")):
        for group in yaml.load(path.read_text("utf-8"), loader)["nlu"]:  # noqa: S506 - a safe one
            for one in group["examples"]:
                facets = frozenset((one.get("metadata") or {}).get("facets") or ())
                examples.setdefault(
                    one["text"], Example(one["text"], group["intent"], facets, path.stem)
                )
    return list(examples.values())


def understand(learn: list[Example], test: list[Example], config: dict) -> float:
    """Train on some examples and note what is understood of others; give the seconds."""
    with tempfile.TemporaryDirectory() as folder:
        storage = LocalModelStorage.create(Path(folder))
        classifier = MeaningClassifier(config, storage, Resource("meaning"))
        began = time.perf_counter()
        classifier.train(TrainingData([one.to_message() for one in learn]))
        seconds = time.perf_counter() - began
    for one in test:
        (message,) = classifier.process([Message({"text": one.text})])
        one.got_intent = message.get("intent")["name"]
        one.got_facets = frozenset(facet["name"] for facet in message.get("facets"))
        chances = {each["name"]: each["confidence"] for each in message.get("intent_ranking")}
        one.out_chance = chances.get(_OUT, 0.0)
    return seconds


def micro_f1(pairs: list) -> float:
    """Give the F1 over all labels of (wanted, got) sets together."""
    hits = sum(len(wanted & got) for wanted, got in pairs)
    named = sum(len(wanted) + len(got) for wanted, got in pairs)
    return round(2 * hits / named, 4) if named else 1.0


def figures(examples: list[Example]) -> dict:
    """Give all figures of examples that were understood."""
    asked = [one for one in examples if one.intent == _ASK]
    outside = [one for one in examples if one.intent == _OUT]
    level = np.quantile([one.out_chance for one in asked], 1 - FALSE_ALARMS)
    found = np.mean([one.out_chance > level for one in outside])
    varieties = defaultdict(list)
    for one in asked:
        varieties[one.variety].append((one.facets, one.got_facets))
    return {
        "examples": len(examples),
        "facet_f1_all": micro_f1([(one.facets, one.used_facets) for one in examples]),
        "facet_f1_questions": micro_f1([(one.facets, one.got_facets) for one in asked]),
        "intent_accuracy": round(float(np.mean([e.intent == e.got_intent for e in examples])), 4),
        "out_of_scope_recall": round(float(found), 4),
        "by_variety": {name: micro_f1(pairs) for name, pairs in sorted(varieties.items())},
        "by_facet": _by_facet(asked),
    }


def _by_facet(asked: list[Example]) -> dict:
    wanted, got, hits = Counter(), Counter(), Counter()
    for one in asked:
        wanted.update(one.facets)
        got.update(one.got_facets)
        hits.update(one.facets & one.got_facets)
    scores = {
        facet: {"examples": count, "f1": round(2 * hits[facet] / (count + got[facet]), 4)}
        for facet, count in wanted.items()
    }
    return dict(sorted(scores.items(), key=lambda item: item[1]["f1"]))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / "nlu_data" / "nlu")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument(
        "--by-hand", action="store_true", help="a file's examples are all learnt or all asked"
    )
    options = parser.parse_args()
    config = yaml.safe_load((ROOT / "config.yml").read_text("utf-8"))["pipeline"][0]
    examples = read_examples(options.data)
    splitter = (
        GroupKFold(options.folds)
        if options.by_hand
        else KFold(options.folds, shuffle=True, random_state=SEED)
    )
    seconds = []
    for learn, test in splitter.split(examples, groups=[one.file for one in examples]):
        parts = ([examples[n] for n in part] for part in (learn, test))
        seconds.append(round(understand(*parts, config), 1))
        print(f"fold {len(seconds)}/{options.folds}: trained in {seconds[-1]} s", file=sys.stderr)
    result = {"by_hand": options.by_hand, "folds": options.folds, "training_s": seconds}
    result |= figures(examples)
    result["load_average"] = [round(load, 2) for load in os.getloadavg()]
    for name, value in result.items():
        if isinstance(value, dict):
            print(name)
            print("\n".join(f"  {key:<28}{each}" for key, each in value.items()))
        else:
            print(f"{name:<22}{value}")
    print(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main()
