from __future__ import annotations

import pytest

from arabic import fold
from bot.domain.observation_text import Written, read_observation
from bot.domain.observing import ObservationKind

LINK = "https://x.com/a/1"
KINDS = {fold("مخالفة"): ObservationKind.VIOLATION, "violation": ObservationKind.VIOLATION}


@pytest.mark.parametrize(
    ("message", "written"),
    [
        (f"{LINK}\n9.2\nنشر صورة", Written(LINK, ("9.2",), None, "نشر صورة")),
        (
            f"مخالفة\n نشر صورة\n{LINK}\nuae-fed.4.1، ٩٫٢ ".replace("٫", "."),
            Written(LINK, ("uae-fed.4.1", "9.2"), ObservationKind.VIOLATION, "نشر صورة"),
        ),
        (f"{LINK}\n{LINK}2", Written(LINK, (), None, f"{LINK}2")),
        ("Violation:\n4 4", Written(None, ("4",), ObservationKind.VIOLATION, "")),
        (f"شاهد {LINK}", Written(None, (), None, f"شاهد {LINK}")),
        ("كتب 3 مرات", Written(None, (), None, "كتب 3 مرات")),
        ("", Written(None, (), None, "")),
    ],
)
def test_what_stands_in_a_message(message: str, written: Written) -> None:
    assert read_observation(message, KINDS) == written
