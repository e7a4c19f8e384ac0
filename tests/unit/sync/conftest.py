import pytest

from privcrm.clock import ManualClock
from privcrm.store import Store
from tests.store.fixtures import clock, store, url
from tests.unit.sync.company import Mirrored, mirrored

__all__ = ["clock", "company", "store", "url"]


@pytest.fixture
def company(store: Store, clock: ManualClock) -> Mirrored:
    return mirrored(store, clock)
