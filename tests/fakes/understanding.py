"""What understands free text, by a script; its answers come out of the real custom actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk.executor import ActionExecutor

from actions.registry import build_actions
from bot.conversation.dialogue import Dialogue
from bot.conversation.messages import Message
from bot.domain.meaning import Intent, Meaning, Reading
from bot.errors import UnderstandingUnavailable

UNCLEAR = Meaning(Intent.ASK_RULE, 0.4)


def parse_of(text: str, meaning: Meaning) -> dict[str, Any]:
    """A meaning as the model server's parse of a text."""
    draft = meaning.draft
    return {
        "text": text,
        "intent": {"name": meaning.intent.value, "confidence": meaning.confidence},
        "readings": _readings(meaning.readings),
        "draft": {
            "probability": draft.probability,
            "readings": _readings(draft.readings),
            "words": {
                facet: [list(span) for span in spans] for facet, spans in draft.words.items()
            },
        },
        "questions": [
            {"text": part.text, "readings": _readings(part.readings), "follows": part.follows}
            for part in meaning.questions
        ],
        "language": meaning.language.value,
    }


def _readings(readings: Sequence[Reading]) -> list[dict[str, Any]]:
    return [{"facets": sorted(r.facets), "probability": r.probability} for r in readings]


class ScriptedUnderstanding:
    """Gives each text the meaning it was told; one it was not told is unclear.

    Attributes:
        meanings: By text.
        heard: What it was asked: person and text.
        is_down: It is unavailable.
    """

    def __init__(self, dialogue: Dialogue) -> None:
        self.meanings: dict[str, Meaning] = {}
        self.heard: list[tuple[str, str]] = []
        self.is_down = False
        self._executor = ActionExecutor()
        for action in build_actions(dialogue):
            self._executor.register_action(action)

    async def parse(self, text: str) -> Meaning:
        if self.is_down:
            raise UnderstandingUnavailable("down, says the script")
        return self.meanings.get(text, UNCLEAR)

    async def converse(self, person: str, text: str, key: str) -> list[Message]:
        self.heard.append((person, text))
        meaning = await self.parse(text)
        questions = {Intent.ASK_RULE, Intent.FOLLOW_UP}
        wish = "answer" if meaning.intent in questions else meaning.intent.value
        latest = {**parse_of(text, meaning), "metadata": {"key": key}}
        tracker = {"sender_id": person, "slots": {}, "latest_message": latest, "events": []}
        call = {"next_action": f"action_{wish}", "tracker": tracker, "domain": {"intents": []}}
        result = await self._executor.run(call)
        assert result is not None
        return [Message.from_json(response["custom"]) for response in result.responses]
