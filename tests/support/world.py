"""The conversation on a real database with the real content; only the model is scripted."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.circular_wiring import Sending
from bot.conversation.answer_replies import AnswerReplies
from bot.conversation.certificates import CertificateActs
from bot.conversation.channel import FileSource
from bot.conversation.dialogue import Dialogue
from bot.conversation.draft_replies import DraftReplies
from bot.conversation.drafts import Drafts
from bot.conversation.events import Address, Content, Incoming, Press, Text
from bot.conversation.guides import Guides
from bot.conversation.live_workshops import LiveWorkshops
from bot.conversation.membership import Membership
from bot.conversation.messages import Message
from bot.conversation.pledges import Pledges
from bot.conversation.quiz_habits import QuizHabits
from bot.conversation.quiz_replies import QuizReplies
from bot.conversation.quizzing import Quizzing
from bot.conversation.received_circulars import ReceivedCirculars
from bot.conversation.replies import Replies
from bot.conversation.router import Router
from bot.conversation.session_words import SessionWords
from bot.conversation.staff_panel import StaffPanel
from bot.conversation.survey_slips import SurveySlips
from bot.conversation.surveys import Surveys
from bot.conversation.workshop_replies import WorkshopReplies
from bot.conversation.workshops import Workshops
from bot.domain.meaning import Draft, Intent, Language, Meaning, Reading
from bot.domain.reach import Door
from bot.doors import limits_of, takes_files
from bot.library.library import Library
from bot.records.database import Database
from bot.services.answering import AnsweringService
from bot.services.certificates import CertificateService
from bot.services.check_in import CheckInService
from bot.services.daily import DailyService
from bot.services.drafts import DraftService
from bot.services.enrolment import EnrolmentService
from bot.services.files import FileService
from bot.services.finals import FinalService
from bot.services.handing_over import HandoverService
from bot.services.linking import LinkingService
from bot.services.pages import PageService
from bot.services.pledges import Accepted, PledgeService
from bot.services.privacy import PrivacyService
from bot.services.progress import ProgressService
from bot.services.quizzes import QuizService
from bot.services.registrations import RegistrationService
from bot.services.retention import Retention, RetentionService
from bot.services.session_reminders import SessionReminderService
from bot.services.sessions import SessionService
from bot.services.staff_views import StaffService
from bot.services.survey_waves import WaveService
from bot.services.surveys import SurveyService
from bot.services.workshops import WorkshopService
from tests.fakes.understanding import ScriptedUnderstanding
from tests.support.content import real_library
from tests.support.desks import Desks

AMAL = Address("telegram", "bot1", "amal")
BADR = Address("telegram", "bot1", "badr")
KEY = b"k" * 32


def asks(*facets: str, language: Language = Language.ARABIC, chance: float = 0.9) -> Meaning:
    """The meaning of a question about these facets."""
    readings = (Reading(frozenset(facets), chance),) if facets else ()
    return Meaning(Intent.ASK_RULE, 0.9, readings, language)


def unclear(*facets: str) -> Meaning:
    """The meaning of a question that could be about any of these facets."""
    readings = tuple(Reading(frozenset({facet}), 0.1) for facet in facets)
    return Meaning(Intent.ASK_RULE, 0.5, readings)


def drafts(
    *facets: str,
    chance: float = 0.9,
    intent: Intent = Intent.DRAFT,
    sure: float = 0.9,
    words: Mapping[str, tuple[tuple[int, int], ...]] | None = None,
) -> Meaning:
    """The meaning of a post that raises these facets, by these words."""
    readings = (Reading(frozenset(facets), chance),)
    return Meaning(intent, sure, draft=Draft(0.95, readings, words or {}))


def print_pledge(accepted: Accepted) -> bytes:
    """What stands for a PDF: its facts."""
    return f"%PDF {accepted.number} {accepted.digest}".encode()


@dataclass
class World(Desks):
    """One running product.

    Attributes:
        moment: The present; moves when a test says so.
        circular_approval: A second person of HR has to approve each circular.
        doors: Where circulars can go.
        sources: Where files are that people send.
    """

    database: Database
    library: Library = field(default_factory=real_library)
    retention: Retention = field(default_factory=Retention)
    moment: datetime = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    circular_approval: bool = False
    doors: dict[tuple[str, str], Door] = field(
        default_factory=lambda: {("telegram", "bot1"): Door(None, 30)}
    )
    sources: dict[tuple[str, str], FileSource] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.enrolment = EnrolmentService(self.database, self.library, self.now)
        self.answering = AnsweringService(
            self.database, self.library, self.retention, self.now, KEY
        )
        self.handovers = HandoverService(self.database, self.retention, self.now, KEY)
        self.cleaner = RetentionService(self.database, self.retention, self.now)
        self.replies = Replies(self.library, self.retention)
        self.draft_service = DraftService(self.database, self.library, self.now)
        draft_replies = DraftReplies(self.library, self.replies)
        self.drafts = Drafts(self.enrolment, self.draft_service, draft_replies, self.library)
        self.linking = LinkingService(self.database, self.now, KEY)
        self.privacy = PrivacyService(self.database, self.retention, self.now)
        self.files = FileService(self.database, self.now)
        self.membership = Membership(
            self.enrolment, self.linking, self.privacy, self.replies, self.library
        )
        chance = random.Random(7)  # noqa: S311 - the same draw each time
        self.quizzes = QuizService(self.database, self.library, self.now, chance)
        quiz_replies = QuizReplies(self.library, self.replies)
        self.quizzing = Quizzing(self.enrolment, self.quizzes, self.replies, quiz_replies)
        self.finals = FinalService(self.database, self.library, self.now, chance)
        self.workshop_service = WorkshopService(self.database, self.library, self.now)
        self.certificates = CertificateService(self.database, self.now)
        self.daily = DailyService(self.database, self.library, self.now)
        self.progress = ProgressService(self.database, self.library, self.now)
        self.habits = QuizHabits(
            self.daily, self.progress, self.enrolment, self.replies, self.library
        )
        self.sessions = SessionService(self.database, self.library, self.now)
        self.registrations = RegistrationService(self.database, self.now)
        self.check_ins = CheckInService(self.database, self.now, KEY)
        self.session_reminders = SessionReminderService(self.database, self.now)
        self.session_words = SessionWords(self.library, self.now)
        self.live = LiveWorkshops(
            self.registrations,
            self.check_ins,
            self.enrolment,
            self.privacy,
            self.replies,
            self.session_words,
        )
        self.surveys = SurveyService(self.database, self.library, KEY)
        self.waves = WaveService(self.database, self.library, self.now, KEY)
        self.pledges = PledgeService(self.database, self.library, self.now)
        self.workshops = Workshops(
            self.enrolment,
            self.workshop_service,
            self.finals,
            self.files,
            self.replies,
            WorkshopReplies(self.library, self.replies),
            quiz_replies,
            self.library,
            lambda _, lesson, language: f"{lesson.id} {language}".encode(),
        )
        self.certificate_acts = CertificateActs(
            self.enrolment,
            self.certificates,
            self.workshop_service,
            self.privacy,
            self.replies,
            self.library,
            "https://waai.example/",
            lambda known, language: f"{known.name} {language}".encode(),
        )
        self.sending = Sending(self.doors, limits_of, takes_files, self.circular_approval)
        self.open_desks()
        self.dialogue = Dialogue(
            self.enrolment,
            self.answering,
            self.handovers,
            self.replies,
            AnswerReplies(self.library, self.replies),
            self.library,
            self.drafts,
            self.membership,
            self.quizzing,
            self.habits,
            self.live,
            pages=PageService(self.database),
            surveys=Surveys(self.surveys, SurveySlips(KEY), self.replies, self.library),
            pledges=Pledges(self.pledges, self.privacy, self.replies, self.library, print_pledge),
            workshops=self.workshops,
            certificates=self.certificate_acts,
            guides=Guides(
                self.enrolment,
                self.files,
                self.replies,
                self.library,
                lambda rulebook, language: tuple(
                    f"{rulebook} {language} {n}".encode() for n in (1, 2)
                ),
                lambda rulebook, language: f"%PDF {rulebook} {language}".encode(),
            ),
            desk=self.desk,
            circulars=ReceivedCirculars(
                self.acknowledgements, self.received, self.replies, self.circular_words, self.now
            ),
            observations=self.observation_texts,
            circular_desk=self.circular_desk,
            panel=StaffPanel(StaffService(self.database), self.replies, self.library),
            requests=self.requests,
            asked=self.asked,
        )
        self.understanding = ScriptedUnderstanding(self.dialogue)
        self.router = Router(self.dialogue, self.understanding, self.sources)
        self._events = itertools.count(1)

    def now(self) -> datetime:
        return self.moment

    def pass_(self, **time: float) -> None:
        self.moment += timedelta(**time)

    async def person(self, employer: str | None = "uae-fed", address: Address = AMAL) -> str:
        """Somebody who chose an employer and was greeted."""
        person = await self.enrolment.meet(address, None)
        await self.enrolment.greet(person.id, "met")
        if employer is not None:
            await self.enrolment.choose_employer(person.id, employer, "chosen")
        return person.id

    async def send(
        self,
        content: Content | str,
        *,
        address: Address = AMAL,
        hint: str = "",
        event: int = 0,
        phone: str = "",
    ) -> list[Message]:
        """Let an event in; ``event`` repeats the one with that number."""
        number = event or next(self._events)
        thing = Text(content) if isinstance(content, str) else content
        incoming = Incoming(address, str(number), thing, hint, phone)
        return list(await self.router.handle(incoming, number))

    async def press(
        self,
        data: str,
        *,
        address: Address = AMAL,
        message_id: str = "m1",
        event: int = 0,
        phone: str = "",
    ) -> list[Message]:
        press = Press(data, message_id)
        return await self.send(press, address=address, event=event, phone=phone)

    def phrase(self, phrase: str, language: Language = Language.ARABIC, **values: object) -> str:
        return self.library.phrases.say(phrase, language, **values)


def labels(message: Message) -> list[str]:
    return [button.label for button in message.buttons]


def data_of(message: Message, tag: str) -> list[str]:
    """The values of a message's buttons of one kind."""
    return [button.data for button in message.buttons if button.data.split(":")[0] == tag]
