from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.library.library import load_library
from tests.support.content import copy_content, real_library, replace_in

IRAQ = "rulebooks/iraq-judiciary.yml"
MOH = "rulebooks/moh-uae.yml"


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        pytest.param(
            *(IRAQ, "applies_to: [[", "applies_to: [[flying, "),
            r"sections\.0\.articles\.0\.applies_to\.0: no facet 'flying'\. Use one of .*facets",
            id="unknown facet",
        ),
        pytest.param(
            *(IRAQ, "nearest_to: []", "nearest_to: [{all: [like], unless: [flying]}]"),
            r"nearest_to\.0: no facet 'flying'",
            id="unknown facet under unless",
        ),
        pytest.param(
            *(IRAQ, "- id: iraq-judiciary.3", "- id: iraq-judiciary.2"),
            r"'iraq-judiciary\.2' is there twice\. Give each its own id\.",
            id="article twice",
        ),
        pytest.param(
            *(IRAQ, "- id: iraq-judiciary.1", "- id: iraq.1"),
            r"id: must begin with 'iraq-judiciary' and a dot\.",
            id="wrong prefix",
        ),
        pytest.param(
            *(IRAQ, "        ruling: prohibited\n", ""),
            r"sections\.0\.articles\.0\.ruling: this key is missing\. Add it",
            id="missing key",
        ),
        pytest.param(
            *(IRAQ, "ruling: prohibited", "ruling: forbidden"),
            r"articles\.0\.ruling: Input should be .*prohibited",
            id="unknown ruling",
        ),
        pytest.param(
            *(IRAQ, "ruling: prohibited", "ruling: no_rule"),
            r"articles\.0\.ruling: Input should be",
            id="a ruling for answers only",
        ),
        pytest.param(
            *(IRAQ, "dated: false", "dated: false\n        colour: red"),
            r"articles\.0\.colour: no key of this name belongs here",
            id="unknown key",
        ),
        pytest.param(
            *(IRAQ, "supports: ", "supports: [{all: [like], roles: [boss]}] #"),
            r"supports\.0\.roles\.0: Input should be 'employee' or 'account_manager'",
            id="unknown role",
        ),
        pytest.param(
            *(IRAQ, "applies_to: [[", "applies_to: [[], ["),
            r"applies_to\.0\.all: Tuple should have at least 1 item",
            id="empty condition",
        ),
        pytest.param(
            *(IRAQ, "id: iraq-judiciary\n", "id: iraq\n"),
            r"id: must be the file's name, 'iraq-judiciary'\.",
            id="id is not the file's name",
        ),
        pytest.param(
            *(IRAQ, "extends: null", "extends: nowhere"),
            r"extends: no rulebook 'nowhere'\. Name a file beside this one\.",
            id="unknown parent",
        ),
        pytest.param(
            *("rulebooks/uae-fed.yml", "extends: null", "extends: moh-uae"),
            r"extends: the rulebooks extend each other in a circle\.",
            id="circle",
        ),
        pytest.param(
            *(IRAQ, "extends: null", "extends: [null"), r"this is no YAML", id="broken YAML"
        ),
        pytest.param(
            *(IRAQ, "extends: null", "extends: null\nextends: null"),
            r"extends: the key is there twice\. Delete one of them\.",
            id="key twice",
        ),
        pytest.param(
            *("facets.yml", "comment: {kind: act", "comment: {kind: deed"),
            r"facets\.comment\.kind: Input should be 'act', 'subject' or 'policy'",
            id="unknown kind of facet",
        ),
        pytest.param(
            *("facets.yml", "icon: pen", "icon: pencil"),
            r"facets\.comment\.icon: Input should be 'megaphone', 'shield', ",
            id="unknown icon",
        ),
        pytest.param(
            *("facets.yml", "\n  like: ", "\n  repost: "),
            r"facets\.repost: the key is there twice",
            id="facet twice",
        ),
        pytest.param(
            *(IRAQ, 'en: "Harm to employer or Iraq"', 'en: "Harm to employer or Iraq!"'),
            r"sections\.0\.title\.en: String should have at most 24 characters",
            id="long name of a section",
        ),
        pytest.param(
            *(IRAQ, 'en: "Harm to your institution or to Iraq"', f"en: {'x' * 41}"),
            r"sections\.0\.articles\.0\.title\.en: String should have at most 40 characters",
            id="long name of an article",
        ),
        pytest.param(
            *(IRAQ, 'ar: "الحكومة العراقية"', f"ar: {'س' * 41}"),
            r"employer\.ar: String should have at most 40 characters",
            id="long name of an employer",
        ),
        pytest.param(
            *("facets.yml", 'en: "reposting"', 'en: ""'),
            r"facets\.repost\.en: String should have at least 1 character",
            id="empty text",
        ),
        pytest.param(
            *("facets.yml", "change: {ar: ", "change: {ara: "),
            r"facets\.comment\.change\.ar: this key is missing",
            id="a change in one language only",
        ),
        pytest.param(
            *("disclaimers.yml", "limit: 70", "limit: 30"),
            r"platforms\.6\.limit: no text in 'ar' fits 30 characters\. Add one\.",
            id="a platform without a text that fits",
        ),
        pytest.param(
            *("disclaimers.yml", 'ar: "إخلاء مسؤولية', f'ar: "{"س" * 900}'),
            r"texts\.3\.ar: is no platform's longest text\. Shorten it to fit one, or delete it",
            id="a text that fits nowhere",
        ),
        pytest.param(
            *("templates.yml", "name: waai_message", "name: Waai message"),
            r"templates\.waiting\.name: String should match pattern",
            id="a name that WhatsApp refuses",
        ),
        pytest.param(
            *("templates.yml", "category: utility", "category: authentication"),
            r"templates\.waiting\.category: Input should be 'utility' or 'marketing'",
            id="a category of another use",
        ),
        pytest.param(
            *("templates.yml", 'ar: "لديك', f'ar: "{"س" * 1025}'),
            r"templates\.waiting\.body\.ar: String should have at most 1024 characters",
            id="a long template",
        ),
        pytest.param(
            *("templates.yml", "      en:", "      english:"),
            r"templates\.waiting\.body\.en: this key is missing",
            id="a template in one language only",
        ),
        pytest.param(
            *("templates.yml", "لديك رسالة", "لديك {{1}}"),
            r"templates\.waiting\.body: .*as many places in both languages",
            id="a place in one language only",
        ),
        pytest.param(
            *("templates.yml", "لديك رسالة", "لديك {{2}}"),
            r"templates\.waiting\.body: .*\{\{1\}\}, \{\{2\}\} and so on",
            id="places that are not counted",
        ),
        pytest.param(
            *("templates.yml", "لديك رسالة", "{{1}} رسالة"),
            r"templates\.waiting\.body: .*begins or ends with a place",
            id="a place at the beginning",
        ),
        pytest.param(
            *("disclaimers.yml", "id: instagram", "id: x"),
            r"platforms\.1\.id: 'x' is there twice",
            id="platform twice",
        ),
        pytest.param(
            *("disclaimers.yml", "limit: 160", "limit: 0"),
            r"platforms\.0\.limit: Input should be greater than 0",
            id="no room",
        ),
    ],
)
def test_an_error_in_content_names_file_and_line(
    tmp_path: Path, file: str, old: str, new: str, says: str
) -> None:
    content = copy_content(tmp_path)
    line = replace_in(content / file, old, new)
    with pytest.raises(ContentError) as caught:
        load_library(content)
    named = re.match(r"(.*\.yml):(\d+): (.*)", str(caught.value), re.DOTALL)
    assert named is not None
    assert re.search(says, named[3]), named[3]
    wrong_file = content / (MOH if "circle" in says else file)
    assert Path(named[1]).name == wrong_file.name
    if wrong_file == content / file:
        # A missing key is named where its holder begins, a second one where it stands.
        assert -12 <= int(named[2]) - line <= 2


def test_the_line_is_that_of_the_value(tmp_path: Path) -> None:
    content = copy_content(tmp_path)
    line = replace_in(content / IRAQ, "- id: iraq-judiciary.5", "- id: iraq-judiciary.4")
    with pytest.raises(ContentError, match=rf"iraq-judiciary\.yml:{line}: "):
        load_library(content)


def test_further_errors_of_a_file_are_counted(tmp_path: Path) -> None:
    content = copy_content(tmp_path)
    path = content / IRAQ
    path.write_text(path.read_text("utf-8").replace("dated: false", "dated: perhaps"), "utf-8")
    with pytest.raises(ContentError, match=r"\(\d+ more in this file\.\)"):
        load_library(content)


def test_a_folder_without_rulebooks(tmp_path: Path) -> None:
    content = copy_content(tmp_path)
    for path in (content / "rulebooks").iterdir():
        path.unlink()
    with pytest.raises(ContentError, match=r"rulebooks: no rulebook here\. Add one"):
        load_library(content)


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"facets\.yml: cannot be read"):
        load_library(tmp_path)


def test_an_empty_file(tmp_path: Path) -> None:
    content = copy_content(tmp_path)
    (content / IRAQ).write_text("", "utf-8")
    with pytest.raises(ContentError, match=r"iraq-judiciary\.yml:1: Input should be a valid"):
        load_library(content)


def test_what_binds_whom() -> None:
    library = real_library()
    assert [book.id for book in library.binding("moh-uae")] == ["moh-uae", "uae-fed"]
    assert [book.id for book in library.binding("uae-fed")] == ["uae-fed"]
    assert library.binds("moh-uae", "uae-fed.1.1")
    assert not library.binds("uae-fed", "moh-uae.1.1")
    assert not library.binds("muscat", "bahrain.1")
    assert not library.binds("muscat", "muscat.99")


@pytest.mark.parametrize("act", ["binding", "provisions"])
def test_an_unknown_employer_is_a_fault(act: str) -> None:
    with pytest.raises(KeyError):
        getattr(real_library(), act)("nowhere")


def test_provisions_come_own_rulebook_first() -> None:
    articles = [p.article.split(".")[0] for p in real_library().provisions("moh-uae")]
    assert articles == sorted(articles, key=["moh-uae", "uae-fed"].index)
    assert set(articles) == {"moh-uae", "uae-fed"}
