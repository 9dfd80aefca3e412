from __future__ import annotations

from pathlib import Path

import pytest

from bot.gift.models import GiftChoice, GiftError, GiftQuestion
from bot.gift.reading import read_gift, read_gift_file


def only(text: str) -> GiftQuestion:
    contents = read_gift(text)
    assert not contents.skipped
    assert not contents.faults
    (question,) = contents.questions
    return question


def test_a_choice_of_one_with_its_title_and_feedback() -> None:
    question = only(
        "// a remark\n::Tomb::Who lies in the tomb of Ali?{\n"
        "=nobody #Right, it is empty. ~ Ali#He lives. ~Omar\n####It was never used.}"
    )
    assert question == GiftQuestion(
        "Tomb",
        "Who lies in the tomb of Ali?",
        choices=(
            GiftChoice("nobody", 100, "Right, it is empty."),
            GiftChoice("Ali", 0, "He lives."),
            GiftChoice("Omar"),
        ),
        feedback="It was never used.",
    )
    assert question.line == 2
    assert [choice.line for choice in question.choices] == [3, 3, 3]


def test_several_right_by_weights() -> None:
    question = only("Two lie here?{\n~%-100%no one\n~%50%Sara\n~%50.0%Omar\n~%-33.33333%Ali\n}")
    assert [choice.weight for choice in question.choices] == [-100, 50, 50, -33.33333]
    assert [choice.line for choice in question.choices] == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("answer", "truth"),
    [("T", True), ("TRUE", True), ("F", False), ("FALSE", False), (" TRUE ", True)],
)
def test_true_or_false(answer: str, truth: bool) -> None:  # noqa: FBT001
    assert only(f"The sun rises.{{{answer}}}").truth is truth
    assert only(f"The sun rises.{{{answer}#no#yes####so}}") == GiftQuestion(
        "", "The sun rises.", truth=truth, remarks=("no", "yes"), feedback="so"
    )


def test_escapes() -> None:
    question = only(r"What is \{2\=2\}\: a \\ \~ or \#?{=a\nb ~\x}")
    assert question.text == "What is {2=2}: a \\ ~ or #?"
    assert [choice.text for choice in question.choices] == ["a\nb", r"\x"]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("[html]<p dir='rtl'>a<br>b\nc</p><p>d &amp; e</p>", "a\nb c\n\nd & e"),
        ("[plain]<p> & [html]", "<p> & [html]"),
        ("[markdown]**so**", "**so**"),
        ("[moodle]one<br/>two", "one\ntwo"),
        ("two\nlines", "two\nlines"),
        ("1 < 2 > 0", "1 < 2 > 0"),
        ("[other]x", "[other]x"),
    ],
)
def test_formats(raw: str, text: str) -> None:
    assert only(f"{raw}{{T}}").text == text


def test_a_choice_has_the_format_of_the_question_unless_it_names_one() -> None:
    question = only("[html]<p>Who?</p>{=<p>I &lt;</p> ~[plain]&lt;}")
    assert [choice.text for choice in question.choices] == ["I <", "&lt;"]


def test_ids_and_tags_stand_in_comments() -> None:
    question = only("// [id:q\\]1] [tag:a=1]\nx\n// [tag: b ]\n{T}")
    assert (question.idnumber, question.tags, question.text) == ("q]1", ("a=1", "b"), "x")
    first, second = read_gift("// [id:a]\nx{T}\n\n// [id:lost]\n\ny{T}").questions
    assert (first.idnumber, second.idnumber) == ("a", "")


def test_categories_are_no_questions() -> None:
    text = "$CATEGORY: a/b\n\n// one\n$CATEGORY: c\nx{T}\n\n\n\ny{F}"
    assert [(each.text, each.line) for each in read_gift(text).questions] == [("x", 5), ("y", 9)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Match.{=Oman->Muscat =Qatar->Doha}", "matched"),
        ("In which year?{#1970:2}", "number"),
        ("In which year?{#=1970:0#yes =%50%1970:2~#no}", "number"),
        ("Who is it?{=nobody =no one}", "short answer"),
        ("Who is it?{Ali}", "short answer"),
        ("Tell of it.{}", "essay"),
        ("Tell of it.{####For the teacher}", "essay"),
        ("Ali {~sees =hears} Sara.", "missing word"),
        ("Read this first.", "description"),
        ("::Title::[html]<p>Read this first.</p>", "description"),
    ],
)
def test_other_kinds_are_skipped_with_their_line(text: str, reason: str) -> None:
    contents = read_gift(f"// x\n\n{text}\n\nThe next.{{T}}")
    (skipped,) = contents.skipped
    assert skipped.line == 3
    assert reason in skipped.reason
    assert [each.text for each in contents.questions] == ["The next."]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("x{=a\n~b", 3, "brace without"),
        ("x =a\n~b}", 4, "brace without"),
        ("x }a{", 3, "brace without"),
        ("x{=a ~b}\ny{=a ~b}", 4, "more braces"),
        ("x{=a\n~b {c}", 4, "more braces"),
        ("x{=a ~b}}", 3, "more braces"),
        ("x{a ~b =c}", 3, "a choice needs ~"),
        ("x{\n~a\n~=b}", 5, "without a text"),
        ("x{\n~a\n=#why}", 5, "without a text"),
        ("x{\n~a\n=%50%b}", 5, "not after ="),
        ("x{\n~a\n~%500%b}", 5, "from -100 to 100"),
        ("::x{=a ~b}", 3, "title does not end"),
        ("[html]a <img src='x'>{T}", 3, "<img> cannot be shown"),
        ("[html]x{=a\n~<b>b</b>}", 4, "<b> cannot be shown"),
    ],
)
def test_what_breaks_the_rules_is_named_with_its_line(text: str, line: int, reason: str) -> None:
    contents = read_gift(f"The first.{{T}}\n\n{text}\n\nThe next.{{T}}")
    (fault,) = contents.faults
    assert fault.line == line
    assert reason in fault.reason
    assert [each.text for each in contents.questions] == ["The first.", "The next."]


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "x.gift"
    path.write_bytes(b"\xef\xbb\xbfx{T}\r\n\r\ny{F}\r\n")
    assert [each.text for each in read_gift_file(path).questions] == ["x", "y"]
    path.write_bytes("س{T}".encode("cp1256"))
    with pytest.raises(GiftError, match=r"x\.gift: its text is damaged\. Save it as UTF-8"):
        read_gift_file(path)
    with pytest.raises(GiftError, match="cannot be read"):
        read_gift_file(tmp_path)
