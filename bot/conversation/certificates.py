"""Certificates in the conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.conversation import buttons
from bot.conversation import workshop_buttons as own
from bot.conversation.messages import Block, BlockKind, Button, Document, Message
from bot.conversation.replies import Replies
from bot.domain.meaning import Language
from bot.domain.serials import shown_serial
from bot.library.library import Library
from bot.records.files import NewFile
from bot.services.certificates import CertificateService, KnownCertificate
from bot.services.enrolment import EnrolmentService
from bot.services.privacy import PrivacyService
from bot.services.workshops import WorkshopService

PrintCertificate: TypeAlias = Callable[[KnownCertificate, Language], bytes]
"""Makes a certificate as a PDF."""

_PDF = "application/pdf"


@dataclass(frozen=True)
class CertificateActs:
    """The acts around certificates; each gives the message to say.

    Attributes:
        site: The public address, under which a certificate is verified; None where there is none.
        print_certificate: None where a certificate is told but not printed.
    """

    enrolment: EnrolmentService
    service: CertificateService
    workshops: WorkshopService
    privacy: PrivacyService
    replies: Replies
    library: Library
    site: str | None = None
    print_certificate: PrintCertificate | None = None

    async def latest(self, person_id: str) -> Message:
        """Give the certificate of a person's newest completion, or say why there is none."""
        language = (await self.enrolment.know(person_id)).speaks
        known = await self.service.list_of(person_id)
        if not known:
            return await self._none(person_id, language)
        # One that was revoked is told of only where no other is left.
        chosen = next((each for each in known if each.revoked_at is None), known[0])
        return await self._given(person_id, chosen, known, language)

    async def give(self, person_id: str, serial: str) -> Message | None:
        """Give one of a person's certificates; None for a serial that is not theirs."""
        language = (await self.enrolment.know(person_id)).speaks
        known = await self.service.list_of(person_id)
        chosen = next((each for each in known if each.serial == serial), None)
        return await self._given(person_id, chosen, known, language) if chosen else None

    async def _given(
        self,
        person_id: str,
        certificate: KnownCertificate,
        known: Sequence[KnownCertificate],
        language: Language,
    ) -> Message:
        others = [each for each in known if each.serial != certificate.serial]
        presses = tuple(self._others(others, language))
        title, serial = self._title(certificate, language), shown_serial(certificate.serial)
        if certificate.revoked_at is not None:
            return self.replies.phrase(
                "certificate_revoked", language, *presses, title=title, serial=serial
            )
        date = self._date(certificate)
        said = self._say("certificate_ready", language, title=title, date=date, serial=serial)
        blocks = [Block(BlockKind.BODY, said)]
        if self.site is not None:
            url = f"{self.site.rstrip('/')}/verify/{certificate.serial}"
            blocks.append(Block(BlockKind.NOTE, self._say("certificate_verify", language, url=url)))
        document = await self._printed(person_id, certificate, language)
        return Message(tuple(blocks), presses, language, document=document)

    async def _printed(
        self, person_id: str, certificate: KnownCertificate, language: Language
    ) -> Document | None:
        if self.print_certificate is None:
            return None
        content = await asyncio.to_thread(self.print_certificate, certificate, language)
        name = self._say("certificate_file_name", language, serial=certificate.serial)
        file = await self.privacy.keep_file(NewFile(name, _PDF, content, person_id))
        return Document(file, name, _PDF)

    async def _none(self, person_id: str, language: Language) -> Message:
        overview = self.replies.button("button_workshop", language, own.ShowWorkshop())
        standing = await self.workshops.stand(person_id)
        if standing is None or standing.completed is None:
            return self.replies.phrase("certificate_none", language, overview)
        link = self.replies.button("button_enrol", language, buttons.ShowEnrolment())
        title = standing.workshop.title.text(language)
        return self.replies.phrase("certificate_unlinked", language, link, overview, title=title)

    def _others(self, others: Sequence[KnownCertificate], language: Language) -> Iterator[Button]:
        for each in others:
            label = self._say("button_certificate_other", language, date=self._date(each))
            yield Button(label, buttons.encode(own.PrintCertificate(each.serial)))

    def _title(self, certificate: KnownCertificate, language: Language) -> str:
        workshop = self.library.workshops.get(certificate.workshop)
        return workshop.title.text(language) if workshop else certificate.workshop

    def _date(self, certificate: KnownCertificate) -> str:
        rulebook = self.library.rulebooks.get(certificate.employer)
        moment = certificate.completed_at
        day = rulebook.local_date(moment) if rulebook else moment.date()
        return f"{day.day}/{day.month}/{day.year}"

    def _say(self, phrase: str, language: Language, **values: object) -> str:
        return self.library.phrases.say(phrase, language, **values)
