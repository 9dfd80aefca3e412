"""How well the model understands writers whom it has never read: cross-validation by hand.

Runs in Rasa's environment, with the very component that answers, and writes what was understood
of each text, for ``benchmarks.decisions``, which says how often the answer is right:
``.venv/rasa/bin/python -m benchmarks.understanding --help``. Says figures and judges none.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import yaml
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.model_selection import GroupKFold

from benchmarks.examples import DATA, ROOT, Example, read_examples
from benchmarks.near_duplicates import without_near_duplicates
from benchmarks.noise import as_arabizi, with_typos
from rasa_components.meaning_classifier import MeaningClassifier

SEED = 7
TYPOS = 0.06
FALSE_ALARMS = 0.05
_REPORTED = ("intent", "intent_ranking", "readings", "draft", "language")


def to_message(one: Example) -> Message:
    """Give an example as Rasa's reader of training data does."""
    metadata = {"example": {"facets": sorted(one.facets)}}
    data = {"text": one.text, "intent": one.intent, "metadata": metadata, "writer": one.writer}
    return Message(data)


def trained(learn: list[Example], config: dict) -> tuple[MeaningClassifier, float]:
    """Train on some examples; give the model and the seconds it took."""
    with tempfile.TemporaryDirectory() as folder:
        storage = LocalModelStorage.create(Path(folder))
        classifier = MeaningClassifier(config, storage, Resource("meaning"))
        began = time.perf_counter()
        classifier.train(TrainingData([to_message(one) for one in learn]))
        return classifier, time.perf_counter() - began


def understood(classifier: MeaningClassifier, text: str) -> dict:
    """Give what is understood of a text, as the model server reports it."""
    (message,) = classifier.process([Message({"text": text})])
    return {name: message.get(name) for name in _REPORTED}


def lines_of(classifier: MeaningClassifier, test: list[Example], *, noisy: bool) -> list[dict]:
    """Understand texts as they are and, if asked, as typos and Arabizi make them."""
    chance, lines = random.Random(SEED), []  # noqa: S311 - noise, not a secret
    for one in test:
        texts = {"clean": one.text}
        if noisy:
            texts["typos"] = with_typos(one.text, TYPOS, chance)
            if one.variety not in {"english", "arabizi", "mixed"}:
                texts["arabizi"] = as_arabizi(one.text, chance)
        for kind, text in texts.items():
            labels = {"intent": one.intent, "facets": sorted(one.facets), "writer": one.writer}
            parse = understood(classifier, text)
            lines.append({"text": one.text, "kind": kind, **labels, "parse": parse})
    return lines


def micro_f1(pairs: list) -> float:
    """Give the F1 over all labels of (wanted, got) sets together."""
    hits = sum(len(wanted & got) for wanted, got in pairs)
    named = sum(len(wanted) + len(got) for wanted, got in pairs)
    return round(2 * hits / named, 4) if named else 1.0


def figures(lines: list[dict]) -> dict:
    """Give all figures of texts that were understood as they are."""
    clean = [line for line in lines if line["kind"] == "clean"]
    asked = [line for line in clean if line["intent"] == "ask_rule"]
    pairs = [(set(line["facets"]), _likeliest(line["parse"]["readings"])) for line in asked]
    posts = [line for line in clean if line["intent"] == "draft"]
    varieties = defaultdict(list)
    for line, pair in zip(asked, pairs, strict=True):
        varieties[line["writer"].partition("_")[0]].append(pair)
    got = [line["parse"]["intent"]["name"] == line["intent"] for line in clean]
    return {
        "texts": len(clean),
        "facet_f1_questions": micro_f1(pairs),
        "facet_f1_posts": micro_f1(
            [(set(p["facets"]), _likeliest(p["parse"]["draft"]["readings"])) for p in posts]
        ),
        "intents_right": round(float(np.mean(got)), 4),
        "out_of_scope_recall": _recall_outside(clean, asked),
        "by_variety": {name: micro_f1(own) for name, own in sorted(varieties.items())},
        "by_facet": _by_facet(pairs),
    }


def _likeliest(readings: list[dict]) -> set:
    return set(readings[0]["facets"])


def _recall_outside(clean: list[dict], asked: list[dict]) -> float:
    """Give the share of texts out of scope found where one question in twenty is taken for one."""

    def chance(line: dict) -> float:
        ranking = line["parse"]["intent_ranking"]
        return next((each["confidence"] for each in ranking if each["name"] == "out_of_scope"), 0.0)

    level = np.quantile([chance(line) for line in asked], 1 - FALSE_ALARMS)
    outside = [chance(line) > level for line in clean if line["intent"] == "out_of_scope"]
    return round(float(np.mean(outside)), 4)


def _by_facet(pairs: list) -> dict:
    wanted, got, hits = Counter(), Counter(), Counter()
    for own, found in pairs:
        wanted.update(own)
        got.update(found)
        hits.update(own & found)
    scores = {
        facet: {"examples": count, "f1": round(2 * hits[facet] / (count + got[facet]), 4)}
        for facet, count in wanted.items()
    }
    return dict(sorted(scores.items(), key=lambda item: item[1]["f1"]))


def kept_writers(writers: list[str], share: float) -> set[str]:
    """Give a share of the writers to learn from, of each variety alike."""
    chance, kept = random.Random(SEED), set()  # noqa: S311 - a sample, not a secret
    for variety in sorted({writer.partition("_")[0] for writer in writers}):
        own = sorted(writer for writer in writers if writer.startswith(f"{variety}_"))
        kept.update(chance.sample(own, max(1, round(share * len(own)))))
    return kept


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--folds", type=int, default=5, help="into which the writers are put")
    parser.add_argument("--run", type=int, help="how many of the folds; all")
    parser.add_argument("--share", type=float, default=1.0, help="of the other writers, learnt")
    parser.add_argument("--noise", action="store_true", help="also typos and Arabizi")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "unseen.jsonl")
    options = parser.parse_args()
    config = yaml.safe_load((ROOT / "config.yml").read_text("utf-8"))["pipeline"][0]
    examples = read_examples(options.data)
    splits = list(GroupKFold(options.folds).split(examples, groups=[e.writer for e in examples]))
    seconds, lines, left_out = [], [], 0
    for number, (learn, test) in enumerate(splits[: options.run], 1):
        others = [examples[n] for n in learn]
        kept = kept_writers(sorted({one.writer for one in others}), options.share)
        others = [one for one in others if one.writer in kept]
        own = [examples[n] for n in test]
        asked = without_near_duplicates(own, others)
        left_out += len(own) - len(asked)
        classifier, took = trained(others, config)
        seconds.append(round(took, 1))
        print(f"{number}: {len(others)} learnt in {took:.0f} s", file=sys.stderr)
        lines += lines_of(classifier, asked, noisy=options.noise)
    options.out.parent.mkdir(exist_ok=True)
    options.out.write_text("\n".join(json.dumps(e, ensure_ascii=False) for e in lines), "utf-8")
    result = {"learnt": len(others), "near_duplicates_left_out": left_out, "training_s": seconds}
    result |= figures(lines)
    result["load_average"] = [round(load, 2) for load in os.getloadavg()]
    for name, value in result.items():
        if isinstance(value, dict):
            print(name)
            print("\n".join(f"  {key:<28}{each}" for key, each in value.items()))
        else:
            print(f"{name:<26}{value}")
    print(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main()
