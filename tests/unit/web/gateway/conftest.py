from collections.abc import Generator
from pathlib import Path

import pytest

from privcrm.clock import ManualClock
from privcrm.store import Store, open_store
from tests.store.databases import ready_database
from tests.unit.live_codes.gateway.places import Place
from tests.unit.web.gateway.browsing import Browser, gateway_of


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Generator[Store]:
    with ready_database("sqlite", tmp_path) as url, open_store(url, clock=clock, company="acme") as opened:
        yield opened


@pytest.fixture
def place(store: Store, clock: ManualClock) -> Place:
    return Place(store, clock)


@pytest.fixture
def browser(place: Place) -> Browser:
    return Browser(gateway_of(place, domains=["go.example.com", "spare.example.com"]))
