"""Live workshops in the conversation: what is next, registering, coming in, saying how it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.conversation import buttons
from bot.conversation import session_buttons as live
from bot.conversation.messages import Block, BlockKind, Button, Document, Message
from bot.conversation.moments import said_hour
from bot.conversation.replies import Replies
from bot.conversation.session_words import SessionWords
from bot.documents.words import short_day
from bot.domain.live_sessions import (
    BEST_RATING,
    Reminded,
    comes_by_link,
    read_code,
    reminder_due,
)
from bot.domain.meaning import Language
from bot.services.check_in import CheckedIn, CheckIn, CheckInService
from bot.services.enrolment import Employee, EnrolmentService
from bot.services.privacy import PrivacyService
from bot.services.registrations import Offer, RegistrationService, Standing
from bot.services.session_views import KnownSession

_REFUSALS = {
    CheckedIn.WRONG: "live_code_wrong",
    CheckedIn.TOO_OFTEN: "live_code_often",
    CheckedIn.NOTHING_ON: "live_nothing_on",
}


@dataclass(frozen=True)
class LiveWorkshops:
    """The acts around live workshops; each gives the message to say."""

    registrations: RegistrationService
    check_ins: CheckInService
    enrolment: EnrolmentService
    privacy: PrivacyService
    replies: Replies
    words: SessionWords

    async def upcoming(self, person_id: str) -> Message:
        """Show the next sessions of the person's employer, and how it stands with each."""
        person = await self.enrolment.know(person_id)
        offers = await self.registrations.list_upcoming(person_id)
        if offers is None or person.employer is None:
            return self.replies.choose_employer(person.speaks)
        language = person.speaks
        if not offers:
            return self.replies.phrase("live_none", language)
        blocks = [Block(BlockKind.VERDICT, self.words.say("live_upcoming", language))]
        blocks += [self._card(offer, language) for offer in offers]
        days = Counter(self._day(offer) for offer in offers)
        presses = tuple(
            press
            for offer in offers
            for press in self._presses(offer, language, with_hour=days[self._day(offer)] > 1)
        )
        return Message(tuple(blocks), presses, language)

    async def register(self, person_id: str, session_id: str) -> Message | None:
        """Register a person, or put them on the waiting list; None for an unknown session."""
        offer = await self.registrations.register(person_id, session_id)
        if offer is None:
            return None
        person = await self.enrolment.know(person_id)
        language = person.speaks
        if offer.standing is Standing.CLOSED:
            return self.replies.phrase("live_closed", language, self._list(language))
        phrase = "live_waiting" if offer.standing is Standing.WAITING else "live_registered"
        message = self._about(phrase, offer, language)
        if offer.standing is not Standing.REGISTERED:
            return message
        notes = [self.words.say("live_registered_file", language)]
        if person.reminds and self._is_reminder_ahead(offer.session):
            notes.append(self.words.say("live_registered_reminds", language))
        note = Block(BlockKind.NOTE, " ".join(notes))
        message = replace(message, blocks=(*message.blocks, note))
        return await self._with_calendar(message, person_id, offer.session)

    async def cancel(self, person_id: str, session_id: str, *, sure: bool) -> Message | None:
        """Ask whether a place is to be given up, or give it up; None for an unknown session."""
        offer = await self.registrations.find(person_id, session_id)
        language = (await self.enrolment.know(person_id)).speaks
        if offer is None:
            return None
        title = self.words.title(offer.session, language)
        stands = offer.standing in {Standing.REGISTERED, Standing.WAITING}
        if stands and not sure and not offer.is_closed:
            yes = self.replies.button(
                "live_button_cancel_sure", language, live.CancelSession(session_id, "1")
            )
            no = self.replies.button("button_keep", language, live.ListSessions())
            waits = offer.standing is Standing.WAITING
            phrase = "live_cancel_waiting_sure" if waits else "live_cancel_sure"
            return self.replies.phrase(phrase, language, yes, no, title=title)
        if stands:
            offer = await self.registrations.cancel(person_id, session_id, self.words) or offer
        phrase = "live_cancelled" if offer.changed else "live_cancelled_before"
        if offer.standing is not Standing.NONE:
            return self.replies.phrase("live_closed", language, self._list(language))
        return self.replies.phrase(phrase, language, self._list(language), title=title)

    async def calendar(self, person_id: str, session_id: str) -> Message | None:
        """Give the calendar file of a session; None for an unknown one."""
        offer = await self.registrations.find(person_id, session_id)
        if offer is None:
            return None
        language = (await self.enrolment.know(person_id)).speaks
        blocks = [self._card(offer, language)]
        if offer.session.cancelled_at is not None:
            blocks.insert(0, Block(BlockKind.VERDICT, self.words.say("live_called_off", language)))
        message = Message(tuple(blocks), (), language)
        return await self._with_calendar(message, person_id, offer.session)

    async def read_code(self, person: Employee, text: str) -> Message | None:
        """Take a typed text for the code of a session, if it can be one.

        Args:
            person: Who typed it.
            text: What they typed, or what came with a link of the trainer's screen.

        Returns:
            None where it is no six digits, or no session of the person's employer is on.
        """
        code = read_code(text)
        if code is None:
            return None
        if comes_by_link(text) or await self.check_ins.is_on(person.id):
            return await self.check_in(person.id, code)
        return None

    async def check_in(self, person_id: str, code: str) -> Message:
        """Let a person in by the code on the trainer's screen.

        Args:
            person_id: Who shows it.
            code: Six ASCII digits.
        """
        person = await self.enrolment.know(person_id)
        if person.employer is None:
            return self.replies.choose_employer(person.speaks)
        return self._told(await self.check_ins.check_in(person_id, code), person.speaks)

    async def feedback(
        self, person_id: str, session_id: str, rating: str, comment: str = ""
    ) -> Message | None:
        """Take what a person thought of a session.

        Args:
            person_id: Who says it.
            session_id: Of which session.
            rating: As a button says it: ``1`` to ``5``.
            comment: Their own words, or empty.

        Returns:
            None for any other rating, or where they were not there.
        """
        if rating not in map(str, range(1, BEST_RATING + 1)):
            return None
        given = await self.registrations.rate(person_id, session_id, int(rating), comment)
        if given is None:
            return None
        language = (await self.enrolment.know(person_id)).speaks
        return self.replies.phrase("live_rated" if given else "live_rated_before", language)

    def _told(self, check_in: CheckIn, language: Language) -> Message:
        if check_in.session is None:
            return self.replies.phrase(
                _REFUSALS[check_in.result], language, *self._on_refusal(check_in, language)
            )
        title = self.words.title(check_in.session, language)
        if check_in.at is None:
            return self.replies.phrase("live_in_full", language, title=title)
        phrase = "live_in" if check_in.result is CheckedIn.IN else "live_in_already"
        time = self._time(check_in.session, check_in.at, language)
        message = self.replies.phrase(phrase, language, title=title, time=time)
        if not check_in.is_late:
            return message
        late = Block(BlockKind.NOTE, self.words.say("live_in_late", language))
        return replace(message, blocks=(*message.blocks, late))

    def _on_refusal(self, check_in: CheckIn, language: Language) -> tuple[Button, ...]:
        return (self._list(language),) if check_in.result is CheckedIn.NOTHING_ON else ()

    def _about(self, phrase: str, offer: Offer, language: Language) -> Message:
        said = Block(BlockKind.VERDICT, self.words.say(phrase, language))
        presses = (*self._presses(offer, language), self._list(language))
        return Message((said, self._card(offer, language)), presses, language)

    def _card(self, offer: Offer, language: Language) -> Block:
        lines = [*self.words.card(offer.session, language), *self._standing(offer, language)]
        return Block(BlockKind.BODY, "\n".join(lines))

    def _standing(self, offer: Offer, language: Language) -> Iterator[str]:
        if offer.standing is Standing.REGISTERED:
            yield self.words.say("live_you_are_in", language)
        elif offer.standing is Standing.WAITING:
            yield self.words.say("live_you_wait", language, ahead=offer.ahead)
        elif offer.standing is Standing.NONE and offer.free is not None:
            phrase = "live_free" if offer.free else "live_full"
            yield self.words.say(phrase, language, **({"free": offer.free} if offer.free else {}))

    def _day(self, offer: Offer) -> str:
        return short_day(self.words.local(offer.session, offer.session.starts_at))

    def _presses(
        self, offer: Offer, language: Language, *, with_hour: bool = False
    ) -> Iterator[Button]:
        """Give what can be done about a session; which one, its day tells, or its hour too."""
        starts = self.words.local(offer.session, offer.session.starts_at)
        day = f"{self._day(offer)} {starts:%H:%M}" if with_hour else self._day(offer)
        say, session = self.words.say, offer.session.id
        if offer.standing is Standing.NONE:
            phrase = "live_button_wait" if offer.free == 0 else "live_button_register"
            value = buttons.encode(live.RegisterSession(session))
            yield Button(say(phrase, language, date=day), value)
        if offer.standing is Standing.REGISTERED:
            value = buttons.encode(live.SessionCalendar(session))
            yield Button(say("live_button_calendar", language, date=day), value)
        if offer.standing in {Standing.REGISTERED, Standing.WAITING} and not offer.is_closed:
            value = buttons.encode(live.CancelSession(session))
            yield Button(say("live_button_cancel", language, date=day), value)

    def _is_reminder_ahead(self, session: KnownSession) -> bool:
        return reminder_due(session.starts_at, self.words.now()) < max(Reminded)

    def _list(self, language: Language) -> Button:
        return self.replies.button("live_button_upcoming", language, live.ListSessions())

    def _time(self, session: KnownSession, moment: datetime, language: Language) -> str:
        local = self.words.local(session, moment)
        return said_hour(self.words.library.phrases, language, local.hour, local.minute)

    async def _with_calendar(
        self, message: Message, person_id: str, session: KnownSession
    ) -> Message:
        file = self.words.calendar(session, message.language)
        kept = await self.privacy.keep_file(replace(file, person_id=person_id))
        return replace(message, document=Document(kept, file.name, file.media_type))
