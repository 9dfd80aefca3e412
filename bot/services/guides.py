"""A rulebook as its visual guide shows it, and the words on the picture of a lesson."""

from __future__ import annotations

from collections.abc import Iterator

from bot.documents.guide_models import Card, Group, Guide
from bot.documents.icons import Sign
from bot.documents.lesson_picture import LessonLabels
from bot.domain.icons import Icon
from bot.domain.meaning import Language
from bot.domain.ruling import Verdict
from bot.library.library import Library
from bot.library.models import Article, Rulebook, Section
from bot.library.phrases import Phrases

_RULINGS = {
    Sign.DO: (Verdict.DUTY, Verdict.ALLOWED),
    Sign.AVOID: (Verdict.PROHIBITED,),
    Sign.CARE: (Verdict.CONDITIONAL,),
}

_HEADINGS = {Sign.DO: "guide_do", Sign.AVOID: "guide_avoid", Sign.CARE: "guide_care"}
_ABOUT = {
    Sign.DO: "guide_do_about",
    Sign.AVOID: "guide_avoid_about",
    Sign.CARE: "guide_care_about",
}


def guide_of(library: Library, rulebook: str, language: Language) -> Guide:
    """Put a rulebook's articles that prescribe something into a guide.

    Raises:
        KeyError: No rulebook of that id.
    """
    return _Writer(library, library.rulebooks[rulebook], language).guide()


def lesson_labels(phrases: Phrases, number: int, lessons: int, language: Language) -> LessonLabels:
    """Give the words beside the content on the picture of a lesson, of which the first is 1."""
    return LessonLabels(
        lesson=phrases.say("guide_lesson", language, number=number, lessons=lessons),
        do=phrases.say(_HEADINGS[Sign.DO], language),
        avoid=phrases.say("guide_lesson_avoid", language),
    )


class _Writer:
    def __init__(self, library: Library, rulebook: Rulebook, language: Language) -> None:
        self._library = library
        self._rulebook = rulebook
        self._language = language

    def guide(self) -> Guide:
        rulebook, language = self._rulebook, self._language
        return Guide(
            language=language,
            brand=self._say("guide_brand"),
            title=self._say("guide_title"),
            employer=rulebook.employer.text(language),
            groups=tuple(self._groups()),
            source=self._source(),
            note=rulebook.document.note.text(language) if rulebook.document.note else "",
            also=self._also(),
            informs=self._say("guide_informs", contact=rulebook.contact.text(language)),
        )

    def _groups(self) -> Iterator[Group]:
        for sign, rulings in _RULINGS.items():
            found = [
                (section, article)
                for section in self._rulebook.sections
                for article in section.articles
                if article.ruling in rulings
            ]
            if found:
                cards = tuple(self._card(section, article) for section, article in found)
                about = "guide_do_or_may" if any(card.permits for card in cards) else _ABOUT[sign]
                yield Group(sign, self._say(_HEADINGS[sign]), self._say(about), cards)

    def _card(self, section: Section, article: Article) -> Card:
        permits = article.ruling is Verdict.ALLOWED
        return Card(
            icon=self._icon(article),
            title=article.title.text(self._language),
            rule=article.rule.text(self._language),
            place=self._say(
                "guide_place",
                section=section.title.text(self._language),
                item=article.item.text(self._language),
            ),
            permits=self._say("guide_allowed") if permits else "",
        )

    def _icon(self, article: Article) -> Icon:
        for condition in (*article.applies_to, *article.supports, *article.nearest_to):
            return self._library.facets[condition.all[0]].icon
        return Icon.FLAG

    def _source(self) -> str:
        document = self._rulebook.document
        issued = document.issuer.text(self._language)
        if document.date is not None:
            date = document.date.text(self._language)
            issued = self._say("guide_issued", issuer=issued, date=date)
        return self._say(
            "guide_source",
            document=document.title.text(self._language),
            issued=issued,
            version=self._rulebook.version,
        )

    def _also(self) -> str:
        if self._rulebook.extends is None:
            return ""
        general = self._library.rulebooks[self._rulebook.extends]
        return self._say("guide_extends", document=general.document.title.text(self._language))

    def _say(self, phrase: str, **values: str) -> str:
        return self._library.phrases.say(phrase, self._language, **values)
