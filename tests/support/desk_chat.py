"""Somebody at a desk in their chat: they type, and press what they see by its label."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import select

from bot.conversation.events import Address, Media
from bot.conversation.messages import Message
from bot.records.circulars import Circular
from bot.services.circulation import CirculationService
from tests.support.observing import link_chat
from tests.support.roster import employ
from tests.support.world import World, labels

EMPLOYER = "muscat"
MONDAY = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)  # half past ten in Muscat
OLD = "هذا الزر قديم"
"""What is said to who presses what is not theirs, or not any more."""


@dataclass
class DeskChat:
    """One chat of an employee's.

    Attributes:
        said: What Waai said last.
        spoken: All that was said by both, as it reads.
    """

    world: World
    address: Address
    said: list[Message] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)

    async def types(self, text: str, event: int = 0) -> str:
        """Type something; gives what Waai says to it."""
        return self._hear(
            f"> {text}", await self.world.send(text, address=self.address, event=event)
        )

    async def presses(self, label: str, event: int = 0) -> str:
        """Press the button whose label begins so, of those said last; gives what Waai says."""
        return await self.forges(self.data(label), label, event)

    async def forges(self, data: str, label: str = "", event: int = 0) -> str:
        """Press a button with this value."""
        said = await self.world.press(data, address=self.address, event=event)
        return self._hear(f"> [{label or data}]", said)

    async def sends(self, media: Media, event: int = 0) -> str:
        """Send something that is no text; gives what Waai says to it."""
        said = await self.world.send(media, address=self.address, event=event)
        return self._hear(f"> [{media.kind}]", said)

    def data(self, label: str) -> str:
        """The value of the button whose label begins so."""
        found = [
            button.data
            for message in self.said
            for button in message.buttons
            if button.label.startswith(label)
        ]
        assert len(found) == 1, (label, self.labels)
        return found[0]

    @property
    def labels(self) -> list[str]:
        return [label for message in self.said for label in labels(message)]

    def _hear(self, done: str, said: list[Message]) -> str:
        self.said = said
        text = "\n\n".join(message.plain_text for message in said)
        self.spoken += [done, text, " ".join(f"[{label}]" for label in self.labels), ""]
        return text


async def officer(
    world: World, number: str = "6001", employer: str = EMPLOYER, **facts: object
) -> DeskChat:
    """Somebody of HR with a linked chat."""
    given = {"roles": ["employee", "hr"], "department": ["الموارد البشرية"], **facts}
    await employ(world, number, employer=employer, **given)
    return DeskChat(world, await link_chat(world, number, f"chat{number}", employer))


async def compose(chat: DeskChat, *, acknowledged: bool = True) -> str:
    """Compose a circular to everybody; gives its id. Its preview and plan were said last."""
    await chat.types("/hr")
    await chat.presses("تعميم جديد")
    await chat.types("ضوابط النشر عن المؤتمر")
    await chat.types("إلى جميع الموظفين.")
    await chat.types("يُمنع نشر صور المؤتمر قبل اعتمادها.")
    await chat.types("تم")
    await chat.presses("الموارد البشرية")
    if acknowledged:
        await chat.presses("بإقرار")
        await chat.presses("اعتمد هذا النص")
        await chat.presses("7 أيام")
    else:
        await chat.presses("للعلم فقط")
    await chat.presses("جميع الموظفين")
    return chat.data("عدّل").split(":")[1]


async def colleagues(world: World, *numbers: str) -> list[Address]:
    """Employees with linked chats; gives where they are."""
    for number in numbers:
        await employ(world, number)
    return [await link_chat(world, number, f"chat{number}", EMPLOYER) for number in numbers]


async def circulate(world: World) -> None:
    """Let what is due go out into the outbox."""
    desk = world.circular_desk
    circulation = CirculationService(world.database, world.library, world.now)
    await circulation.start_due()
    for circular in await circulation.list_going():
        learned = await circulation.learn(circular)
        while learned is not None and await circulation.expand(circular, learned):
            pass
        await circulation.pour(circular, desk.doors, desk.speaker)
        await circulation.finish(circular)


async def rows(world: World) -> list[Circular]:
    """All circulars, by version."""
    async with world.database.reading() as session:
        return list(await session.scalars(select(Circular).order_by(Circular.version)))


async def row(world: World) -> Circular:
    """The only circular."""
    (only,) = await rows(world)
    return only
