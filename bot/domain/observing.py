"""Monitoring and referral: what an observation is, and which step may follow in whose hands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.roster import StaffRole
from bot.errors import WaaiError


class ObservationError(WaaiError):
    """What was asked of an observation cannot be done; the message is for who asked."""


class RecordedTwiceError(ObservationError):
    """The very same is recorded already.

    Args:
        observation_id: The id of the observation that is there.
        number: Its number.
    """

    def __init__(self, observation_id: str, number: str) -> None:
        super().__init__(f"it is recorded already, as {number}")
        self.id = observation_id


class OwnObservationError(ObservationError):
    """Whoever recorded, changed or referred it does not judge it, too."""

    def __init__(self, step: Step) -> None:
        super().__init__(
            f"you recorded, changed or referred it: to {step} it is for somebody else of HR"
        )


class NobodyJudgesError(ObservationError):
    """Nobody of HR could judge it, were it referred."""

    def __init__(self) -> None:
        super().__init__(
            "nobody could judge it: no employee has the role hr, but who recorded, changed or"
            " referred it or whom it is about; give the role to another first"
        )


class ObservationKind(StrEnum):
    """What the communication department makes of what it saw (uae-fed.9.2)."""

    OBSERVATION = "observation"
    VIOLATION = "violation"
    RECOMMENDATION = "recommendation"


class ObservationState(StrEnum):
    """How far an observation is."""

    RECORDED = "recorded"
    WITHDRAWN = "withdrawn"
    REFERRED = "referred"
    UNDER_REVIEW = "under_review"
    DECIDED = "decided"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What HR decided."""

    NO_VIOLATION = "no_violation"
    REMINDER = "reminder"
    ADMINISTRATIVE_MEASURE = "administrative_measure"
    FURTHER_INVESTIGATION = "further_investigation"


class Step(StrEnum):
    """What is done with an observation."""

    RECORD = "record"
    CHANGE = "change"
    REFER = "refer"
    WITHDRAW = "withdraw"
    REVIEW = "review"
    DECIDE = "decide"
    CLOSE = "close"


DRAFTS = frozenset({ObservationState.RECORDED, ObservationState.WITHDRAWN})
"""What HR has not been given."""

ENDED = frozenset({ObservationState.WITHDRAWN, ObservationState.CLOSED})
"""After these nothing follows."""

STAFF = (StaffRole.COMMUNICATION, StaffRole.HR)
"""Who has to do with observations at all."""


@dataclass(frozen=True)
class _Rule:
    """Who may take a step, from where, and where it leads."""

    role: StaffRole
    before: frozenset[ObservationState]
    after: ObservationState


_S = ObservationState
_RULES = {
    Step.RECORD: _Rule(StaffRole.COMMUNICATION, frozenset(), _S.RECORDED),
    Step.CHANGE: _Rule(StaffRole.COMMUNICATION, frozenset({_S.RECORDED}), _S.RECORDED),
    Step.REFER: _Rule(StaffRole.COMMUNICATION, frozenset({_S.RECORDED}), _S.REFERRED),
    Step.WITHDRAW: _Rule(StaffRole.COMMUNICATION, frozenset({_S.RECORDED}), _S.WITHDRAWN),
    Step.REVIEW: _Rule(StaffRole.HR, frozenset({_S.REFERRED, _S.DECIDED}), _S.UNDER_REVIEW),
    Step.DECIDE: _Rule(StaffRole.HR, frozenset({_S.UNDER_REVIEW}), _S.DECIDED),
    Step.CLOSE: _Rule(StaffRole.HR, frozenset({_S.DECIDED}), _S.CLOSED),
}


def role_for(step: Step) -> StaffRole:
    """Give the role whose step it is."""
    return _RULES[step].role


def sees(roles: frozenset[StaffRole], state: ObservationState) -> bool:
    """Say whether somebody with these roles sees an observation in this state at all."""
    if StaffRole.COMMUNICATION in roles:
        return True
    return StaffRole.HR in roles and state not in DRAFTS


def steps_from(
    state: ObservationState,
    outcome: Outcome | None,
    roles: frozenset[StaffRole],
    *,
    is_own: bool,
) -> tuple[Step, ...]:
    """Give the steps that somebody with these roles may take now; arguments as of ``take``."""
    return tuple(
        step
        for step, rule in _RULES.items()
        if rule.role in roles
        and _fits(step, state, outcome)
        and not (is_own and rule.role is StaffRole.HR)
    )


def take(
    step: Step,
    state: ObservationState,
    outcome: Outcome | None,
    roles: frozenset[StaffRole],
    *,
    is_own: bool,
) -> ObservationState:
    """Give the state that a step leads to.

    Args:
        step: What is to be done.
        state: How far the observation is.
        outcome: What was decided so far.
        roles: Those of who does it.
        is_own: They recorded, changed or referred it, so that others of HR judge it.

    Raises:
        ObservationError: It is not theirs to do, or not now.
    """
    rule = _RULES[step]
    if rule.role not in roles:
        raise ObservationError(f"to {step} an observation is for {rule.role}")
    if not _fits(step, state, outcome):
        raise ObservationError(f"it is {state} already: nobody can {step} it now")
    if is_own and rule.role is StaffRole.HR:
        raise OwnObservationError(step)
    return rule.after


def _fits(step: Step, state: ObservationState, outcome: Outcome | None) -> bool:
    if state not in _RULES[step].before:
        return False
    # A decision stands, unless it was to look further.
    is_anew = step is Step.REVIEW and state is ObservationState.DECIDED
    return outcome is Outcome.FURTHER_INVESTIGATION if is_anew else True
