"""What became of a circular, as tables for spreadsheets, the terminal and documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache

from bot.domain.circular_figures import Answered, Figures, Status, answered, is_unknown
from bot.domain.circulars import DeliveryState
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.services.circular_reasons import say_reason
from bot.services.circular_reports import Opened, Recipient

Row = list[str | int | float]

_BETWEEN_LEVELS = " / "
_MOMENTS = ("queued_at", "announced_at", "sent_at", "delivered_at", "read_at", "opened_at")
_COLUMNS = (
    "completion_number",
    "circular_report_name",
    "completion_department",
    "completion_employer",
    "circular_report_manager",
    "circular_report_channel",
    "circular_report_state",
    "circular_report_reason",
    "circular_report_queued_at",
    "circular_report_announced_at",
    "circular_report_sent_at",
    "circular_report_delivered_at",
    "circular_report_read_at",
    "circular_report_opened_at",
    "circular_report_file_opened_at",
    "circular_report_check_tries",
    "circular_report_answer",
    "circular_report_acknowledged_at",
    "circular_report_sequence",
)


class CircularTables:
    """Writes tables in one language, with moments as the employer's own clocks show them.

    Args:
        library: Phrases, and the employers.
        opened: The circular.
        language: Of headings and words.
    """

    def __init__(self, library: Library, opened: Opened, language: Language) -> None:
        content = opened.circular.content
        self._library = library
        self._language = language
        self._due_at = content.due_at
        self._acknowledges = opened.circular.acknowledges
        self._zone = library.rulebooks[content.employer].calendar.zone
        self._say = cache(self._say_anew)
        self.reason = cache(self._say_reason)

    def headings(self) -> Row:
        """Give the headings of ``recipients``."""
        return list(map(self._say, _COLUMNS))

    def recipients(self, recipients: Iterable[Recipient]) -> Iterator[Row]:
        """Give each recipient with all that became of the circular for them."""
        for each in recipients:
            yield [
                each.number,
                self.name(each),
                _BETWEEN_LEVELS.join(each.department),
                self.employer(each.employer),
                each.manager_number or "",
                self.channel(each),
                self.state(each),
                self.reason(each.reason),
                *(self.moment(getattr(each, name)) for name in _MOMENTS),
                self.moment(each.file_opened_at),
                each.check_tries,
                self.answer(each),
                self.moment(each.acknowledged_at),
                "" if each.sequence is None else each.sequence,
            ]

    def summary(self, status: Status) -> Iterator[Row]:
        """Give the figures of everybody, then those of each department."""
        yield [
            self._say("completion_department"),
            self._say("circular_report_people"),
            *map(self.word, DeliveryState),
            self._say("circular_report_unknown"),
            self._say("circular_report_unopened"),
            self._say("circular_report_postponed"),
            *map(self.word, Answered),
        ]
        yield [self._say("circular_report_whole"), *self._figures(status.whole)]
        for path, figures in status.departments.items():
            department = _BETWEEN_LEVELS.join(path) or self._say("circular_report_no_department")
            yield [department, *self._figures(figures)]

    def reasons(self, status: Status) -> Iterator[Row]:
        """Give why the circular did not reach people, the most frequent first."""
        headings = ("circular_report_state", "circular_report_reason", "circular_report_people")
        yield list(map(self._say, headings))
        for state in (DeliveryState.UNREACHED, DeliveryState.FAILED):
            for code, people in getattr(status.whole, state).most_common():
                yield [self.word(state), self.reason(code), people]

    def escalation(self, status: Status) -> Iterator[Row]:
        """Give how many managers were told who let the deadline pass; no row before it."""
        if counts := self.escalated(status):
            yield [self._say("circular_report_escalation"), self._say("circular_report_count")]
            yield from map(list, counts)

    def escalated(self, status: Status) -> list[tuple[str, int]]:
        """Give these figures by their names."""
        counts = status.escalation.counts.items()
        return [(self._say(f"circular_report_{name}"), count) for name, count in counts]

    def untold(self, status: Status) -> Iterator[Row]:
        """Give the managers who could not be told yet, and why; no row where there are none."""
        if status.escalation.untold:
            yield [
                self._say("circular_report_manager"),
                self._say("completion_employer"),
                self._say("circular_report_reason"),
                self._say("circular_report_team"),
            ]
        for each in status.escalation.untold:
            reason = self.reason(each.reason) or self._say("circular_report_on_its_way")
            yield [each.number, self.employer(each.employer), reason, each.people]

    def name(self, recipient: Recipient) -> str:
        """Give somebody's name in the language, or the one that the roster has."""
        names = recipient.name_ar, recipient.name_en
        first, second = names if self._language is Language.ARABIC else names[::-1]
        return first or second or ""

    def channel(self, recipient: Recipient) -> str:
        """Name the platform; empty where there is none."""
        return self._say(f"channel_{recipient.channel}") if recipient.channel else ""

    def state(self, recipient: Recipient) -> str:
        """Say how far the circular is with somebody."""
        answer = answered(recipient.acknowledged_at, self._due_at)
        unknown = is_unknown(recipient.state, recipient.channel, answer)
        return self._say("circular_report_unknown") if unknown else self.word(recipient.state)

    def answer(self, recipient: Recipient) -> str:
        """Say whether somebody acknowledged; empty where nothing is to be."""
        if not self._acknowledges:
            return ""
        return self.word(answered(recipient.acknowledged_at, self._due_at))

    def moment(self, moment: datetime | None) -> str:
        """Write a moment so that a spreadsheet program reads it as one; empty for None."""
        return "" if moment is None else moment.astimezone(self._zone).isoformat(" ")[:19]

    def word(self, value: DeliveryState | Answered) -> str:
        """Say how far a delivery is, or whether somebody acknowledged."""
        return self._say(f"circular_report_{value}")

    def employer(self, employer: str) -> str:
        """Name an employer."""
        rulebook = self._library.rulebooks.get(employer)
        return employer if rulebook is None else rulebook.employer.text(self._language)

    def _figures(self, figures: Figures) -> Row:
        states = (figures.states[state] for state in DeliveryState)
        answers = (figures.answers[answer] if self._acknowledges else "" for answer in Answered)
        further = (figures.unknown, figures.unopened, figures.postponed)
        return [figures.people, *states, *further, *answers]

    def _say_anew(self, phrase: str) -> str:
        return self._library.phrases.say(phrase, self._language)

    def _say_reason(self, code: str | None) -> str:
        return say_reason(self._library.phrases, code, self._language)
