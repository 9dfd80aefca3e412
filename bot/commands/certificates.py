"""``certificate``: look a certificate up, or take it back."""

from __future__ import annotations

import argparse

from bot.commands.adding import Commands
from bot.commands.databases import with_database
from bot.conversation.clock import SystemClock
from bot.domain.serials import shown_serial
from bot.library.library import Library
from bot.records.database import Database
from bot.services.certificates import CertificateService, KnownCertificate


def add_certificates(commands: Commands) -> None:
    """Add these commands."""
    certificate = commands.group("certificate", "certificates of completed workshops")
    showing = certificate.add("show", _show, "print what is kept of a certificate")
    revoking = certificate.add("revoke", _revoke, "take a certificate back, for good")
    revoking.add_argument("--reason", required=True, help="why; the public does not see it")
    for parser in (showing, revoking):
        parser.add_argument("serial", metavar="SERIAL", help="as the certificate has it")


def _show(arguments: argparse.Namespace) -> None:
    async def act(database: Database, _: Library) -> KnownCertificate:
        return await _service(database).show(arguments.serial)

    known = with_database(act)
    score = "attended" if known.total is None else f"{known.score} of {known.total}"
    lines = (
        shown_serial(known.serial),
        f"  name       {known.name}",
        f"  employer   {known.employer}",
        f"  workshop   {known.workshop}, version {known.version}",
        f"  completed  {known.completed_at:%Y-%m-%d %H:%M} UTC, {score}",
        f"  issued     {known.issued_at:%Y-%m-%d %H:%M} UTC",
    )
    print("\n".join(lines))
    if known.revoked_at is not None:
        print(f"  revoked    {known.revoked_at:%Y-%m-%d %H:%M} UTC: {known.revoked_for}")


def _revoke(arguments: argparse.Namespace) -> None:
    async def act(database: Database, _: Library) -> None:
        await _service(database).revoke(arguments.serial, arguments.reason)

    with_database(act)
    print(f"{arguments.serial} is revoked. The completion stays on record.")


def _service(database: Database) -> CertificateService:
    return CertificateService(database, SystemClock().now)
