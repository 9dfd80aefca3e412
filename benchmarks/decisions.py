"""How often an answer would be right for writers never read, by what the model understood of them.

``python -m benchmarks.decisions [FILE.jsonl]`` reads what ``benchmarks.understanding`` wrote and
puts every question and post to every employer's rulebook. Right is the ruling and an article
that the hand's own facets give; an acceptance case often allows more than that.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.examples import ROOT
from bot.conversation.understanding import read_meaning
from bot.domain.drafting import PostVerdict, check
from bot.domain.meaning import Meaning, Reading
from bot.domain.ruling import Role, Verdict, rule
from bot.domain.weighing import weigh
from bot.library.library import Library, load_library

_ASK, _OUT, _DRAFT = "ask_rule", "out_of_scope", "draft"


class Tally:
    """Counts of things that are so, among all."""

    def __init__(self) -> None:
        self._counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])

    def add(self, name: str, *, so: bool) -> None:
        """Count one."""
        self._counts[name][0] += so
        self._counts[name][1] += 1

    def lines(self) -> Iterable[str]:
        """Say each share."""
        for name, (so, total) in sorted(self._counts.items()):
            yield f"  {name:<44}{so / total:7.1%}  of {total}"


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", default=ROOT / "var" / "unseen.jsonl")
    options = parser.parse_args()
    library, tally = load_library(ROOT / "content"), Tally()
    for line in options.file.read_text("utf-8").split("\n"):
        value = json.loads(line)
        meaning = read_meaning({**value["parse"], "questions": []})
        _scope(tally, value, meaning)
        for employer in library.rulebooks:
            if value["intent"] == _ASK:
                _question(tally, library, employer, value, meaning)
            elif value["intent"] == _DRAFT:
                _post(tally, library, employer, value, meaning)
    print("\n".join(tally.lines()))


def _scope(tally: Tally, value: dict[str, Any], meaning: Meaning) -> None:
    kind, asks = value["kind"], meaning.intent.value in {_ASK, "follow_up", _DRAFT}
    if value["intent"] == _OUT:
        tally.add(f"{kind}: out of scope, taken for a question", so=asks)
    elif value["intent"] == _ASK:
        tally.add(f"{kind}: question, refused", so=not asks)


def _question(
    tally: Tally, library: Library, employer: str, value: dict[str, Any], meaning: Meaning
) -> None:
    provisions = library.provisions(employer)
    policy = library.policy_facets
    wanted = rule(provisions, Role.EMPLOYEE, value["facets"], policy)
    if not value["facets"]:
        return  # names nothing: any answer is a guess
    weighed = weigh(provisions, Role.EMPLOYEE, meaning.readings, policy)
    got, kind = weighed.ruling, value["kind"]
    right = got.verdict is wanted.verdict and (
        not wanted.articles or wanted.articles[0] in got.articles
    )
    variety = value["writer"].partition("_")[0]
    asked_back = got.verdict is Verdict.CLARIFY
    tally.add(f"{kind}: question right", so=right)
    tally.add(f"{kind}: question, asked back", so=asked_back)
    if asked_back:
        outcomes = [rule(provisions, Role.EMPLOYEE, r, policy) for r in got.readings]
        tapped = any(o.articles[:1] == wanted.articles[:1] for o in outcomes)
        tally.add(f"{kind}: asked back, a button gives the right one", so=tapped)
    else:
        tally.add(f"{kind}: question answered, right", so=right)
    if kind == "clean":
        tally.add(f"question right, {employer}", so=right)
        tally.add(f"question right, {variety}", so=right)
        level = min(int(weighed.confidence * 10), 9) / 10
        tally.add(f"question right, confidence {level:.1f} and more", so=right)


def _post(
    tally: Tally, library: Library, employer: str, value: dict[str, Any], meaning: Meaning
) -> None:
    provisions = library.provisions(employer)
    wanted = check(provisions, Role.EMPLOYEE, [Reading(frozenset(value["facets"]), 1.0)])
    got = check(provisions, Role.EMPLOYEE, meaning.draft.readings)
    kind, clear = value["kind"], PostVerdict.CLEAR
    cited = {each.article for each in got.articles}
    right = got.verdict is wanted.verdict and (
        not wanted.articles or bool({each.article for each in wanted.articles} & cited)
    )
    tally.add(f"{kind}: post right", so=right)
    if wanted.verdict is clear:
        tally.add(f"{kind}: harmless post, false alarm", so=got.verdict is not clear)
    else:
        tally.add(f"{kind}: violation, missed", so=got.verdict is clear)
    if kind == "clean":
        tally.add(f"post right, {employer}", so=right)
        tally.add(f"post right, {value['writer'].partition('_')[0]}", so=right)


if __name__ == "__main__":
    main()
