from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta, timezone
from itertools import combinations
from typing import Any

import pytest

from bot.domain.hash_chain import GENESIS, Links, body_digest, canonical, link

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
LINKS = Links("muscat", 1, AT, "circular_sent", "system", "circular:1", body_digest({}))


@pytest.mark.parametrize(
    ("body", "written"),
    [
        ({}, "{}"),
        ({"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}'),
        ({"text": "اطلعت"}, '{"text":"اطلعت"}'),
        ({"text": "a\0\ud83d"}, '{"text":"a\\u0000�"}'),
        ({"at": AT}, '{"at":"2026-11-20T09:30:00.000000+00:00"}'),
        (
            {"at": AT.astimezone(timezone(timedelta(hours=4)))},
            '{"at":"2026-11-20T09:30:00.000000+00:00"}',
        ),
    ],
)
def test_a_body_is_written_in_one_way(body: dict[str, Any], written: str) -> None:
    assert canonical(body) == written
    assert body_digest(body) == hashlib.sha256(written.encode()).hexdigest()


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (float("nan"), ValueError),
        (float("inf"), ValueError),
        (AT.replace(tzinfo=None), ValueError),
        (b"bytes", TypeError),
        ({1, 2}, TypeError),
    ],
)
def test_what_cannot_be_written_is_refused(value: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        canonical({"value": value})


def test_a_link_is_what_anybody_can_work_out() -> None:
    text = (
        f'["{GENESIS}","muscat",1,"2026-11-20T09:30:00.000000+00:00","circular_sent","system",'
        f'"circular:1","{LINKS.body_sha256}"]'
    )
    assert link(GENESIS, LINKS) == hashlib.sha256(text.encode()).hexdigest()


def test_no_two_entries_have_one_link() -> None:
    others = [
        LINKS,
        LINKS._replace(chain="bahrain"),
        LINKS._replace(seq=2),
        LINKS._replace(at=AT + timedelta(microseconds=1)),
        LINKS._replace(kind="circular_sent,system", actor=""),
        LINKS._replace(kind='circular_sent","system', actor=""),
        LINKS._replace(kind="circular_sents", actor="ystem"),
        LINKS._replace(actor="operator"),
        LINKS._replace(subject="circular:2"),
        LINKS._replace(body_sha256=body_digest({"a": 1})),
    ]
    made = [link(GENESIS, each) for each in others] + [link("1" * 64, LINKS)]
    assert all(one != other for one, other in combinations(made, 2))


def test_the_zone_of_a_moment_does_not_matter() -> None:
    there = AT.astimezone(timezone(timedelta(hours=3)))
    assert link(GENESIS, LINKS) == link(GENESIS, LINKS._replace(at=there))
