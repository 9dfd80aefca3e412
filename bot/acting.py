"""The custom actions alone, for ``rasa shell``, which finds them by ``endpoints.yml``."""

from __future__ import annotations

import asyncio
import sys

from actions.host import build_app
from actions.registry import build_actions
from bot.asking import check_employer
from bot.conversation.events import Address
from bot.serving import LOOPBACK, serving
from bot.settings import Settings
from bot.wiring import Parts, build


def serve_actions(settings: Settings, employer: str, port: int) -> None:
    """Serve the custom actions on loopback until interrupted.

    Args:
        settings: As for ``run``; the same database is used.
        employer: Whose people senders become that were not seen before.
        port: Where; ``endpoints.yml`` names 5055.

    Raises:
        WaaiError: The employer is unknown, or the port is taken.
    """
    parts = build(settings)
    check_employer(employer, "--employer", parts.library)
    asyncio.run(_serve(parts, employer, port))


async def _serve(parts: Parts, employer: str, port: int) -> None:
    enrolment = parts.dialogue.enrolment

    async def person_of(sender: str) -> str:
        person = await enrolment.meet(Address("rasa", "shell", sender), None)
        if person.employer is None:
            await enrolment.choose_employer(person.id, employer, sender)
        return person.id

    app = build_app(build_actions(parts.dialogue), person_of)
    try:
        await parts.prepare()
        async with serving(app, port=port) as bound:
            sys.stdout.write(f"custom actions: http://{LOOPBACK}:{bound}/webhook\n")
            sys.stdout.flush()
            await asyncio.Event().wait()
    finally:
        await parts.database.dispose()
