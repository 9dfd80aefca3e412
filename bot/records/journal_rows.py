"""The rows of the journal: what was done and by whom, each entry chained to the one before."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Dialect, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from bot.domain.hash_chain import canonical
from bot.records.base import Base, Json, partial_index

_Digest = String(64)


class CanonicalJson(TypeDecorator[Json]):
    """JSON, kept letter for letter as it was digested."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Json | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Write it in its one way."""
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """Read it."""
        return None if value is None else json.loads(value)


class JournalEntry(Base):
    """One thing that happened; the database lets nothing of it be changed (migration).

    Attributes:
        chain: The employer, so that the traffic of one does not wait for another's.
        seq: Its place in the chain: 1, 2, ... without a gap.
        kind: What happened, e.g. ``circular_acknowledged``.
        actor: An employee's id, ``operator`` (the command line) or ``system``.
        subject: What it was done to, e.g. ``circular:<id>``.
        body: Ids, digests, exact wording; no name of a person. None once its time is over.
        body_sha256: The digest of the body, which stays.
        hash: The digest of all this and of the hash before it.
    """

    __tablename__ = "journal_entries"
    __table_args__ = (
        Index("ix_journal_entries_subject_chain_seq", "subject", "chain", "seq"),
        partial_index("ix_journal_entries_expiring", "kind", "at", where="body IS NOT NULL"),
    )

    chain: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    kind: Mapped[str]
    actor: Mapped[str]
    subject: Mapped[str]
    body: Mapped[Json | None] = mapped_column(CanonicalJson)
    body_sha256: Mapped[str] = mapped_column(_Digest)
    hash: Mapped[str] = mapped_column(_Digest)


class JournalHead(Base):
    """The newest entry of a chain; whoever appends holds this row.

    Attributes:
        seq: Its place; 0 before there is one.
    """

    __tablename__ = "journal_heads"

    chain: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(_Digest)
