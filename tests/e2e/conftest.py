"""The real thing: processes, the trained model, a database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.model.training import train
from tests.e2e.product import Product


@pytest.fixture(scope="session")
def model() -> Path:
    """The trained model; trained here if nobody did."""
    return train()[0]


@pytest.fixture(scope="session")
def live(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One product without Telegram that all tests share; none may break it."""
    assert model.suffix == ".gz"
    with Product(tmp_path_factory.mktemp("live")) as product:
        yield product


@pytest.fixture
def product(model: Path, tmp_path: Path) -> Iterator[Product]:
    """A product of this test's own, not started."""
    assert model.suffix == ".gz"
    product = Product(tmp_path / "product")
    yield product
    product.kill()
