"""Pledges for tests."""

from __future__ import annotations

import copy

from bot.library.library import Library


def with_new_wording(library: Library, rulebook: str) -> Library:
    """The library as it would be with another wording of a rulebook's pledge."""
    anew, pledge = copy.copy(library), library.pledges[rulebook]
    summary = pledge.summary.model_copy(update={"ar": "• جديد", "en": "• New"})
    changed = pledge.model_copy(update={"version": pledge.version + 1, "summary": summary})
    anew.pledges = {**library.pledges, rulebook: changed}
    return anew
