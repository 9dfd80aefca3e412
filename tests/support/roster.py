"""Employees of a roster, put straight into the tables."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import update

from bot.records.employees import Employee, EmployeePhone
from tests.support.world import World


async def employ(
    world: World, number: str = "1001", *phones: str, employer: str = "muscat", **facts: Any
) -> str:
    """Let an employer's roster have an employee; gives their id."""
    employee = Employee(
        id=secrets.token_hex(13),
        employer=employer,
        number=number,
        created_at=world.now(),
        updated_at=world.now(),
        **{
            "name_ar": "سالم بن حمد",
            "name_en": None,
            "department": ["المديرية العامة", "الإعلام"],
            "job": "محرر",
            "manager_number": None,
            "language": None,
            "roles": ["employee"],
            "deactivated_at": None,
            **facts,
        },
    )
    async with world.database.transaction() as session:
        session.add(employee)
        await session.flush()
        for phone in phones:
            session.add(EmployeePhone(employee_id=employee.id, phone=phone, added_at=world.now()))
    return employee.id


async def dismiss(world: World, employee_id: str) -> None:
    """Let an employee leave."""
    async with world.database.transaction() as session:
        await session.execute(
            update(Employee).where(Employee.id == employee_id).values(deactivated_at=world.now())
        )


async def code_of(world: World, number: str = "1001") -> str:
    """A new code of an employee of muscat, by their number."""
    return await world.linking.issue_code("muscat", number)
