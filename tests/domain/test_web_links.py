from __future__ import annotations

import pytest

from bot.domain.web_links import LONGEST_LINK, clean_link


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("https://x.com/someone/status/1", "https://x.com/someone/status/1"),
        ("  https://X.com/A\n", "https://x.com/A"),
        ("\u200fhttps://x.com/a\u200e", "https://x.com/a"),
        ("https://x.com/a?utm_source=z&id=7&fbclid=q", "https://x.com/a?id=7"),
        ("https://x.com/a?igsh=zz#part", "https://x.com/a#part"),
        ("https://موقع.example/منشور", "https://موقع.example/منشور"),
        ("https://x.com/" + "x" * (LONGEST_LINK - 14), "https://x.com/" + "x" * 486),
    ],
)
def test_a_link_is_cleaned(given: str, cleaned: str) -> None:
    assert clean_link(given) == cleaned


@pytest.mark.parametrize(
    "given",
    [
        *("", "x.com/a", "http://x.com/a", "javascript:alert(1)", "ftp://x.com", "https://"),
        *("https://x.com/a b", "https://x.com/a\0b", "https://x.com/a\tb", "https://[bad"),
        *("https://me:secret@x.com/a", "https://me@x.com", "https://localhost/a"),
        *("https://x.com:8080/a", "https://x.com:port/", "https://x.com/" + "x" * 487),
    ],
)
def test_anything_else_is_refused(given: str) -> None:
    assert clean_link(given) is None
