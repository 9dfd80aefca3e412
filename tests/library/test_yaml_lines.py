from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.library.yaml_lines import Source


def source(folder: Path, text: str) -> Source:
    path = folder / "file.yml"
    path.write_text(text, "utf-8")
    return Source(path)


def test_the_data_is_that_of_yaml(tmp_path: Path) -> None:
    text = 'a: [1, "2", true]\nb: {c: null, d: نص}\n'
    assert source(tmp_path, text).data == {"a": [1, "2", True], "b": {"c": None, "d": "نص"}}


@pytest.mark.parametrize("text", ["", "# only a remark\n"])
def test_an_empty_file_holds_nothing(tmp_path: Path, text: str) -> None:
    assert source(tmp_path, text).data is None


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("a",), 1),
        (("b", 1, "c"), 4),
        (("b", 1, "missing"), 4),
        (("b", 9), 3),
        ((), 1),
    ],
)
def test_an_error_names_the_line_of_the_value_or_of_its_holder(
    tmp_path: Path, place: tuple[str | int, ...], line: int
) -> None:
    file = source(tmp_path, "a: 1\nb:\n  - x\n  - c: 2\n")
    error = file.error(place, "wrong.")
    where = ".".join(map(str, place))
    assert str(error) == f"{file.path}:{line}: {where + ': ' if where else ''}wrong."


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        pytest.param("a: 1\nb: [1,\nc: 2\n", 4, "this is no YAML", id="open bracket"),
        pytest.param("a: x\nb: y: z\n", 2, "needs quotes around it", id="colon"),
        pytest.param('a: "x\n', 2, "this is no YAML", id="open quotation"),
        pytest.param("a:\n\t- b\n", 2, "this is no YAML", id="tab"),
        pytest.param("a: 1\nb: \x07\n", 2, "does not allow", id="control character"),
        pytest.param("a: 1\n---\nb: 1\n", 2, "this is no YAML", id="two documents"),
        pytest.param("a: 1\nb: 2\na: 3\n", 3, "a: the key is there twice", id="key twice"),
        pytest.param("x:\n  a: 1\n  a: 2\n", 3, "x.a: the key is there twice", id="deep key twice"),
        pytest.param("a: 1\nb: 2020-13-45\n", 2, "b: this value cannot be read", id="no date"),
        pytest.param("a: !!python/name:os.system\n", 1, "Put it in quotes", id="foreign tag"),
    ],
)
def test_what_is_no_yaml(tmp_path: Path, text: str, line: int, says: str) -> None:
    with pytest.raises(ContentError) as caught:
        source(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'file.yml'}:{line}: ")
    assert says in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"none\.yml: cannot be read"):
        Source(tmp_path / "none.yml")


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "file.yml"
    path.write_bytes("a: نص".encode("cp1256"))
    with pytest.raises(ContentError, match="Save it as UTF-8"):
        Source(path)
