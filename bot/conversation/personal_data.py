"""What is stored about a person, in words that they can read; pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from zoneinfo import ZoneInfo

from bot.conversation.moments import said_hour
from bot.domain.completion import ATTENDED, FINAL
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.library.phrases import isolated
from bot.library.workshops import Workshop
from bot.services.duty_data import KnownPledge, KnownReceived, KnownSurvey
from bot.services.learning_data import KnownEvidence, KnownLearning
from bot.services.privacy import KnownEmployee, KnownHandover, KnownLink, PersonalData
from bot.services.quiz_data import (
    KnownAnswer,
    KnownDaily,
    KnownMemory,
    KnownQuiz,
    KnownSitting,
)
from bot.services.session_data import KnownWorkshop

_HERE = ZoneInfo("Asia/Dubai")
"""Whose clocks tell the days of who has chosen no employer."""

_REGISTRATIONS = {
    "registered": "data_workshop_registered",
    "waiting": "data_workshop_waiting",
    "cancelled": "data_workshop_cancelled",
}


def described(data: PersonalData, library: Library, language: Language) -> str:
    """Write down what is stored about a person, a line a fact."""
    return "\n".join(_Description(data, library, language).lines(data)) + "\n"


class _Description:
    def __init__(self, data: PersonalData, library: Library, language: Language) -> None:
        self._library = library
        self._rulebook = library.rulebooks.get(data.employer or "")
        self._zone = self._rulebook.calendar.zone if self._rulebook else _HERE
        self._language = language
        self._questions = {
            question.id: question
            for bank in library.quizzes.values()
            for question in bank.questions
        }

    def lines(self, data: PersonalData) -> Iterator[str]:
        yield self._say("data_title")
        yield ""
        yield self._say("data_since", date=self._date(data.since))
        if self._rulebook:
            employer = self._rulebook.employer.text(self._language)
            yield self._say("data_employer", employer=employer)
        if data.language:
            yield self._say(f"data_language_{data.language}")
        if data.reminders_off:
            yield self._say("data_reminders_off", date=self._date(data.reminders_off))
        if data.waiting:
            yield self._say("data_waiting", question=data.waiting)
        yield from self._employee(data.employee) if data.employee else [self._say("data_unknown")]
        yield ""
        yield self._say("data_links")
        yield from map(self._link, data.links)
        if data.handovers:
            yield ""
            yield self._say("data_handovers")
            yield from chain.from_iterable(map(self._handover, data.handovers))
        yield from self._quiz(data.quiz)
        yield from self._workshops(data.sessions)
        if data.surveys:
            yield ""
            yield self._say("data_surveys")
            yield from map(self._survey, data.surveys)
        if data.pledges:
            yield ""
            yield self._say("data_pledges")
            for pledge in data.pledges:
                yield from self._pledge(pledge)
        yield from self._circulars(data.circulars)
        if data.learning.evidence:
            yield ""
            yield self._say("data_learning")
            yield from self._learning(data.learning)
        yield ""
        yield self._say("data_questions", days=data.kept_days)

    def _employee(self, employee: KnownEmployee) -> Iterator[str]:
        yield ""
        yield self._say("data_roster")
        roles = (self._say(f"role_{role}") for role in employee.roles)
        facts = {
            "data_roster_number": employee.number,
            "data_roster_name": " / ".join(employee.names),
            "data_roster_department": " / ".join(employee.department),
            "data_roster_job": employee.job,
            "data_roster_manager": employee.manager_number,
            # A number begins with a plus sign, which a right-to-left line would put at its end.
            "data_roster_phones": " ".join(map(isolated, employee.phones)),
            "data_roster_roles": self._say("and").join(roles),
        }
        for phrase, value in facts.items():
            if value:
                yield self._say(phrase, value=value)
        for held in employee.delegations:
            yield self._say(
                "data_delegation",
                account=held.account,
                platform=held.platform,
                decision=held.decision,
            )

    def _link(self, link: KnownLink) -> str:
        phrase = "data_link_ended" if link.ended else "data_link"
        proof = self._say(f"proof_{link.proof or 'none'}")
        until = self._date(link.ended) if link.ended else ""
        channel = self._say(f"channel_{link.channel}")
        since = self._date(link.since)
        return self._say(phrase, channel=channel, date=since, proof=proof, until=until)

    def _handover(self, handover: KnownHandover) -> Iterator[str]:
        yield self._say(
            "data_handover",
            number=handover.number,
            date=self._date(handover.since),
            until=self._date(handover.expires),
            question=handover.question or "—",
        )
        if handover.answer is not None:
            yield self._say("data_handover_answer", answer=handover.answer)

    def _quiz(self, quiz: KnownQuiz) -> Iterator[str]:
        if quiz.daily:
            yield ""
            yield from self._daily(quiz.daily)
        if quiz.sittings:
            yield ""
            yield self._say("data_quiz")
            for sitting in quiz.sittings:
                yield from self._sitting(sitting)
        if quiz.memories:
            yield ""
            yield self._say("data_memories")
            yield from map(self._memory, quiz.memories)

    def _workshops(self, known: tuple[KnownWorkshop, ...]) -> Iterator[str]:
        if known:
            yield ""
            yield self._say("data_workshops")
            yield from map(self._workshop, known)

    def _workshop(self, known: KnownWorkshop) -> str:
        facts = [_REGISTRATIONS[known.registration]] if known.registration else []
        if known.came:
            facts.append("data_workshop_late" if known.is_late else "data_workshop_came")
        if known.rated:
            facts.append("data_workshop_rated")
        said = list(map(self._say, facts))
        if known.reason:
            said.append(self._say("data_workshop_override", reason=known.reason))
        workshop = self._library.workshops.get(known.workshop)
        title = workshop.title.text(self._language) if workshop else known.workshop
        return self._say(
            "data_workshop",
            date=self._date(known.starts_at),
            title=known.title or title,
            facts=self._say("and").join(said),
        )

    def _survey(self, known: KnownSurvey) -> str:
        survey = self._library.surveys.get(known.survey)
        title = survey.title.text(self._language) if survey else known.survey
        return self._say("data_survey", survey=title, wave=known.wave)

    def _pledge(self, known: KnownPledge) -> Iterator[str]:
        rulebook = self._library.rulebooks.get(known.rulebook)
        title = rulebook.document.title.text(self._language) if rulebook else known.rulebook
        yield self._say(
            "data_pledge",
            date=self._date(known.at),
            channel=self._say(f"channel_{known.channel}"),
            title=title,
            version=known.version,
            digest=known.digest,
        )
        yield from (f"  {line}" for line in known.wording.splitlines() if line)

    def _circulars(self, received: tuple[KnownReceived, ...]) -> Iterator[str]:
        if received:
            yield ""
            yield self._say("data_circulars")
        for one in received:
            yield self._say(
                "data_circular", number=one.number, version=one.version, title=one.title
            )
            for phrase, moment in (
                ("data_circular_sent", one.sent),
                ("data_circular_opened", one.opened),
                ("data_circular_acknowledged", one.acknowledged),
            ):
                if moment is not None:
                    yield self._say(phrase, date=self._date(moment))
            if one.tries:
                yield self._say("data_circular_tries", count=one.tries)

    def _learning(self, learning: KnownLearning) -> Iterator[str]:
        for workshop, version in dict.fromkeys((e.workshop, e.version) for e in learning.evidence):
            known = self._library.workshops.get(workshop)
            title = known.title.text(self._language) if known else workshop
            yield self._say("data_learning_version", title=title, version=version)
            for done in learning.evidence:
                if (done.workshop, done.version) == (workshop, version):
                    yield self._part(done, known)
            for one in learning.completions:
                if (one.workshop, one.version) == (workshop, version):
                    yield self._say("data_learning_done", date=self._date(one.at))
                    for serial in one.serials:
                        yield self._say("data_learning_serial", serial=serial)

    def _part(self, done: KnownEvidence, workshop: Workshop | None) -> str:
        titles = {lesson.id: lesson.title for lesson in workshop.lessons} if workshop else {}
        passed, failed = "data_answer_right", "data_answer_wrong"
        part = titles[done.part].text(self._language) if done.part in titles else done.part
        if done.part == FINAL:
            part = self._say("data_learning_final", score=done.score, total=done.total)
            passed, failed = "data_result_passed", "data_result_failed"
        if done.part == ATTENDED:
            return self._say("data_learning_attended", date=self._date(done.at))
        result = self._say(passed if done.passed else failed)
        return self._say("data_learning_part", date=self._date(done.at), part=part, result=result)

    def _daily(self, daily: KnownDaily) -> Iterator[str]:
        hour = said_hour(self._library.phrases, self._language, daily.hour)
        yield self._say("data_daily" if daily.is_on else "data_daily_off", hour=hour)
        if daily.reminded:
            date = self._date(daily.reminded)
            yield self._say("data_daily_reminded", date=date, ignored=daily.ignored)

    def _sitting(self, sitting: KnownSitting) -> Iterator[str]:
        rulebook = self._library.rulebooks.get(sitting.employer)
        yield self._say(
            "data_sitting",
            date=self._date(sitting.since),
            kind=self._say(f"data_sitting_{sitting.kind}"),
            employer=rulebook.employer.text(self._language) if rulebook else sitting.employer,
            answered=len(sitting.answers),
            total=sitting.total,
            right=sum(answer.right for answer in sitting.answers),
        )
        for department in dict.fromkeys(answer.department for answer in sitting.answers):
            if department:
                yield self._say("data_sitting_department", department=department)
        yield from map(self._answer, sitting.answers)

    def _answer(self, answer: KnownAnswer) -> str:
        return self._say(
            "data_quiz_answer",
            date=self._date(answer.at),
            question=self._question(answer.question),
            picks=self._say("and").join(self._picks(answer)),
            result=self._say("data_answer_right" if answer.right else "data_answer_wrong"),
        )

    def _picks(self, answer: KnownAnswer) -> Iterator[str]:
        question = self._questions.get(answer.question)
        for pick in answer.picks:
            if question is None or question.version != answer.version:
                yield str(pick + 1)
            elif question.choices:
                yield question.choices[pick].text(self._language)
            else:
                yield self._say("quiz_false" if pick else "quiz_true")

    def _memory(self, memory: KnownMemory) -> str:
        return self._say(
            "data_memory",
            question=self._question(memory.question),
            date=self._date(memory.reviewed),
            due=self._date(memory.due),
            days=round(memory.stability, 1),
            difficulty=round(memory.difficulty, 1),
        )

    def _question(self, question: str) -> str:
        known = self._questions.get(question)
        return known.text.text(self._language) if known else question

    def _say(self, phrase: str, **values: object) -> str:
        return self._library.phrases.say(phrase, self._language, **values)

    def _date(self, moment: datetime) -> str:
        local = moment.astimezone(self._zone)
        return f"{local.day}/{local.month}/{local.year}"
