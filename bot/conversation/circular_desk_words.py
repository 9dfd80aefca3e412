"""A circular in words, as HR sees it: its draft, whom it would reach, and what became of it."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.conversation.audience_words import AudienceWords
from bot.conversation.circular_setting_words import CircularSettingWords
from bot.conversation.circular_words import CircularWords
from bot.conversation.messages import Block, BlockKind, Message
from bot.conversation.moments import said_day
from bot.domain.circular_figures import Answered, Escalation, Figures, Status
from bot.domain.circulars import CircularState, DeliveryState
from bot.domain.meaning import Language
from bot.domain.reach import ReachPlan
from bot.library.library import Library
from bot.services.circular_reasons import say_pause, say_reason
from bot.services.circular_reports import Opened, Signer
from bot.services.circular_views import KnownCircular

STATES = {
    CircularState.DRAFT: "manage_state_draft",
    CircularState.SUBMITTED: "manage_state_submitted",
    CircularState.SCHEDULED: "manage_state_scheduled",
    CircularState.SENDING: "manage_state_sending",
    CircularState.PAUSED: "manage_state_paused",
    CircularState.SENT: "manage_state_sent",
    CircularState.CANCELLED: "manage_state_cancelled",
    CircularState.SUPERSEDED: "manage_state_superseded",
}
_MINUTE = 60


@dataclass(frozen=True)
class CircularDeskWords:
    """Puts circulars into words for who sends them.

    Attributes:
        circulars: How recipients see one.
        audiences: How it is said whom one is for.
    """

    library: Library
    circulars: CircularWords
    audiences: AudienceWords

    @property
    def settings(self) -> CircularSettingWords:
        """How it is said what else one approves."""
        return CircularSettingWords(self.library, self.circulars, self.audiences)

    def previews(self, known: KnownCircular, language: Language) -> Iterator[Message]:
        """Give a circular as its recipients see it, in each language that it has words of.

        Its buttons stand as words, and do nothing; its first file comes along once.
        """
        yield self._preview(known, language, language)
        if known.is_bilingual:
            other = next(one for one in Language if one is not language)
            yield replace(self._preview(known, other, language), document=None)

    def _preview(self, known: KnownCircular, shown_in: Language, language: Language) -> Message:
        shown = self.circulars.circular(known, shown_in)
        phrase = "manage_preview" if shown_in is language else "manage_preview_other"
        head = Block(BlockKind.NOTE, self.say(phrase, language))
        labels = " ".join(f"[{button.label}]" for button in shown.buttons)
        buttons = Block(BlockKind.NOTE, self.say("manage_preview_buttons", language, labels=labels))
        blocks = (head, *shown.blocks, *([buttons] if labels else []))
        return replace(shown, blocks=blocks, buttons=())

    def line(self, known: KnownCircular, language: Language) -> str:
        """Give a circular as a line of a list."""
        return self.say(
            "manage_line",
            language,
            number=self.number(known, language),
            title=known.title(language),
            state=self.say(STATES[known.state], language),
        )

    def draft(
        self, known: KnownCircular, plan: ReachPlan, language: Language, now: datetime
    ) -> Iterator[Block]:
        """Give the paragraphs on a circular that is not sent yet: its settings and its plan."""
        state = self.say(STATES[known.state], language)
        number = self.number(known, language)
        head = self.say("manage_card", language, number=number, state=state)
        yield Block(BlockKind.VERDICT, head)
        if known.is_altered:
            yield Block(BlockKind.BODY, self.say("manage_draft_altered", language))
        if known.reason:
            yield Block(BlockKind.BODY, self.say("manage_remark", language, reason=known.reason))
        yield from self.settings.blocks(known, language, now)
        yield Block(BlockKind.BODY, "\n".join(self._plan(known, plan, language)))

    def status(self, opened: Opened, status: Status, language: Language) -> Iterator[Block]:
        """Give the paragraphs on what became of a circular."""
        known, figures = opened.circular, status.whole
        yield Block(BlockKind.VERDICT, self.line(known, language))
        if known.is_altered:
            altered = self.say(
                "circular_report_altered",
                language,
                circular=known.id,
                number=opened.viewer.number,
                employer=known.content.employer,
            )
            yield Block(BlockKind.BODY, altered)
        yield Block(BlockKind.NOTE, "\n".join(self._course(opened, language)))
        if known.started_at is None and not figures.people:
            if known.state is CircularState.SCHEDULED:
                yield Block(BlockKind.BODY, self.say("manage_not_begun", language))
            return
        yield Block(BlockKind.BODY, "\n".join(self._deliveries(figures, language)))
        if known.acknowledges:
            lines = [self.say("manage_acknowledged", language)]
            lines += [
                self._count(f"circular_report_{answer}", figures.answers[answer], language)
                for answer in Answered
            ]
            yield Block(BlockKind.BODY, "\n".join(lines))
        if escalated := list(self._escalated(status.escalation, language)):
            yield Block(BlockKind.BODY, "\n".join(escalated))
        export = self.say(
            "manage_export",
            language,
            circular=known.id,
            number=opened.viewer.number,
            employer=known.content.employer,
        )
        yield Block(BlockKind.NOTE, export)

    def number(self, known: KnownCircular, language: Language) -> str:
        """Give the number, with the version from the second on."""
        content = known.content
        if content.version == 1:
            return content.number
        number, version = content.number, content.version
        return self.say("manage_versioned", language, number=number, version=version)

    def begins(self, known: KnownCircular, plan: ReachPlan, language: Language) -> str:
        """Say when sending begins."""
        if plan.begins_at is None:
            return self.say("manage_plan_at_once", language)
        moment = self.moment(known, plan.begins_at, language)
        return self.say("manage_plan_begins", language, moment=moment)

    def moment(self, known: KnownCircular, moment: datetime, language: Language) -> str:
        """Say a moment with its day, by the clocks where the employer is."""
        return self.circulars.moment(known, moment, language)

    def morning(self, moment: datetime, language: Language) -> str:
        """Say the morning of a local moment briefly: a button of WhatsApp has 20 letters."""
        day = said_day(self.library.phrases, language, moment).rpartition("/")[0]
        return self.say("manage_morning", language, day=day)

    def size(self, size: int, language: Language) -> str:
        """Say how large a file of so many bytes is."""
        return self.settings.size(size, language)

    def say(self, phrase: str, language: Language, **values: object) -> str:
        """Say a phrase."""
        return self.library.phrases.say(phrase, language, **values)

    def _plan(self, known: KnownCircular, plan: ReachPlan, language: Language) -> Iterator[str]:
        yield self.say("manage_plan", language, people=plan.recipients)
        if not plan.recipients:
            return
        if plan.told:
            yield self.say("manage_plan_told", language, people=plan.told)
        # Where names would tell how somebody answered, there are none.
        if plan.sample:
            names = self.audiences.listed(plan.sample, language)
            yield self.say("manage_plan_names", language, names=names)
        yield from self._channels("manage_plan_now", plan.now, language)
        yield from self._channels("manage_plan_template", plan.by_template, language)
        if plan.beyond:
            yield self.say("manage_plan_beyond", language, people=plan.beyond, days=plan.days)
        for reason, people in plan.unreached.items():
            said = say_reason(self.library.phrases, reason, language)
            yield self.say("manage_plan_unreached", language, people=people, reason=said)
        minutes = math.ceil(plan.seconds / _MINUTE)
        yield self.say("manage_plan_minutes", language, minutes=minutes)
        if plan.by_template and plan.cost is None:
            yield self.say("manage_plan_unpriced", language)
        elif plan.by_template:
            yield self.say("manage_plan_cost", language, cost=plan.cost)
        yield self.begins(known, plan, language)

    def _channels(
        self, phrase: str, people: Mapping[str, int], language: Language
    ) -> Iterator[str]:
        for channel, count in sorted(people.items()):
            name = self.say(f"channel_{channel}", language)
            yield self.say(phrase, language, people=count, channel=name)

    def _course(self, opened: Opened, language: Language) -> Iterator[str]:
        known = opened.circular
        yield self._signed("manage_written_by", opened.author, language)
        if opened.approver is not None:
            yield self._signed("manage_sent_by", opened.approver, language)
        moments = {
            "manage_send_at": known.send_at if known.started_at is None else None,
            "manage_started_at": known.started_at,
            "manage_finished_at": known.finished_at,
            "manage_due_at": known.content.due_at,
        }
        for phrase, moment in moments.items():
            if moment is not None:
                yield self.say(phrase, language, moment=self.moment(known, moment, language))
        if known.reason:
            reason = say_pause(self.library.phrases, known.reason, language)
            yield self.say("manage_reason", language, reason=reason)

    def _deliveries(self, figures: Figures, language: Language) -> Iterator[str]:
        yield self.say("manage_recipients", language, people=figures.people)
        states = figures.states - Counter({DeliveryState.SENT: figures.unknown})
        why = {DeliveryState.UNREACHED: figures.unreached, DeliveryState.FAILED: figures.failed}
        for state in filter(states.get, DeliveryState):
            yield self._count(f"circular_report_{state}", states[state], language)
            for code, people in why.get(state, Counter[str]()).most_common():
                said = say_reason(self.library.phrases, code, language)
                yield self.say("manage_because", language, people=people, reason=said)
        if figures.unknown:
            yield self._count("circular_report_unknown", figures.unknown, language)
        if figures.unopened:
            yield self._count("circular_report_unopened", figures.unopened, language)
        if figures.postponed:
            yield self._count("circular_report_postponed", figures.postponed, language)

    def _escalated(self, escalation: Escalation, language: Language) -> Iterator[str]:
        """Say which managers were told who let the deadline pass; nothing before it."""
        if escalation.counts:
            yield self.say("manage_escalated", language)
        for name, count in escalation.counts.items():
            yield self._count(f"circular_report_{name}", count, language)
        numbers = defaultdict[str, list[str]](list)
        for each in escalation.untold:
            reason = say_reason(self.library.phrases, each.reason, language)
            numbers[reason or self.say("circular_report_on_its_way", language)].append(each.number)
        comma = self.say("manage_comma", language)
        for reason, theirs in numbers.items():
            listed = f"{comma} ".join(theirs)
            yield self.say("manage_untold", language, reason=reason, numbers=listed)

    def _signed(self, phrase: str, signer: Signer, language: Language) -> str:
        names = signer.name_ar, signer.name_en
        first, second = names if language is Language.ARABIC else names[::-1]
        return self.say(phrase, language, name=first or second or "–", number=signer.number)

    def _count(self, phrase: str, people: int, language: Language) -> str:
        what = self.say(phrase, language)
        return self.say("manage_count", language, what=what, people=people)
