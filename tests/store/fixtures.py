"""What tests of the store and of the work kernel share."""

from collections.abc import Generator
from pathlib import Path

import pytest

from privcrm.clock import ManualClock
from privcrm.store import Store, open_store
from tests.store.databases import KINDS, ready_database


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[str]:
    with ready_database(request.param, tmp_path) as address:
        yield address


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(url: str, clock: ManualClock) -> Generator[Store]:
    with open_store(url, clock=clock, company="acme") as opened:
        yield opened
