"""Custom actions: each reads the tracker, asks the dialogue once, and replies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker
from rasa_sdk.types import DomainDict

from bot.conversation.dialogue import Dialogue
from bot.conversation.messages import Message
from bot.conversation.understanding import read_meaning

Events = list[dict[str, Any]]


class AnswerQuestion(Action):
    """Answers a question, on the rules or on anything else.

    Args:
        name: The action's name in ``domain.yml``.
        dialogue: What can be done for a person.
    """

    def __init__(self, name: str, dialogue: Dialogue) -> None:
        self._name = name
        self._dialogue = dialogue

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
        latest = tracker.latest_message
        meaning = read_meaning(latest)
        message = await self._dialogue.answer(tracker.sender_id, meaning, latest["text"])
        dispatcher.utter_message(json_message=message.to_json())
        return []


class Say(Action):
    """Says what the dialogue has to say on a wish that needs no facets.

    Args:
        name: The action's name in ``domain.yml``.
        act: Gives the message for the tracker of a person.
    """

    def __init__(self, name: str, act: Callable[[Tracker], Awaitable[Message]]) -> None:
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
        message = await self._act(tracker)
        dispatcher.utter_message(json_message=message.to_json())
        return []
