from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.meaning import Language
from bot.services.quiz_gift import bank_gift
from tests.support.command_line import Waai
from tests.support.content import CONTENT, copy_content, real_library, replace_in

pytestmark = pytest.mark.usefixtures("log_as_before")

IMPORT = ("quiz", "import", "muscat.ar.gift", "muscat.en.gift", "--rulebook", "muscat")
BANK = "quizzes/muscat.yml"
NEW = """
// [tag:article=muscat.1] [tag:difficulty=easy]
::muscat.q99::{}{{T####{}}}
"""


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    content = copy_content(tmp_path)
    monkeypatch.setenv("WAAI_CONTENT", str(content))
    monkeypatch.chdir(tmp_path)
    return content


@pytest.fixture
def waai(waai: Waai, content: Path) -> Waai:
    del content
    bank = real_library().quizzes["muscat"]
    for language in Language:
        Path(f"muscat.{language.value}.gift").write_text(bank_gift(bank, language), "utf-8")
    return waai


def add(arabic: str = "جملة", english: str = "A sentence") -> None:
    for language, said in (("ar", arabic), ("en", english)):
        with Path(f"muscat.{language}.gift").open("a", encoding="utf-8") as file:
            file.write(NEW.format(said, said))


def test_what_is_exported_imports_without_a_change(waai: Waai, content: Path) -> None:
    code, out, err = waai("quiz", "export", "muscat", "--to", "made/anew")
    assert (code, err) == (0, "")
    assert out.splitlines()[0].startswith("made/anew/muscat.ar.gift: ")
    for name in ("muscat.ar.gift", "muscat.en.gift"):
        assert Path("made/anew", name).read_bytes() == Path(name).read_bytes()
    was = (content / BANK).read_bytes()
    code, out, err = waai(*IMPORT)
    assert (code, err) == (0, "")
    assert "added      0\nchanged    0\nunchanged  " in out
    assert out.endswith("absent     0\nNothing was written. With --write it is.\n")
    assert waai(*IMPORT, "--write")[0] == 0
    assert (content / BANK).read_bytes() == was


def test_changes_are_told_and_then_written(waai: Waai, content: Path) -> None:
    was = (content / BANK).read_text("utf-8")
    add()
    replace_in(Path("muscat.en.gift"), "####", "####Now: ".replace(":", "\\:"))
    code, out, err = waai(*IMPORT)
    assert (code, err) == (0, "")
    assert "added      1: muscat.q99\nchanged    1\n           muscat.q1: explanation\n" in out
    assert (content / BANK).read_text("utf-8") == was
    assert waai(*IMPORT, "--write")[0] == 0
    now = (content / BANK).read_text("utf-8")
    assert 'en: "Now: ' in now
    assert "  - id: muscat.q99\n" in now
    assert waai("check-content")[0] == 0
    assert "added      0\nchanged    0\n" in waai(*IMPORT)[1]


def test_another_answer_raises_the_version_and_other_words_are_named(waai: Waai) -> None:
    for language in ("ar", "en"):
        replace_in(Path(f"muscat.{language}.gift"), "{FALSE", "{TRUE")
    replace_in(Path("muscat.en.gift"), "[plain]The ", "[plain]This ")
    code, out, err = waai(*IMPORT)
    assert (code, err) == (0, "")
    assert "muscat.q3: what is right has changed, so the version is raised to 2.\n" in out
    assert "Other words under the same version: muscat.q1. If" in out


def test_what_is_not_in_the_files_goes_only_if_asked(waai: Waai, content: Path) -> None:
    for language in ("ar", "en"):
        path = Path(f"muscat.{language}.gift")
        head, rest = path.read_text("utf-8").split("// [id:muscat.q2]")
        path.write_text(
            head + "// [id:muscat.q3]" + rest.partition("// [id:muscat.q3]")[2], "utf-8"
        )
    assert "absent     1: muscat.q2\n           They stay." in waai(*IMPORT, "--write")[1]
    assert "id: muscat.q2\n" in (content / BANK).read_text("utf-8")
    assert "removed    1: muscat.q2\nNothing" in waai(*IMPORT, "--remove")[1]


def test_what_is_left_tests_every_article(waai: Waai) -> None:
    for language in ("ar", "en"):
        Path(f"muscat.{language}.gift").write_text(NEW.format("x", "y"), "utf-8")
    code, out, err = waai(*IMPORT, "--remove")
    assert (code, out) == (1, "")
    assert "quizzes/muscat.yml: no question tests muscat.10.5. Add one.\n" in err


def test_removing(waai: Waai, content: Path) -> None:
    add()
    waai(*IMPORT, "--write")
    for language in ("ar", "en"):
        path = Path(f"muscat.{language}.gift")
        path.write_text(path.read_text("utf-8").partition("\n// [tag:article")[0], "utf-8")
    code, out, err = waai(*IMPORT, "--remove", "--write")
    assert (code, err) == (0, "")
    assert "removed    1: muscat.q99\n" in out
    assert (content / BANK).read_bytes() == (CONTENT / BANK).read_bytes()


def test_every_fault_is_named_and_nothing_written(waai: Waai, content: Path) -> None:
    add("جملة", "x" * 161)
    line = replace_in(Path("muscat.en.gift"), "[tag:article=muscat.2.1]", "") + 1
    was = (content / BANK).read_bytes()
    code, out, err = waai(*IMPORT, "--write")
    assert (code, out) == (1, "")
    assert f"muscat.en.gift:{line}: muscat.q2 does not say what it tests." in err
    assert "muscat.q99: text.en: String should have at most 160 characters." in err
    assert err.endswith("Nothing was written.\n")
    assert (content / BANK).read_bytes() == was


def test_an_article_of_another_rulebook(waai: Waai) -> None:
    line = 1 + max(
        replace_in(Path(f"muscat.{language}.gift"), "=muscat.2.1]", "=bahrain.1]")
        for language in ("ar", "en")
    )
    code, _, err = waai(*IMPORT)
    assert code == 1
    assert f"muscat.ar.gift:{line}: muscat.q2: article: no article 'bahrain.1' in muscat." in err


def test_an_older_export_is_refused(waai: Waai, content: Path) -> None:
    replace_in(content / BANK, "    version: 1", "    version: 2")
    code, _, err = waai(*IMPORT)
    assert code == 1
    assert "muscat.ar.gift:4: muscat.q1: version 1 is older than the bank's 2." in err


def test_what_a_bank_cannot_hold_is_listed(waai: Waai) -> None:
    with Path("muscat.en.gift").open("a", encoding="utf-8") as file:
        file.write("\nWhen?{#1970}\n")
    replace_in(Path("muscat.en.gift"), "// ", "// [tag:spring] ")
    code, out, _ = waai(*IMPORT)
    assert code == 0
    assert "not kept   muscat.en.gift:4: muscat.q1: tag 'spring'.\n" in out
    assert ": a number is asked for.\n" in out
    code, _, err = waai(*IMPORT, "--remove")
    assert code == 1
    assert ": a number is asked for.\n" in err


def test_a_bank_that_gift_cannot_hold(waai: Waai, content: Path) -> None:
    replace_in(content / BANK, 'en: "', 'en: " ')
    code, out, err = waai("quiz", "export", "muscat", "--to", "more")
    assert (code, out) == (1, "")
    assert err.startswith("muscat.q1 would not come back from GIFT as they are.")
    assert not Path("more").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ("quiz", "export", "nowhere", "--to", "."),
            "nowhere has no bank of questions. There are:",
        ),
        (("quiz", "export", "muscat", "--to", "muscat.ar.gift"), "cannot be written"),
        ((*IMPORT[:3], "--rulebook", "nowhere"), "there is no rulebook 'nowhere'. There are:"),
        ((*IMPORT[:2], "no.gift", *IMPORT[4:]), "no.gift: cannot be read"),
        ((*IMPORT[:2], "empty.gift", *IMPORT[4:]), "no question that a bank could"),
    ],
)
def test_what_cannot_be_done_is_explained(
    waai: Waai, arguments: tuple[str, ...], says: str
) -> None:
    Path("empty.gift").touch()
    code, out, err = waai(*arguments)
    assert (code, out) == (1, "")
    assert says in err
