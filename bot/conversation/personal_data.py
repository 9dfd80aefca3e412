"""What is stored about a person, in words that they can read; pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.meaning import Language
from bot.library.library import Library
from bot.services.privacy import KnownEmployee, KnownHandover, KnownLink, PersonalData

_HERE = ZoneInfo("Asia/Dubai")
"""Days are told as people in the Gulf count them; Iraq and Bahrain are an hour behind."""


def described(data: PersonalData, library: Library, language: Language) -> str:
    """Write down what is stored about a person, a line a fact."""
    return "\n".join(_Description(library, language).lines(data)) + "\n"


class _Description:
    def __init__(self, library: Library, language: Language) -> None:
        self._library = library
        self._language = language

    def lines(self, data: PersonalData) -> Iterator[str]:
        yield self._say("data_title")
        yield ""
        yield self._say("data_since", date=_date(data.since))
        rulebook = self._library.rulebooks.get(data.employer or "")
        if rulebook:
            yield self._say("data_employer", employer=rulebook.employer.text(self._language))
        if data.language:
            yield self._say(f"data_language_{data.language}")
        if data.reminders_off:
            yield self._say("data_reminders_off", date=_date(data.reminders_off))
        if data.waiting:
            yield self._say("data_waiting", question=data.waiting)
        yield from self._employee(data.employee) if data.employee else [self._say("data_unknown")]
        yield ""
        yield self._say("data_links")
        yield from map(self._link, data.links)
        if data.handovers:
            yield ""
            yield self._say("data_handovers")
            yield from map(self._handover, data.handovers)
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
            "data_roster_phones": " ".join(f"\u2066{phone}\u2069" for phone in employee.phones),
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
        until = _date(link.ended) if link.ended else ""
        channel = self._say(f"channel_{link.channel}")
        return self._say(phrase, channel=channel, date=_date(link.since), proof=proof, until=until)

    def _handover(self, handover: KnownHandover) -> str:
        return self._say(
            "data_handover",
            number=handover.number,
            date=_date(handover.since),
            until=_date(handover.expires),
            question=handover.question or "—",
        )

    def _say(self, phrase: str, **values: object) -> str:
        return self._library.phrases.say(phrase, self._language, **values)


def _date(moment: datetime) -> str:
    local = moment.astimezone(_HERE)
    return f"{local.day}/{local.month}/{local.year}"
