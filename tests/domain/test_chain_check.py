from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.chain_check import Break, ChainCheck, Fault, Head, Kept
from bot.domain.hash_chain import GENESIS, Links, body_digest, canonical, link

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def chain(length: int = 5, chain: str = "muscat") -> list[Kept]:
    made, previous = list[Kept](), GENESIS
    for seq in range(1, length + 1):
        body = {"recipient": seq}
        at = AT + timedelta(seconds=seq)
        links = Links(chain, seq, at, "circular_sent", "system", "circular:1", body_digest(body))
        previous = link(previous, links)
        made.append(Kept(*links, canonical(body), previous))
    return made


def verdict(entries: list[Kept], head: Head | None, page: int = 2) -> Break | None:
    """Check in pages, as the service does."""
    check = ChainCheck(lambda kind, _: kind == "old")
    for start in range(0, len(entries), page):
        broken = check.follow(entries[start : start + page])
        if broken is not None and broken.fault is Fault.MOVED:
            place = next(n for n, each in enumerate(entries) if each.seq == broken.seq)
            following = entries[place + 1] if place + 1 < len(entries) else head
            return Break(broken.seq, check.explain(entries[place], following))
        if broken is not None:
            return broken
    return check.end(head)


def whole(entries: list[Kept]) -> Head:
    return Head(entries[-1].seq, entries[-1].hash)


def replace(place: int, **changes: object) -> Callable[[list[Kept]], list[Kept]]:
    def act(entries: list[Kept]) -> list[Kept]:
        entries[place] = entries[place]._replace(**changes)  # type: ignore[arg-type]
        return entries

    return act


def swapped(entries: list[Kept]) -> list[Kept]:
    entries[1], entries[2] = entries[2]._replace(seq=2), entries[1]._replace(seq=3)
    return entries


def put_in(entries: list[Kept]) -> list[Kept]:
    """Put one in after the second, well linked, and move up those that follow."""
    new = entries[1]._replace(seq=3, actor="x")
    new = new._replace(hash=link(entries[1].hash, Links._make(new[:7])))
    return [*entries[:2], new, *(each._replace(seq=each.seq + 1) for each in entries[2:])]


@pytest.mark.parametrize("page", [1, 2, 3, 10])
@pytest.mark.parametrize(
    ("tamper", "broken"),
    [
        (lambda entries: entries, None),
        (replace(2, body='{"recipient":9}'), Break(3, Fault.BODY)),
        (replace(2, body=None), Break(3, Fault.EMPTIED)),
        (replace(2, at=AT), Break(3, Fault.CHANGED)),
        (replace(2, kind="circular_read"), Break(3, Fault.CHANGED)),
        (replace(2, actor="x"), Break(3, Fault.CHANGED)),
        (replace(2, subject="circular:2"), Break(3, Fault.CHANGED)),
        (replace(2, body_sha256="0" * 64), Break(3, Fault.CHANGED)),
        (replace(2, hash="0" * 64), Break(3, Fault.HASH)),
        (replace(4, actor="x"), Break(5, Fault.CHANGED)),
        (replace(4, hash="0" * 64), Break(5, Fault.HASH)),
        (swapped, Break(2, Fault.MOVED)),
        (put_in, Break(4, Fault.MOVED)),
        (lambda entries: entries[:2] + entries[3:], Break(3, Fault.MISSING)),
        (lambda entries: entries[1:], Break(1, Fault.MISSING)),
        (lambda entries: [entries[0]._replace(seq=0), *entries], Break(0, Fault.FOREIGN)),
        (lambda entries: [*entries[:3], *entries[2:]], Break(3, Fault.FOREIGN)),
        (lambda _: chain(chain="bahrain"), Break(5, Fault.HEAD)),
    ],
)
def test_the_first_broken_link_is_named(
    page: int, tamper: Callable[[list[Kept]], list[Kept]], broken: Break | None
) -> None:
    entries = tamper(chain())
    head = whole(chain() if tamper is not put_in else entries)
    assert verdict(entries, head, page) == broken


@pytest.mark.parametrize(
    ("head", "broken"),
    [
        (Head(5, chain()[4].hash), None),
        (Head(6, "0" * 64), Break(6, Fault.CUT)),
        (Head(5, "0" * 64), Break(5, Fault.HEAD)),
        (Head(4, chain()[3].hash), Break(5, Fault.HEAD)),
        (None, Break(5, Fault.HEAD)),
    ],
)
def test_the_head_is_the_last_entry(head: Head | None, broken: Break | None) -> None:
    assert verdict(chain(), head) == broken


def test_a_chain_of_nothing_is_whole() -> None:
    assert verdict([], Head()) is None
    assert verdict([], whole(chain())) == Break(1, Fault.CUT)


def test_a_body_may_be_gone_once_its_time_is_over() -> None:
    body = {"recipient": 1}
    links = Links("muscat", 1, AT, "old", "system", "circular:1", body_digest(body))
    kept = Kept(*links, None, link(GENESIS, links))
    assert verdict([kept], whole([kept])) is None


def test_a_digest_noted_earlier_is_met() -> None:
    entries = chain()
    for expect, met in ((entries[2].hash, True), ("0" * 64, False), (None, True)):
        check = ChainCheck(lambda *_: False, expect)
        assert check.follow(entries) is None
        assert check.met is met
