"""Custom actions as Rasa calls them: what is posted is small, and its way is short."""

import contextlib
from typing import Any

import aiohttp
import rasa
from jsonschema import Draft202012Validator
from rasa.core.actions import action
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.utils import endpoints
from rasa.utils.endpoints import EndpointConfig

_VALIDATOR = Draft202012Validator(RemoteAction.action_response_format_spec())


class CheckedAction(RemoteAction):
    """A custom action that is told the present message, and whose reply is checked cheaply.

    Rasa posts the whole domain and every event with each call; our actions read who wrote and
    what the latest message means. It checks its own fixed schema against the meta-schema at each
    reply, which takes longer than all else that it does for a message
    (``RemoteAction._validate_action_result``, 3.6.21).
    """

    def _action_call_format(self, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:  # noqa: ARG002 - Rasa's signature
        return {
            "next_action": self.name(),
            "sender_id": tracker.sender_id,
            "tracker": {**tracker.current_state(EventVerbosity.NONE), "events": []},
            "domain": {},
            "version": rasa.__version__,
        }

    def _validate_action_result(self, result: dict[str, Any]) -> bool:
        _VALIDATOR.validate(result)
        return True


class KeptEndpoint(EndpointConfig):
    """An endpoint with one session for all calls; Rasa opens a connection for each."""

    _kept: aiohttp.ClientSession | None = None

    def session(self) -> contextlib.AbstractAsyncContextManager[aiohttp.ClientSession]:
        """Lend the session for one request."""
        if self._kept is None or self._kept.closed:
            self._kept = super().session()
        return contextlib.nullcontext(self._kept)


def use_checked_actions() -> None:
    """Let Rasa take the classes above; it has no setting for that."""
    action.RemoteAction = CheckedAction
    endpoints.EndpointConfig = KeptEndpoint
