from __future__ import annotations

from typing import Any

import pytest
import yaml
from rasa_sdk.executor import ActionExecutor

from actions.registry import build_actions
from bot.conversation.messages import Message
from bot.domain.meaning import Intent
from tests.fakes.understanding import parse_of
from tests.support.content import ROOT
from tests.support.world import World, drafts


def rasa_file(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / name).read_text("utf-8"))
    return loaded


@pytest.fixture
def names(world: World) -> list[str]:
    return [str(action.name()) for action in build_actions(world.dialogue)]


def test_the_actions_are_those_of_the_domain(names: list[str]) -> None:
    assert sorted(names) == sorted(rasa_file("domain.yml")["actions"])


def test_the_intents_are_those_of_the_domain() -> None:
    assert set(rasa_file("domain.yml")["intents"]) == set(Intent)


def test_every_intent_leads_to_one_action(names: list[str]) -> None:
    steps = [
        rule["steps"] for rule in rasa_file("nlu_data/rules/one_action_an_intent.yml")["rules"]
    ]
    leads = {step[0]["intent"]: step[1]["action"] for step in steps}
    assert len(steps) == len(leads)
    assert set(leads) == set(Intent)
    # A follow-up is a question.
    assert leads.pop("follow_up") == leads["ask_rule"]
    assert sorted(leads.values()) == sorted(names)


def test_what_is_unclear_falls_back_to_an_action_of_ours(names: list[str]) -> None:
    (policy,) = rasa_file("config.yml")["policies"]
    assert policy["core_fallback_action_name"] in names


async def test_a_drafts_words_are_found_though_rasa_was_not_given_its_start(world: World) -> None:
    person = await world.person()
    executor = ActionExecutor()
    for action in build_actions(world.dialogue):
        executor.register_action(action)
    # "@ " was taken away: places count in the text as it came.
    parse = parse_of("الهيئة فاشلة", drafts("offend", words={"offend": ((7, 12),)}))
    latest = {**parse, "metadata": {"key": "event:1", "unread": 2}}
    tracker = {"sender_id": person, "slots": {}, "latest_message": latest, "events": []}
    result = await executor.run(
        {"next_action": "action_draft", "tracker": tracker, "domain": {"intents": []}}
    )
    assert result is not None
    message = Message.from_json(result.responses[0]["custom"])
    (quote,) = [block.quote for block in message.blocks if block.quote]
    assert (quote.spans, quote.words) == (((9, 14),), ("فاشلة",))
