"""What stands on a guide: the rules that prescribe something, in groups."""

from __future__ import annotations

from dataclasses import dataclass

from bot.documents.icons import Sign
from bot.domain.icons import Icon
from bot.domain.meaning import Language


@dataclass(frozen=True)
class Card:
    """One rule.

    Attributes:
        icon: What it is about.
        title: Its name in a few words.
        rule: What it says.
        place: Where it stands in the document.
        permits: The words that say so where it permits rather than asks; else empty.
    """

    icon: Icon
    title: str
    rule: str
    place: str
    permits: str = ""


@dataclass(frozen=True)
class Group:
    """The rules of one sign.

    Attributes:
        sign: What they have in common.
        title: The heading.
        about: The heading in other words.
        cards: The rules, in the document's order.
    """

    sign: Sign
    title: str
    about: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Guide:
    """A rulebook as a guide shows it, in one language.

    Attributes:
        language: Which one.
        brand: Whose guide it is.
        title: What it is.
        employer: Whom it is for.
        groups: Those that have rules.
        source: The document that it restates, with its version.
        note: What to bear in mind on the document, or empty.
        also: What else binds these people, or empty.
        informs: That it informs and does not approve.
    """

    language: Language
    brand: str
    title: str
    employer: str
    groups: tuple[Group, ...]
    source: str
    note: str
    also: str
    informs: str
