"""What a message means: an intent for what the person wants, facets for what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Intent(StrEnum):
    """What a person wants; the intents of ``domain.yml`` that reach Python."""

    ASK_RULE = "ask_rule"
    OUT_OF_SCOPE = "out_of_scope"
    GREET = "greet"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    HELP = "help"
    BROWSE = "browse"
    ASK_PERSON = "ask_person"
    CHANGE_EMPLOYER = "change_employer"
    CHANGE_LANGUAGE = "change_language"
    ABOUT_BOT = "about_bot"
    FOLLOW_UP = "follow_up"
    CHECK_POST = "check_post"
    DRAFT = "draft"
    ASK_DISCLAIMER = "ask_disclaimer"
    OTHERS_DATA = "others_data"
    ENROL = "enrol"
    UNLINK = "unlink"
    MY_DATA = "my_data"
    STOP_REMINDERS = "stop_reminders"
    RESUME_REMINDERS = "resume_reminders"
    START_QUIZ = "start_quiz"
    ANSWER_QUIZ = "answer_quiz"
    STOP_QUIZ = "stop_quiz"
    SHOW_PROGRESS = "show_progress"
    DAILY_QUIZ = "daily_quiz"
    START_WORKSHOP = "start_workshop"
    NEXT_SESSION = "next_session"
    MY_CERTIFICATE = "my_certificate"


class Language(StrEnum):
    """A language that Waai answers in."""

    ARABIC = "ar"
    ENGLISH = "en"


@dataclass(frozen=True)
class Reading:
    """One way to read a text.

    Attributes:
        facets: What the text is about, read so; may be empty.
        probability: 0 to 1; those of all readings of a text sum to 1 at most.
    """

    facets: frozenset[str]
    probability: float


@dataclass(frozen=True)
class Draft:
    """A text read as a post to be published.

    Attributes:
        probability: That it is one, 0 to 1.
        readings: What it touches, the most probable reading first; that of a harmless
            post has no facets.
        words: For each facet that some reading has, the places in the text whose words
            raised it: start and end, in characters.
    """

    probability: float = 0.0
    readings: tuple[Reading, ...] = ()
    words: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """One of several questions in a text.

    Attributes:
        text: Its part of the text.
        readings: What it is about.
        follows: It goes on from the one before it.
    """

    text: str
    readings: tuple[Reading, ...]
    follows: bool = False


@dataclass(frozen=True)
class Meaning:
    """What the model understood of one text.

    Attributes:
        intent: The most probable intent; ``draft`` only where it is all but sure.
        confidence: Its probability, 0 to 1.
        readings: What the text is about as a question, the most probable reading first.
        language: The language in which the text is written (Arabizi counts as Arabic).
        draft: The same text read as a post.
        questions: The text's questions one by one where it asks several; else none.
    """

    intent: Intent
    confidence: float
    readings: tuple[Reading, ...] = ()
    language: Language = Language.ARABIC
    draft: Draft = Draft()
    questions: tuple[Question, ...] = ()

    @property
    def is_vague(self) -> bool:
        """It asks something, and names nothing that it would be about."""
        named = self.questions or (self.readings and self.readings[0].facets)
        return self.intent in {Intent.ASK_RULE, Intent.FOLLOW_UP} and not named
