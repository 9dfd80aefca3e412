"""What the services know, drawn as documents: lessons, certificates, pledges, guides."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.documents.certificate import CertificateDetails, certificate
from bot.documents.guide import guide_pdf, guide_pictures
from bot.documents.lesson_picture import LessonPicture, lesson_png
from bot.documents.pledge import PledgeDetails, pledge
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.library.workshops import Lesson, Workshop
from bot.services.certificates import KnownCertificate
from bot.services.guides import guide_of, lesson_labels
from bot.services.pledges import Accepted

_GUIDES = 32
"""Kept in memory, some 1 MB each: all rulebooks in both languages, as pictures and to print."""


class Printing:
    """Draws documents; takes a processor for up to a few seconds, so it belongs in a thread.

    Args:
        library: All content.
        site: The public address, under which a certificate is verified.
    """

    def __init__(self, library: Library, site: str) -> None:
        self._library = library
        self._site = site.rstrip("/")
        self._say = library.phrases.say
        self.guide_pictures = lru_cache(maxsize=_GUIDES)(self._guide_pictures)
        self.guide_poster = lru_cache(maxsize=_GUIDES)(self._guide_poster)

    def lesson(self, workshop: Workshop, lesson: Lesson, language: Language) -> bytes:
        """Draw a lesson's picture as a PNG; the same lesson gives the same bytes."""
        number, lessons = workshop.lessons.index(lesson) + 1, len(workshop.lessons)
        picture = lesson.picture
        return lesson_png(
            LessonPicture(
                language=language,
                icon=picture.icon,
                workshop=workshop.title.text(language),
                labels=lesson_labels(self._library.phrases, number, lessons, language),
                headline=picture.headline.text(language),
                do=picture.do.text(language),
                avoid=picture.avoid.text(language),
            )
        )

    def certificate(self, known: KnownCertificate, language: Language) -> bytes:
        """Draw a certificate as a PDF, in a language first and then in the other."""
        rulebook = self._library.rulebooks[known.employer]
        workshop = self._library.workshops.get(known.workshop)
        languages = (language, *(other for other in Language if other is not language))
        titles = {
            each: workshop.title.text(each) if workshop else known.workshop for each in languages
        }
        details = CertificateDetails(
            name=known.name,
            workshop=titles,
            employer={each: rulebook.employer.text(each) for each in languages},
            completed_on=rulebook.local_date(known.completed_at),
            serial=known.serial,
            url=f"{self._site}/verify/{known.serial}",
            percent=known.percent,
            languages=languages,
        )
        return certificate(details, self._say)

    def pledge(self, accepted: Accepted) -> bytes:
        """Draw the copy of what somebody has accepted, as a PDF."""
        rulebook, language = self._library.rulebooks[accepted.rulebook], accepted.language
        details = PledgeDetails(
            name=accepted.name,
            employer=rulebook.employer.text(language),
            title=rulebook.document.title.text(language),
            wording=accepted.wording,
            version=str(accepted.version),
            digest=accepted.digest,
            accepted_at=accepted.accepted_at.astimezone(ZoneInfo(rulebook.timezone)),
            serial=f"{accepted.id:016d}",
            url=None,
            language=language,
        )
        return pledge(details, self._say)

    def _guide_pictures(self, rulebook: str, language: Language) -> tuple[bytes, ...]:
        """Draw a rulebook's guide as PNG pictures for a phone."""
        return tuple(guide_pictures(guide_of(self._library, rulebook, language)))

    def _guide_poster(self, rulebook: str, language: Language) -> bytes:
        """Draw a rulebook's guide as a PDF to print."""
        return guide_pdf(guide_of(self._library, rulebook, language))
