"""Certificates: a learner's own, what anybody may know of one, and taking one back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.initials import initials
from bot.domain.learners import learner_of
from bot.domain.serials import read_serial
from bot.errors import WaaiError
from bot.records.certificates import Certificate, Certificates
from bot.records.database import Database
from bot.records.learning import Completion, Learning
from bot.records.people import People
from bot.services.proving import certify
from bot.services.retention import Now


class CertificateError(WaaiError):
    """There is no such certificate, or it was revoked before; for the operator."""


@dataclass(frozen=True)
class KnownCertificate:
    """A certificate with what it certifies.

    Attributes:
        employer: The employer's id.
        workshop: The workshop's id.
        score: Of the final quiz; None for who attended instead.
        revoked_at: Since when it is not valid; None while it is.
        revoked_for: Why.
    """

    serial: str
    name: str
    employer: str
    workshop: str
    version: str
    completed_at: datetime
    score: int | None
    total: int | None
    issued_at: datetime
    revoked_at: datetime | None
    revoked_for: str | None

    @property
    def percent(self) -> int | None:
        """The score in percent, rounded down so that it promises nothing; None for no score."""
        return None if not self.total else (self.score or 0) * 100 // self.total


class Validity(StrEnum):
    """What a serial that somebody was shown is worth."""

    VALID = "valid"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verified:
    """All that the public may know of a certificate.

    Attributes:
        initials: Of the name; empty for an unknown serial, like the workshop.
        completed_at: When the workshop was completed; None for an unknown serial.
    """

    validity: Validity
    initials: str = ""
    workshop: str = ""
    employer: str = ""
    completed_at: datetime | None = None


class CertificateService:
    """Gives certificates out, verifies and revokes them."""

    def __init__(self, database: Database, now: Now) -> None:
        self._database = database
        self._now = now

    async def list_of(self, person_id: str) -> tuple[KnownCertificate, ...]:
        """Give a person's certificates, the newest completion first.

        A completion that has none yet gets one, if the roster knows the person.
        """
        async with self._database.transaction() as session:
            person = await People(session).hold(person_id)
            learner = learner_of(person.id, person.employee_id)
            for completion in await Learning(session).list_completions(learner):
                await certify(session, completion, self._now())
            rows = await Certificates(session).list_of(learner)
            return tuple(_known(*row) for row in rows)

    async def verify(self, typed: str) -> Verified:
        """Say what a serial is worth.

        Args:
            typed: The serial, as somebody typed it or a QR code has it.
        """
        serial = read_serial(typed)
        if serial is None:
            return Verified(Validity.UNKNOWN)
        async with self._database.reading() as session:
            found = await Certificates(session).find(serial)
        if found is None:
            return Verified(Validity.UNKNOWN)
        known = _known(*found)
        return Verified(
            Validity.REVOKED if known.revoked_at else Validity.VALID,
            initials(known.name),
            known.workshop,
            known.employer,
            known.completed_at,
        )

    async def show(self, typed: str) -> KnownCertificate:
        """Give all that is kept of a certificate.

        Raises:
            CertificateError: There is none with this serial.
        """
        async with self._database.reading() as session:
            found = await Certificates(session).find(read_serial(typed) or "")
        if found is None:
            raise CertificateError(f"no certificate has the serial {typed!r}")
        return _known(*found)

    async def revoke(self, typed: str, reason: str) -> None:
        """Take a certificate back, for good; what it certified stays on record.

        Raises:
            CertificateError: There is none with this serial, or it was revoked before.
        """
        async with self._database.transaction() as session:
            held = await Certificates(session).hold(read_serial(typed) or "")
            if held is None:
                raise CertificateError(f"no certificate has the serial {typed!r}")
            if held.revoked_at is not None:
                raise CertificateError(f"{typed} was revoked before: {held.revoked_for}")
            held.revoked_at, held.revoked_for = self._now(), reason


def _known(certificate: Certificate, completion: Completion) -> KnownCertificate:
    return KnownCertificate(
        serial=certificate.serial,
        name=certificate.name,
        employer=certificate.employer,
        workshop=completion.workshop,
        version=completion.version,
        completed_at=completion.completed_at,
        score=completion.score,
        total=completion.total,
        issued_at=certificate.issued_at,
        revoked_at=certificate.revoked_at,
        revoked_for=certificate.revoked_for,
    )
