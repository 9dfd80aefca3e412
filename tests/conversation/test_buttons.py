from __future__ import annotations

import dataclasses
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.buttons import (
    MAX_BYTES,
    AskPerson,
    BrowseTopics,
    ButtonValue,
    CheckPost,
    ChooseEmployer,
    ChooseReading,
    EnrolByNumber,
    EraseMyData,
    ListEmployers,
    MakePrimary,
    RateAnswer,
    SetLanguage,
    SetReminders,
    ShowArticle,
    ShowDisclaimers,
    ShowEnrolment,
    ShowHelp,
    ShowMore,
    ShowMyData,
    ShowPage,
    ShowTopic,
    Unlink,
    decode,
    encode,
)
from bot.conversation.circular_buttons import (
    AcknowledgeCircular,
    AnswerCheck,
    ListCirculars,
    OpenAttachment,
    ShowCircular,
)
from bot.conversation.duty_buttons import (
    AcceptPledge,
    PrintPledge,
    SendSurvey,
    ShowGuide,
    ShowPledge,
    ShowSurvey,
    TakeSurvey,
)
from bot.conversation.handover_buttons import (
    AnswerRequest,
    AskMore,
    CloseRequest,
    DropAnswer,
    FinishRequest,
    ListRequests,
    SendAnswer,
    ShowRequest,
)
from bot.conversation.observation_buttons import (
    DecideObservation,
    ListObservations,
    MoveObservation,
    RecordObservation,
    ShowObservation,
    ShowScreenshot,
)
from bot.conversation.quiz_buttons import (
    AnswerQuestion,
    PauseQuiz,
    PickChoices,
    SetDaily,
    ShowProgress,
    StartCircularQuiz,
    StartQuiz,
)
from bot.conversation.session_buttons import (
    CancelSession,
    ListSessions,
    RateSession,
    RegisterSession,
    SessionCalendar,
)
from bot.conversation.staff_buttons import (
    AttachFile,
    ComposeCircular,
    EditPart,
    ManageCircular,
    ManageCirculars,
    MoveCircular,
    RemoveFile,
    SetPart,
    ShowPanel,
)
from bot.conversation.workshop_buttons import (
    AnswerLesson,
    AskLesson,
    PickLesson,
    PrintCertificate,
    ShowCertificates,
    ShowLesson,
    ShowWorkshop,
    StartFinal,
)

SENT = {
    "em1:uae-fed": ChooseEmployer("uae-fed"),
    "le1": ListEmployers(),
    "lg1:en": SetLanguage("en"),
    "hp1": ShowHelp(),
    "br1": BrowseTopics(),
    "tp1:uae-fed:security": ShowTopic("uae-fed", "security"),
    "ar1:uae-fed.1.2": ShowArticle("uae-fed.1.2"),
    "ra1:0123456789abcdef:1": RateAnswer("0123456789abcdef", "1"),
    "ra1:0123456789abcdef:": RateAnswer("0123456789abcdef", ""),
    "mo1:0123456789abcdef": ShowMore("0123456789abcdef"),
    "pe1:0123456789abcdef": AskPerson("0123456789abcdef"),
    "pe1:": AskPerson(),
    "rd2:0123456789abcdef:1": ChooseReading("0123456789abcdef", "1"),
    "pg1:123:1": ShowPage("123", "1"),
    "ck1": CheckPost(),
    "dc1": ShowDisclaimers(),
    "en1": ShowEnrolment(),
    "eb1": EnrolByNumber(),
    "ul1:": Unlink(),
    "ul1:1": Unlink("1"),
    "pr1": MakePrimary(),
    "md1": ShowMyData(),
    "er1:1": EraseMyData("1"),
    "rm1:0": SetReminders("0"),
    "qs1:": StartQuiz(),
    "qs1:daily": StartQuiz("daily"),
    "qa1:0123456789abcdef:2:03": AnswerQuestion("0123456789abcdef", "2", "03"),
    "qp1:0123456789abcdef:2:": PickChoices("0123456789abcdef", "2", ""),
    "qz1": PauseQuiz(),
    "qr1": ShowProgress(),
    "dy1:off": SetDaily("off"),
    "lw1": ListSessions(),
    "lr1:0123456789abcdef": RegisterSession("0123456789abcdef"),
    "lc1:0123456789abcdef:": CancelSession("0123456789abcdef"),
    "lc1:0123456789abcdef:1": CancelSession("0123456789abcdef", "1"),
    "lk1:0123456789abcdef": SessionCalendar("0123456789abcdef"),
    "lf1:0123456789abcdef:5": RateSession("0123456789abcdef", "5"),
    "sv1": ShowSurvey(),
    "st1:c2VhbGVkLXNsaXA_-9": TakeSurvey("c2VhbGVkLXNsaXA_-9"),
    "sn1:c2VhbGVkLXNsaXA_-9": SendSurvey("c2VhbGVkLXNsaXA_-9"),
    "pl1": ShowPledge(),
    "pa1:muscat:0123456789abcdef": AcceptPledge("muscat", "0123456789abcdef"),
    "pt1:muscat": PrintPledge("muscat"),
    "vg1": ShowGuide(),
    "cl1:": ListCirculars(),
    "cl1:1": ListCirculars("1"),
    "cs1:0123456789abcdef": ShowCircular("0123456789abcdef"),
    "ca1:0123456789abcdef:ar": AcknowledgeCircular("0123456789abcdef", "ar"),
    "cc1:0123456789abcdef:2:en": AnswerCheck("0123456789abcdef", "2", "en"),
    "co1:0123456789abcdef:1": OpenAttachment("0123456789abcdef", "1"),
    "cq1:0123456789abcdef": StartCircularQuiz("0123456789abcdef"),
    "hl1:0": ListRequests(),
    "hs1:1001": ShowRequest("1001"),
    "ha1:1001": AnswerRequest("1001"),
    "hn1:1001:0123456789abcdef": SendAnswer("1001", "0123456789abcdef"),
    "hd1:1001": DropAnswer("1001"),
    "hx1:1001:": CloseRequest("1001"),
    "hx1:1001:1": CloseRequest("1001", "1"),
    "hf1:1001": FinishRequest("1001"),
    "hm1:1001": AskMore("1001"),
    "wo1": ShowWorkshop(),
    "ws1:muscat.l1": ShowLesson("muscat.l1"),
    "wq1:muscat.l1": AskLesson("muscat.l1"),
    "wa1:muscat.l1:2:03": AnswerLesson("muscat.l1", "2", "03"),
    "wp1:muscat.l1:2:": PickLesson("muscat.l1", "2", ""),
    "wf1": StartFinal(),
    "wc1": ShowCertificates(),
    "wd1:7K2QXM9P3TWB04ZC": PrintCertificate("7K2QXM9P3TWB04ZC"),
    "ol1:": ListObservations(),
    "ol1:2": ListObservations("2"),
    "ob1:0123456789abcdef": ShowObservation("0123456789abcdef"),
    "oi1:0123456789abcdef": ShowScreenshot("0123456789abcdef"),
    "os1:0123456789abcdef:withdraw:1": MoveObservation("0123456789abcdef", "withdraw", "1"),
    "od1:0123456789abcdef::": DecideObservation("0123456789abcdef"),
    "od1:0123456789abcdef:further_investigation:1": DecideObservation(
        "0123456789abcdef", "further_investigation", "1"
    ),
    "on1": RecordObservation(),
    "dk1": ShowPanel(),
    "ml1:": ManageCirculars(),
    "ml1:2": ManageCirculars("2"),
    "ms1:0123456789abcdef": ManageCircular("0123456789abcdef"),
    "mn1": ComposeCircular(),
    "me1:0123456789abcdef:::": EditPart("0123456789abcdef"),
    "me1:0123456789abcdef:departments:1:12": EditPart("0123456789abcdef", "departments", "1", "12"),
    "mv1:0123456789abcdef:when:202612060800:": SetPart("0123456789abcdef", "when", "202612060800"),
    "mv1:0123456789abcdef:due:none:1": SetPart("0123456789abcdef", "due", "none", "1"),
    "mm1:0123456789abcdef:send:0123456789abcdef": MoveCircular(
        "0123456789abcdef", "send", "0123456789abcdef"
    ),
    "mf1:0123456789abcdef": AttachFile("0123456789abcdef"),
    "mr1:0123456789abcdef:": RemoveFile("0123456789abcdef"),
    "mr1:0123456789abcdef:0123456789abcdef": RemoveFile("0123456789abcdef", "0123456789abcdef"),
}
"""Buttons as they were sent once: what they mean must never change."""

KINDS = typing.get_args(ButtonValue)
MOST_LENGTH = 60
FIELD = "abcdefghijklmnopqrstuvwxyzABC0123456789_.-"


def values_of(kind: type[ButtonValue]) -> st.SearchStrategy[ButtonValue]:
    count = len(dataclasses.fields(kind))
    # The tag, the colons and the fields together fit.
    longest = min(20, (MOST_LENGTH - count) // max(count, 1))
    return st.builds(kind, *[st.text(FIELD, max_size=longest)] * count)


VALUES = st.sampled_from(KINDS).flatmap(values_of)
ANY_TEXT = st.text(st.characters())
TAGS = st.sampled_from(sorted({data.split(":")[0] for data in SENT}))


@pytest.mark.parametrize(("data", "value"), SENT.items())
def test_what_was_sent_once_is_read_for_ever(data: str, value: ButtonValue) -> None:
    assert encode(value) == data
    assert decode(data) == value


def test_every_kind_has_been_written_down() -> None:
    assert {type(value) for value in SENT.values()} == set(KINDS)


@given(VALUES)
def test_round_trip(value: ButtonValue) -> None:
    data = encode(value)
    assert len(data.encode()) <= MAX_BYTES
    assert decode(data) == value


@given(ANY_TEXT | st.builds("{}:{}".format, TAGS, ANY_TEXT))
def test_garbage_is_nothing_or_a_value_that_can_be_written(data: str) -> None:
    value = decode(data)
    assert value is None or encode(value) == data


@pytest.mark.parametrize(
    "data",
    [
        *("", ":", "em", "em1", "em2:uae-fed", "EM1:uae-fed", "le1:", "hp1:x", "em1:a:b"),
        *("rd2:x", "em1:" + "x" * 61, "em1:ابج", "mo1:\0", "mo1:\ud800", "mo1: ", "mo1:a\n"),
    ],
)
def test_garbage(data: str) -> None:
    assert decode(data) is None


@pytest.mark.parametrize(
    "value",
    [
        *(ChooseEmployer("a:b"), ChooseEmployer("جهة"), ShowMore("a b"), ShowMore("\0")),
        ShowArticle("x" * 61),
    ],
)
def test_a_value_that_does_not_fit_is_a_fault(value: ButtonValue) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        encode(value)
