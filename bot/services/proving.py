"""What a learner did, written down once, with what it completes and the certificate of that.

For the transaction in which it was done.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.learners import employee_of
from bot.records.certificates import Certificates
from bot.records.employees import Employee
from bot.records.learning import Completion, Learning, NewEvidence


async def prove(session: AsyncSession, new: NewEvidence, now: datetime) -> Completion | None:
    """Write evidence down, and give the completion that there is with it.

    Args:
        session: The transaction.
        new: What was done; noted again it changes nothing.
        now: The present moment.
    """
    learning = Learning(session)
    await learning.note(new)
    completion = await learning.settle(new.learner, new.workshop, new.version)
    if completion is not None:
        await certify(session, completion, now)
    return completion


async def certify(session: AsyncSession, completion: Completion, now: datetime) -> None:
    """Issue the certificate of a completion, once, if the roster knows whose it is.

    A certificate without a name would prove nothing: a stranger gets theirs when their chat is
    linked. One that was revoked is not replaced.
    """
    employee = await session.get(Employee, employee_of(completion.learner) or "")
    if employee is None:
        return
    name = employee.name_ar or employee.name_en or employee.number
    await Certificates(session).issue(completion.id, name, employee.employer, now)


async def hand_on_learning(session: AsyncSession, learner: str, to: str, now: datetime) -> None:
    """Give an employee what they did before it was known who they are, and its certificates.

    Args:
        session: The transaction.
        learner: By which key they were known.
        to: By which they are known from now on.
        now: The present moment.
    """
    learning = Learning(session)
    await learning.move(learner, to)
    for completion in await learning.list_completions(to):
        await certify(session, completion, now)
