"""A circular's protocol, made of its report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from bot.documents.protocol import Listing, ProtocolDetails
from bot.documents.tables import Column
from bot.documents.words import gregorian_words, hijri_words
from bot.domain.circular_figures import Answered, Status
from bot.domain.circulars import CircularState, DeliveryState
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.services.circular_effect_tables import EffectTables
from bot.services.circular_effects import Effect
from bot.services.circular_reports import Opened, Recipient, Signer
from bot.services.circular_tables import CircularTables

_BETWEEN_LEVELS = "\N{NO-BREAK SPACE}/ "
"""No line begins with the slash."""

_MINUTES = 16
"""Letters of a moment up to its minutes."""


class CircularProtocols:
    """Puts a circular's report into the words of a protocol.

    Args:
        library: Phrases, and the employers.
        opened: The circular.
        language: The protocol's.
    """

    def __init__(self, library: Library, opened: Opened, language: Language) -> None:
        self._library = library
        self._opened = opened
        self._language = language
        self._tables = CircularTables(library, opened, language)
        self._rulebook = library.rulebooks[opened.circular.content.employer]

    def details(
        self, status: Status, recipients: Sequence[Recipient], effect: Effect | None
    ) -> ProtocolDetails:
        """Give what the protocol says.

        Args:
            status: How far the circular is.
            recipients: All of them.
            effect: What it changed; None for no such section.
        """
        opened, circular, rulebook = self._opened, self._opened.circular, self._rulebook
        return ProtocolDetails(
            employer=rulebook.employer.text(self._language),
            title=circular.title(self._language),
            facts=list(self._facts()),
            statement=circular.statement(self._language),
            figures=list(self._figures(status)),
            listings=[
                self._reached(recipients),
                self._missed(recipients),
                *(self._effect(effect) if effect else ()),
            ],
            anchor=list(self._anchor()),
            signatures=[
                (self._say("document_protocol_prepared"), self._name(opened.viewer)),
                (
                    self._say("document_protocol_approved"),
                    self._name(opened.approver) if opened.approver else "",
                ),
                (self._say("document_protocol_stamp"), ""),
            ],
            made=opened.at.astimezone(rulebook.calendar.zone),
            language=self._language,
        )

    def _facts(self) -> Iterator[tuple[str, str]]:
        opened, content = self._opened, self._opened.circular.content
        yield self._say("document_protocol_number"), content.number
        yield self._say("document_protocol_version"), str(content.version)
        state, reason = opened.circular.state, opened.circular.reason
        yield self._say("document_protocol_state"), self._say(f"manage_state_{state}")
        if state is CircularState.CANCELLED and reason:
            yield self._say("circular_report_reason"), reason
        day = gregorian_words(content.dated_on, self._phrase, self._language)
        yield self._say("document_protocol_dated"), day
        if hijri := hijri_words(content.dated_on, self._phrase, self._language):
            yield self._say("document_pledge_hijri"), hijri
        yield self._say("document_protocol_issuer"), content.issuer
        yield self._say("document_protocol_author"), self._name(opened.author)
        if opened.approver is not None:
            yield self._say("document_protocol_approver"), self._name(opened.approver)
        if opened.circular.started_at is not None:
            yield self._say("document_protocol_started"), self._moment(opened.circular.started_at)
        if content.due_at is not None:
            yield self._say("document_protocol_due"), self._moment(content.due_at)
        yield self._say("document_pledge_digest"), f"sha256:{opened.circular.digest}"

    def _figures(self, status: Status) -> Iterator[tuple[str, int]]:
        whole = status.whole
        yield self._say("circular_report_people"), whole.people
        for state in DeliveryState:
            if whole.states[state]:
                yield self._tables.word(state), whole.states[state]
        if whole.unknown:
            yield self._say("circular_report_unknown"), whole.unknown
        if whole.unopened:
            yield self._say("circular_report_unopened"), whole.unopened
        if whole.postponed:
            yield self._say("circular_report_postponed"), whole.postponed
        if self._opened.circular.acknowledges:
            for answer in Answered:
                yield self._tables.word(answer), whole.answers[answer]
        yield from self._tables.escalated(status)

    def _reached(self, recipients: Sequence[Recipient]) -> Listing:
        tables = self._tables
        columns = (
            Column(self._say("document_protocol_place"), 11),
            *self._people(),
            Column(self._say("circular_report_state"), 38),
            *(
                (Column(self._say("circular_report_answer"), 30),)
                if self._opened.circular.acknowledges
                else ()
            ),
        )
        rows = [
            [
                str(place),
                *self._person(each),
                _joined("\n", self._state(each), _minutes(self._last(each))),
                _joined("\n", tables.answer(each), _minutes(tables.moment(each.acknowledged_at))),
            ][: len(columns)]
            for place, each in enumerate(recipients, 1)
        ]
        title = self._say("circular_report_recipients")
        return Listing(title, columns, rows, self._say("document_protocol_nobody"))

    def _missed(self, recipients: Iterable[Recipient]) -> Listing:
        missed = {DeliveryState.UNREACHED, DeliveryState.FAILED, DeliveryState.CANCELLED}
        columns = (*self._people(), Column(self._say("circular_report_reason"), 60))
        rows = [
            [*self._person(each), self._tables.reason(each.reason) or self._tables.state(each)]
            for each in recipients
            if each.state in missed
        ]
        title = self._say("document_protocol_missed")
        return Listing(title, columns, rows, self._say("document_protocol_none_missed"))

    def _effect(self, effect: Effect) -> Iterator[Listing]:
        tables = EffectTables(effect, self._library, self._language)
        none = self._say("circular_report_no_effect")
        widths = {"circular_report_questions": (20, 20, 60), "circular_report_groups": (45, 55)}
        for phrase, table in (
            ("circular_report_questions", tables.questions()),
            ("circular_report_groups", tables.groups()),
        ):
            headings, *rows = [list(map(_shown, row)) for row in table]
            # Without a figure the questions alone would tell nothing.
            rows = rows if effect.employers else []
            wide = widths[phrase]
            each = [*wide, *[14] * (len(headings) - len(wide))]
            columns = list(map(Column, headings, each))
            note = tables.hidden() if phrase == "circular_report_groups" else ""
            yield Listing(self._say(phrase), columns, rows, none, note)

    def _anchor(self) -> Iterator[tuple[str, str]]:
        opened = self._opened
        yield self._say("document_protocol_sequence"), str(opened.entry.seq)
        yield self._say("document_protocol_hash"), opened.entry.hash
        yield self._say("document_protocol_at"), self._moment(opened.at)

    def _people(self) -> Iterator[Column]:
        yield Column(self._say("completion_number"), 20)
        yield Column(self._say("circular_report_name"), 44)
        yield Column(self._say("completion_department"), 44)

    def _person(self, each: Recipient) -> list[str]:
        return [each.number, self._tables.name(each), _BETWEEN_LEVELS.join(each.department)]

    def _state(self, each: Recipient) -> str:
        return _joined(" · ", self._tables.state(each), self._tables.channel(each))

    def _last(self, each: Recipient) -> str:
        """Give when the last thing became known of a delivery."""
        moments = (each.read_at, each.delivered_at, each.sent_at, each.queued_at)
        return self._tables.moment(next(filter(None, moments), None))

    def _moment(self, moment: datetime) -> str:
        local = moment.astimezone(self._rulebook.calendar.zone)
        day = gregorian_words(local, self._phrase, self._language)
        clock = {"time": f"{local:%H:%M}", "offset": local.isoformat()[-6:]}
        return self._phrase("document_moment", self._language, day=day, **clock)

    def _name(self, signer: Signer) -> str:
        names = signer.name_ar, signer.name_en
        first, second = names if self._language is Language.ARABIC else names[::-1]
        return first or second or signer.number

    def _say(self, phrase: str) -> str:
        return self._phrase(phrase, self._language)

    def _phrase(self, phrase: str, language: Language, **values: object) -> str:
        return self._library.phrases.say(phrase, language, **values)


def _joined(between: str, *texts: str) -> str:
    return between.join(filter(None, texts))


def _minutes(moment: str) -> str:
    return moment[:_MINUTES]


def _shown(cell: object) -> str:
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)
