"""A sixth employer comes by a file alone; the file is the example of the guide."""

from __future__ import annotations

import re

import pytest

from bot.conversation.events import Command
from bot.domain.meaning import Language
from bot.domain.ruling import Role, Ruling, Verdict
from bot.library.library import Library, load_library
from bot.records.database import Database
from bot.services.judging import judge
from tests.support.content import ROOT, copy_content, real_library
from tests.support.world import World, asks, data_of

GUIDE = ROOT / "docs" / "adding-a-rulebook.md"
QUESTION = "ممكن أنشر صورة من القاعة؟"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    found = re.search(r"```yaml\n# content/(\S+)\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    content = copy_content(tmp_path_factory.mktemp("new"))
    (content / found[1]).write_text(found[2], "utf-8")
    return load_library(content)


def test_the_employer_is_new(library: Library) -> None:
    assert set(library.rulebooks) - set(real_library().rulebooks) == {"sea-museum"}


@pytest.mark.parametrize(
    ("facets", "role", "ruling"),
    [
        (["photography"], Role.EMPLOYEE, Ruling(Verdict.ALLOWED, ("sea-museum.1",))),
        (
            ["photography", "personal_data"],
            Role.EMPLOYEE,
            Ruling(Verdict.PROHIBITED, ("sea-museum.2",)),
        ),
        (["personal_data"], Role.EMPLOYEE, Ruling(Verdict.PROHIBITED, ("sea-museum.2",))),
        (
            ["official_account", "repost"],
            Role.ACCOUNT_MANAGER,
            Ruling(Verdict.ALLOWED, ("sea-museum.3",)),
        ),
        (
            ["official_account", "repost"],
            Role.EMPLOYEE,
            Ruling(Verdict.NO_RULE, nearest="sea-museum.3"),
        ),
        (["copyright"], Role.EMPLOYEE, Ruling(Verdict.NO_RULE, nearest="sea-museum.1")),
        (["court_case"], Role.EMPLOYEE, Ruling(Verdict.NO_RULE)),
    ],
)
def test_its_rulings_come_from_the_file(
    library: Library, facets: list[str], role: Role, ruling: Ruling
) -> None:
    assert judge(library, "sea-museum", role, asks(*facets)).ruling == ruling


@pytest.mark.parametrize("employer", sorted(real_library().rulebooks))
def test_the_other_employers_answer_as_before(library: Library, employer: str) -> None:
    for facet in real_library().facets:
        before = judge(real_library(), employer, Role.EMPLOYEE, asks(facet))
        assert judge(library, employer, Role.EMPLOYEE, asks(facet)) == before


async def test_it_is_chosen_asked_browsed_and_cited(library: Library, database: Database) -> None:
    world = World(database, library)
    world.understanding.meanings[QUESTION] = asks("photography")
    (welcome,) = await world.send(Command("start"))
    assert "em1:sea-museum" in data_of(welcome, "em1")
    await world.press("em1:sea-museum")
    (answer,) = await world.send(QUESTION)
    article = library.locate("sea-museum.1").article
    assert article.rule.ar in answer.plain_text
    assert "تعليمات التواصل الاجتماعي" in answer.plain_text
    assert "[sea-museum.1]" in answer.plain_text
    (topics,) = await world.press("br1")
    assert data_of(topics, "tp1") == ["tp1:sea-museum:photos"]
    (topic,) = await world.press("tp1:sea-museum:photos")
    assert data_of(topic, "ar1") == [f"ar1:sea-museum.{number}" for number in (1, 2, 3)]


async def test_its_contact_gets_what_is_handed_over(library: Library, database: Database) -> None:
    world = World(database, library)
    await world.person("sea-museum")
    world.understanding.meanings[QUESTION] = asks("court_case", language=Language.ENGLISH)
    (answer,) = await world.send(QUESTION)
    assert "the museum's staff office" in answer.plain_text
    (said,) = await world.press(data_of(answer, "pe1")[0])
    assert "1001" in said.plain_text
