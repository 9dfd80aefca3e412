from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.domain.icons import Icon
from bot.errors import ContentError
from bot.library.library import load_library
from bot.library.workshops import Workshop, load_workshops
from tests.support.content import copy_content, real_library, replace_in

BOOK = "iraq-judiciary"


def both(letters: int) -> dict[str, str]:
    return {"ar": "س" * letters, "en": "x" * letters}


def made_workshop(book: str = BOOK) -> dict[str, Any]:
    """Give a whole workshop: six lessons over all articles of the rulebook."""
    library = real_library()
    articles = [a.id for section in library.rulebooks[book].sections for a in section.articles]
    lessons = []
    for n in range(6):
        taught = articles[n::6]
        asked = next(q for q in library.quizzes[book].questions if q.article == taught[0])
        picture = {"icon": "shield", "headline": both(40), "do": both(60), "avoid": both(60)}
        lesson = {"id": f"{book}.l{n + 1}", "title": both(40), "articles": taught}
        texts = {"text": both(250), "example": both(120), "picture": picture}
        lessons.append({**lesson, **texts, "question": asked.id})
    head = {"workshop": book, "rulebook": book, "version": "1", "title": both(60)}
    return {**head, "pass_mark": 80, "final": 10, "renew_days": 90, "lessons": lessons}


def write(folder: Path, workshop: dict[str, Any]) -> Path:
    path = folder / f"{workshop['rulebook']}.yml"
    path.write_text(yaml.safe_dump(workshop, allow_unicode=True, sort_keys=False), "utf-8")
    return path


def read(folder: Path) -> dict[str, Workshop]:
    library = real_library()
    return load_workshops(folder, library.rulebooks, library.quizzes)


def test_a_workshop_is_read(tmp_path: Path) -> None:
    write(tmp_path, made_workshop())
    workshop = read(tmp_path)[BOOK]
    assert (workshop.id, workshop.rulebook, workshop.version) == (BOOK, BOOK, "1")
    assert (workshop.pass_mark, workshop.final, workshop.renew_days) == (80, 10, 90)
    assert [lesson.id for lesson in workshop.lessons] == [f"{BOOK}.l{n}" for n in range(1, 7)]
    lesson = workshop.lesson(f"{BOOK}.l2")
    assert lesson is workshop.lessons[1]
    assert lesson.picture.icon is Icon.SHIELD
    with pytest.raises(KeyError):
        workshop.lesson(f"{BOOK}.l99")


def test_the_library_holds_workshops_and_a_rulebook_needs_none(tmp_path: Path) -> None:
    content = copy_content(tmp_path)
    folder = content / "workshops"
    shutil.rmtree(folder, ignore_errors=True)
    assert load_library(content).workshops == {}
    folder.mkdir()
    write(folder, made_workshop())
    assert list(load_library(content).workshops) == [BOOK]


def test_a_lesson_may_teach_what_the_rulebook_extends(tmp_path: Path) -> None:
    workshop = made_workshop("moh-uae")
    workshop["lessons"][0]["articles"].append("uae-fed.8.1")
    write(tmp_path, workshop)
    assert "uae-fed.8.1" in read(tmp_path)["moh-uae"].lessons[0].articles


def test_shipped_lessons_speak_both_languages() -> None:
    for workshop in real_library().workshops.values():
        for lesson in workshop.lessons:
            picture = lesson.picture
            said = (lesson.title, lesson.text, lesson.example)
            for text in (workshop.title, *said, picture.headline, picture.do, picture.avoid):
                assert re.search(r"[\u0621-\u064a]", text.ar), lesson.id
                assert not re.search(r"[A-Za-z]", text.ar), lesson.id
                assert not re.search(r"[\u0600-\u06ff]", text.en), lesson.id


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param(
            *("workshop: iraq", "workshop: bahrain-iraq"),
            r"workshop: must be the file's name, 'iraq-judiciary'\.",
            id="another id",
        ),
        pytest.param(
            *("rulebook: iraq-judiciary", "rulebook: bahrain"),
            r"rulebook: must be the file's name, 'iraq-judiciary', and a rulebook's\.",
            id="another rulebook",
        ),
        pytest.param(
            *("version: '1'\n", ""), r"version: this key is missing\. Add it", id="missing key"
        ),
        pytest.param(
            *("pass_mark: 80", "pass_mark: 101"),
            r"pass_mark: Input should be less than or equal to 100",
            id="a pass mark above all",
        ),
        pytest.param(
            *("final: 10", "final: 0"),
            r"final: Input should be greater than or equal to 1",
            id="an empty final quiz",
        ),
        pytest.param(
            *("icon: shield", "icon: sword"),
            r"lessons\.0\.picture\.icon: Input should be 'megaphone'",
            id="an icon that cannot be drawn",
        ),
        pytest.param(
            *("x" * 60, "x" * 61),
            r"title\.en: String should have at most 60 characters",
            id="long title",
        ),
        pytest.param(
            *(f"    en: {'x' * 40}\n", f"    en: {'x' * 41}\n"),
            r"lessons\.0\.title\.en: String should have at most 40 characters",
            id="long title of a lesson",
        ),
        pytest.param(
            *("س" * 250, "س" * 249),
            r"lessons\.0\.text\.ar: String should have at least 250 characters",
            id="short text",
        ),
        pytest.param(
            *("x" * 250, "x" * 601),
            r"lessons\.0\.text\.en: String should have at most 600 characters",
            id="long text",
        ),
        pytest.param(
            *(f"ar: {'س' * 120}\n", f"ar: {'س' * 119}\n"),
            r"lessons\.0\.example\.ar: String should have at least 120 characters",
            id="short example",
        ),
        pytest.param(
            *(f"en: {'x' * 120}\n", f"en: {'x' * 351}\n"),
            r"lessons\.0\.example\.en: String should have at most 350 characters",
            id="long example",
        ),
        pytest.param(
            *(f"      en: {'x' * 40}\n", f"      en: {'x' * 41}\n"),
            r"lessons\.0\.picture\.headline\.en: String should have at most 40 characters",
            id="long headline",
        ),
        pytest.param(
            *(f"      en: {'x' * 60}\n", f"      en: {'x' * 61}\n"),
            r"lessons\.0\.picture\.do\.en: String should have at most 60 characters",
            id="long line of a picture",
        ),
        pytest.param(
            *("- id: iraq-judiciary.l2", "- id: iraq-judiciary.l1"),
            r"lessons\.1\.id: 'iraq-judiciary\.l1' is there twice\.",
            id="lesson twice",
        ),
        pytest.param(
            *("- id: iraq-judiciary.l2", "- id: iraq.l2"),
            r"lessons\.1\.id: must begin with 'iraq-judiciary\.l'\.",
            id="wrong prefix",
        ),
        pytest.param(
            *("- id: iraq-judiciary.l2", "- id: iraq-judiciary.q2"),
            r"lessons\.1\.id: String should match pattern",
            id="no lesson's id",
        ),
        pytest.param(
            *("  - iraq-judiciary.1\n", "  - iraq-judiciary.1\n  - iraq-judiciary.99\n"),
            r"lessons\.1\.articles\.1: no article 'iraq-judiciary\.99' binds iraq-judiciary\.",
            id="unknown article",
        ),
        pytest.param(
            *("  - iraq-judiciary.1\n", "  - iraq-judiciary.1\n  - bahrain.1\n"),
            r"lessons\.1\.articles\.1: no article 'bahrain\.1' binds iraq-judiciary\.",
            id="another rulebook's article",
        ),
    ],
)
def test_an_error_in_a_workshop_names_file_and_line(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    line = replace_in(write(tmp_path, made_workshop()), old, new)
    with pytest.raises(ContentError) as caught:
        read(tmp_path)
    named = re.match(rf".*{BOOK}\.yml:(\d+): (.*)", str(caught.value), re.DOTALL)
    assert named is not None
    assert re.match(says, named[2]), named[2]
    # A missing key is named where its holder begins, an added one where it stands.
    assert -3 <= int(named[1]) - line <= 1


def refused(folder: Path, workshop: dict[str, Any], says: str) -> None:
    write(folder, workshop)
    with pytest.raises(ContentError, match=rf"{BOOK}\.yml:\d+: {says}"):
        read(folder)


def test_every_article_that_prescribes_is_taught(tmp_path: Path) -> None:
    workshop = made_workshop()
    first = workshop["lessons"][0]
    left, kept = first["articles"]
    first["articles"] = [kept]
    bank = real_library().quizzes[BOOK].questions
    first["question"] = next(q.id for q in bank if q.article == kept)
    refused(tmp_path, workshop, rf"lessons: no lesson teaches {re.escape(left)}\. Add it to one\.")


def test_an_article_that_only_informs_may_be_left(tmp_path: Path) -> None:
    workshop = made_workshop()
    assert workshop["lessons"][0]["articles"].pop() == f"{BOOK}.6"
    write(tmp_path, workshop)
    assert BOOK in read(tmp_path)


@pytest.mark.parametrize(
    ("question", "says"),
    [
        (f"{BOOK}.q999", rf"no question '{BOOK}\.q999' in the bank of {BOOK}\."),
        ("bahrain.q1", rf"no question 'bahrain\.q1' in the bank of {BOOK}\."),
    ],
)
def test_a_question_is_one_of_the_bank(tmp_path: Path, question: str, says: str) -> None:
    workshop = made_workshop()
    workshop["lessons"][2]["question"] = question
    refused(tmp_path, workshop, rf"lessons\.2\.question: {says}")


def test_a_question_tests_what_the_lesson_teaches(tmp_path: Path) -> None:
    workshop = made_workshop()
    first, second = workshop["lessons"][:2]
    first["question"] = second["question"]
    says = rf"lessons\.0\.question: tests {re.escape(second['articles'][0])}, which the lesson"
    refused(tmp_path, workshop, says)


def test_a_question_is_asked_once(tmp_path: Path) -> None:
    workshop = made_workshop()
    first, second = workshop["lessons"][:2]
    second["articles"].append(first["articles"][0])
    second["question"] = first["question"]
    refused(tmp_path, workshop, rf"lessons\.1\.question: '{BOOK}\.q\d+' is asked twice\.")


def test_there_are_six_to_nine_lessons(tmp_path: Path) -> None:
    workshop = made_workshop()
    workshop["lessons"] = workshop["lessons"][:5]
    refused(tmp_path, workshop, r"lessons: Tuple should have at least 6 items")
    workshop["lessons"] = workshop["lessons"] * 2
    refused(tmp_path, workshop, r"lessons: Tuple should have at most 9 items")


def test_the_bank_fills_the_final_quiz(tmp_path: Path) -> None:
    size = len(real_library().quizzes[BOOK].questions)
    workshop = made_workshop()
    refused(
        tmp_path,
        workshop | {"final": size + 1},
        rf"final: the bank has only {size} questions\. Ask for fewer\.",
    )


def test_a_workshop_needs_a_bank(tmp_path: Path) -> None:
    write(tmp_path, made_workshop())
    says = rf"rulebook: '{BOOK}' has no bank of questions\. Add content/quizzes/{BOOK}\.yml\."
    with pytest.raises(ContentError, match=says):
        load_workshops(tmp_path, real_library().rulebooks, {})
