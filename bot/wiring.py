"""The composition root: the one place that chooses the parts and puts them together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from bot.circular_wiring import Sending, circular_desk
from bot.conversation.answer_replies import AnswerReplies
from bot.conversation.certificates import CertificateActs
from bot.conversation.circular_words import CircularWords
from bot.conversation.clock import SystemClock
from bot.conversation.desk import Desk, Purpose
from bot.conversation.dialogue import Dialogue
from bot.conversation.draft_replies import DraftReplies
from bot.conversation.drafts import Drafts
from bot.conversation.events import Address
from bot.conversation.guides import Guides
from bot.conversation.handover_acts import AskerActs, DeskActs
from bot.conversation.handover_words import HandoverWords
from bot.conversation.live_workshops import LiveWorkshops
from bot.conversation.membership import Membership
from bot.conversation.messages import Message
from bot.conversation.observation_recording import ObservationTexts
from bot.conversation.observation_words import ObservationWords
from bot.conversation.observations import ObservationActs
from bot.conversation.pledges import Pledges
from bot.conversation.quiz_habits import QuizHabits
from bot.conversation.quiz_replies import QuizReplies
from bot.conversation.quizzing import Quizzing
from bot.conversation.received_circulars import ReceivedCirculars
from bot.conversation.replies import Replies
from bot.conversation.session_words import SessionWords
from bot.conversation.staff_panel import StaffPanel
from bot.conversation.survey_slips import SurveySlips
from bot.conversation.surveys import Surveys
from bot.conversation.workshop_replies import WorkshopReplies
from bot.conversation.workshops import Workshops
from bot.doors import WEB, WEB_ACCOUNT, doors_of, limits_of, takes_files
from bot.library.library import Library, load_library
from bot.records.database import Database
from bot.records.outbox import Outbox
from bot.services.acknowledgements import AcknowledgementService
from bot.services.answering import AnsweringService
from bot.services.awaiting import AwaitingService
from bot.services.certificates import CertificateService
from bot.services.check_in import CheckInService
from bot.services.circular_records import CircularRecordService
from bot.services.circular_reminders import CircularReminderService
from bot.services.circulation import CirculationService
from bot.services.daily import DailyService
from bot.services.drafts import DraftService
from bot.services.enrolment import EnrolmentService
from bot.services.files import FileService
from bot.services.finals import FinalService
from bot.services.handing_over import HandoverService
from bot.services.handover_desk import HandoverDeskService
from bot.services.handover_expiry import HandoverExpiryService
from bot.services.handover_notices import HandoverNoticeService
from bot.services.handover_views import MORE, PURPOSE
from bot.services.linking import LinkingService
from bot.services.manager_notices import ManagerNoticeService
from bot.services.observation_desk import ObservationDeskService
from bot.services.observation_reviews import ObservationReviewService
from bot.services.observations import ObservationService
from bot.services.pages import PageService
from bot.services.pledges import PledgeService
from bot.services.printing import Printing
from bot.services.privacy import PrivacyService
from bot.services.progress import ProgressService
from bot.services.quizzes import QuizService
from bot.services.received_circulars import ReceivedCircularService
from bot.services.registrations import RegistrationService
from bot.services.retention import Now, Retention, RetentionService, years
from bot.services.session_reminders import SessionReminderService
from bot.services.session_screen import ScreenService
from bot.services.staff_views import StaffService
from bot.services.surveys import SurveyService
from bot.services.workshops import WorkshopService
from bot.settings import Settings, answers_key

WebHistory = Callable[[str, int], Awaitable[Sequence[tuple[int, Message]]]]

_RESUMED_MESSAGES = 200
"""Pushed at once to a browser that comes back; it asks on from there."""


@dataclass(frozen=True)
class Parts:
    """What every way of running Waai shares."""

    settings: Settings
    clock: SystemClock
    library: Library
    database: Database
    dialogue: Dialogue
    retention: RetentionService
    linking: LinkingService
    privacy: PrivacyService
    daily: DailyService
    files: FileService
    sessions: SessionReminderService
    screens: ScreenService
    workshops: WorkshopService
    certificates: CertificateService
    circulation: CirculationService
    handovers: HandoverNoticeService
    handover_expiry: HandoverExpiryService
    circular_reminders: CircularReminderService
    manager_notices: ManagerNoticeService
    circular_records: CircularRecordService

    async def prepare(self) -> None:
        """Bring the database to the newest tables, and note new versions of workshops.

        Raises:
            ConfigurationError: The folder of the SQLite file cannot be made.
            ContentError: A workshop has changed, but not its version.
        """
        await self.database.migrate()
        await self.workshops.publish()


def build(settings: Settings) -> Parts:
    """Put the services together; opens no connection yet.

    Raises:
        ConfigurationError: A setting cannot be used.
        ContentError: A content file is wrong.
    """
    clock = SystemClock()
    library = load_library(settings.content)
    database = Database(settings.database_url)
    retention = Retention(
        questions=timedelta(days=settings.retention_days),
        observations=timedelta(days=settings.observation_days),
        evidence=years(settings.evidence_years),
        audit=years(settings.audit_years),
    )
    key = answers_key(settings)
    replies = Replies(library, retention)
    enrolment = EnrolmentService(database, library, clock.now)
    drafts = DraftService(database, library, clock.now)
    linking = LinkingService(database, clock.now, key)
    privacy = PrivacyService(database, retention, clock.now)
    daily = DailyService(database, library, clock.now)
    progress = ProgressService(database, library, clock.now)
    files = FileService(database, clock.now)
    workshops = WorkshopService(database, library, clock.now)
    certificates = CertificateService(database, clock.now)
    awaiting, words = AwaitingService(database, clock.now), HandoverWords(library)
    handovers = HandoverService(database, retention, clock.now, key)
    answering_desk = HandoverDeskService(database, library, words, clock.now)
    requests = DeskActs(answering_desk, awaiting, replies, words)
    asked = AskerActs(handovers, awaiting, replies, words)
    quiz_replies = QuizReplies(library, replies)
    printing = Printing(library, settings.public_url or f"http://{settings.host}:{settings.port}")
    observations = ObservationTexts(
        ObservationActs(
            ObservationService(database, library, clock.now),
            ObservationReviewService(database, clock.now),
            ObservationDeskService(database, clock.now),
            awaiting,
            privacy,
            replies,
            ObservationWords(library),
        ),
        library,
        clock.now,
    )
    sending = Sending(doors_of(settings), limits_of, takes_files, settings.circular_approval)
    desk_of_circulars = circular_desk(database, library, clock.now, replies, sending)
    purposes: dict[str, Purpose] = {
        PURPOSE: requests,
        MORE: asked,
        "observation": observations,
        "circular": desk_of_circulars,
    }
    dialogue = Dialogue(
        enrolment=enrolment,
        answering=AnsweringService(database, library, retention, clock.now, key),
        handovers=handovers,
        replies=replies,
        answers=AnswerReplies(library, replies),
        library=library,
        drafts=Drafts(enrolment, drafts, DraftReplies(library, replies), library),
        membership=Membership(enrolment, linking, privacy, replies, library),
        quizzing=Quizzing(
            enrolment,
            QuizService(database, library, clock.now),
            replies,
            quiz_replies,
        ),
        habits=QuizHabits(daily, progress, enrolment, replies, library),
        live=LiveWorkshops(
            RegistrationService(database, clock.now),
            CheckInService(database, clock.now, key),
            enrolment,
            privacy,
            replies,
            session_words(settings, library, clock.now),
        ),
        pages=PageService(database),
        surveys=Surveys(SurveyService(database, library, key), SurveySlips(key), replies, library),
        pledges=Pledges(
            PledgeService(database, library, clock.now), privacy, replies, library, printing.pledge
        ),
        workshops=Workshops(
            enrolment,
            workshops,
            FinalService(database, library, clock.now),
            files,
            replies,
            WorkshopReplies(library, replies),
            quiz_replies,
            library,
            printing.lesson,
        ),
        certificates=CertificateActs(
            enrolment,
            certificates,
            workshops,
            privacy,
            replies,
            library,
            settings.public_url,
            printing.certificate,
        ),
        guides=Guides(
            enrolment, files, replies, library, printing.guide_pictures, printing.guide_poster
        ),
        circular_desk=desk_of_circulars,
        panel=StaffPanel(StaffService(database), replies, library),
        circulars=ReceivedCirculars(
            AcknowledgementService(database, clock.now),
            ReceivedCircularService(database, clock.now),
            replies,
            CircularWords(library),
            clock.now,
        ),
        observations=observations,
        desk=Desk(awaiting, replies, purposes, {"circular": desk_of_circulars}),
        requests=requests,
        asked=asked,
    )
    return Parts(
        settings=settings,
        clock=clock,
        library=library,
        database=database,
        dialogue=dialogue,
        retention=RetentionService(database, retention, clock.now),
        linking=linking,
        privacy=privacy,
        daily=daily,
        sessions=SessionReminderService(database, clock.now),
        screens=ScreenService(database, clock.now),
        files=files,
        workshops=workshops,
        certificates=certificates,
        circulation=CirculationService(database, library, clock.now),
        handovers=HandoverNoticeService(database, library, words, clock.now),
        handover_expiry=HandoverExpiryService(database, library, words, clock.now),
        circular_reminders=CircularReminderService(database, library, clock.now),
        manager_notices=ManagerNoticeService(database, library, clock.now),
        circular_records=CircularRecordService(database, clock.now),
    )


def session_words(settings: Settings, library: Library, now: Now) -> SessionWords:
    """Give what puts sessions of live workshops into words."""
    host = urlsplit(settings.public_url or "").hostname
    return SessionWords(library, now, host) if host else SessionWords(library, now)


def web_history(database: Database) -> WebHistory:
    """Give what reads a browser's messages back out of the outbox."""

    async def history(user: str, after: int) -> Sequence[tuple[int, Message]]:
        address = Address(WEB, WEB_ACCOUNT, user)
        async with database.reading() as session:
            rows = await Outbox(session).list_after(address, after, _RESUMED_MESSAGES)
            return [(row.id, Message.from_json(row.payload)) for row in rows if row.payload]

    return history
