import pytest

from privcrm.clock import ManualClock
from privcrm.store import Store
from tests.store.fixtures import clock, store, url
from tests.unit.mirror.company import MemoryCompany, memory_company

__all__ = ["clock", "company", "store", "swept", "url"]


@pytest.fixture
def company(store: Store, clock: ManualClock) -> MemoryCompany:
    return memory_company(store, clock)


@pytest.fixture
def swept(company: MemoryCompany) -> MemoryCompany:
    """A company of which everything is known, some time ago."""
    assert company.sweep.run() is None
    company.clock.sleep(3_600)
    return company
