"""The shape of ``content/roster.yml``: how a roster's file may name things."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self, TypeVar

from pydantic import Field, model_validator

from arabic import fold
from bot.domain.meaning import Language
from bot.domain.roster import Column, RosterWords, StaffRole
from bot.library.models import Bilingual, Entry, Rulebook

_E = TypeVar("_E", bound=StrEnum)


class Word(Bilingual):
    """A name in both languages.

    Attributes:
        called: What else people write for it.
    """

    called: tuple[Annotated[str, Field(min_length=1)], ...] = ()


class RosterFile(Entry):
    """``content/roster.yml``."""

    columns: dict[Column, Word]
    roles: dict[StaffRole, Word]
    languages: dict[Language, Word]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _check(self.columns, Column)
        _check(self.roles, StaffRole)
        _check(self.languages, Language)
        return self

    def words(self, rulebooks: Mapping[str, Rulebook]) -> RosterWords:
        """Give what words mean, folded, with the employers' names."""
        return RosterWords(
            columns=_meanings(self.columns),
            roles=_meanings(self.roles),
            languages=_meanings(self.languages),
            employers={
                fold(name): book.id
                for book in rulebooks.values()
                for name in (book.id, book.employer.ar, book.employer.en)
            },
            countries={book.id: book.country for book in rulebooks.values()},
        )


def _check(words: Mapping[_E, Word], members: type[_E]) -> None:
    missing = ", ".join(member for member in members if member not in words)
    if missing:
        raise ValueError(f"there is no word for {missing}")
    _meanings(words)


def _meanings(words: Mapping[_E, Word]) -> dict[str, _E]:
    meanings: dict[str, _E] = {}
    for member, word in words.items():
        for name in (member.value, word.ar, word.en, *word.called):
            if meanings.setdefault(fold(name), member) is not member:
                raise ValueError(f"{name!r} stands for {meanings[fold(name)]} and for {member}")
    return meanings
