"""``python -m tests.demo telegram`` or ``whatsapp``: the real product against a fake platform."""

import argparse
import asyncio
import contextlib
import secrets
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.demo.employees import EMPLOYEES, import_roster, issue_code
from tests.demo.on_telegram import telegram_on_stage
from tests.demo.on_whatsapp import whatsapp_on_stage
from tests.demo.stage import Platform, Stage
from tests.e2e.product import Product

PLATFORMS: dict[str, Callable[[], contextlib.AbstractAsyncContextManager[Platform]]] = {
    "telegram": telegram_on_stage,
    "whatsapp": whatsapp_on_stage,
}
_LOOK_S = 0.1


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.demo", description=__doc__)
    parser.add_argument("platform", choices=PLATFORMS)
    parser.add_argument("--port", type=int, default=0, help="of the page; any, if left out")
    arguments = parser.parse_args()
    return asyncio.run(_demonstrate(arguments.platform, arguments.port))


async def _demonstrate(name: str, port: int) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="waai-demo-")))
        platform = await stack.enter_async_context(PLATFORMS[name]())
        stage = Stage(platform)
        url = await stack.enter_async_context(stage.served(port))
        product = Product(folder, **platform.settings(), WAAI_SECRET=secrets.token_hex(16))
        stack.callback(product.kill)
        print("Waai is starting ...", flush=True)  # noqa: T201
        await asyncio.to_thread(import_roster, folder)
        product.begin()
        if await _until_ended(product, stop, lambda: bool(product.url)):
            await platform.meet(product.url)
            stage.is_ready = True
            roster = await _roster(product)
            print(f"{roster}\nThe chat: {url}\nCtrl-C ends everything.", flush=True)  # noqa: T201
            await _until_ended(product, stop, lambda: False)
        if not stop.is_set():
            print(product.errors(), file=sys.stderr)  # noqa: T201
            return 1
        await asyncio.to_thread(product.stop)
        return 0


async def _roster(product: Product) -> str:
    settings = product.environment
    codes = [
        await issue_code(one, settings["DATABASE_URL"], settings["WAAI_SECRET"])
        for one in EMPLOYEES
    ]
    lines = [
        f"  {one.employer:<8} {one.number}  +{one.phone:<12}  {code}  {one.name}"
        for one, code in zip(EMPLOYEES, codes, strict=True)
    ]
    return "\n".join(["On the roster, each with a code to link a chat by:", *lines])


async def _until_ended(product: Product, stop: asyncio.Event, holds: Callable[[], bool]) -> bool:
    """Wait until something holds (True), or the product or the demonstration ends (False)."""
    while not stop.is_set() and product.process.poll() is None:
        product.look()
        if holds():
            return True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _LOOK_S)
    return False


if __name__ == "__main__":
    sys.exit(main())
