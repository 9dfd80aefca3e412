"""Checks of what we put in place of Rasa's own parts, as ``check_components``."""

import asyncio
import json
import tempfile
import unittest
from pathlib import Path

from rasa.core.actions.action import RemoteAction
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from rasa_components.actions import CheckedAction, KeptEndpoint
from rasa_components.runner import OrderedGraphRunner
from rasa_components.tracker_store import BoundedTrackerStore


class TrackerStore(unittest.TestCase):
    def test_a_long_conversation_keeps_its_last_events_only(self) -> None:
        store = BoundedTrackerStore(Domain.empty(), events=12, conversations=3)

        async def talk() -> None:
            for number in range(500):
                tracker = await store.get_or_create_tracker("amal", append_action_listen=False)
                tracker.update(UserUttered(f"text {number}"))
                tracker.update(ActionExecuted("action_listen"))
                await store.save(tracker)

        asyncio.run(talk())
        kept = asyncio.run(store.retrieve("amal"))
        assert len(kept.events) == 12
        assert kept.latest_message.text == "text 499"

    def test_the_conversation_longest_silent_goes_first(self) -> None:
        store = BoundedTrackerStore(Domain.empty(), events=12, conversations=3)

        async def talk(*people: str) -> None:
            for person in people:
                await store.save(DialogueStateTracker.from_events(person, [ActionExecuted("a")]))

        asyncio.run(talk("a", "b", "c", "a", "d"))
        assert set(asyncio.run(store.keys())) == {"c", "a", "d"}
        assert asyncio.run(store.retrieve("b")) is None

    def test_of_a_draft_nothing_is_kept(self) -> None:
        store = BoundedTrackerStore(Domain.empty(), events=12, conversations=3)

        async def talk() -> None:
            for text, intent in (("سؤال", "ask_rule"), ("منشور", "draft")):
                tracker = await store.get_or_create_tracker("amal", append_action_listen=False)
                tracker.update(UserUttered(text, {"name": intent}))
                await store.save(tracker)

        asyncio.run(talk())
        assert asyncio.run(store.retrieve("amal")) is None


class Doubled(GraphComponent):
    """Doubles the sum of what it is given."""

    @classmethod
    def create(cls, *_args: object, **_kwargs: object) -> "Doubled":
        return cls()

    def run(self, one: int, other: int = 0) -> int:
        return 2 * (one + other)


class Runner(unittest.TestCase):
    def test_it_gives_what_rasas_own_runner_gives(self) -> None:
        def node(**needs: str) -> SchemaNode:
            return SchemaNode(needs, Doubled, "create", "run", {}, eager=True)

        nodes = {
            "first": node(one="given"),
            "second": node(one="first", other="given"),
            "third": node(one="second", other="first"),
            "apart": node(one="elsewhere"),
        }
        schema = GraphSchema(nodes)
        context = ExecutionContext(schema)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        storage = LocalModelStorage.create(Path(folder.name))
        for given in (1, 5):
            asked = {"inputs": {"given": given}, "targets": ["third", "second"]}
            results = [
                runner(schema, storage, context).run(**asked)
                for runner in (OrderedGraphRunner, DaskGraphRunner)
            ]
            assert results == [{"third": 16 * given, "second": 6 * given}] * 2
        for runner in (OrderedGraphRunner, DaskGraphRunner):
            with self.assertRaises(GraphRunError):
                runner(schema, storage, context).run(inputs={"given": 1}, targets=["apart"])


class Actions(unittest.TestCase):
    def test_an_action_is_told_the_latest_message_and_no_more(self) -> None:
        parse = {"intent": {"name": "thanks"}, "facets": [{"name": "like", "confidence": 0.9}]}
        heard = UserUttered("شكرا", parse["intent"], parse_data=parse, metadata={"key": "event:1"})
        tracker = DialogueStateTracker.from_events("amal", [UserUttered("old")] * 9 + [heard])
        domain = Domain.from_yaml('version: "3.1"\nintents: [thanks]')
        told = CheckedAction("a", None)._action_call_format(tracker, domain)
        stock = RemoteAction("a", None)._action_call_format(tracker, domain)
        assert told["tracker"]["latest_message"] == stock["tracker"]["latest_message"]
        assert told["tracker"]["latest_message"]["facets"] == parse["facets"]
        assert told["tracker"].keys() == stock["tracker"].keys()
        assert told.keys() == stock.keys()
        assert "old" not in json.dumps(told)

    def test_an_endpoint_keeps_its_session(self) -> None:
        async def sessions() -> list[object]:
            endpoint = KeptEndpoint("http://127.0.0.1:1/webhook")
            kept = []
            for _ in range(2):
                async with endpoint.session() as session:
                    kept.append(session)
            await session.close()
            async with endpoint.session() as session:
                kept.append(session)
            await session.close()
            return kept

        first, second, third = asyncio.run(sessions())
        assert first is second
        assert third is not first

    def test_a_reply_is_checked_as_rasa_checks_it(self) -> None:
        checked, stock = CheckedAction("a", None), RemoteAction("a", None)
        good = {"events": [{"event": "slot", "name": "x", "value": 1}], "responses": [{"text": ""}]}
        for reply in (good, {}, {"events": [], "responses": []}):
            assert checked._validate_action_result(reply)
            assert stock._validate_action_result(reply)
        for reply in ({"events": {}}, {"events": [{"event": "none"}]}, {"responses": ["x"]}):
            for action in (checked, stock):
                with self.assertRaises(Exception) as raised:
                    action._validate_action_result(reply)
                assert type(raised.exception).__name__ == "ValidationError"


if __name__ == "__main__":
    unittest.main()
