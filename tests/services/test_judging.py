from __future__ import annotations

import pytest

from bot.domain.meaning import Intent, Meaning
from bot.domain.ruling import Role, Ruling, Verdict
from bot.services.judging import READINGS, judge
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
    ruling = judge(real_library(), employer, EMPLOYEE, asks(*facets))
    assert (ruling.verdict, ruling.articles[0]) == (verdict, first)


def test_two_facets_never_seen_together_get_their_ruling() -> None:
    ruling = judge(real_library(), "iraq-judiciary", EMPLOYEE, asks("repost", "court_case"))
    assert ruling.verdict is Verdict.CONDITIONAL
    assert "iraq-judiciary.2" in ruling.articles


def test_what_no_article_covers_is_said_to_be_without_rule() -> None:
    ruling = judge(real_library(), "iraq-judiciary", EMPLOYEE, asks("overtime"))
    assert ruling.verdict is Verdict.NO_RULE
    assert ruling.articles == ()


def test_the_role_counts() -> None:
    reposts = asks("official_account", "repost")
    assert judge(real_library(), "muscat", MANAGER, reposts).verdict is Verdict.ALLOWED


@pytest.mark.parametrize("intent", [intent for intent in Intent if intent is not Intent.ASK_RULE])
def test_what_asks_no_rule_is_out_of_scope(intent: Intent) -> None:
    meaning = Meaning(intent, 0.9, ("like",))
    assert judge(real_library(), "uae-fed", EMPLOYEE, meaning) == Ruling(Verdict.OUT_OF_SCOPE)


@pytest.mark.parametrize(
    ("candidates", "readings"),
    [
        pytest.param((), (), id="none"),
        pytest.param(
            (("like", 0.09), ("repost", 0.01)), ("like",), id="unlikely ones are left out"
        ),
        pytest.param(
            (("like", 0.09), ("repost", 0.08), ("follow", 0.07), ("alias", 0.06)),
            ("like", "repost", "follow"),
            id="as many as fit on buttons",
        ),
        pytest.param(
            (("renamed_since", 0.3), ("like", 0.06)), ("like",), id="a facet of an older model"
        ),
    ],
)
def test_an_unclear_question_offers_readings(
    candidates: tuple[tuple[str, float], ...], readings: tuple[str, ...]
) -> None:
    meaning = Meaning(Intent.ASK_RULE, 0.9, (), candidates)
    ruling = judge(real_library(), "uae-fed", EMPLOYEE, meaning)
    assert ruling == Ruling(Verdict.CLARIFY, readings=readings)
    assert len(ruling.readings) <= READINGS


def test_the_likeliest_facet_is_taken_where_the_model_is_sure_of_none() -> None:
    meaning = Meaning(Intent.ASK_RULE, 0.9, (), (("logo", 0.2), ("alias", 0.19)))
    assert judge(real_library(), "uae-fed", EMPLOYEE, meaning).articles[0] == "uae-fed.4.1"


def test_an_unknown_employer_is_a_fault() -> None:
    with pytest.raises(KeyError):
        judge(real_library(), "nowhere", EMPLOYEE, asks("like"))
