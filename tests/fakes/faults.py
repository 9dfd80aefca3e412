"""What a test can make a fake server do wrong."""

import socket
import struct
from dataclasses import dataclass
from typing import Any

from aiohttp import web


@dataclass
class Fault:
    """One request that goes wrong; ``method`` is None where any will do."""

    method: str | None
    cut: bool = False
    status: int = 0
    body: dict[str, Any] | bytes = b""


class Faults:
    """The faults that wait for their request, and how late the answers are."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._slow: dict[str | None, float] = {}

    def cut_next_answer(self, method: str | None = None) -> None:
        """Do what the next request asks, then reset the connection instead of answering."""
        self._faults.append(Fault(method, cut=True))

    def fail_next(
        self, status: int, body: dict[str, Any] | bytes = b"", method: str | None = None
    ) -> None:
        """Answer the next request with this, without doing what it asks."""
        self._faults.append(Fault(method, status=status, body=body))

    def slow(self, seconds: float, method: str | None = None) -> None:
        """Answer every request this late; 0 ends it."""
        self._slow[method] = seconds

    def delay(self, method: str) -> float:
        """Give the seconds by which answers to a method are late."""
        return self._slow.get(method, self._slow.get(None, 0))

    def take_fault(self, method: str) -> Fault | None:
        """Give the fault that waits for a request to a method, if one does; it happens once."""
        for fault in self._faults:
            if fault.method in (None, method):
                self._faults.remove(fault)
                return fault
        return None


def reset(request: web.Request) -> None:
    """Break the request's connection without an answer."""
    transport = request.transport
    assert transport is not None
    # Lingering for 0 seconds makes the kernel send RST instead of FIN.
    transport.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
    )
    transport.abort()
