from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable

import psutil
import pytest

from tests.e2e.product import Product
from tests.e2e.visitor import visiting

pytestmark = pytest.mark.slow


def _outside(family: list[psutil.Process]) -> set[str]:
    found = set()
    for member in family:
        try:
            connections = member.net_connections("inet")
        except psutil.NoSuchProcess:
            continue
        for one in connections:
            for address in (one.laddr, one.raddr):
                if len(address) and not ipaddress.ip_address(address.ip).is_loopback:
                    found.add(f"{member.name()}: {one.status} {address}")
    return found


async def _watch(family: Callable[[], list[psutil.Process]], found: set[str]) -> None:
    while True:
        found |= _outside(family())
        await asyncio.sleep(0.02)


async def test_no_process_reaches_beyond_loopback(product: Product) -> None:
    found: set[str] = set()
    product.begin()
    watcher = asyncio.create_task(_watch(product.family, found))
    while not product.url:
        assert product.process.poll() is None, product.errors()
        product.look()
        await asyncio.sleep(0.05)
    async with visiting(product.url) as [visitor]:
        await visitor.onboards()
        for text in ("هل أقدر أنشر صورة من الدوام؟", "شكرا", "may I retweet a rumour?"):
            await visitor.says(text)
    family = product.family()
    watcher.cancel()
    assert len(family) > 1
    assert found == set()
    assert family[1].environ()["RASA_TELEMETRY_ENABLED"] == "false"
