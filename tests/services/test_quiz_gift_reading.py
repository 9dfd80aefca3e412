"""What a bank takes out of files that others wrote or changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.quizzing import QuestionKind
from bot.gift.reading import read_gift
from bot.services.quiz_gift_reading import Intake, take_in

TAGS = "// [tag:article=muscat.1] [tag:difficulty=easy]\n"
ARABIC = f"{TAGS}::muscat.q60::س؟{{\n=أ\n~ب\n~ج\n####لأن\n}}\n"
ENGLISH = f"{TAGS}::muscat.q60::Q?{{\n=a\n~b\n~c\n####Because\n}}\n"


def taken(arabic: str = ARABIC, english: str = ENGLISH) -> Intake:
    files = (("x.ar.gift", arabic), ("x.en.gift", english))
    return take_in((Path(name), read_gift(text)) for name, text in files)


def changed(old: str, new: str) -> Intake:
    """Change the English file alone."""
    assert old in ENGLISH
    return taken(english=ENGLISH.replace(old, new))


def both(old: str, new: str) -> Intake:
    """Change both files alike."""
    assert old in ARABIC
    assert old in ENGLISH
    return taken(ARABIC.replace(old, new), ENGLISH.replace(old, new))


def test_what_is_not_said_is_the_usual() -> None:
    (joined,) = taken().questions
    question = joined.question
    assert (question.id, question.article, question.version) == ("muscat.q60", "muscat.1", 1)
    assert question.kind is QuestionKind.SINGLE
    assert (question.text.ar, question.text.en) == ("س؟", "Q?")
    assert [(c.ar, c.en, c.right) for c in question.choices] == [
        ("أ", "a", True),
        ("ب", "b", False),
        ("ج", "c", False),
    ]
    assert question.explanation.en == "Because"
    assert joined.at(("choices", 2, "en")) == "x.en.gift:5"


def test_languages_may_be_in_one_file() -> None:
    texts = (
        text.replace("[tag:", f"[tag:language={language}] [tag:", 1)
        for language, text in (("ar", ARABIC), ("en", ENGLISH))
    )
    intake = take_in([(Path("export.txt"), read_gift("\n".join(texts)))])
    assert [each.question for each in intake.questions] == [
        each.question for each in taken().questions
    ]


def test_the_id_in_moodle_counts_and_not_the_title() -> None:
    intake = both("// ", "// [id:muscat.q61] ")
    assert [each.question.id for each in intake.questions] == ["muscat.q61"]


@pytest.mark.parametrize("weights", [("%50%", "%50%"), ("%50.0%", "%49.5%")])
def test_several_right(weights: tuple[str, str]) -> None:
    one, two = weights
    text = ARABIC.replace("=أ", f"~{one}أ").replace("~ب", f"~{two}ب").replace("~ج", "~%-100%ج")
    (joined,) = taken(
        text, ENGLISH.replace("=a\n", f"~{one}a\n").replace("~b", f"~{two}b")
    ).questions
    assert joined.question.kind is QuestionKind.MULTIPLE
    assert joined.question.right == {0, 1}


def test_a_case_as_an_editor_saves_it() -> None:
    tagged = "[tag:difficulty=easy] [tag:kind=case]"
    arabic = ARABIC.replace("س؟", r"س؟\n\nمنشور").replace("[tag:difficulty=easy]", tagged)
    english = ENGLISH.replace("Q?", "[html]<p>Q?</p><p>A <span>post</span></p><p>on</p>")
    (joined,) = taken(arabic, english.replace("[tag:difficulty=easy]", tagged)).questions
    assert joined.question.text.en == "Q?"
    assert joined.question.post is not None
    assert joined.question.post.en == "A post\n\non"


@pytest.mark.parametrize(
    ("intake", "says"),
    [
        (changed("muscat.q60", "Question 1"), "x.en.gift:2: 'Question 1' is no id"),
        (changed("muscat.q60", ""), "x.en.gift:2: '' is no id of a question. Begin it with ::"),
        (
            changed("[tag:article=muscat.1] ", ""),
            "x.en.gift:2: muscat.q60 does not say what it tests. Put a line above it",
        ),
        (changed(TAGS, ""), "// [tag:article=muscat.2.1] [tag:difficulty=easy]"),
        (changed("// ", "// [tag:version=1] [tag:version=2]"), "x.en.gift:2: two tags for version"),
        (changed("// ", "// [tag:language=fr]"), "x.en.gift:2: in which language?"),
        (changed("// ", "// [tag:language=ar]"), "x.en.gift:2: muscat.q60 is there in 'ar'"),
        (taken(english=""), "x.ar.gift:2: muscat.q60 is not there in 'en'. Import both"),
        (changed("easy", "hard"), "difficulty is hard here but easy at x.ar.gift:2"),
        (changed("\n~c", ""), "the number of choices is 2 here but 3 at x.ar.gift:2"),
        (changed("=a\n~b", "~a\n=b"), "the places of what is right is [1] here but [0]"),
        (changed("####Because\n", ""), "x.en.gift:2: muscat.q60 explains nothing. Put ####"),
        (both("easy]", "easy] [tag:kind=case]"), "x.ar.gift:2: muscat.q60 is a case without"),
        (changed("~c", f"~{'c' * 76}"), "x.en.gift:5: muscat.q60: choices.2.en: String"),
        (changed("~c", "~b"), "x.ar.gift:2: muscat.q60: two choices say the same."),
        (changed("Q?", f"[plain]{'Q' * 161}"), "x.en.gift:2: muscat.q60: text.en: String should"),
        (both("muscat.1]", "muscat]"), "x.ar.gift:2: muscat.q60: article: String should match"),
        (both("easy]", "easy] [tag:version=new]"), "x.ar.gift:2: muscat.q60: version: Input"),
        (both("easy]", "mild]"), "x.ar.gift:2: muscat.q60: difficulty: Input should be 'easy'"),
        (both("easy]", "easy] [tag:kind=true_false]"), "a true_false has an answer and no choices"),
        (changed("~c", "c}"), "x.en.gift:7: more braces"),
    ],
)  # fmt: skip
def test_faults_name_file_and_line(intake: Intake, says: str) -> None:
    assert not intake.questions
    assert says in "\n".join(intake.faults)


def test_the_same_id_twice() -> None:
    (fault,) = taken(english=f"{ENGLISH}\n{ENGLISH}").faults
    assert fault.startswith("x.en.gift:10: muscat.q60 is there in 'en' already, at x.en.gift:2.")


@pytest.mark.parametrize(
    ("old", "new"),
    [("=", "~%60%"), ("~", "="), ("=", "~%80%")],
)
def test_half_right_is_left_out(old: str, new: str) -> None:
    answers = ENGLISH.partition("{")
    english = f"{answers[0]}{{{answers[2].replace(old, new, 1)}"
    intake = taken(english=english)
    assert [each.partition(" muscat")[0] for each in intake.left_out] == ["x.en.gift:2:"]
    assert "equal parts" in intake.left_out[0]
    assert (intake.questions, intake.faults) == ([], [])


def test_other_kinds_are_left_out_by_line() -> None:
    intake = taken(english=f"{ENGLISH}\nWhen?{{#1970}}")
    assert len(intake.questions) == 1
    assert intake.left_out == ["x.en.gift:9: a number is asked for."]


def test_the_other_language_of_what_is_wrong_is_no_second_fault() -> None:
    intake = changed(TAGS, "")
    assert not intake.questions
    assert len(intake.faults) == 1


def test_what_a_bank_has_no_place_for_is_named() -> None:
    intake = changed("~b", "~b#No!")
    assert intake.not_kept == ["x.en.gift:2: muscat.q60: feedback on one choice, 'No!'."]
    intake = changed("// ", "// [tag:spring] ")
    assert intake.not_kept == ["x.en.gift:2: muscat.q60: tag 'spring'."]
    assert len(intake.questions) == 1
