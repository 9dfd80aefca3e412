from __future__ import annotations

from pathlib import Path

import pytest

from bot.__main__ import main
from tests.support.content import CONTENT

pytestmark = pytest.mark.usefixtures("log_as_before")


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAAI_CONTENT", str(CONTENT))
    monkeypatch.chdir(tmp_path)


@pytest.mark.long
def test_a_guide_is_written_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("guide", "iraq-judiciary", "--to", "made/anew")) == 0
    printed = capsys.readouterr().out.splitlines()
    files = sorted(path.name for path in Path("made/anew").iterdir())
    assert files == sorted(
        f"iraq-judiciary.{language}.{ending}"
        for language in ("ar", "en")
        for ending in ("pdf", "1.png", "2.png")
    )
    assert printed[0].startswith("made/anew/iraq-judiciary.ar.pdf: ")
    assert len(printed) == len(files)
    assert Path("made/anew/iraq-judiciary.ar.pdf").read_bytes().startswith(b"%PDF-")


def test_a_guide_is_written_in_one_language() -> None:
    assert main(("guide", "moh-uae", "--to", "made", "--language", "en")) == 0
    assert {path.name.split(".")[1] for path in Path("made").iterdir()} == {"en"}


def test_an_unknown_rulebook_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("guide", "moon", "--to", "made")) == 1
    assert capsys.readouterr().err.startswith("There is no rulebook moon. There are: bahrain, ")
    assert not Path("made").exists()


def test_a_folder_that_cannot_be_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path("made").write_text("a file")
    assert main(("guide", "moh-uae", "--to", "made")) == 1
    assert "made/moh-uae.ar.pdf: cannot be written (" in capsys.readouterr().err
