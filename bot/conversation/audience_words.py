"""Whom a circular is for, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.domain.audience import Audience, said_department
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.library.phrases import isolated
from bot.services.circular_audience import AudienceError, Doubt

_NAMES = 10
_DOUBTS = {
    Doubt.UNKNOWN: "manage_doubt_unknown",
    Doubt.SEVERAL: "manage_doubt_several",
    Doubt.NOBODY_IN: "manage_doubt_nobody_in",
    Doubt.NOBODY: "manage_doubt_nobody",
}


@dataclass(frozen=True)
class AudienceWords:
    """Puts audiences into words."""

    library: Library

    def whom(self, audience: Audience, language: Language) -> str:
        """Say whom a circular is for, a criterion a line."""
        lines = list(self._criteria(audience, language))
        if not lines:
            lines = [self._say("manage_to_all", language)]
        books = self.library.rulebooks
        names = [books[one].employer.text(language) for one in audience.employers if one in books]
        excepted = [
            *map(said_department, audience.except_departments),
            *(self._say(f"role_{role}", language) for role in audience.except_roles),
            *map(isolated, audience.except_people),
        ]
        if excepted:
            lines.append(self._named("manage_to_except", excepted, language))
        # Whose HR sends it knows its own employer.
        return "\n".join([*([self.listed(names, language)] if names[1:] else ()), *lines])

    def doubted(self, error: AudienceError, language: Language) -> str:
        """Say why it is not certain whom a circular is for, a reason a line."""
        return "\n".join(
            self._named(
                _DOUBTS[doubt],
                names if doubt is Doubt.NOBODY_IN else map(isolated, names),
                language,
            )
            for doubt, names in error.doubts.items()
        )

    def listed(self, names: Iterable[str], language: Language) -> str:
        """List some names, the first of them if they are many."""
        names = list(names)
        comma = self._say("manage_comma", language)
        more = [self._say("manage_more", language, people=len(names) - _NAMES)]
        return f"{comma} ".join(names[:_NAMES] + (more if names[_NAMES:] else []))

    def _criteria(self, audience: Audience, language: Language) -> Iterator[str]:
        if audience.departments:
            departments = map(said_department, audience.departments)
            yield self._named("manage_to_departments", departments, language)
        if audience.roles:
            roles = (self._say(f"role_{role}", language) for role in audience.roles)
            yield self._named("manage_to_roles", roles, language)
        for workshop in audience.not_completed:
            there = self.library.workshops.get(workshop)
            title = there.title.text(language) if there else workshop
            yield self._say("manage_to_unfinished", language, title=title)
        if audience.answered_wrong:
            yield self._named("manage_to_wrong", audience.answered_wrong, language)
        if audience.people:
            yield self._named("manage_to_people", map(isolated, audience.people), language)

    def _named(self, phrase: str, names: Iterable[str], language: Language) -> str:
        return self._say(phrase, language, names=self.listed(names, language))

    def _say(self, phrase: str, language: Language, **values: object) -> str:
        return self.library.phrases.say(phrase, language, **values)
