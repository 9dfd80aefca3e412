from __future__ import annotations

import io

import pytest

from bot import log


@pytest.fixture
def logged(log_as_before: None) -> io.StringIO:
    """What is logged, as `run` has it logged."""
    assert log_as_before is None
    stream = io.StringIO()
    log.configure(stream, json=True, level="INFO")
    return stream
