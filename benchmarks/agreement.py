"""How far a second, blind labelling agrees with the first: Cohen's kappa a facet.

``python -m benchmarks.agreement --draw FILE.jsonl`` draws a twentieth of the examples without
their labels; ``python -m benchmarks.agreement`` compares ``second_labels.jsonl`` beside this
file, whose lines are ``{"text", "intent", "facets"}``, with the labels that stand in ``nlu_data/``.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path

from benchmarks.examples import Example, read_examples

SECOND = Path(__file__).with_name("second_labels.jsonl")
SHARE = 20
SEED = 11
LABELLED = ("ask_rule", "follow_up", "draft")


def kappa(first: Sequence[bool], second: Sequence[bool]) -> float:
    """Give Cohen's kappa of two raters' yes or no on the same texts; 1 where both never say yes."""
    total = len(first)
    agreed = sum(a == b for a, b in zip(first, second, strict=True)) / total
    yes = (sum(first) / total) * (sum(second) / total)
    no = (1 - sum(first) / total) * (1 - sum(second) / total)
    return 1.0 if yes + no == 1 else (agreed - yes - no) / (1 - yes - no)


def draw(examples: Sequence[Example]) -> list[Example]:
    """Draw every writer's twentieth, whoever else there is, and shuffle them."""
    drawn: list[Example] = []
    for writer in sorted({example.writer for example in examples}):
        own = [example for example in examples if example.writer == writer]
        chance = random.Random(f"{SEED}:{writer}")  # noqa: S311 - a sample, not a secret
        drawn += chance.sample(own, -(-len(own) // SHARE))
    random.Random(SEED).shuffle(drawn)  # noqa: S311 - likewise
    return drawn


def compare(examples: Sequence[Example], lines: Sequence[str]) -> None:
    """Print the kappa of intents and of each facet, the lowest first."""
    known = {example.text: example for example in examples}
    pairs = [(known[second["text"]], second) for second in map(json.loads, lines)]
    same = sum(first.intent == second["intent"] for first, second in pairs)
    print(f"texts {len(pairs)}, intent the same {same / len(pairs):.3f}")
    both = [
        (first.facets, frozenset(second["facets"]))
        for first, second in pairs
        if first.intent in LABELLED and second["intent"] in LABELLED
    ]
    print(f"labelled with facets by both {len(both)}")
    rows = []
    for facet in sorted({facet for first, second in both for facet in first | second}):
        own = [facet in first for first, _ in both], [facet in second for _, second in both]
        rows.append((kappa(*own), facet, sum(own[0]), sum(own[1])))
    for value, facet, first_count, second_count in sorted(rows):
        print(f"  {facet:<26}{value:6.3f}   {first_count:>4} {second_count:>4}")
    hits = sum(len(first & second) for first, second in both)
    named = sum(len(first) + len(second) for first, second in both)
    enough = sum(value >= 0.85 for value, *_ in rows)  # noqa: PLR2004 - the aim
    print(f"facets at 0.85 or more {enough} of {len(rows)}")
    print(f"kappa, mean of facets {sum(row[0] for row in rows) / len(rows):.3f}")
    print(f"the second's facets against the first's, micro-F1 {2 * hits / named:.3f}")


def main() -> None:
    """Draw, or compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draw", type=Path, metavar="FILE.jsonl")
    options = parser.parse_args()
    examples = read_examples()
    if options.draw:
        lines = [json.dumps({"text": e.text}, ensure_ascii=False) for e in draw(examples)]
        options.draw.write_text("\n".join(lines) + "\n", "utf-8")
    else:
        compare(examples, [line for line in SECOND.read_text("utf-8").split("\n") if line])


if __name__ == "__main__":
    main()
