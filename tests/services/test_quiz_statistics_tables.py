from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.meaning import Language
from bot.library.library import Library, load_library
from bot.records.database import Database
from bot.services.quiz_statistics import QuizStatisticsService
from bot.services.quiz_statistics_tables import Row, StatisticsTables
from bot.spreadsheets.reading import read_table_file
from bot.spreadsheets.writing import write_table_file
from tests.support.content import LANGUAGES, copy_content, real_library, replace_in
from tests.support.quiz_answers import QUESTIONS, sit

SINGLE, STATEMENT = "muscat.q2", "muscat.q3"


async def tables(database: Database, library: Library, language: Language) -> StatisticsTables:
    for n in range(12):
        answers = {SINGLE: n > 2, STATEMENT: n > 3}
        await sit(database, answers, department="قطاع / إدارة" if n else None)
    statistics = await QuizStatisticsService(database, library).compute("muscat")
    return StatisticsTables(statistics, library, language)


def row_of(rows: list[Row], first: str) -> dict[str | int | float, str | int | float]:
    return next(dict(zip(rows[0], row, strict=True)) for row in rows if row[0] == first)


async def test_a_question_with_its_choices(database: Database) -> None:
    rows = list((await tables(database, real_library(), Language.ENGLISH)).questions())
    row = row_of(rows, SINGLE)
    assert (row["Article"], row["Answers"], row["Share right"]) == ("muscat.2.1", 12, 0.75)
    assert row["Choice 1"] == QUESTIONS[SINGLE].choices[0].en
    assert row["Choice 3"] == f"✓ {QUESTIONS[SINGLE].choices[2].en}"
    shares = [row[f"Share of choice {n}"] for n in range(1, 5)]
    assert shares == [0.25, 0.0, 0.75, 0.0]
    assert row["Remarks"] == ""
    row = row_of(rows, STATEMENT)
    assert (row["Choice 1"], row["Choice 2"], row["Choice 3"]) == ("True", "✓ False", "")
    assert row["Share right"] == 0.667
    unseen = row_of(rows, "muscat.q9")
    assert (unseen["Answers"], unseen["Share right"], unseen["Discrimination"]) == ("", "", "")
    assert unseen["Remarks"] == "Too few answers for a verdict."


async def test_groups_are_named(database: Database) -> None:
    made = await tables(database, real_library(), Language.ARABIC)
    title = real_library().locate("muscat.2.1").article.title.ar
    assert [row[:4] for row in made.articles()][1:] == [
        ["muscat.2.2", real_library().locate("muscat.2.2").article.title.ar, 4, 12],
        ["muscat.2.1", title, 3, 12],
    ]
    muscat = real_library().rulebooks["muscat"].employer.ar
    assert list(made.employers())[1:] == [[muscat, 12, 24, 0.708, 2]]
    # One is of no known department, and eleven would tell about that one.
    assert len(list(made.departments())) == 1


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_row_is_as_long_as_the_headings(database: Database, language: Language) -> None:
    made = await tables(database, real_library(), language)
    for rows in (made.questions(), made.articles(), made.employers(), made.departments()):
        headings, *rest = rows
        assert {len(row) for row in rest} <= {len(headings)}


async def test_a_question_that_begins_like_a_formula_is_a_text(
    database: Database, tmp_path: Path
) -> None:
    content = copy_content(tmp_path)
    asked = QUESTIONS[SINGLE].text.en
    replace_in(content / "quizzes/muscat.yml", f'en: "{asked}"', 'en: "=HYPERLINK(1)"')
    made = await tables(database, load_library(content), Language.ENGLISH)
    for name in ("a.csv", "a.xlsx"):
        write_table_file(tmp_path / name, made.questions())
        cells = [cells for _, cells in read_table_file(tmp_path / name)]
        assert row_of(cells, SINGLE)["Text"] == "=HYPERLINK(1)"  # type: ignore[arg-type]
    text = (tmp_path / "a.csv").read_text("utf-8-sig")
    assert ",'=HYPERLINK(1)," in text
