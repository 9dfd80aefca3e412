"""What HR does with an observation that was referred to it (uae-fed.9.3)."""

from __future__ import annotations

from bot.domain.hash_chain import body_digest
from bot.domain.observing import ObservationError, Outcome, Step
from bot.domain.roster import StaffRole
from bot.records.base import clean
from bot.records.database import Database
from bot.services.observation_facts import LONGEST_TEXT
from bot.services.observation_steps import note_step, take_step
from bot.services.observation_views import ObservationLine, ObservationSpeaker, line_of
from bot.services.retention import Now
from bot.services.staff import By, list_reached, tell


class ObservationReviewService:
    """Reviews observations, decides on them and closes them."""

    def __init__(self, database: Database, now: Now) -> None:
        self._database = database
        self._now = now

    async def review(self, by: By, reference: str) -> ObservationLine:
        """Begin to review what was referred, or what was to be looked into further.

        Args:
            by: Who: somebody of HR.
            reference: Its number or id.

        Raises:
            ObservationError: There is none, or it is not to be reviewed now.
            StaffError: It is not theirs to do.
        """
        async with self._database.transaction() as session:
            officer, row = await take_step(session, by, reference, Step.REVIEW)
            await note_step(session, row, Step.REVIEW, officer, self._now())
            return line_of(row)

    async def decide(
        self,
        by: By,
        reference: str,
        outcome: Outcome,
        speaker: ObservationSpeaker,
        words: str = "",
    ) -> ObservationLine:
        """Decide on an observation; who recorded it is told the outcome, and no more.

        Args:
            by: Who: somebody of HR.
            reference: Its number or id.
            outcome: What is decided.
            speaker: Puts it into words.
            words: Reasons, for HR alone.

        Raises:
            ObservationError: There is none, it is not to be decided now, or the words are too
                many.
            StaffError: It is not theirs to do.
        """
        words = clean(words).strip()
        if len(words) > LONGEST_TEXT:
            raise ObservationError(f"a decision takes at most {LONGEST_TEXT} characters")
        async with self._database.transaction() as session:
            officer, row = await take_step(session, by, reference, Step.DECIDE)
            row.outcome, row.decision, row.decided_by = outcome, words or None, officer.id
            row.decided_at = now = self._now()
            line = line_of(row)
            staff = await list_reached(session, row.employer, StaffRole.COMMUNICATION)
            # An author who was named later as whom it is about is not told.
            to = row.author_id if row.author_id != row.subject_id else None
            told = [each for each in staff if each.employee.id == to]
            messages = [(each, speaker.decided(line, each.language)) for each in told]
            await tell(session, f"observation:{row.id}", messages, now)
            noted = {"outcome": outcome.value, "decision_sha256": _digest(row.id, words)}
            await note_step(session, row, Step.DECIDE, officer, now, **noted)
            return line

    async def close(self, by: By, reference: str) -> ObservationLine:
        """Close what was decided; arguments and errors as of ``review``."""
        async with self._database.transaction() as session:
            officer, row = await take_step(session, by, reference, Step.CLOSE)
            row.ended_at = now = self._now()
            await note_step(session, row, Step.CLOSE, officer, now)
            return line_of(row)


def _digest(observation_id: str, words: str) -> str | None:
    return body_digest({"id": observation_id, "decision": words}) if words else None
