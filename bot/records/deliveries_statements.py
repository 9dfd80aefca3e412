"""The statements of deliveries: built once, on the tables, since they run for each message."""

from __future__ import annotations

from sqlalchemy import (
    and_,
    bindparam,
    case,
    delete,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)

from bot.domain.circulars import DeliveryState, Unreached
from bot.records.base import table_of
from bot.records.circular_rows import IS_ANNOUNCED, Delivery
from bot.records.employees import Employee
from bot.records.outbox_rows import ADDRESS, OutboxMessage, OutboxState
from bot.records.people_rows import ChannelLink, Person

_DELIVERIES = table_of(Delivery)
_EMPLOYEES = table_of(Employee)
_PEOPLE = table_of(Person)
_LINKS = table_of(ChannelLink)
_OUTBOX = table_of(OutboxMessage)

_OF_CIRCULAR = _DELIVERIES.c.circular_id == bindparam("of_circular")
# Written out, not bound: a partial index serves only a condition seen to imply its own.
_IS_PLANNED = _DELIVERIES.c.state == literal_column("'planned'")
_IS_UNREACHED = _DELIVERIES.c.state == literal_column("'unreached'")
_IS_QUEUED = _DELIVERIES.c.state.in_([literal_column("'queued'"), literal_column("'sending'")])
_IS_CHAT = and_(_LINKS.c.ended_at.is_(None), _LINKS.c.proof.is_not(None))

PLANNED = (
    select(
        _DELIVERIES.c.id,
        _PEOPLE.c.id.label("person_id"),
        _PEOPLE.c.language,
        _PEOPLE.c.last_language,
        _PEOPLE.c.reminders_off_at,
        _PEOPLE.c.erase_at,
        _EMPLOYEES.c.language.label("roster"),
        _EMPLOYEES.c.deactivated_at,
    )
    .join(_EMPLOYEES, _EMPLOYEES.c.id == _DELIVERIES.c.employee_id)
    .outerjoin(_PEOPLE, _PEOPLE.c.employee_id == _DELIVERIES.c.employee_id)
    .where(
        _OF_CIRCULAR,
        _IS_PLANNED,
        _DELIVERIES.c.next_at <= bindparam("at"),
        _EMPLOYEES.c.employer.in_(bindparam("of_employers", expanding=True)),
    )
    .order_by(_DELIVERIES.c.id)
    .limit(bindparam("most"))
)
FREE_PEOPLE = (
    select(_PEOPLE.c.id)
    .where(_PEOPLE.c.id.in_(bindparam("of_people", expanding=True)))
    .order_by(_PEOPLE.c.id)
    .with_for_update(read=True, key_share=True, skip_locked=True)
)
HOLD = (
    select(_DELIVERIES.c.id)
    .where(_DELIVERIES.c.id.in_(bindparam("of_ids", expanding=True)), _IS_PLANNED)
    .order_by(_DELIVERIES.c.id)
    .with_for_update(skip_locked=True)
)
CHATS = (
    select(_LINKS)
    .where(_LINKS.c.person_id.in_(bindparam("of_people", expanding=True)), _IS_CHAT)
    .order_by(_LINKS.c.is_primary.desc(), _LINKS.c.id)
)
_BY_ID = _DELIVERIES.c.id == bindparam("of_id")
QUEUE = (
    update(_DELIVERIES)
    .where(_BY_ID)
    .values(
        state=DeliveryState.QUEUED,
        reason=null(),
        next_at=null(),
        person_id=bindparam("to_person"),
        channel=bindparam("to_channel"),
        queued_at=bindparam("at"),
        # Of a try that failed, perhaps on a platform that tells so, as the new one may not.
        sent_at=null(),
    )
)
UNREACH = (
    update(_DELIVERIES)
    .where(_BY_ID)
    .values(state=DeliveryState.UNREACHED, reason=bindparam("to_reason"), next_at=null())
)
LOSE = (
    update(_DELIVERIES)
    .where(_BY_ID, _IS_QUEUED)
    .values(
        state=DeliveryState.UNREACHED,
        reason=Unreached.NO_CHAT.value,
        queued_at=null(),
        announced_at=null(),
    )
)
POSTPONE = update(_DELIVERIES).where(_BY_ID).values(next_at=bindparam("until"))
_other = _LINKS.alias()
_FIRST_OPEN = (
    select(_other.c.id)
    .where(
        _other.c.person_id == _PEOPLE.c.id,
        _other.c.ended_at.is_(None),
        _other.c.proof.is_not(None),
        _other.c.blocked_at.is_(None),
    )
    .order_by(_other.c.is_primary.desc(), _other.c.id)
    .limit(1)
    .scalar_subquery()
)
_REACHABLE = (
    select(_LINKS.c.id)
    .join(_PEOPLE, _PEOPLE.c.id == _LINKS.c.person_id)
    .join(_EMPLOYEES, _EMPLOYEES.c.id == _PEOPLE.c.employee_id)
    .where(
        _EMPLOYEES.c.id == _DELIVERIES.c.employee_id,
        _EMPLOYEES.c.deactivated_at.is_(None),
        _PEOPLE.c.reminders_off_at.is_(None),
        _PEOPLE.c.erase_at.is_(None),
        _IS_CHAT,
        _LINKS.c.blocked_at.is_(None),
        # Who has not opened it was reachable all the time: only in another chat it is worth a try,
        # and only the first is written to.
        or_(
            _DELIVERIES.c.reason != Unreached.NOT_OPENED.value,
            _LINKS.c.last_wrote_at > _DELIVERIES.c.queued_at,
            and_(
                _LINKS.c.id == _FIRST_OPEN,
                or_(
                    _LINKS.c.channel != _DELIVERIES.c.channel,
                    _LINKS.c.created_at > _DELIVERIES.c.queued_at,
                ),
            ),
        ),
    )
    .exists()
)
REVIVE = (
    update(_DELIVERIES)
    .where(_OF_CIRCULAR, _IS_UNREACHED, _REACHABLE)
    .values(state=DeliveryState.PLANNED, reason=null(), next_at=bindparam("at"))
)

# The outbox knows the order of states; an earlier part of a message says nothing of the whole.
MIRROR = (
    update(_DELIVERIES)
    .where(
        _OUTBOX.c.id.in_(bindparam("of_messages", expanding=True)),
        _OUTBOX.c.delivery_id == _DELIVERIES.c.id,
        _OUTBOX.c.part == 0,
    )
    .values(
        state=_OUTBOX.c.state,
        reason=case((_OUTBOX.c.state == OutboxState.FAILED, _OUTBOX.c.error), else_=null()),
        sent_at=_OUTBOX.c.sent_at,
        delivered_at=_OUTBOX.c.delivered_at,
        read_at=_OUTBOX.c.read_at,
    )
)
_IS_BLOCKED = (
    select(_LINKS.c.id)
    .where(
        *(_LINKS.c[name] == _OUTBOX.c[name] for name in ADDRESS),
        _LINKS.c.ended_at.is_(None),
        _LINKS.c.blocked_at.is_not(None),
    )
    .exists()
)
# So fails what waited for the person to write, and what follows a template that went nowhere.
_IS_CLOSED = _OUTBOX.c.error.startswith("window_closed")
_IS_UNOPENED = and_(_IS_CLOSED, IS_ANNOUNCED)
GIVE_UP = (
    update(_DELIVERIES)
    .where(
        _OUTBOX.c.id.in_(bindparam("of_messages", expanding=True)),
        _OUTBOX.c.delivery_id == _DELIVERIES.c.id,
        _OUTBOX.c.part == 0,
        _DELIVERIES.c.state == DeliveryState.FAILED,
        or_(_IS_UNOPENED, _IS_BLOCKED),
    )
    .values(
        state=DeliveryState.UNREACHED,
        reason=case(
            (_IS_UNOPENED, Unreached.NOT_OPENED.value),
            (_IS_CLOSED, Unreached.BLOCKED.value),
            else_=_DELIVERIES.c.reason,
        ),
    )
)
QUEUED = select(_DELIVERIES.c.id).where(_OF_CIRCULAR, _IS_QUEUED).order_by(_DELIVERIES.c.id)
_ITS_DELIVERY = _OUTBOX.c.delivery_id.in_(bindparam("of_ids", expanding=True))
# What failed arrived nowhere; the delivery may have been planned anew since.
PARTS = select(_OUTBOX.c.id, _OUTBOX.c.delivery_id).where(
    _ITS_DELIVERY, _OUTBOX.c.state != OutboxState.FAILED
)
HOLD_PARTS = (
    PARTS.where(
        _OUTBOX.c.state == OutboxState.QUEUED,
        _OUTBOX.c.attempts <= bindparam("tries"),
    )
    .order_by(_OUTBOX.c.id)
    .with_for_update(skip_locked=True)
)
TAKE_BACK = delete(_OUTBOX).where(_ITS_DELIVERY)
RECALL = (
    update(_DELIVERIES)
    .where(_DELIVERIES.c.id.in_(bindparam("of_ids", expanding=True)))
    .values(
        state=bindparam("to", type_=_DELIVERIES.c.state.type),
        next_at=_DELIVERIES.c.queued_at,
        queued_at=null(),
    )
)
CANCEL = (
    update(_DELIVERIES)
    .where(
        _OF_CIRCULAR,
        or_(_IS_PLANNED, _IS_UNREACHED),
    )
    .values(state=DeliveryState.CANCELLED, next_at=null())
)
COUNT_QUEUED = select(func.count()).where(
    _OF_CIRCULAR,
    _IS_QUEUED,
    or_(_DELIVERIES.c.announced_at.is_(None), ~IS_ANNOUNCED),
)
ANY_PLANNED = select(_DELIVERIES.c.id).where(_OF_CIRCULAR, _IS_PLANNED).limit(1)
