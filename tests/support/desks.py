"""What an employer's staff works with, on a real database with the real content."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime

from bot.circular_wiring import Sending, circular_desk
from bot.conversation.circular_words import CircularWords
from bot.conversation.desk import Desk, Purpose
from bot.conversation.handover_acts import AskerActs, DeskActs
from bot.conversation.handover_words import HandoverWords
from bot.conversation.observation_recording import ObservationTexts
from bot.conversation.observation_words import ObservationWords
from bot.conversation.observations import ObservationActs
from bot.conversation.replies import Replies
from bot.library.library import Library
from bot.records.database import Database
from bot.services.acknowledgements import AcknowledgementService
from bot.services.awaiting import AwaitingService
from bot.services.circular_reminders import CircularReminderService
from bot.services.handing_over import HandoverService
from bot.services.handover_desk import HandoverDeskService
from bot.services.handover_expiry import HandoverExpiryService
from bot.services.handover_notices import HandoverNoticeService
from bot.services.handover_views import MORE, PURPOSE
from bot.services.manager_notices import ManagerNoticeService
from bot.services.observation_desk import ObservationDeskService
from bot.services.observation_reviews import ObservationReviewService
from bot.services.observations import ObservationService
from bot.services.privacy import PrivacyService
from bot.services.received_circulars import ReceivedCircularService


class Desks(ABC):
    """The desks of one running product, which has the rest."""

    database: Database
    library: Library
    replies: Replies
    privacy: PrivacyService
    handovers: HandoverService
    sending: Sending

    @abstractmethod
    def now(self) -> datetime:
        """Give the present."""

    def open_desks(self) -> None:
        """Let there be what an employer's staff works with."""
        self.awaiting = AwaitingService(self.database, self.now)
        self.acknowledgements = AcknowledgementService(self.database, self.now)
        self.received = ReceivedCircularService(self.database, self.now)
        self.circular_words = CircularWords(self.library)
        self.circular_reminders = CircularReminderService(self.database, self.library, self.now)
        self.manager_notices = ManagerNoticeService(self.database, self.library, self.now)
        self.observation_words = ObservationWords(self.library)
        self.observations = ObservationService(self.database, self.library, self.now)
        self.observation_reviews = ObservationReviewService(self.database, self.now)
        self.observation_desk = ObservationDeskService(self.database, self.now)
        self.observation_texts = ObservationTexts(
            ObservationActs(
                self.observations,
                self.observation_reviews,
                self.observation_desk,
                self.awaiting,
                self.privacy,
                self.replies,
                self.observation_words,
            ),
            self.library,
            self.now,
        )
        self.handover_words = HandoverWords(self.library)
        self.handover_desk = HandoverDeskService(
            self.database, self.library, self.handover_words, self.now
        )
        self.handover_notices = HandoverNoticeService(
            self.database, self.library, self.handover_words, self.now
        )
        self.handover_expiry = HandoverExpiryService(
            self.database, self.library, self.handover_words, self.now
        )
        self.requests = DeskActs(
            self.handover_desk, self.awaiting, self.replies, self.handover_words
        )
        self.asked = AskerActs(self.handovers, self.awaiting, self.replies, self.handover_words)
        self.circular_desk = circular_desk(
            self.database, self.library, self.now, self.replies, self.sending
        )
        purposes: dict[str, Purpose] = {
            PURPOSE: self.requests,
            MORE: self.asked,
            "observation": self.observation_texts,
            "circular": self.circular_desk,
        }
        files = {"circular": self.circular_desk}
        self.desk = Desk(self.awaiting, self.replies, purposes, files)
