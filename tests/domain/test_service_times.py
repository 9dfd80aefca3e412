from __future__ import annotations

from datetime import timedelta

from bot.domain.service_times import Served, ServiceTimes, service_times

TARGET = timedelta(hours=16)


def served(hours: float, *, is_answered: bool = True, is_open: bool = False) -> Served:
    worked = timedelta(hours=hours)
    return Served(worked, worked * 3, is_answered=is_answered, is_open=is_open)


def test_nothing_asked_has_no_times() -> None:
    assert service_times([], TARGET) == ServiceTimes(0, 0, 0, 0, None, None, None)


def test_the_spread_is_of_first_answers_alone() -> None:
    times = service_times(
        [
            *(served(hour) for hour in range(1, 11)),
            served(100, is_answered=False),
            served(200, is_answered=False, is_open=True),
        ],
        TARGET,
    )
    assert (times.asked, times.answered, times.unanswered, times.open) == (12, 10, 1, 1)
    assert times.worked == (timedelta(hours=5.5), timedelta(hours=9))
    assert times.elapsed == (timedelta(hours=16.5), timedelta(hours=27))


def test_the_share_within_the_target_counts_what_is_overdue_and_not_what_still_may_be() -> None:
    in_time, late = [served(16), served(1)], [served(17), served(40, is_answered=False)]
    waits = [served(2, is_answered=False, is_open=True)]
    assert service_times([*in_time, *late, *waits], TARGET).within == 0.5
    assert service_times(waits, TARGET).within is None


def test_what_was_asked_again_is_answered_and_open() -> None:
    times = service_times([served(1, is_open=True)], TARGET)
    assert (times.answered, times.unanswered, times.open) == (1, 0, 1)
