from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ruling import MAX_ARTICLES, Condition, Provision, Role, Ruling, Verdict, rule
from tests.support.content import real_library

PROHIBITED, DUTY, CONDITIONAL = Verdict.PROHIBITED, Verdict.DUTY, Verdict.CONDITIONAL
ALLOWED, INFO, NO_RULE = Verdict.ALLOWED, Verdict.INFO, Verdict.NO_RULE
FACETS = ("like", "repost", "court_case", "rumour", "sanctions")


def on(*required: str, unless: str = "", roles: tuple[Role, ...] = ()) -> Condition:
    return Condition(frozenset(required), frozenset(unless.split()), frozenset(roles))


def direct(article: str, ruling: Verdict, *conditions: Condition) -> Provision:
    return Provision(article, ruling, applies_to=conditions)


def beside(article: str, ruling: Verdict, *conditions: Condition) -> Provision:
    return Provision(article, ruling, supports=conditions)


def near(article: str, ruling: Verdict, *conditions: Condition) -> Provision:
    return Provision(article, ruling, nearest_to=conditions)


ORDER = [
    direct("own.1", INFO, on("like")),
    direct("own.2", CONDITIONAL, on("like")),
    direct("own.3", PROHIBITED, on("repost")),
    direct("parent.1", PROHIBITED, on("repost")),
    direct("parent.2", ALLOWED, on("like")),
    direct("parent.3", DUTY, on("like")),
    beside("parent.4", PROHIBITED, on("like")),
    direct("own.4", INFO, on("sanctions")),
    near("own.5", INFO, on("rumour")),
    near("parent.5", PROHIBITED, on("rumour")),
]


@pytest.mark.parametrize(
    ("facets", "verdict", "articles"),
    [
        pytest.param(
            {"like"}, CONDITIONAL, ("own.2", "parent.3", "parent.2"), id="strictest first"
        ),
        pytest.param({"repost"}, PROHIBITED, ("own.3", "parent.1"), id="own rulebook first"),
        pytest.param(
            {"like", "repost"}, PROHIBITED, ("own.3", "parent.1", "own.2"), id="at most three"
        ),
        pytest.param(
            {"sanctions", "repost"}, INFO, ("own.4", "own.3", "parent.1"), id="policy first"
        ),
        pytest.param(
            {"like", "made_up"}, CONDITIONAL, ("own.2", "parent.3", "parent.2"), id="unknown"
        ),
    ],
)
def test_the_order_of_articles(
    facets: set[str], verdict: Verdict, articles: tuple[str, ...]
) -> None:
    assert rule(ORDER, Role.EMPLOYEE, facets, frozenset({"sanctions"})) == Ruling(verdict, articles)


def test_a_supporting_article_never_outranks_a_direct_one() -> None:
    provisions = [beside("a.1", PROHIBITED, on("like")), direct("a.2", INFO, on("like"))]
    assert rule(provisions, Role.EMPLOYEE, {"like"}) == Ruling(INFO, ("a.2", "a.1"))


def test_a_supporting_article_decides_where_nothing_applies() -> None:
    provisions = [
        beside("a.1", CONDITIONAL, on("like")),
        beside("a.2", PROHIBITED, on("like")),
        direct("a.3", DUTY, on("repost")),
    ]
    assert rule(provisions, Role.EMPLOYEE, {"like"}) == Ruling(PROHIBITED, ("a.2", "a.1"))


def test_an_article_that_applies_and_supports_is_cited_once() -> None:
    both = Provision("a.1", DUTY, applies_to=(on("like"),), supports=(on("repost"),))
    assert rule([both], Role.EMPLOYEE, {"like", "repost"}) == Ruling(DUTY, ("a.1",))


@pytest.mark.parametrize(
    ("facets", "verdict"),
    [
        ({"court_case"}, CONDITIONAL),
        ({"court_case", "repost"}, CONDITIONAL),
        ({"court_case", "rumour"}, NO_RULE),
        ({"rumour"}, NO_RULE),
        (set(), NO_RULE),
    ],
)
def test_unless_takes_an_article_back(facets: set[str], verdict: Verdict) -> None:
    provisions = [direct("a.1", CONDITIONAL, on("court_case", unless="rumour"))]
    assert rule(provisions, Role.EMPLOYEE, facets).verdict is verdict


def test_every_required_facet_must_be_there() -> None:
    provisions = [direct("a.1", PROHIBITED, on("like", "court_case"))]
    assert rule(provisions, Role.EMPLOYEE, {"like"}).verdict is NO_RULE
    assert rule(provisions, Role.EMPLOYEE, {"like", "court_case"}).verdict is PROHIBITED


def test_one_of_several_conditions_is_enough() -> None:
    provisions = [direct("a.1", DUTY, on("like", "rumour"), on("repost"))]
    assert rule(provisions, Role.EMPLOYEE, {"repost"}).verdict is DUTY


@pytest.mark.parametrize(
    ("role", "verdict"), [(Role.EMPLOYEE, PROHIBITED), (Role.ACCOUNT_MANAGER, ALLOWED)]
)
def test_an_article_may_hold_for_one_role_only(role: Role, verdict: Verdict) -> None:
    provisions = [
        direct("a.1", ALLOWED, on("repost", roles=(Role.ACCOUNT_MANAGER,))),
        direct("a.2", PROHIBITED, on("repost", roles=(Role.EMPLOYEE,))),
    ]
    assert rule(provisions, role, {"repost"}).verdict is verdict


def test_the_nearest_article_is_named_and_not_cited() -> None:
    assert rule(ORDER, Role.EMPLOYEE, {"rumour"}) == Ruling(NO_RULE, (), "own.5")
    assert rule(ORDER, Role.EMPLOYEE, {"like", "rumour"}).nearest is None


def test_no_rule_without_anything_near() -> None:
    assert rule(ORDER, Role.EMPLOYEE, {"court_case"}) == Ruling(NO_RULE)
    assert rule([], Role.EMPLOYEE, {"like"}) == Ruling(NO_RULE)


conditions = st.lists(
    st.builds(
        Condition,
        required=st.frozensets(st.sampled_from(FACETS), min_size=1, max_size=2),
        unless=st.frozensets(st.sampled_from(FACETS), max_size=1),
        roles=st.frozensets(st.sampled_from(Role), max_size=1),
    ),
    max_size=2,
).map(tuple)
rulebooks = st.lists(
    st.builds(
        Provision,
        article=st.integers(0, 999).map("made-up.{}".format),
        ruling=st.sampled_from([PROHIBITED, DUTY, CONDITIONAL, ALLOWED, INFO]),
        applies_to=conditions,
        supports=conditions,
        nearest_to=conditions,
    ),
    unique_by=lambda provision: provision.article,
    max_size=8,
)
facet_sets = st.frozensets(st.sampled_from(FACETS))


@given(rulebooks, st.sampled_from(Role), facet_sets, facet_sets)
def test_any_ruling_is_sound(
    provisions: list[Provision], role: Role, facets: frozenset[str], policy: frozenset[str]
) -> None:
    ruling = rule(provisions, role, facets, policy)
    rulings = {provision.article: provision.ruling for provision in provisions}
    assert set(ruling.articles) <= set(rulings)
    assert len(set(ruling.articles)) == len(ruling.articles) <= MAX_ARTICLES
    assert ruling.nearest is None or ruling.nearest in rulings
    if ruling.articles:
        assert ruling.verdict is rulings[ruling.articles[0]]
        assert ruling.nearest is None
    else:
        assert ruling.verdict is NO_RULE


@given(rulebooks, st.sampled_from(Role), facet_sets, facet_sets)
def test_an_unrelated_facet_changes_nothing(
    provisions: list[Provision], role: Role, facets: frozenset[str], policy: frozenset[str]
) -> None:
    ruling = rule(provisions, role, facets, policy)
    assert rule(provisions, role, facets | {"unrelated"}, policy) == ruling


@given(
    st.sampled_from(sorted(real_library().rulebooks)),
    st.sampled_from(Role),
    st.frozensets(st.sampled_from(sorted(real_library().facets)), max_size=4),
)
def test_the_real_rulebooks_never_cite_what_does_not_bind(
    employer: str, role: Role, facets: frozenset[str]
) -> None:
    library = real_library()
    ruling = rule(library.provisions(employer), role, facets, library.policy_facets)
    cited = [*ruling.articles, *filter(None, [ruling.nearest])]
    assert all(library.binds(employer, article) for article in cited)
