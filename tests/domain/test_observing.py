from __future__ import annotations

from itertools import product

import pytest

from bot.domain.observing import (
    DRAFTS,
    STAFF,
    ObservationError,
    Outcome,
    OwnObservationError,
    Step,
    role_for,
    sees,
    steps_from,
    take,
)
from bot.domain.observing import ObservationState as State
from bot.domain.roster import StaffRole

ALLOWED = {
    (Step.CHANGE, State.RECORDED): State.RECORDED,
    (Step.REFER, State.RECORDED): State.REFERRED,
    (Step.WITHDRAW, State.RECORDED): State.WITHDRAWN,
    (Step.REVIEW, State.REFERRED): State.UNDER_REVIEW,
    (Step.DECIDE, State.UNDER_REVIEW): State.DECIDED,
    (Step.CLOSE, State.DECIDED): State.CLOSED,
}
BOTH = frozenset(STAFF)
REVIEWED_ANEW = Outcome.FURTHER_INVESTIGATION


@pytest.mark.parametrize(("step", "state"), [*product(Step, State)])
def test_every_step_from_every_state(step: Step, state: State) -> None:
    after = ALLOWED.get((step, state))
    assert (step in steps_from(state, None, BOTH, is_own=False)) is (after is not None)
    if after is None:
        with pytest.raises(ObservationError, match=f"it is {state} already"):
            take(step, state, None, BOTH, is_own=False)
    else:
        assert take(step, state, None, BOTH, is_own=False) is after


@pytest.mark.parametrize(("role", "step"), [*product(StaffRole, Step)])
def test_whose_step_it_is(role: StaffRole, step: Step) -> None:
    of_hr = {Step.REVIEW, Step.DECIDE, Step.CLOSE}
    owner = StaffRole.HR if step in of_hr else StaffRole.COMMUNICATION
    assert role_for(step) is owner
    if role is owner:
        return
    for state in State:
        assert step not in steps_from(state, REVIEWED_ANEW, frozenset({role}), is_own=False)
        with pytest.raises(ObservationError, match=f"is for {owner}"):
            take(step, state, REVIEWED_ANEW, frozenset({role}), is_own=False)


@pytest.mark.parametrize("state", State)
def test_who_recorded_or_referred_it_does_not_judge_it(state: State) -> None:
    of_hr = {step for step in Step if role_for(step) is StaffRole.HR}
    for outcome in (None, *Outcome):
        allowed = steps_from(state, outcome, BOTH, is_own=False)
        own = steps_from(state, outcome, BOTH, is_own=True)
        assert set(own) == set(allowed) - of_hr
        for step in set(allowed) & of_hr:
            with pytest.raises(OwnObservationError, match=f"to {step} it is for somebody else"):
                take(step, state, outcome, BOTH, is_own=True)


@pytest.mark.parametrize("outcome", Outcome)
def test_a_decision_stands_unless_it_was_to_look_further(outcome: Outcome) -> None:
    steps = steps_from(State.DECIDED, outcome, BOTH, is_own=False)
    assert (Step.REVIEW in steps) is (outcome is REVIEWED_ANEW)
    assert Step.CLOSE in steps


@pytest.mark.parametrize("state", State)
def test_who_sees_what(state: State) -> None:
    assert sees(frozenset({StaffRole.COMMUNICATION}), state)
    assert sees(frozenset({StaffRole.HR}), state) is (state not in DRAFTS)
    others = frozenset(StaffRole) - BOTH
    assert not sees(others, state)
