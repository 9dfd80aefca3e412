from __future__ import annotations

import pytest

from bot.domain.serials import shown_serial
from bot.services.certificates import CertificateError, KnownCertificate, Validity, Verified
from tests.support.learning import complete, enrolled
from tests.support.world import AMAL, World


@pytest.fixture
async def certificate(world: World) -> KnownCertificate:
    await world.workshop_service.publish()
    person = await enrolled(world)
    await complete(world, person)
    [known] = await world.certificates.list_of(person)
    return known


async def test_the_public_learns_four_things(world: World, certificate: KnownCertificate) -> None:
    valid = Verified(Validity.VALID, "س. ب. ح.", "muscat", "muscat", certificate.completed_at)
    typed = f" {shown_serial(certificate.serial).lower()} "
    assert await world.certificates.verify(certificate.serial) == valid
    assert await world.certificates.verify(typed) == valid


@pytest.mark.parametrize("typed", ["", "x", "0" * 16, "٠" * 16, "' OR 1=1", "\0", "a" * 10_000])
async def test_an_unknown_serial_tells_nothing(world: World, typed: str) -> None:
    assert await world.certificates.verify(typed) == Verified(Validity.UNKNOWN)


async def test_a_revoked_one_says_so_but_not_why(
    world: World, certificate: KnownCertificate
) -> None:
    await world.certificates.revoke(shown_serial(certificate.serial), "by mistake")
    verified = await world.certificates.verify(certificate.serial)
    assert verified.validity is Validity.REVOKED
    assert "mistake" not in repr(verified)
    known = await world.certificates.show(certificate.serial)
    assert (known.revoked_at, known.revoked_for) == (world.now(), "by mistake")
    with pytest.raises(CertificateError, match="revoked before"):
        await world.certificates.revoke(certificate.serial, "again")


async def test_a_serial_that_nobody_has_is_refused(world: World) -> None:
    for act in (world.certificates.show("0" * 16), world.certificates.revoke("0" * 16, "x")):
        with pytest.raises(CertificateError, match="no certificate"):
            await act


@pytest.mark.usefixtures("certificate")
async def test_a_revoked_one_is_not_replaced(world: World) -> None:
    person = (await world.enrolment.meet(AMAL, None)).id
    [before] = await world.certificates.list_of(person)
    await world.certificates.revoke(before.serial, "by mistake")
    [after] = await world.certificates.list_of(person)
    assert after.serial == before.serial
    assert after.revoked_at == world.now()
