"""Button values of monitoring and referral; ``bot.conversation.buttons`` writes and reads them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ListObservations:
    """Show a page of the observations that the employee may see, from 0; "" is the first."""

    page: str = ""


@dataclass(frozen=True)
class ShowObservation:
    """Show one observation."""

    observation: str


@dataclass(frozen=True)
class ShowScreenshot:
    """Give the picture or PDF that shows what was seen."""

    observation: str


@dataclass(frozen=True)
class MoveObservation:
    """Take a step: ask whether they are sure (""), or do it ("1").

    Attributes:
        step: One of ``bot.domain.observing.Step``.
    """

    observation: str
    step: str
    sure: str = ""


@dataclass(frozen=True)
class DecideObservation:
    """Decide: show the choice of outcomes (""), ask whether they are sure, or do it ("1").

    Attributes:
        outcome: One of ``bot.domain.observing.Outcome``, or empty for the choice.
    """

    observation: str
    outcome: str = ""
    sure: str = ""


@dataclass(frozen=True)
class RecordObservation:
    """Begin to record an observation, text by text."""


ObservationButton = (
    ListObservations
    | ShowObservation
    | ShowScreenshot
    | MoveObservation
    | DecideObservation
    | RecordObservation
)

OBSERVATION_TAGS: dict[str, type[ObservationButton]] = {
    "ol1": ListObservations,
    "ob1": ShowObservation,
    "oi1": ShowScreenshot,
    "os1": MoveObservation,
    "od1": DecideObservation,
    "on1": RecordObservation,
}
