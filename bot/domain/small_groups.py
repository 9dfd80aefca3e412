"""Which groups are large enough that figures of them tell nothing of one person.

A group is shown from ten people on. Where a total is shown too, what it has beyond the shown
groups can be computed, so the groups left out must together be at least two and ten people:
complementary suppression, as in Hundepool et al., Statistical Disclosure Control (2012), ch. 4.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

FEWEST_PEOPLE = 10

_Group = TypeVar("_Group", bound=Hashable)


def choose_shown(people: Mapping[_Group, int]) -> frozenset[_Group]:
    """Choose the groups to show beside their total.

    Args:
        people: How many each group has; the groups make up the total.
    """
    # Names settle ties: another order another day would show what this one hides.
    by_size = sorted(people, key=lambda group: (people[group], str(group)))
    hidden = sum(people[group] < FEWEST_PEOPLE for group in by_size)
    while 0 < hidden < len(by_size) and not hides_well(
        hidden, sum(people[group] for group in by_size[:hidden])
    ):
        hidden += 1
    return frozenset(by_size[hidden:])


def hides_well(parts: int, people: int) -> bool:
    """Say whether the sum of so many parts, of so many people in all, may be known."""
    return parts > 1 and people >= FEWEST_PEOPLE
