from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from privcrm.clock import ManualClock
from privcrm.provider import CallRecord, ProviderContext
from privcrm.sandbox.world import World
from privcrm.store import open_store
from privcrm.testing import MemoryProvider
from tests.store.databases import KINDS, ready_database
from tests.unit.live_codes.making.studio import Studio, open_studio


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def records() -> list[CallRecord]:
    return []


@pytest.fixture
def world() -> World:
    return World(seed=3, staff=12, members=40, groups=8)


@pytest.fixture
def provider(world: World, clock: ManualClock, records: list[CallRecord]) -> MemoryProvider:
    return MemoryProvider(world, ProviderContext(clock=clock, random=Random(1), on_call=records.append))


@pytest.fixture(params=KINDS)
def studio(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    provider: MemoryProvider,
    clock: ManualClock,
    records: list[CallRecord],
) -> Iterator[Studio]:
    with (
        ready_database(request.param, tmp_path) as url,
        open_store(url, clock=clock, company="acme") as store,
    ):
        yield open_studio(store, provider, clock, records, tmp_path / "pictures")
