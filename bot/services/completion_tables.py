"""What an employer's people completed, and who has to renew, as tables for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.domain.completion import ATTENDED, FINAL
from bot.domain.lesson_progress import Stage, measure_progress
from bot.domain.meaning import Language
from bot.domain.serials import shown_serial
from bot.library.library import Library
from bot.records.completions import Achieved, Colleague, Fact, History
from bot.services.completions import Course, Courses

Row = list[str | int]

_BETWEEN_LEVELS = " / "
_BETWEEN = "; "
_EMPLOYEE = (
    "completion_number",
    "completion_name_ar",
    "completion_name_en",
    "completion_department",
    "completion_employer",
)
_COMPLETION = (
    *_EMPLOYEE,
    "completion_workshop",
    "completion_version",
    "completion_state",
    "completion_completed_at",
    "completion_score",
    "completion_total",
    "completion_evidence",
    "completion_serial",
    "completion_must_renew",
    "completion_renew_by",
)
_RENEWAL = (
    *_EMPLOYEE,
    "completion_workshop",
    "completion_version",
    "completion_completed_at",
    "completion_new_version",
    "completion_state",
    "completion_must_renew",
    "completion_renew_by",
)


class CompletionTables:
    """Writes tables in one language, with moments as the employer's own clocks show them.

    Args:
        library: Titles and phrases.
        employer: Whose people they are of.
        courses: What is taught to them now.
        language: Of headings and words.
        now: The present moment, aware.
    """

    def __init__(
        self, library: Library, employer: str, courses: Courses, language: Language, now: datetime
    ) -> None:
        self._library = library
        self._courses = courses
        self._language = language
        self._now = now
        rulebook = library.rulebooks[employer]
        self._employer = rulebook.employer.text(language)
        self._zone = rulebook.calendar.zone
        self._completed = self._say(Stage.COMPLETED)
        self._parts = {
            FINAL: self._say("completion_final"),
            ATTENDED: self._say("completion_attended"),
        }

    def headings(self) -> Row:
        """Give the headings of ``completions``."""
        return list(map(self._say, _COMPLETION))

    def completions(
        self,
        histories: Iterable[History],
        since: datetime | None = None,
        *,
        everybody: bool = False,
    ) -> Iterator[Row]:
        """Give each completion, and what is not completed yet.

        Args:
            histories: Of whom.
            since: Only what was completed from then on; None for no limit.
            everybody: Also what who is still there has not completed yet.
        """
        for history in histories:
            person = self._person(history.employee)
            renewals = {renewed.id: course for course, renewed in self._renewals(history)}
            proofs = {fact.id: fact for fact in history.evidence}
            for each in history.completions:
                if since is None or each.completed_at >= since:
                    course = renewals.get(each.id)
                    yield [*person, *self._completion(each, history, proofs), *self._due(course)]
            if everybody and history.employee.left is None:
                for course in self._missing(history):
                    of = [self._title(course.workshop), course.version]
                    yield [*person, *of, self._stage(course, history), *[""] * 7]

    def renewal_headings(self) -> Row:
        """Give the headings of ``renewals``."""
        return list(map(self._say, _RENEWAL))

    def renewals(self, histories: Iterable[History]) -> Iterator[Row]:
        """Give who has to complete the present version of what they completed before."""
        for history in histories:
            for course, old in self._renewals(history):
                yield [
                    *self._person(history.employee),
                    self._title(course.workshop),
                    old.version,
                    self._moment(old.completed_at),
                    course.version,
                    self._stage(course, history),
                    *self._due(course),
                ]

    def _renewals(self, history: History) -> Iterator[tuple[Course, Achieved]]:
        """Find what is to be completed anew, and what was completed last of it."""
        if history.employee.left is not None or not history.completions:
            return
        for course in self._missing(history):
            old = [each for each in history.completions if each.workshop == course.workshop]
            if old and course.renew_by is not None:
                yield course, old[-1]

    def _missing(self, history: History) -> Iterator[Course]:
        completed = {(each.workshop, each.version) for each in history.completions}
        for course in self._courses.values():
            if (course.workshop, course.version) not in completed:
                yield course

    def _person(self, employee: Colleague) -> Row:
        names = (employee.name_ar or "", employee.name_en or "")
        department = _BETWEEN_LEVELS.join(employee.department)
        return [employee.number, *names, department, self._employer]

    def _completion(self, each: Achieved, history: History, proofs: dict[int, Fact]) -> Row:
        certificates = (
            shown_serial(one.serial)
            if one.revoked_at is None
            else self._say("completion_revoked", serial=shown_serial(one.serial))
            for one in history.certificates.get(each.id, ())
        )
        return [
            self._title(each.workshop),
            each.version,
            self._completed,
            self._moment(each.completed_at),
            "" if each.score is None else each.score,
            "" if each.total is None else each.total,
            _BETWEEN.join([self._proof(proofs[n]) for n in each.evidence if n in proofs]),
            _BETWEEN.join(certificates),
        ]

    def _proof(self, fact: Fact) -> str:
        return f"{self._parts.get(fact.part, fact.part)} {self._moment(fact.at)}"

    def _due(self, course: Course | None) -> Row:
        if course is None or course.renew_by is None:
            return ["", ""]
        # People are told the day, so all of it is theirs.
        last = course.renew_by.astimezone(self._zone).date()
        is_over = last < self._now.astimezone(self._zone).date()
        return [self._say("completion_overdue" if is_over else "completion_yes"), last.isoformat()]

    def _stage(self, course: Course, history: History) -> str:
        of = course.workshop, course.version
        facts = [fact for fact in history.evidence if (fact.workshop, fact.version) == of]
        progress = measure_progress(facts, course.parts)
        return self._say(progress.stage, done=progress.done, lessons=progress.lessons)

    def _moment(self, moment: datetime) -> str:
        # As isoformat writes it, but without the zone: a spreadsheet program reads it as a moment.
        return moment.astimezone(self._zone).isoformat(" ", "minutes")[:16]

    def _title(self, workshop: str) -> str:
        found = self._library.workshops.get(workshop)
        return workshop if found is None else found.title.text(self._language)

    def _say(self, phrase: str, **values: object) -> str:
        return self._library.phrases.say(phrase, self._language, **values)
