"""Whom a circular is for; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any

from bot.domain.roster import StaffRole

Department = tuple[str, ...]
"""A path, the highest level first; those below it belong to it."""

_LEVELS = " › "


@dataclass(frozen=True)
class Candidate:
    """An employee as far as it matters here.

    Attributes:
        number: The employer's number of them.
        department: The path to their department.
    """

    id: str
    employer: str
    number: str
    department: Department
    roles: Collection[str]


@dataclass(frozen=True)
class Learned:
    """What people know and do not, and what they were told; ids of employees.

    Attributes:
        completed: Who completed a workshop, by its id.
        wrong: Whose latest answer on an article is wrong, by the article's id.
        told: Who was sent an earlier version of the circular.
    """

    completed: Mapping[str, Collection[str]]
    wrong: Mapping[str, Collection[str]]
    told: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Audience:
    """Whom a circular is for: the criteria narrow each other, named people come in addition.

    Within one criterion any of its values will do. With named people and no other criterion but
    employers it is for these people alone. Exclusions take away from all of it.

    Attributes:
        employers: Their ids.
        departments: With all below them.
        roles: As the roster has them.
        people: Numbers of employees, ``employer:number`` where there are several employers.
        not_completed: Ids of workshops: who has not completed each of them.
        answered_wrong: Ids of articles: who answered wrongly on any of them last.
        except_departments: With all below them; likewise the next two.
    """

    employers: tuple[str, ...]
    departments: tuple[Department, ...] = ()
    roles: tuple[StaffRole, ...] = ()
    people: tuple[str, ...] = ()
    not_completed: tuple[str, ...] = ()
    answered_wrong: tuple[str, ...] = ()
    except_departments: tuple[Department, ...] = ()
    except_roles: tuple[StaffRole, ...] = ()
    except_people: tuple[str, ...] = ()

    def includes(self, candidate: Candidate, learned: Learned) -> bool:
        """Say whether a circular is for an employee.

        A correction is also for whoever was sent what it corrects, whatever the criteria say of
        them by now: they would keep the wrong text. Only who is excluded by name is left out.
        """
        if candidate.id in learned.told:
            return not _is_named(candidate, self.except_people)
        if candidate.employer not in self.employers or self._excludes(candidate):
            return False
        return _is_named(candidate, self.people) or self._meets(candidate, learned)

    @property
    def has_criteria(self) -> bool:
        """Whether anything but employers and names narrows it."""
        return any((self.departments, self.roles, self.not_completed, self.answered_wrong))

    def _meets(self, candidate: Candidate, learned: Learned) -> bool:
        if self.people and not self.has_criteria:
            return False
        return (
            (not self.departments or is_in(candidate.department, self.departments))
            and (not self.roles or not set(self.roles).isdisjoint(candidate.roles))
            and not any(
                candidate.id in learned.completed.get(workshop, ())
                for workshop in self.not_completed
            )
            and (
                not self.answered_wrong
                or any(
                    candidate.id in learned.wrong.get(article, ())
                    for article in self.answered_wrong
                )
            )
        )

    def _excludes(self, candidate: Candidate) -> bool:
        return (
            _is_named(candidate, self.except_people)
            or is_in(candidate.department, self.except_departments)
            or not set(self.except_roles).isdisjoint(candidate.roles)
        )

    def to_json(self) -> dict[str, Any]:
        """Give the audience as JSON values; what is empty is left out."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            name: [list(one) if isinstance(one, tuple) else str(one) for one in value]
            for name, value in values.items()
            if value
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Audience:
        """Read what ``to_json`` gave.

        Raises:
            ValueError, TypeError: The value is no audience.
        """
        given: dict[str, Any] = {}
        for name, items in value.items():
            if name in {"departments", "except_departments"}:
                given[name] = tuple(tuple(map(str, path)) for path in items)
            elif name in {"roles", "except_roles"}:
                given[name] = tuple(StaffRole(role) for role in items)
            else:
                given[name] = tuple(map(str, items))
        return cls(**given)


def qualified(employer: str, number: str) -> str:
    """Name an employee where a number alone could be another employer's too."""
    return f"{employer}:{number}"


def is_in(department: Department, wanted: Collection[Department]) -> bool:
    """Say whether a department is one of some, or below it."""
    return any(department[: len(path)] == path for path in wanted)


def said_department(path: Department) -> str:
    """Write the path to a department."""
    return _LEVELS.join(path)


def _is_named(candidate: Candidate, people: Collection[str]) -> bool:
    return candidate.number in people or qualified(candidate.employer, candidate.number) in people
