"""A tracker store that forgets: what must last is in the database, not in Rasa."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

_DRAFT = "draft"


class BoundedTrackerStore(TrackerStore):
    """Keeps the last events of the last conversations, in memory.

    Every message then costs the same, the first and the five-hundredth: Rasa copies the
    tracker and posts it whole to each custom action, and our rules look at one turn.
    """

    def __init__(
        self,
        domain: Domain,
        event_broker: EventBroker | None = None,
        events: int = 12,
        conversations: int = 2000,
        **kwargs: Any,
    ) -> None:
        """Create an empty store.

        Args:
            domain: Rasa's domain.
            event_broker: Rasa's broker, if one is configured.
            events: Kept a conversation; one turn has about six.
            conversations: Kept in all; the one longest silent goes first.
            kwargs: Rasa's own further arguments.
        """
        super().__init__(domain, event_broker, **kwargs)
        self._limits = (events, conversations)
        self._events: dict[str, list[Any]] = OrderedDict()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the conversation's last events; of a draft that was checked, nothing."""
        events, conversations = self._limits
        self._events.pop(tracker.sender_id, None)
        message = tracker.latest_message
        if message is not None and message.intent.get("name") == _DRAFT:
            return
        self._events[tracker.sender_id] = list(tracker.events)[-events:]
        while len(self._events) > conversations:
            self._events.popitem(last=False)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Rebuild the conversation from its last events; None for an unknown one."""
        events = self._events.get(sender_id)
        if events is None:
            return None
        return DialogueStateTracker.from_events(sender_id, events, self.domain.slots)

    async def keys(self) -> Iterable[str]:
        """Give the ids of the conversations kept."""
        return list(self._events)
