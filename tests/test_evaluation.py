from __future__ import annotations

import json
from typing import Any

import pytest

from bot.asking import Answer, InputError, PostAnswer
from bot.domain.drafting import PostRuling, PostVerdict
from bot.domain.meaning import Intent, Meaning
from bot.domain.ruling import Ruling, Verdict
from bot.domain.weighing import Weighed
from bot.evaluation import Case, CaseKind, Evaluation, Figures, read_case
from bot.services.drafts import Marked
from tests.support.content import real_library

LIBRARY = real_library()
CASE: dict[str, Any] = {
    "id": "c1",
    "employer": "uae-fed",
    "role": "employee",
    "variety": "msa",
    "text": "هل؟",
    "ruling": ["conditional", "prohibited"],
    "any_of": ["uae-fed.3.1", "uae-fed.3.2"],
    "all_of": [],
    "forbid": ["uae-fed.1.2"],
}

POST: dict[str, Any] = {
    "id": "p1",
    "employer": "uae-fed",
    "variety": "msa",
    "text": "قرار يضحك",
    "verdict": ["prohibited"],
    "any_of": ["uae-fed.2.2"],
}


def case(**changes: Any) -> Case:
    return read_case(json.dumps({**CASE, **changes}), "f:1", LIBRARY)


def answer(case: Case, verdict: Verdict, *articles: str) -> Answer:
    meaning = Meaning(Intent.ASK_RULE, 0.9)
    weighed = Weighed(Ruling(verdict, articles), frozenset({"court_case"}), 0.7)
    return Answer(case.question, meaning, weighed, "نص")


def post(**changes: Any) -> Case:
    return read_case(json.dumps({**POST, **changes}), "f:1", LIBRARY)


def found(case: Case, verdict: PostVerdict, *articles: str) -> PostAnswer:
    marked = tuple(Marked(article, frozenset(), ()) for article in articles)
    return PostAnswer(case.question, PostRuling(verdict, confidence=0.7), marked, "نص")


@pytest.mark.parametrize(
    ("verdict", "articles", "changes", "right"),
    [
        (Verdict.CONDITIONAL, ["uae-fed.3.1"], {}, True),
        (Verdict.PROHIBITED, ["uae-fed.3.2", "uae-fed.7.1"], {}, True),
        (Verdict.DUTY, ["uae-fed.3.1"], {}, False),
        (Verdict.CONDITIONAL, ["uae-fed.7.1"], {}, False),
        (Verdict.CONDITIONAL, [], {}, False),
        (Verdict.CONDITIONAL, [], {"any_of": []}, True),
        (Verdict.CONDITIONAL, ["uae-fed.3.1", "uae-fed.1.2"], {}, False),
        (Verdict.CONDITIONAL, ["uae-fed.3.1"], {"all_of": ["uae-fed.3.2"]}, False),
        (Verdict.CONDITIONAL, ["uae-fed.3.1", "uae-fed.3.2"], {"all_of": ["uae-fed.3.2"]}, True),
        (Verdict.CONDITIONAL, [f"uae-fed.3.{n}" for n in (1, 2, 3, 4)], {}, False),
    ],
)
def test_what_counts_as_right(
    verdict: Verdict, articles: list[str], changes: dict[str, Any], *, right: bool
) -> None:
    judged = case(**changes)
    assert judged.is_right(answer(judged, verdict, *articles)) is right


def test_what_may_be_left_out() -> None:
    line = {key: CASE[key] for key in ("employer", "text", "ruling")}
    read = read_case(json.dumps(line), "f:1", LIBRARY)
    assert (read.variety, read.any_of, read.forbid) == ("", frozenset(), frozenset())


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"ruling": []}, "ruling must list some of allowed, clarify, "),
        ({"ruling": ["forbidden"]}, "ruling must list some of"),
        ({"ruling": None}, "ruling must be a list of strings"),
        ({"ruling": "duty"}, "ruling must be a list of strings"),
        ({"ruling": [["duty"]]}, "ruling must be a list of strings"),
        ({"any_of": "uae-fed.3.1"}, "any_of must be a list of strings"),
        ({"all_of": None}, "all_of must be a list of strings"),
        ({"forbid": [1]}, "forbid must be a list of strings"),
        ({"employer": "oman"}, "no employer 'oman'"),
        ({"text": None}, "text must be a string"),
    ],
)
def test_a_bad_case_names_its_place(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError) as caught:
        read_case(json.dumps({**CASE, **changes}), "cases.jsonl:3", LIBRARY)
    assert str(caught.value).startswith("cases.jsonl:3: ")
    assert says in str(caught.value)


def test_the_figures() -> None:
    evaluation = Evaluation(LIBRARY)
    for variety, verdict, article in (
        ("msa", Verdict.CONDITIONAL, "uae-fed.3.1"),
        ("msa", Verdict.CONDITIONAL, "uae-fed.3.1"),
        ("english", Verdict.DUTY, "uae-fed.5.2"),
        ("english", Verdict.CONDITIONAL, "bahrain.1"),
    ):
        judged = case(variety=variety)
        evaluation.count(judged, answer(judged, verdict, article))
    figures = evaluation.to_json()
    assert (figures["cases"], figures["right"], figures["accuracy"]) == (4, 2, 0.5)
    assert figures["by_variety"] == {
        "english": {"cases": 2, "accuracy": 0.0},
        "msa": {"cases": 2, "accuracy": 1.0},
    }
    assert figures["by_employer"] == {"uae-fed": {"cases": 4, "accuracy": 0.5}}
    assert figures["foreign_citations"] == ["c1"]
    wanted = "conditional [uae-fed.3.1, uae-fed.3.2]"
    assert figures["confusions"] == [
        {"wanted": wanted, "got": "duty [uae-fed.5.2]", "times": 1},
        {"wanted": wanted, "got": "conditional [bahrain.1]", "times": 1},
    ]
    assert [wrong["wanted"] for wrong in figures["wrong"]] == [wanted, wanted]
    assert json.dumps(figures)


def test_the_table() -> None:
    evaluation = Evaluation(LIBRARY)
    judged = case()
    evaluation.count(judged, answer(judged, Verdict.DUTY, "uae-fed.5.2"))
    lines = evaluation.to_text().splitlines()
    assert lines[0].split() == ["right", "0/1", "0.0%"]
    assert lines[-1].strip() == ("1 × conditional [uae-fed.3.1, uae-fed.3.2] -> duty [uae-fed.5.2]")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"verdict": []}, "verdict must list some of clear, conditional, prohibited"),
        ({"verdict": ["allowed"]}, "verdict must list some of"),
        ({"verdict": "clear"}, "verdict must be a list of strings"),
        ({"any_of": None}, "any_of must be a list of strings"),
    ],
)
def test_a_bad_case_of_a_post_names_its_place(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=f"^f:1: {says}"):
        post(**changes)


def mixed() -> Figures:
    figures = Figures.empty(LIBRARY)
    asked = case()
    figures.count(asked, answer(asked, Verdict.CONDITIONAL, "uae-fed.3.1"))
    harmless = {"verdict": ["clear"], "any_of": []}
    for judged, verdict, articles in (
        (post(), PostVerdict.PROHIBITED, ["uae-fed.2.2"]),
        (post(), PostVerdict.CLEAR, []),
        (post(**harmless), PostVerdict.CLEAR, []),
        (post(**harmless), PostVerdict.CONDITIONAL, ["bahrain.9"]),
        (post(verdict=["clear", "conditional"], any_of=[]), PostVerdict.CLEAR, []),
    ):
        figures.count(judged, found(judged, verdict, *articles))
    return figures


def test_the_figures_of_posts_stand_apart() -> None:
    told = mixed().to_json()
    assert (told["cases"], told["accuracy"]) == (1, 1.0)
    posts = told["posts"]
    assert (posts["cases"], posts["right"]) == (5, 3)
    assert posts["false_alarms"] == {"cases": 2, "share": 0.5}
    assert posts["missed"] == {"cases": 2, "share": 0.5}
    assert posts["by_verdict"]["clear"] == {"cases": 3, "accuracy": 0.6667}
    assert posts["foreign_citations"] == ["p1"]
    assert posts["wrong"][0]["post"] == "قرار يضحك"
    assert "false_alarms" not in Evaluation(LIBRARY).to_json()
    assert json.dumps(told)


def test_the_table_of_posts() -> None:
    questions, posts = mixed().to_text().split("\n\n")
    assert questions.split()[:2] == ["right", "1/1"]
    lines = [line.split() for line in posts.splitlines()]
    assert lines[:4] == [
        ["posts"],
        ["right", "3/5", "60.0%"],
        ["alarms", "1/2", "50.0%"],
        ["missed", "1/2", "50.0%"],
    ]


def test_a_file_of_one_kind_has_one_table() -> None:
    figures = Figures.empty(LIBRARY)
    assert "posts" not in figures.to_json()
    assert "0/0" in figures.to_text()
    figures.count(post(), found(post(), PostVerdict.CLEAR))
    assert figures.to_text().startswith("posts\n")
    assert post().kind is CaseKind.POST


def test_no_cases_give_no_fault() -> None:
    assert Evaluation(LIBRARY).to_json()["accuracy"] == 0.0
    assert "0/0" in Evaluation(LIBRARY).to_text()
