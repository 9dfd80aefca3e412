from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.drafting import PostRuling, PostVerdict, Touched, check, is_aside, merged, spans_of
from bot.domain.meaning import Draft, Intent, Meaning, Reading
from bot.domain.ruling import MAX_ARTICLES, Condition, Provision, Role, Verdict
from tests.support.content import real_library

EMPLOYEE, MANAGER = Role.EMPLOYEE, Role.ACCOUNT_MANAGER
PROHIBITED, CONDITIONAL, CLEAR = PostVerdict


def on(*required: str, unless: str = "", roles: tuple[Role, ...] = ()) -> Condition:
    return Condition(frozenset(required), frozenset(unless.split()), frozenset(roles))


def direct(article: str, ruling: Verdict, *conditions: Condition) -> Provision:
    return Provision(article, ruling, applies_to=conditions)


def reads(probability: float, facets: str = "") -> Reading:
    return Reading(frozenset(facets.split()), probability)


RULES = [
    direct("a.1", Verdict.CONDITIONAL, on("court_case"), on("rumour")),
    direct("a.2", Verdict.PROHIBITED, on("offend"), on("harm", unless="official")),
    direct("a.3", Verdict.DUTY, on("opinion")),
    direct("a.4", Verdict.ALLOWED, on("life")),
    direct("a.5", Verdict.INFO, on("penalty")),
    direct("a.6", Verdict.PROHIBITED, on("logo", roles=(MANAGER,))),
    Provision("a.7", Verdict.PROHIBITED, supports=(on("joke"),), nearest_to=(on("picture"),)),
    direct("b.1", Verdict.PROHIBITED, on("offend", "rumour")),
    direct("b.2", Verdict.CONDITIONAL, on("offend")),
    direct("b.3", Verdict.CONDITIONAL, on("offend")),
]


@pytest.mark.parametrize(
    ("facets", "verdict", "articles"),
    [
        pytest.param("", CLEAR, [], id="nothing"),
        pytest.param("court_case", CONDITIONAL, ["a.1"], id="asks for care"),
        pytest.param("harm", PROHIBITED, ["a.2"], id="forbidden"),
        pytest.param("harm official", CLEAR, [], id="unless"),
        pytest.param("opinion", CLEAR, [], id="a duty does not decide"),
        pytest.param("life", CLEAR, [], id="nor does what is allowed"),
        pytest.param("penalty", CLEAR, [], id="nor a piece of information"),
        pytest.param("joke", CLEAR, [], id="nor what only supports"),
        pytest.param("picture", CLEAR, [], id="nor what is only near"),
        pytest.param("logo", CLEAR, [], id="another role's"),
        pytest.param("harm court_case", PROHIBITED, ["a.2", "a.1"], id="those that decide first"),
        pytest.param("offend rumour", PROHIBITED, ["a.2", "b.1", "a.1"], id="three at most"),
        pytest.param("never_heard_of", CLEAR, [], id="unknown"),
    ],
)
def test_one_reading(facets: str, verdict: PostVerdict, articles: list[str]) -> None:
    ruling = check(RULES, EMPLOYEE, [reads(0.8, facets)])
    assert ruling.verdict is verdict
    assert [touched.article for touched in ruling.articles] == articles
    assert ruling.confidence == 0.8


def test_the_role_counts() -> None:
    assert check(RULES, MANAGER, [reads(0.8, "logo")]).verdict is PROHIBITED


@pytest.mark.parametrize(
    ("readings", "verdict", "confidence", "articles"),
    [
        pytest.param([reads(0.6), reads(0.4, "harm")], CLEAR, 0.6, [], id="mostly harmless"),
        pytest.param(
            [reads(0.4), reads(0.3, "harm"), reads(0.3, "rumour")],
            *(PROHIBITED, 0.3, ["a.2"]),
            id="mostly not harmless, the stricter of two that are as likely",
        ),
        pytest.param(
            [reads(0.2, "harm"), reads(0.5, "rumour"), reads(0.2)],
            *(CONDITIONAL, 0.5, ["a.1"]),
            id="the likelier verdict",
        ),
        pytest.param(
            [reads(0.3, "court_case"), reads(0.3, "rumour"), reads(0.4, "harm")],
            *(CONDITIONAL, 0.6, ["a.1"]),
            id="readings add up",
        ),
        pytest.param(
            [reads(0.5, "harm"), reads(0.05, "offend rumour")],
            *(PROHIBITED, 0.55, ["a.2"]),
            id="what is hardly likely is not cited",
        ),
        pytest.param([], CLEAR, 0.0, [], id="no reading"),
        pytest.param([reads(0.0, "harm")], CLEAR, 0.0, [], id="no chance"),
    ],
)
def test_several_readings(
    readings: list[Reading], verdict: PostVerdict, confidence: float, articles: list[str]
) -> None:
    ruling = check(RULES, EMPLOYEE, readings)
    assert (ruling.verdict, [each.article for each in ruling.articles]) == (verdict, articles)
    assert ruling.confidence == pytest.approx(confidence)


def test_the_constant_moves_the_line() -> None:
    readings = [reads(0.6), reads(0.4, "harm")]
    assert check(RULES, EMPLOYEE, readings, touched_from=0.4).verdict is PROHIBITED
    assert check(RULES, EMPLOYEE, readings, touched_from=0.41).verdict is CLEAR


def test_each_article_is_told_what_raised_it() -> None:
    ruling = check(RULES, EMPLOYEE, [reads(0.9, "offend rumour life")])
    assert ruling.articles == (
        Touched("a.2", frozenset({"offend"})),
        Touched("b.1", frozenset({"offend", "rumour"})),
        Touched("a.1", frozenset({"rumour"})),
    )


FACETS = st.lists(st.sampled_from(sorted(real_library().facets)), max_size=4).map(frozenset)
READINGS = st.lists(st.builds(Reading, FACETS, st.floats(0, 1)), max_size=5)


@given(
    st.sampled_from(sorted(real_library().rulebooks)),
    st.sampled_from(Role),
    READINGS,
)
def test_whatever_is_read_only_what_binds_and_decides_is_cited(
    employer: str, role: Role, readings: list[Reading]
) -> None:
    library = real_library()
    ruling = check(library.provisions(employer), role, readings)
    assert bool(ruling.articles) is (ruling.verdict is not CLEAR)
    assert len(ruling.articles) <= MAX_ARTICLES
    assert 0 <= ruling.confidence <= 1
    for touched in ruling.articles:
        assert library.binds(employer, touched.article)
        assert library.locate(touched.article).article.ruling.value in {"prohibited", "conditional"}
        assert touched.facets <= library.facets.keys()
        assert touched.facets
    if ruling.articles:
        first = library.locate(ruling.articles[0].article).article
        assert first.ruling.value == ruling.verdict.value
    assert isinstance(ruling, PostRuling)


@pytest.mark.parametrize(
    ("spans", "joined"),
    [
        ([], ()),
        ([(5, 9), (0, 3)], ((0, 3), (5, 9))),
        ([(0, 5), (3, 9)], ((0, 9),)),
        ([(0, 5), (5, 9)], ((0, 9),)),
        ([(0, 9), (3, 5)], ((0, 9),)),
        ([(4, 4), (7, 6)], ()),
    ],
)
def test_spans_are_joined(
    spans: list[tuple[int, int]], joined: tuple[tuple[int, int], ...]
) -> None:
    assert merged(spans) == joined


def test_the_words_of_some_facets() -> None:
    draft = Draft(1, (), {"offend": ((8, 12), (0, 3)), "rumour": ((2, 6),), "life": ((20, 22),)})
    assert spans_of(draft, ["offend", "rumour", "unknown"]) == ((0, 6), (8, 12))


def meant(intent: Intent, sure: float, draft: float) -> Meaning:
    return Meaning(intent, sure, draft=Draft(draft))


@pytest.mark.parametrize(
    ("meaning", "aside"),
    [
        (meant(Intent.GREET, 0.9, 0.1), True),
        (meant(Intent.THANKS, 0.9, 0.4), True),
        (meant(Intent.ASK_PERSON, 0.7, 0.0), True),
        (meant(Intent.CHECK_POST, 0.9, 0.1), True),
        (meant(Intent.GREET, 0.9, 0.6), False),
        (meant(Intent.GREET, 0.5, 0.1), False),
        (meant(Intent.ASK_RULE, 0.9, 0.1), True),
        (meant(Intent.ASK_RULE, 0.9, 0.3), False),
        (meant(Intent.ASK_RULE, 0.7, 0.1), False),
        (meant(Intent.FOLLOW_UP, 0.9, 0.1), True),
        (meant(Intent.OUT_OF_SCOPE, 1.0, 0.0), False),
        (meant(Intent.DRAFT, 1.0, 0.0), False),
    ],
)
def test_what_is_clearly_no_draft(meaning: Meaning, *, aside: bool) -> None:
    assert is_aside(meaning, "هل أنشر؟") is aside


def test_what_is_not_written_as_a_question_is_no_question() -> None:
    assert not is_aside(meant(Intent.ASK_RULE, 1.0, 0.0), "الوزير فاشل")
    assert is_aside(meant(Intent.GREET, 0.9, 0.0), "السلام عليكم")
