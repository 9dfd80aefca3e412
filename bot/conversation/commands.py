"""What can be typed after a slash, or chosen from a channel's menu, and the words of opt-out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from arabic import fold
from bot.conversation.dialogue import Dialogue
from bot.conversation.events import Command
from bot.conversation.messages import Message
from bot.domain.meaning import Language
from bot.services.enrolment import Employee

_WORDS = {
    "hr": frozenset(map(fold, ("لوحة العمل", "لوحة الموارد البشرية"))),
    "requests": frozenset({fold("الطلبات")}),
    "stop": frozenset(map(fold, ("stop", "unsubscribe", "إيقاف", "إلغاء الاشتراك"))),
    "resume": frozenset(map(fold, ("resume", "subscribe", "استئناف", "اشتراك"))),
    # A longer text with the word in it may ask what may be published of one.
    "circulars": frozenset(map(fold, ("circulars", "my circulars", "التعاميم", "تعاميمي"))),
}
"""Words that are commands by themselves; platforms ask every business to heed stop and resume."""


async def _requests(dialogue: Dialogue, person: Employee) -> Message:
    """Show a desk what waits for it; anybody else has no such command."""
    return await dialogue.requests.list_open(person) or await dialogue.help(person.id)


_Act = Callable[[Dialogue, Employee, str], Awaitable[Message | Sequence[Message]]]

_ACTS: dict[str, _Act] = {
    "employer": lambda dialogue, person, _: dialogue.list_employers(person.id),
    "browse": lambda dialogue, person, _: dialogue.browse(person.id),
    "check": lambda dialogue, person, _: dialogue.drafts.ask(person.id),
    "quiz": lambda dialogue, person, key: dialogue.quizzing.start(person.id, key),
    "workshop": lambda dialogue, person, _: dialogue.workshops.overview(person.id),
    "certificate": lambda dialogue, person, _: dialogue.certificates.latest(person.id),
    "progress": lambda dialogue, person, _: dialogue.habits.show_progress(person.id),
    "daily": lambda dialogue, person, _: dialogue.habits.daily(person.id),
    "survey": lambda dialogue, person, _: dialogue.surveys.offer(person),
    "guide": lambda dialogue, person, _: dialogue.guides.show(person.id),
    "pledge": lambda dialogue, person, _: dialogue.pledges.show(person),
    "circulars": lambda dialogue, person, _: dialogue.circulars.list(person),
    "person": lambda dialogue, person, key: dialogue.ask_person(person.id, key),
    "hr": lambda dialogue, person, _: dialogue.panel.show(person),
    "observations": lambda dialogue, person, _: dialogue.observations.acts.desk(person),
    "privacy": lambda dialogue, person, _: dialogue.about(person.id),
    "arabic": lambda dialogue, person, _: dialogue.set_language(person.id, Language.ARABIC),
    "english": lambda dialogue, person, _: dialogue.set_language(person.id, Language.ENGLISH),
    "link": lambda dialogue, person, _: dialogue.membership.show(person.id),
    "unlink": lambda dialogue, person, _: dialogue.membership.ask_unlink(person.id),
    "mydata": lambda dialogue, person, _: dialogue.membership.my_data(person.id),
    "stop": lambda dialogue, person, _: dialogue.membership.remind(person.id, wanted=False),
    "requests": lambda dialogue, person, _: _requests(dialogue, person),
    "resume": lambda dialogue, person, _: dialogue.membership.remind(person.id, wanted=True),
}

NAMES = frozenset({"start", "help", *_ACTS})
"""What can be typed after a slash; ``help`` answers every other one that a channel names."""


class Commands:
    """Answers commands; an unknown one gets the help.

    Args:
        dialogue: What can be done for a person.
    """

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue

    async def answer(self, person: Employee, command: Command, key: str) -> Sequence[Message]:
        """Answer a command.

        Args:
            person: Whose it is.
            command: The command.
            key: What makes the event unique that brought it.
        """
        act = _ACTS.get(command.name)
        if act is None:
            return [await self._dialogue.help(person.id)]
        said = await act(self._dialogue, person, key)
        return [said] if isinstance(said, Message) else said


def typed_command(text: str) -> Command | None:
    """Read ``/word``, for channels that have no commands of their own, or an opt-out."""
    word = fold(text).strip(" .!؟?")
    for name, words in _WORDS.items():
        if word in words:
            return Command(name)
    if not text.startswith("/"):
        return None
    name, _, argument = text[1:].partition(" ")
    return Command(name.lower(), argument.strip()) if name.lower() in NAMES else None
