from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.meaning import Reading
from bot.domain.ruling import MAX_ARTICLES, Condition, Provision, Role, Verdict, rule
from bot.domain.weighing import MAX_READINGS, weigh
from tests.support.content import real_library

PROVISIONS = [
    Provision("a.1", Verdict.PROHIBITED, (Condition(frozenset({"logo"})),)),
    Provision("a.2", Verdict.PROHIBITED, (Condition(frozenset({"alias"})),)),
    Provision("a.3", Verdict.CONDITIONAL, (Condition(frozenset({"like"})),)),
    Provision("a.4", Verdict.DUTY, (Condition(frozenset({"press"})),)),
    Provision("a.5", Verdict.INFO, (Condition(frozenset({"scope"})),)),
]
Likely = dict[str, float]


def readings(likely: Likely) -> list[Reading]:
    return [Reading(frozenset(named.split()), chance) for named, chance in likely.items()]


@pytest.mark.parametrize(
    ("likely", "verdict", "articles"),
    [
        pytest.param({"logo": 0.9}, Verdict.PROHIBITED, ("a.1",), id="one reading"),
        pytest.param(
            {"logo": 0.3, "alias": 0.25, "like": 0.35},
            Verdict.PROHIBITED,
            ("a.1", "a.2"),
            id="readings that agree outweigh the likeliest",
        ),
        pytest.param(
            {"like": 0.5, "logo": 0.3}, Verdict.CONDITIONAL, ("a.3",), id="the likelier verdict"
        ),
        pytest.param(
            {"": 0.6, "press": 0.35}, Verdict.DUTY, ("a.4",), id="an empty one says naught"
        ),
        pytest.param(
            {"like logo": 0.8}, Verdict.PROHIBITED, ("a.1", "a.3"), id="what stands beside"
        ),
        pytest.param(
            {"logo": 0.9, "alias": 0.05}, Verdict.PROHIBITED, ("a.1",), id="no stray ones"
        ),
        pytest.param({"unknown": 0.9}, Verdict.NO_RULE, (), id="no provision"),
    ],
)
def test_the_likely_readings_decide(
    likely: Likely, verdict: Verdict, articles: tuple[str, ...]
) -> None:
    weighed = weigh(PROVISIONS, Role.EMPLOYEE, readings(likely))
    assert (weighed.ruling.verdict, weighed.ruling.articles) == (verdict, articles)


def test_the_confidence_is_that_of_all_readings_that_agree() -> None:
    weighed = weigh(PROVISIONS, Role.EMPLOYEE, readings({"logo": 0.4, "alias": 0.2, "like": 0.1}))
    assert weighed.confidence == pytest.approx(0.6)
    assert weighed.facets == {"logo"}


def test_readings_that_disagree_are_offered() -> None:
    likely = {"logo": 0.12, "like": 0.11, "press": 0.1, "scope": 0.09, "like alias": 0.01}
    weighed = weigh(PROVISIONS, Role.EMPLOYEE, readings(likely))
    assert weighed.ruling.verdict is Verdict.CLARIFY
    assert weighed.ruling.readings == tuple(frozenset({f}) for f in ("logo", "like", "press"))
    assert weighed.ruling.articles == ()


def test_a_stricter_verdict_that_is_close_is_asked_about() -> None:
    close = weigh(PROVISIONS, Role.EMPLOYEE, readings({"press": 0.3, "logo": 0.28}))
    assert close.ruling.verdict is Verdict.CLARIFY
    for likely in (
        {"logo": 0.3, "press": 0.28},
        {"press": 0.3, "logo": 0.2},
        {"press": 0.5, "logo": 0.45},
    ):
        assert weigh(PROVISIONS, Role.EMPLOYEE, readings(likely)).ruling.articles


def test_readings_of_one_outcome_are_offered_once() -> None:
    likely = {"logo": 0.1, "logo unknown": 0.08, "like": 0.1}
    weighed = weigh(PROVISIONS, Role.EMPLOYEE, readings(likely))
    assert weighed.ruling.readings == (frozenset({"logo"}), frozenset({"like"}))


def test_one_unsure_reading_is_no_choice_and_is_answered() -> None:
    weighed = weigh(PROVISIONS, Role.EMPLOYEE, readings({"": 0.8, "logo": 0.1}))
    assert weighed.ruling.articles == ("a.1",)


@pytest.mark.parametrize("likely", [{}, {"": 1.0}])
def test_where_nothing_is_named_the_question_back_is_open(likely: Likely) -> None:
    weighed = weigh(PROVISIONS, Role.EMPLOYEE, readings(likely))
    assert (weighed.ruling.verdict, weighed.ruling.readings) == (Verdict.CLARIFY, ())


facet_sets = st.frozensets(st.sampled_from(sorted(real_library().facets)), max_size=3)


@given(
    st.sampled_from(sorted(real_library().rulebooks)),
    st.sampled_from(Role),
    st.lists(st.builds(Reading, facet_sets, st.floats(0, 0.25)), max_size=4),
)
def test_whatever_is_read_the_answer_binds_and_is_sound(
    employer: str, role: Role, read: list[Reading]
) -> None:
    library = real_library()
    provisions = library.provisions(employer)
    weighed = weigh(provisions, role, read, library.policy_facets)
    ruling = weighed.ruling
    assert 0 <= weighed.confidence <= 1
    assert len(set(ruling.articles)) == len(ruling.articles) <= MAX_ARTICLES
    assert all(library.binds(employer, article) for article in ruling.articles)
    assert len(ruling.readings) <= MAX_READINGS
    if ruling.verdict is not Verdict.CLARIFY:
        own = {rule(provisions, role, r.facets, library.policy_facets).verdict for r in read}
        assert ruling.verdict in own
