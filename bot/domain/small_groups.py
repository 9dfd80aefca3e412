"""Which groups are large enough that figures of them tell nothing of one person.

A group is shown from ten people on. Where a total is shown too, what it has beyond the shown
groups can be computed, so the groups left out must together be at least two and ten people:
complementary suppression, as in Hundepool et al., Statistical Disclosure Control (2012), ch. 4.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

FEWEST_PEOPLE = 10

_Group = TypeVar("_Group", bound=Hashable)


def choose_shown(people: Mapping[_Group, int], total: int) -> frozenset[_Group]:
    """Choose the groups to show beside their total.

    Args:
        people: How many each group has; the groups make up the total.
        total: How many there are, each counted once; who moved is in two groups.
    """
    # Names settle ties: another order another day would show what this one hides.
    by_size = sorted(people, key=lambda group: (people[group], str(group)))
    twice = sum(people.values()) - total
    hidden = sum(people[group] < FEWEST_PEOPLE for group in by_size)
    while 0 < hidden < len(by_size) and not hides_well(
        hidden, sum(people[group] for group in by_size[:hidden]) - twice
    ):
        hidden += 1
    return frozenset(by_size[hidden:])


def hides_well(parts: int, people: int) -> bool:
    """Say whether the sum of so many parts, of so many people in all, may be known."""
    return parts > 1 and people >= FEWEST_PEOPLE


def choose_always_shown(
    periods: Sequence[tuple[Mapping[_Group, int], int]],
) -> frozenset[_Group]:
    """Choose the groups to show beside the totals of several periods, in all of them or in none.

    Shown in one period only, a group's figures of the other one would be what the figures of the
    whole time have beyond it.

    Args:
        periods: How many people each group has in a period, and how many there are then, each
            counted once.
    """
    people = [{group: n for group, n in of.items() if n} for of, _ in periods]
    groups = set[_Group]().union(*people)
    fewest = {group: min(of[group] for of in people if group in of) for group in groups}
    by_size = sorted(groups, key=lambda group: (fewest[group], str(group)))
    hidden = sum(fewest[group] < FEWEST_PEOPLE for group in by_size)
    while hidden < len(by_size) and not all(
        _hides(by_size[:hidden], of, total) for of, (_, total) in zip(people, periods, strict=True)
    ):
        hidden += 1
    return frozenset(by_size[hidden:])


def _hides(hidden: Sequence[_Group], people: Mapping[_Group, int], total: int) -> bool:
    """Say whether what a total has beyond the shown groups may be known; nothing may."""
    parts = [people[group] for group in hidden if group in people]
    twice = sum(people.values()) - total
    return not parts or hides_well(len(parts), sum(parts) - twice)
