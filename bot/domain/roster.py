"""The roster: what it says of an employee, and why a row of it cannot be taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.meaning import Language
from bot.errors import WaaiError


class RosterError(WaaiError):
    """What was asked of the roster cannot be done; the message is for the operator."""


class StaffRole(StrEnum):
    """What an employee does for the employer beside their job."""

    EMPLOYEE = "employee"
    ACCOUNT_MANAGER = "account_manager"
    HR = "hr"
    COMMUNICATION = "communication"
    TRAINER = "trainer"
    CUSTOMER_SERVICE = "customer_service"


class Column(StrEnum):
    """A column of a roster, by the name of the attribute of ``RosterEntry`` that it fills."""

    EMPLOYER = "employer"
    NUMBER = "number"
    NAME_AR = "name_ar"
    NAME_EN = "name_en"
    DEPARTMENT = "department"
    JOB = "job"
    MANAGER = "manager"
    PHONES = "phones"
    LANGUAGE = "language"
    ROLES = "roles"


class Fault(StrEnum):
    """Why a row is rejected; each is the id of the phrase that explains it."""

    NO_EMPLOYER = "roster_no_employer"
    UNKNOWN_EMPLOYER = "roster_unknown_employer"
    OTHER_EMPLOYER = "roster_other_employer"
    NO_NUMBER = "roster_no_number"
    RUINED_NUMBER = "roster_ruined_number"
    NUMBER_TWICE = "roster_number_twice"
    NO_NAME = "roster_no_name"
    TOO_LONG = "roster_too_long"
    TOO_MANY_CELLS = "roster_too_many_cells"
    RUINED_PHONE = "roster_ruined_phone"
    INVALID_PHONE = "roster_invalid_phone"
    PHONE_TWICE = "roster_phone_twice"
    PHONE_TAKEN = "roster_phone_taken"
    UNKNOWN_MANAGER = "roster_unknown_manager"
    MANAGER_CIRCLE = "roster_manager_circle"
    UNKNOWN_LANGUAGE = "roster_unknown_language"
    UNKNOWN_ROLE = "roster_unknown_role"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason to reject a row.

    Attributes:
        value: What stands there, for the sentence; a phone that was read is in E.164.
    """

    fault: Fault
    value: str = ""


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """What a roster says of one employee.

    Attributes:
        line: Of the file, from 1; 0 if it does not come out of a file.
        employer: Its id; empty where a rejected row tells none.
        number: The employer's number of them; empty where a rejected row tells none.
        department: The levels, the highest first.
        manager: Their manager's number.
        phones: In E.164, sorted.
        language: To write to them in.
        roles: In the order of ``StaffRole``; ``employee`` is always among them.
    """

    line: int
    employer: str
    number: str
    name_ar: str | None
    name_en: str | None
    department: tuple[str, ...]
    job: str | None
    manager: str | None
    phones: tuple[str, ...]
    language: Language | None
    roles: tuple[StaffRole, ...]


@dataclass(frozen=True, slots=True)
class StoredEmployee:
    """An employee as they are kept.

    Attributes:
        id: Random.
        active: The roster has them; a leaver has no phones.
    """

    id: str
    active: bool
    entry: RosterEntry


@dataclass(frozen=True)
class RosterWords:
    """What words in a roster mean; all are folded by ``arabic.fold``.

    Attributes:
        employers: Ids by their names.
        countries: In two letters, by the employer's id.
    """

    columns: Mapping[str, Column]
    roles: Mapping[str, StaffRole]
    languages: Mapping[str, Language]
    employers: Mapping[str, str]
    countries: Mapping[str, str]
