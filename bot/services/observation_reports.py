"""The periodic report of both departments together (uae-fed.10.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.observation_figures import Case, Figures, figures_of
from bot.domain.observing import STAFF, ObservationError
from bot.library.library import Library
from bot.records.database import Database
from bot.records.observations import Observation, Observations
from bot.services.observation_steps import note_in_journal
from bot.services.retention import Now
from bot.services.staff import By, find_staff

_LONGEST_PERIOD = timedelta(days=3660)


@dataclass(frozen=True)
class JointReport:
    """What both departments report together; it names no employee.

    Attributes:
        since: The first day on which something of it was recorded, where the employer is.
        until: The last day.
        made_at: When it was made, by the employer's clocks.
    """

    employer: str
    since: date
    until: date
    made_at: datetime
    figures: Figures


class ObservationReportService:
    """Makes joint reports; each is in the journal."""

    def __init__(self, database: Database, library: Library, now: Now) -> None:
        self._database = database
        self._library = library
        self._now = now

    async def report(self, by: By, since: date, until: date) -> JointReport:
        """Report on what was recorded in a time.

        Args:
            by: Who: somebody of either department.
            since: The first day, where the employer is.
            until: The last day.

        Raises:
            ObservationError: It ends before it begins, or is longer than ten years.
            StaffError: Whoever asks has nothing to do with observations.
        """
        if not timedelta() <= until - since <= _LONGEST_PERIOD:
            raise ObservationError("a report ends on its first day or later, within ten years")
        async with self._database.transaction() as session:
            employee = await find_staff(session, by, STAFF)
            rulebook = self._library.rulebooks.get(employee.employer)
            if rulebook is None:
                raise ObservationError(f"there are no rules of {employee.employer!r}")
            zone, now = ZoneInfo(rulebook.timezone), self._now()
            begins = datetime.combine(since, time(), zone)
            ends = datetime.combine(until + timedelta(days=1), time(), zone)
            found = await Observations(session).list_between(employee.employer, begins, ends)
            figures = figures_of([_case(row, zone) for row in found], now)
            body = {"since": f"{since}", "until": f"{until}", "recorded": figures.recorded}
            await note_in_journal(session, employee, ("observation_reported", "all", body), now)
            return JointReport(employee.employer, since, until, now.astimezone(zone), figures)


def _case(row: Observation, zone: ZoneInfo) -> Case:
    return Case(
        number=row.number,
        kind=row.kind,
        state=row.state,
        outcome=row.outcome,
        articles=tuple(row.articles),
        link=row.link,
        seen_on=row.seen_on,
        month=f"{row.created_at.astimezone(zone):%Y-%m}",
        recorded_at=row.created_at,
        referred_at=row.referred_at,
        decided_at=row.decided_at,
    )
