from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.meaning import Intent, Meaning, Reading
from bot.domain.ruling import Role, Ruling, Verdict
from bot.services.judging import ASKING, continued, judge
from tests.support.content import real_library
from tests.support.world import asks

EMPLOYEE, MANAGER = Role.EMPLOYEE, Role.ACCOUNT_MANAGER


@pytest.mark.parametrize(
    ("employer", "facets", "verdict", "first"),
    [
        ("uae-fed", ["court_case"], Verdict.CONDITIONAL, "uae-fed.3.1"),
        ("uae-fed", ["court_case", "influence_court"], Verdict.PROHIBITED, "uae-fed.3.2"),
        ("uae-fed", ["press"], Verdict.DUTY, "uae-fed.5.2"),
        ("uae-fed", ["sanctions", "offend"], Verdict.INFO, "uae-fed.8.1"),
        ("moh-uae", ["working_hours"], Verdict.INFO, "moh-uae.1.2"),
        ("moh-uae", ["logo"], Verdict.PROHIBITED, "uae-fed.4.1"),
        ("muscat", ["work_complaint"], Verdict.PROHIBITED, "muscat.4"),
        ("bahrain", ["personal_opinion"], Verdict.ALLOWED, "bahrain.2"),
        ("iraq-judiciary", ["like"], Verdict.CONDITIONAL, "iraq-judiciary.2"),
        ("iraq-judiciary", ["alias"], Verdict.PROHIBITED, "iraq-judiciary.4"),
    ],
)
def test_a_question_gets_its_employers_ruling(
    employer: str, facets: list[str], verdict: Verdict, first: str
) -> None:
    ruling = judge(real_library(), employer, EMPLOYEE, asks(*facets)).ruling
    assert (ruling.verdict, ruling.articles[0]) == (verdict, first)


def test_two_facets_never_seen_together_get_their_ruling() -> None:
    ruling = judge(real_library(), "iraq-judiciary", EMPLOYEE, asks("repost", "court_case")).ruling
    assert ruling.verdict is Verdict.CONDITIONAL
    assert "iraq-judiciary.2" in ruling.articles


def test_what_no_article_covers_is_said_to_be_without_rule() -> None:
    ruling = judge(real_library(), "iraq-judiciary", EMPLOYEE, asks("overtime")).ruling
    assert ruling.verdict is Verdict.NO_RULE
    assert ruling.articles == ()


def test_the_role_counts() -> None:
    reposts = asks("official_account", "repost")
    assert judge(real_library(), "muscat", MANAGER, reposts).ruling.verdict is Verdict.ALLOWED


@pytest.mark.parametrize("intent", sorted(set(Intent) - ASKING))
def test_what_asks_no_rule_is_out_of_scope(intent: Intent) -> None:
    meaning = replace(asks("like"), intent=intent)
    ruling = judge(real_library(), "uae-fed", EMPLOYEE, meaning).ruling
    assert ruling == Ruling(Verdict.OUT_OF_SCOPE)


@pytest.mark.parametrize("intent", sorted(ASKING))
def test_what_can_be_judged_as_a_question_is(intent: Intent) -> None:
    meaning = replace(asks("logo"), intent=intent)
    assert judge(real_library(), "uae-fed", EMPLOYEE, meaning).ruling.articles[0] == "uae-fed.4.1"


def test_a_facet_of_an_older_model_is_left_out() -> None:
    readings = (Reading(frozenset({"renamed_since"}), 0.6), Reading(frozenset({"logo"}), 0.4))
    meaning = Meaning(Intent.ASK_RULE, 0.9, readings)
    assert judge(real_library(), "uae-fed", EMPLOYEE, meaning).ruling.articles[0] == "uae-fed.4.1"


@pytest.mark.parametrize(
    ("before", "asked", "together"),
    [
        pytest.param("repost court_case", "like", "like court_case", id="a reaction"),
        pytest.param("like court_case", "politics", "like politics", id="a topic"),
        pytest.param("like", "closed_group", "like closed_group", id="a place"),
        pytest.param("like", "", "like", id="nothing new"),
        pytest.param("gone like", "sanctions", "like sanctions", id="an old facet"),
        pytest.param("", "like", "like", id="nothing before"),
    ],
)
def test_a_follow_up_goes_on_from_the_question_before(
    before: str, asked: str, together: str
) -> None:
    meaning = Meaning(Intent.FOLLOW_UP, 0.9, (Reading(frozenset(asked.split()), 0.8),))
    understood = continued(real_library(), meaning, before.split())
    assert understood.readings == (Reading(frozenset(together.split()), 0.8),)


def test_an_unknown_employer_is_a_fault() -> None:
    with pytest.raises(KeyError):
        judge(real_library(), "nowhere", EMPLOYEE, asks("like"))
