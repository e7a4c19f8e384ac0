from collections.abc import Iterator
from pathlib import Path

import pytest

from privcrm.clock import ManualClock
from privcrm.store import open_store
from tests.store.databases import KINDS, ready_database
from tests.unit.live_codes.staff.desk import Desk, open_desk


@pytest.fixture(params=KINDS)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    clock = ManualClock()
    with (
        ready_database(request.param, tmp_path) as url,
        open_store(url, clock=clock, company="acme") as store,
    ):
        yield open_desk(store, clock)
