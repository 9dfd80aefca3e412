"""The custom action: it reads the tracker, asks the dialogue once, and replies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker
from rasa_sdk.types import DomainDict

from bot.conversation.messages import Message

Events = list[dict[str, Any]]


class Say(Action):
    """Says what the dialogue has to say on the latest message.

    Args:
        name: The action's name in ``domain.yml``.
        act: Gives the message, or the messages, for the tracker of a person.
    """

    def __init__(
        self, name: str, act: Callable[[Tracker], Awaitable[Message | Sequence[Message]]]
    ) -> None:
        self._name = name
        self._act = act

    def name(self) -> str:
        """The action's name in ``domain.yml``."""
        return self._name

    async def run(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,  # noqa: ARG002 - the SDK's signature
    ) -> Events:
        """Answer the latest message."""
        said = await self._act(tracker)
        for message in [said] if isinstance(said, Message) else said:
            dispatcher.utter_message(json_message=message.to_json())
        return []
