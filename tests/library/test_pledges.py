from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.ruling import Verdict
from bot.errors import ContentError
from bot.library.library import load_library
from bot.library.pledges import digest_of
from tests.support.content import LANGUAGES, copy_content, real_library, replace_in

FROZEN = Path(__file__).with_name("pledges.sha256")
"""A line a wording: digest, rulebook, version, language. Lines are added, never changed."""

LEFT_OUT = {
    "muscat.7.2",  # an attitude towards the public, beside 7.1 which is there
    "muscat.8.3",  # a duty of the Municipality
}


def wordings() -> list[str]:
    return [
        f"{digest_of(pledge.wording(language))} {rulebook} {pledge.version} {language.value}"
        for rulebook, pledge in real_library().pledges.items()
        for language in LANGUAGES
    ]


def test_no_word_changes_under_the_same_version() -> None:
    # People have accepted these. For another wording raise the version and add its lines.
    frozen = FROZEN.read_text("utf-8").splitlines()
    assert [line for line in wordings() if line not in frozen] == []
    versions = [line.split()[1:] for line in frozen]
    assert all(versions.count(one) == 1 for one in versions)


def test_every_rulebook_has_a_pledge() -> None:
    assert real_library().pledges.keys() == real_library().rulebooks.keys()


def test_the_summary_rests_on_all_that_is_prescribed() -> None:
    library = real_library()
    for stem, pledge in library.pledges.items():
        prescribed = {
            article.id
            for section in library.rulebooks[stem].sections
            for article in section.articles
            if article.ruling in {Verdict.PROHIBITED, Verdict.DUTY, Verdict.CONDITIONAL}
        }
        assert prescribed - set(pledge.articles) - LEFT_OUT == set()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  muscat:", "  mars:", "no rulebook 'mars'"),
        ('of: "1"', 'of: "0"', "is at version '1'"),
        ("- muscat.4", "- muscat.99", r"no article 'muscat\.99' in muscat"),
    ],
)
def test_an_error_names_file_and_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    content = copy_content(tmp_path)
    replace_in(content / "pledges.yml", old, new)
    with pytest.raises(ContentError, match=rf"pledges\.yml:\d+: .*{says}"):
        load_library(content)
