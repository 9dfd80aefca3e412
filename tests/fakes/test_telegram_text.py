"""The fake reads markup as Telegram does."""

import pytest

from tests.fakes.telegram_text import MarkupError, parse_html


@pytest.mark.parametrize(
    ("html", "text", "kinds"),
    [
        ("<b>أ</b> <i>ب</i>", "أ ب", ["bold", "italic"]),
        ("<b>a<i>b</i></b>", "ab", ["bold", "italic"]),
        ('<a href="https://x.example/?a&amp;b">a</a>', "a", ["text_link"]),
        ("&lt;b&gt; &amp; &quot; &#39; &#x27; &nbsp; &", "<b> & \" ' ' &nbsp; &", []),
        ("  <b>a</b>\n", "a", ["bold"]),
        ("<b></b>a", "a", []),
        ("a\u202eb\rc\td", "abc d", []),
    ],
)
def test_html(html: str, text: str, kinds: list[str]) -> None:
    shown, entities = parse_html(html)
    assert shown == text
    assert [entity["type"] for entity in entities] == kinds


@pytest.mark.parametrize(
    "html",
    ["<script>x</script>", "<b>", "</b>", "<b><i>x</b></i>", "1 < 2", "<br>", "<", "<b>x</i>"],
)
def test_html_that_is_refused(html: str) -> None:
    with pytest.raises(MarkupError):
        parse_html(html)


def test_entities_count_utf_16() -> None:
    assert parse_html("👍<b>👍</b>")[1] == [{"type": "bold", "offset": 2, "length": 2}]
