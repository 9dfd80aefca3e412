from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.library.quiz_writing import write_bank
from bot.library.quizzes import Bank, Question
from bot.library.yaml_lines import Source
from tests.support.content import CONTENT

FILES = sorted((CONTENT / "quizzes").glob("*.yml"))
HEAD = 'rulebook: muscat\nversion: "1"\nquestions:\n'


def read(path: Path) -> Bank:
    return Source(path).read_as(Bank)


def with_questions(bank: Bank, questions: Iterable[Question]) -> Bank:
    return bank.model_copy(update={"questions": tuple(questions)})


def renewed(question: Question) -> Question:
    return question.model_copy(update={"version": question.version + 1})


@pytest.fixture
def muscat(tmp_path: Path) -> Path:
    return Path(shutil.copy(CONTENT / "quizzes" / "muscat.yml", tmp_path))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_is_written_looks_as_what_was_there(file: Path, tmp_path: Path) -> None:
    path, bank = Path(shutil.copy(file, tmp_path)), read(file)
    write_bank(path, bank)
    assert path.read_bytes() == file.read_bytes()
    write_bank(path, with_questions(bank, map(renewed, bank.questions)))
    was = file.read_text("utf-8")
    expected = re.sub(r"(?m)^    version: (\d+)$", lambda v: f"    version: {int(v[1]) + 1}", was)
    assert path.read_text("utf-8") == expected != was


def test_a_bank_of_its_own(tmp_path: Path, muscat: Path) -> None:
    bank = read(muscat)
    path = tmp_path / "new.yml"
    write_bank(path, with_questions(bank, bank.questions[:1]))
    first = muscat.read_text("utf-8").partition("  - id: muscat.q1\n")[2].partition("  - id: ")[0]
    assert path.read_text("utf-8") == f"{HEAD}  - id: muscat.q1\n{first}"


def test_comments_stay_and_new_questions_come_last(muscat: Path) -> None:
    was = muscat.read_text("utf-8").rstrip("\n")
    muscat.write_text(f"{was}\n  # the end", "utf-8")
    bank = read(muscat)
    new = bank.questions[0].model_copy(update={"id": "muscat.q99"})
    left = [each for each in bank.questions if each.id != "muscat.q7"]
    write_bank(muscat, with_questions(bank, [*left, new]))
    text = muscat.read_text("utf-8")
    assert [line for line in text.splitlines() if line.lstrip().startswith("#")] == [
        *(line for line in was.splitlines() if line.lstrip().startswith("#")),
        "  # the end",
    ]
    assert "  # ---- complaints\n  - id: muscat.q8\n" in text
    assert text.startswith(was.partition("  - id: muscat.q7\n")[0])
    assert text.partition("  - id: muscat.q99\n")[2].endswith("  # the end\n")


def test_a_file_laid_out_in_another_way_is_left_alone(muscat: Path) -> None:
    bank = read(muscat)
    two = with_questions(bank, bank.questions[:2]).model_dump_json()
    muscat.write_text(two, "utf-8")
    with pytest.raises(ContentError, match="begin on a line of its own"):
        write_bank(muscat, with_questions(bank, map(renewed, bank.questions[:2])))
    assert muscat.read_text("utf-8") == two
    assert [each.name for each in muscat.parent.iterdir()] == ["muscat.yml"]


def test_a_folder_that_is_not_there(tmp_path: Path, muscat: Path) -> None:
    with pytest.raises(ContentError, match="cannot be written"):
        write_bank(tmp_path / "no" / "muscat.yml", read(muscat))
