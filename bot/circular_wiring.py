"""Putting together what HR's circulars in a chat are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.conversation.approval_words import ApprovalWords
from bot.conversation.audience_words import AudienceWords
from bot.conversation.channel import Limits
from bot.conversation.circular_choices import CircularChoices
from bot.conversation.circular_desk import CircularDesk
from bot.conversation.circular_desk_words import CircularDeskWords
from bot.conversation.circular_drafts import CircularDrafts
from bot.conversation.circular_files import CircularFiles
from bot.conversation.circular_parts import CircularParts
from bot.conversation.circular_steps import CircularSteps
from bot.conversation.circular_words import CircularWords
from bot.conversation.replies import Replies
from bot.domain.reach import Doors
from bot.library.library import Library
from bot.records.database import Database
from bot.services.awaiting import AwaitingService
from bot.services.circular_files import CircularFileService
from bot.services.circular_reports import CircularReportService
from bot.services.circular_writing import CircularWritingService
from bot.services.circulars import CircularService
from bot.services.reach_plans import ReachPlanService
from bot.services.retention import Now
from bot.services.staff_views import StaffService


@dataclass(frozen=True)
class Sending:
    """How circulars go out.

    Attributes:
        doors: Where people can be written to.
        limits: Gives what a message to a platform and account can hold.
        takes_files: Says whether people can send files on a platform.
        approval: A second person of HR has to approve each.
    """

    doors: Doors
    limits: Callable[[tuple[str, str]], Limits]
    takes_files: Callable[[str], bool]
    approval: bool


def circular_desk(
    database: Database, library: Library, now: Now, replies: Replies, sending: Sending
) -> CircularDesk:
    """Put the desk together."""
    circulars = CircularWords(library)
    words = CircularDeskWords(library, circulars, AudienceWords(library))
    speaker = ApprovalWords(library)
    courses = CircularService(database, library, now, approval=sending.approval, speaker=speaker)
    awaiting, staff = AwaitingService(database, now), StaffService(database)
    drafts = CircularDrafts(
        CircularWritingService(database, library, now),
        courses,
        staff,
        awaiting,
        CircularChoices(library, replies, words, now),
        replies,
        now,
    )
    files = CircularFiles(
        CircularFileService(database, now),
        courses,
        staff,
        awaiting,
        replies,
        words,
        sending.takes_files,
    )
    return CircularDesk(
        drafts,
        files,
        courses,
        CircularReportService(database, now),
        ReachPlanService(database, library, now),
        awaiting,
        replies,
        words,
        CircularSteps(replies, sending.approval),
        sending.doors,
        CircularParts(circulars, sending.limits),
    )
