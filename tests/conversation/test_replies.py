from __future__ import annotations

import pytest

from bot.conversation.answer_replies import AnswerReplies
from bot.conversation.buttons import decode
from bot.conversation.messages import BlockKind, Message
from bot.conversation.replies import Replies
from bot.domain.meaning import Language
from bot.domain.ruling import Role, Ruling, Verdict, rule
from bot.services.retention import Retention
from tests.support.content import LANGUAGES, articles_of, real_library
from tests.support.world import data_of, labels

AR, EN = LANGUAGES
LIBRARY = real_library()
REPLIES = Replies(LIBRARY, Retention())
ANSWERS = AnswerReplies(LIBRARY, REPLIES)
ANSWER = "0123456789abcdef"
FACETS = sorted(LIBRARY.facets)


def kinds(message: Message) -> list[BlockKind]:
    return [block.kind for block in message.blocks]


def texts(message: Message, kind: BlockKind) -> list[str]:
    return [block.text for block in message.blocks if block.kind is kind]


def test_one_article_is_said_with_its_advice_and_source() -> None:
    article = LIBRARY.locate("uae-fed.5.1").article
    assert article.advice is not None
    ruling = Ruling(Verdict.PROHIBITED, ("uae-fed.5.1",))
    message = ANSWERS.answer(ruling, "uae-fed", AR, ANSWER)
    assert texts(message, BlockKind.VERDICT) == [LIBRARY.phrases.say("verdict_prohibited", AR)]
    assert texts(message, BlockKind.BODY) == [article.rule.ar, article.advice.ar]
    (citation,) = texts(message, BlockKind.CITATION)
    for part in ("[uae-fed.5.1]", article.item.ar, LIBRARY.locate(article.id).section.heading.ar):
        assert part in citation
    assert data_of(message, "ra1") == [f"ra1:{ANSWER}:"]
    assert data_of(message, "mo1") == [f"mo1:{ANSWER}"]
    assert data_of(message, "pe1") == [f"pe1:{ANSWER}"]


def test_of_three_articles_two_are_said_and_all_are_cited() -> None:
    cited = ("uae-fed.3.2", "uae-fed.3.1", "uae-fed.1.2")
    message = ANSWERS.answer(Ruling(Verdict.PROHIBITED, cited), "uae-fed", EN)
    rules = [LIBRARY.locate(article).article.rule.en for article in cited]
    assert texts(message, BlockKind.BODY) == rules[:2]
    (citation,) = texts(message, BlockKind.CITATION)
    assert [line.rpartition("[")[2] for line in citation.split("\n") if "[" in line] == [
        f"{i}]" for i in cited
    ]
    assert message.buttons == ()
    assert message.language is EN


def test_articles_are_cited_under_their_own_document() -> None:
    cited = ("uae-fed.8.1", "moh-uae.2.1", "uae-fed.8.2")
    message = ANSWERS.answer(Ruling(Verdict.INFO, cited), "moh-uae", AR)
    (citation,) = texts(message, BlockKind.CITATION)
    lines = [line.rpartition("[")[2].rstrip("]") for line in citation.split("\n")]
    federal, ministry = (
        LIBRARY.phrases.say("source", AR, document=LIBRARY.rulebooks[i].document.title.ar)
        for i in ("uae-fed", "moh-uae")
    )
    assert lines == [federal, "uae-fed.8.1", "uae-fed.8.2", ministry, "moh-uae.2.1"]


def test_a_dated_fact_names_the_age_of_its_document() -> None:
    message = ANSWERS.answer(Ruling(Verdict.INFO, ("uae-fed.9.1",)), "uae-fed", AR)
    document = LIBRARY.rulebooks["uae-fed"].document
    assert document.date is not None
    assert any(document.date.ar in note for note in texts(message, BlockKind.NOTE))
    undated = ANSWERS.answer(Ruling(Verdict.INFO, ("bahrain.5",)), "bahrain", AR)
    note = LIBRARY.rulebooks["bahrain"].document.note
    assert note is not None
    assert texts(undated, BlockKind.NOTE) == [note.ar]


def test_the_same_age_is_said_once() -> None:
    cited = ("bahrain.5", "bahrain.16")
    message = ANSWERS.answer(Ruling(Verdict.INFO, cited), "bahrain", AR)
    assert len(texts(message, BlockKind.NOTE)) == 1


def test_the_words_that_answers_inform_come_last() -> None:
    ruling = Ruling(Verdict.PROHIBITED, ("uae-fed.5.1",))
    message = ANSWERS.answer(ruling, "uae-fed", AR, ANSWER, inform=True)
    assert message.blocks[-1].text == LIBRARY.phrases.say("informs", AR)


def test_without_a_rule_the_nearest_article_is_named_and_a_person_offered() -> None:
    message = ANSWERS.answer(Ruling(Verdict.NO_RULE, nearest="uae-fed.5.1"), "uae-fed", AR, ANSWER)
    assert LIBRARY.locate("uae-fed.5.1").article.title.ar in message.plain_text
    assert texts(message, BlockKind.CITATION) == []
    assert LIBRARY.rulebooks["uae-fed"].contact.ar in message.plain_text
    assert data_of(message, "mo1")
    assert data_of(message, "pe1") == [f"pe1:{ANSWER}"]
    bare = ANSWERS.answer(Ruling(Verdict.NO_RULE), "uae-fed", AR, ANSWER)
    assert data_of(bare, "mo1") == []


def test_an_unclear_question_offers_its_readings() -> None:
    readings = (frozenset({"like", "court_case"}), frozenset({"like", "rumour"}))
    ruling = Ruling(Verdict.CLARIFY, readings=readings)
    message = ANSWERS.answer(ruling, "uae-fed", EN, ANSWER)
    # Named by what tells one from the other.
    assert labels(message) == [LIBRARY.facets[f].en for f in ("court_case", "rumour")]
    assert data_of(message, "rd2") == [f"rd2:{ANSWER}:0", f"rd2:{ANSWER}:1"]
    twins = (frozenset({"like"}), frozenset({"like", "rumour"}))
    message = ANSWERS.answer(Ruling(Verdict.CLARIFY, readings=twins), "uae-fed", EN, ANSWER)
    assert labels(message) == [LIBRARY.facets[f].en for f in ("like", "rumour")]
    pair = (frozenset({"like", "court_case"}), frozenset({"rumour"}))
    message = ANSWERS.answer(Ruling(Verdict.CLARIFY, readings=pair), "uae-fed", AR, ANSWER)
    court_case, like, rumour = (LIBRARY.facets[f].ar for f in ("court_case", "like", "rumour"))
    assert labels(message) == [f"{court_case} مع {like}", rumour]
    bare = ANSWERS.answer(Ruling(Verdict.CLARIFY), "uae-fed", EN, ANSWER)
    assert data_of(bare, "hp1")
    assert data_of(bare, "pe1")


def test_ratings_replace_the_buttons_of_an_answer() -> None:
    shown = ANSWERS.answer(Ruling(Verdict.INFO, ("bahrain.5",)), "bahrain", AR, ANSWER)
    rating = ANSWERS.rating(shown, ANSWER)
    assert rating.blocks == shown.blocks
    assert [button.data for button in rating.buttons] == [f"ra1:{ANSWER}:1", f"ra1:{ANSWER}:0"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_welcome_names_every_employer_and_what_is_stored(language: Language) -> None:
    message = REPLIES.welcome(language)
    assert data_of(message, "em1") == [f"em1:{book}" for book in LIBRARY.rulebooks]
    assert "30" in message.plain_text
    other = EN if language is AR else AR
    assert data_of(message, "lg1") == [f"lg1:{other}"]


def test_topics_are_those_of_all_binding_rulebooks_the_own_first() -> None:
    shown = [data.split(":")[1] for data in data_of(REPLIES.topics("moh-uae", AR), "tp1")]
    assert list(dict.fromkeys(shown)) == ["moh-uae", "uae-fed"]
    assert {data.split(":")[1] for data in data_of(REPLIES.topics("uae-fed", AR), "tp1")} == {
        "uae-fed"
    }


def test_a_topic_lists_its_articles() -> None:
    message = REPLIES.topic("uae-fed", "security", EN)
    assert message is not None
    assert data_of(message, "ar1") == ["ar1:uae-fed.6.1", "ar1:uae-fed.6.2"]
    assert kinds(message) == [BlockKind.VERDICT, BlockKind.BODY, BlockKind.BODY]
    assert REPLIES.topic("uae-fed", "nothing", EN) is None
    assert REPLIES.topic("nowhere", "security", EN) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_article_can_be_shown(language: Language) -> None:
    for article in articles_of(LIBRARY):
        message = REPLIES.articles((article.id,), language)
        assert article.rule.text(language) in message.plain_text
        assert f"[{article.id}]" in message.plain_text


@pytest.mark.parametrize("employer", sorted(LIBRARY.rulebooks))
@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_asked_the_answer_is_whole(employer: str, language: Language) -> None:
    provisions = LIBRARY.provisions(employer)
    for facet in FACETS:
        ruling = rule(provisions, Role.EMPLOYEE, [facet], LIBRARY.policy_facets)
        message = ANSWERS.answer(ruling, employer, language, ANSWER, inform=True)
        assert all(block.text.strip() for block in message.blocks)
        assert len(message.plain_text) < 4096
        assert all(decode(button.data) is not None for button in message.buttons)
        assert "{" not in message.plain_text


def test_an_unknown_employers_contact_is_still_a_department() -> None:
    assert REPLIES.contact("", AR).strip()
