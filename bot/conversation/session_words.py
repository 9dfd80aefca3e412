"""A session of a live workshop in words: its card, what is told unasked, its calendar file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.conversation import buttons
from bot.conversation import session_buttons as live
from bot.conversation.messages import Block, BlockKind, Button, Document, Message
from bot.conversation.moments import said_day, said_hour
from bot.documents.words import short_day
from bot.domain.calendar_file import MEDIA_TYPE, CalendarEvent, calendar_file
from bot.domain.live_sessions import BEST_RATING, REMINDERS, Reminded, SessionState
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.records.base import Json
from bot.records.files import NewFile
from bot.services.retention import Now
from bot.services.session_views import KnownSession, Notice, NoticeKind

_UTC = ZoneInfo("UTC")
_STAR = "⭐"
_PHRASES = {NoticeKind.PLACED: "live_placed", NoticeKind.CANCELLED: "live_called_off"}
_REMINDERS = {Reminded.DAY: "live_reminder_day", Reminded.HOUR: "live_reminder_hour"}


@dataclass(frozen=True)
class SessionWords:
    """Puts sessions into words; ``bot.services.session_notices.Speaker`` is what services see.

    Attributes:
        library: All content.
        now: Gives the present moment, at which a calendar file is written.
        host: What makes a calendar's names ours alone, such as ``waai.example``.
    """

    library: Library
    now: Now
    host: str = "waai"

    def title(self, session: KnownSession, language: Language) -> str:
        """Say what a session is called."""
        if session.title:
            return session.title
        workshop = self.library.workshops.get(session.workshop)
        return workshop.title.text(language) if workshop else session.workshop

    def card(self, session: KnownSession, language: Language) -> Iterator[str]:
        """Give the lines that say what, when and where."""
        yield self.say("live_title", language, title=self.title(session, language))
        yield from self.when_and_where(session, language)

    def when_and_where(self, session: KnownSession, language: Language) -> Iterator[str]:
        """Give the lines that say when and where."""
        starts = self.local(session, session.starts_at)
        ends = self.local(session, session.ends_at)
        phrases = self.library.phrases
        yield self.say(
            "live_when",
            language,
            day=said_day(phrases, language, starts),
            start=said_hour(phrases, language, starts.hour, starts.minute),
            end=said_hour(phrases, language, ends.hour, ends.minute),
        )
        if session.place:
            yield self.say("live_place", language, place=session.place)
        if session.link:
            yield self.say("live_link", language, link=session.link)

    def local(self, session: KnownSession, moment: datetime) -> datetime:
        """Give a moment as clocks show it where the employer is."""
        rulebook = self.library.rulebooks.get(session.employer)
        return moment.astimezone(rulebook.calendar.zone if rulebook else _UTC)

    def calendar(self, session: KnownSession, language: Language) -> NewFile:
        """Write the calendar file of a session; one that was called off is taken out by it."""
        event = CalendarEvent(
            uid=f"{session.id}@{self.host}",
            sequence=session.sequence,
            stamp=self.now(),
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            title=self.title(session, language),
            description=self.say("live_calendar_about", language),
            place=session.place or "",
            link=session.link or "",
            is_cancelled=session.state(self.now()) is SessionState.CANCELLED,
            alarms=tuple(before for _, before in reversed(REMINDERS)),
        )
        day = f"{self.local(session, session.starts_at):%Y-%m-%d}"
        name = self.say("live_calendar_name", language, date=day)
        return NewFile(name, MEDIA_TYPE, calendar_file(event))

    def notice(self, notice: Notice) -> Json:
        """Give the message that tells somebody of a session unasked, as JSON values."""
        session, language = notice.session, notice.language
        if notice.kind is NoticeKind.RATE:
            title = self.title(session, language)
            asked = (Block(BlockKind.BODY, self.say("live_rate", language, title=title)),)
            message = Message(asked, tuple(self._ratings(session)), language)
            return replace(message, untemplated=True).to_json()
        phrase = _PHRASES.get(notice.kind) or _REMINDERS[notice.reminded]
        blocks = (
            Block(BlockKind.VERDICT, self.say(phrase, language)),
            Block(BlockKind.BODY, "\n".join(self.card(session, language))),
        )
        presses = () if notice.kind is NoticeKind.CANCELLED else (self._cancel(session, language),)
        document = None
        if notice.file is not None:
            name = self.calendar(session, language).name
            document = Document(notice.file, name, MEDIA_TYPE)
        # A reminder that waits for the person to write could come after the session.
        is_reminder = notice.kind is NoticeKind.REMINDER
        message = Message(blocks, presses, language, document=document, untemplated=is_reminder)
        return message.to_json()

    def say(self, phrase: str, language: Language, **values: object) -> str:
        """Say a phrase."""
        return self.library.phrases.say(phrase, language, **values)

    def _cancel(self, session: KnownSession, language: Language) -> Button:
        day = short_day(self.local(session, session.starts_at))
        label = self.say("live_button_cancel", language, date=day)
        return Button(label, buttons.encode(live.CancelSession(session.id)))

    def _ratings(self, session: KnownSession) -> Iterator[Button]:
        for rating in range(BEST_RATING, 0, -1):
            value = buttons.encode(live.RateSession(session.id, str(rating)))
            # A channel that takes no label without a letter or digit would number them from 1.
            yield Button(f"{rating} {_STAR * rating}", value)
