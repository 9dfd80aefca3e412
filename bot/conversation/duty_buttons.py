"""Button values of duties: surveys, pledges, guides, and what staff do; ``buttons`` reads them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation.observation_buttons import OBSERVATION_TAGS, ObservationButton


@dataclass(frozen=True)
class ShowSurvey:
    """Show the survey that is open."""


@dataclass(frozen=True)
class TakeSurvey:
    """Go on in the survey behind what was picked so far; sealed by ``survey_slips``."""

    sealed: str


@dataclass(frozen=True)
class SendSurvey:
    """Hand the answers in; sealed likewise."""

    sealed: str


@dataclass(frozen=True)
class ShowPledge:
    """Show the pledge that is still to be accepted, or which were."""


@dataclass(frozen=True)
class AcceptPledge:
    """Accept a pledge.

    Attributes:
        digest: The beginning of the SHA-256 of the wording that stands above the button.
    """

    rulebook: str
    digest: str


@dataclass(frozen=True)
class PrintPledge:
    """Give a copy of what was accepted."""

    rulebook: str


@dataclass(frozen=True)
class ShowGuide:
    """Give the visual guide to the rules that bind the person."""


DutyValue = (
    ShowSurvey
    | TakeSurvey
    | SendSurvey
    | ShowPledge
    | AcceptPledge
    | PrintPledge
    | ShowGuide
    | ObservationButton
)

TAGS: dict[str, type[DutyValue]] = {
    "sv1": ShowSurvey,
    "st1": TakeSurvey,
    "sn1": SendSurvey,
    "pl1": ShowPledge,
    "pa1": AcceptPledge,
    "pt1": PrintPledge,
    "vg1": ShowGuide,
    **OBSERVATION_TAGS,
}
