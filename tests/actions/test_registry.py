from __future__ import annotations

from typing import Any

import pytest
import yaml

from actions.registry import build_actions
from bot.domain.meaning import Intent
from tests.support.content import ROOT
from tests.support.world import World


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
    assert sorted(leads.values()) == sorted(names)


def test_what_is_unclear_falls_back_to_an_action_of_ours(names: list[str]) -> None:
    (policy,) = rasa_file("config.yml")["policies"]
    assert policy["core_fallback_action_name"] in names
