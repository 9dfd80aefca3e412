"""All tables together, as Alembic compares them with the database."""

from __future__ import annotations

from bot.records import (
    answers,
    buckets,
    circular_openings,
    circular_rows,
    employees,
    enrolment,
    files,
    handover_rows,
    inbox,
    journal_rows,
    learning_rows,
    observation_rows,
    outbox,
    people,
    pledges,
    quiz_rows,
    session_rows,
    survey_rows,
    triage,
)
from bot.records.base import Base

__all__ = [
    "answers",
    "buckets",
    "circular_openings",
    "circular_rows",
    "employees",
    "enrolment",
    "files",
    "handover_rows",
    "inbox",
    "journal_rows",
    "learning_rows",
    "metadata",
    "observation_rows",
    "outbox",
    "people",
    "pledges",
    "quiz_rows",
    "session_rows",
    "survey_rows",
    "triage",
]

metadata = Base.metadata
