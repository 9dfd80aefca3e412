from __future__ import annotations

import ast
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from fpdf.enums import TextDirection

from bot.documents.attachments import Problem
from bot.documents.runs import visual_runs
from bot.domain.circular_figures import Answered, Escalation, UntoldManager
from bot.domain.circulars import DeliveryState
from bot.domain.drafting import PostVerdict
from bot.domain.meaning import Language
from bot.domain.observing import ObservationKind, ObservationState, Outcome, Step
from bot.domain.ruling import Verdict
from bot.errors import ContentError
from bot.library.phrases import Phrases
from bot.records.links import Proof
from bot.records.quizzes import SittingKind
from tests.support.content import CONTENT, LANGUAGES, ROOT
from tests.support.reasons import reasons

BUTTONS_OF_OBSERVATIONS = set(Step) - {Step.RECORD, Step.CHANGE}

SPEAKERS = {"say", "_say", "phrase", "button", "_block", "_check_button"}
"""Functions whose first or second argument is a phrase's id."""

VERDICTS = {f"verdict_{verdict}" for verdict in Verdict} | {f"post_{v}" for v in PostVerdict}

CHANNELS = ("telegram", "whatsapp", "web", "terminal")
UNTOLD = UntoldManager("muscat", "77", None, 1)
ROLES = ("employee", "account_manager", "hr", "communication", "trainer", "customer_service")
NAMES = {
    *(f"channel_{name}" for name in CHANNELS),
    *(f"proof_{proof}" for proof in (*Proof, "none")),
    *(f"role_{role}" for role in ROLES),
    *(f"data_language_{language}" for language in Language),
    *(f"data_sitting_{kind}" for kind in SittingKind),
    *(f"observation_kind_{kind}" for kind in ObservationKind),
    *(f"observation_state_{state}" for state in ObservationState),
    *(f"observation_outcome_{outcome}" for outcome in Outcome),
    *(f"button_observation_{step}" for step in BUTTONS_OF_OBSERVATIONS),
    *(f"circular_reason_{code}" for code in (*reasons(), "unknown")),
    *(f"attachment_{problem}" for problem in Problem),
    *(f"circular_report_{state}" for state in (*DeliveryState, *Answered)),
    *(f"circular_report_{what}" for what in Escalation(1, (UNTOLD,), 1).counts),
}


def phrases(folder: Path, arabic: str, english: str) -> Phrases:
    (folder / "phrases.ar.yml").write_text(arabic, "utf-8")
    (folder / "phrases.en.yml").write_text(english, "utf-8")
    return Phrases(folder)


def test_a_phrase_is_said_in_either_language(tmp_path: Path) -> None:
    said = phrases(tmp_path, 'hi: "أهلا {name}"', 'hi: "Hello {name}"')
    assert said.say("hi", Language.ARABIC, name="س") == "أهلا س"
    assert said.say("hi", Language.ENGLISH, name="{x}") == "Hello {x}"
    assert said.ids == {"hi"}


def test_a_phrase_keeps_its_spaces_and_no_empty_lines(tmp_path: Path) -> None:
    said = phrases(tmp_path, "a: |2\n    أ\n    ب \n\n", 'a: " a "')
    assert said.say("a", Language.ARABIC) == "  أ\n  ب "
    assert said.say("a", Language.ENGLISH) == " a "


@pytest.mark.parametrize(
    ("phrase", "value", "sample"),
    [
        ("certificate_ready", "serial", "1234-5678-9ABC-0DEF"),
        ("certificate_revoked", "serial", "1234-5678-9ABC-0DEF"),
        ("data_delegation", "account", "@muscat_2026"),
        ("data_delegation", "decision", "2026-14"),
        ("data_learning_serial", "serial", "1234-5678-9ABC-0DEF"),
        ("data_roster_manager", "value", "12-345"),
        ("data_roster_number", "value", "12-345"),
        ("escalated_name", "number", "12-345"),
        ("escalated_number", "number", "12-345"),
        ("manage_sent_by", "number", "12-345"),
        ("manage_unknown_people", "numbers", "12-345"),
        ("manage_written_by", "number", "12-345"),
        ("observation_decide", "number", "2026-0001"),
        ("observation_line", "number", "2026-0001"),
        ("observation_subject", "number", "12-345"),
        ("observation_subject_file", "number", "12-345"),
        ("observation_sure", "number", "2026-0001"),
        ("observation_told_decided", "number", "2026-0001"),
        ("observation_told_referred", "number", "2026-0001"),
        ("received_number", "number", "2026/14"),
        ("roster_invalid_phone", "value", "+971501234567"),
        ("roster_manager_circle", "value", "12-345"),
        ("roster_number_twice", "value", "12-345"),
        ("roster_phone_taken", "value", "+971501234567"),
        ("roster_phone_twice", "value", "+971501234567"),
        ("roster_ruined_number", "value", "12-345"),
        ("roster_ruined_phone", "value", "+971501234567"),
        ("roster_unknown_manager", "value", "12-345"),
    ],
)
def test_what_is_written_with_a_hyphen_keeps_its_order_among_arabic(
    phrase: str, value: str, sample: str
) -> None:
    others = "title date account platform decision name department job kind state day step outcome"
    values = dict.fromkeys(others.split(), "نص") | {value: sample}
    said = Phrases(CONTENT).say(phrase, Language.ARABIC, **values)
    line = next(line for line in said.split("\n") if sample in line)
    drawn = "".join(
        run.text[::-1] if run.direction is TextDirection.RTL else run.text
        for run in visual_runs(line, TextDirection.RTL)
    )
    assert sample in drawn


@pytest.mark.parametrize(
    ("phrase", "arabic", "english"),
    [
        ("both", "إعجاب مع صورة", "إعجاب + صورة"),
        ("quiz_and", "إعجاب وصورة", "إعجاب and صورة"),
        ("and", "إعجاب، صورة", "إعجاب, صورة"),
    ],
)
def test_names_are_joined_with_spaces(phrase: str, arabic: str, english: str) -> None:
    known = Phrases(CONTENT)
    joined = [known.say(phrase, each).join(("إعجاب", "صورة")) for each in LANGUAGES]
    assert joined == [arabic, english]


@pytest.mark.parametrize(
    ("arabic", "english", "says"),
    [
        pytest.param(
            'a: "أ"\nb: "ب"',
            'a: "a"',
            r"ar\.yml:2: b: add this phrase to phrases\.en\.yml too\.",
            id="missing in English",
        ),
        pytest.param(
            'a: "أ"',
            'a: "a"\nb: "b"',
            r"en\.yml:2: b: add this phrase to phrases\.ar\.yml too\.",
            id="missing in Arabic",
        ),
        pytest.param(
            'a: "أ"\nb: "{days}"',
            'a: "a"\nb: "{day}"',
            r"ar\.yml:2: b: its placeholders differ from those in phrases\.en\.yml\.",
            id="placeholders differ",
        ),
        pytest.param('a: ""', 'a: "a"', r"ar\.yml:1: a: a phrase is a sentence", id="empty"),
        pytest.param("a: 5", 'a: "a"', r"ar\.yml:1: a: a phrase is a sentence", id="a number"),
        pytest.param("- a", 'a: "a"', r"ar\.yml:1: this file must map", id="a list"),
        pytest.param('a: "{"', 'a: "{"', r"ar\.yml:1: a: braces hold", id="open brace"),
        pytest.param('a: "{}"', 'a: "{}"', r"ar\.yml:1: a: braces hold", id="no name"),
        pytest.param('a: "{0}"', 'a: "{0}"', r"ar\.yml:1: a: braces hold", id="a number as name"),
        pytest.param('a: "{n:x}"', 'a: "{n:x}"', r"ar\.yml:1: a: braces hold", id="a format"),
    ],
)
def test_an_error_names_file_and_line(tmp_path: Path, arabic: str, english: str, says: str) -> None:
    with pytest.raises(ContentError, match=says):
        phrases(tmp_path, arabic, english)


def test_a_language_without_a_file(tmp_path: Path) -> None:
    (tmp_path / "phrases.ar.yml").write_text('a: "أ"', "utf-8")
    with pytest.raises(ContentError, match=r"phrases\.en\.yml: cannot be read"):
        Phrases(tmp_path)


def trees() -> Iterator[ast.Module]:
    for folder in ("bot", "actions"):
        for path in (ROOT / folder).rglob("*.py"):
            yield ast.parse(path.read_text("utf-8"))


def spoken() -> Iterator[tuple[str, set[str]]]:
    """The phrases that the code says outright, each with the values that it fills in."""
    for tree in trees():
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            if call.func.attr in SPEAKERS:
                values = {word.arg for word in call.keywords if word.arg}
                for argument in call.args[:2]:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield argument.value, values


def written() -> set[str]:
    """Every string in the code."""
    return {
        node.value
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_phrase_that_the_code_says_is_there_and_filled() -> None:
    known = Phrases(CONTENT)
    said = list(spoken())
    assert len(said) > 30
    for phrase, values in said:
        for language in LANGUAGES:
            assert known.say(phrase, language, **dict.fromkeys(values, "x"))


def test_no_sign_turns_an_arabic_line_to_the_left() -> None:
    # Apps take a line's direction from its first letter; ℹ is one, whatever it looks like.
    known = Phrases(CONTENT)
    for phrase in VERDICTS:
        said = known.say(phrase, Language.ARABIC)
        assert next(filter(None, map(_direction, said))) == "AL", phrase


def _direction(sign: str) -> str:
    kind = unicodedata.bidirectional(sign)
    return kind if kind in {"L", "R", "AL"} else ""


def test_every_verdict_has_a_phrase() -> None:
    assert Phrases(CONTENT).ids >= VERDICTS


def test_every_phrase_is_used() -> None:
    assert Phrases(CONTENT).ids - written() - VERDICTS - NAMES == set()


def test_everything_that_is_told_of_a_person_has_a_name() -> None:
    assert Phrases(CONTENT).ids >= NAMES
