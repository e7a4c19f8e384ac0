import pytest

from privcrm.clock import ManualClock
from privcrm.provider import CallRecord, ProviderContext
from privcrm.sandbox.world import World
from privcrm.testing.contract import MakeProvider, ProviderContract
from privcrm.testing.memory import MemoryProvider
from tests.contract.memory_people import MemoryPeople
from tests.contract.memory_speaking import MemorySpeaking


class TestMemory(MemoryPeople, MemorySpeaking, ProviderContract):
    @pytest.fixture
    def clock(self) -> ManualClock:
        return ManualClock()

    @pytest.fixture
    def context(self, clock: ManualClock, records: list[CallRecord]) -> ProviderContext:
        """Pages so small that listings have several of them."""
        areas = ("messages", "moments", "products", "live_codes", "handover", "statistics")
        limits = {f"{area}.page": 2 for area in areas}
        return ProviderContext(clock=clock, on_call=records.append, limits=limits)

    @pytest.fixture
    def world(self) -> World:
        return World(members=600)

    @pytest.fixture
    def make_provider(self, world: World) -> MakeProvider:
        return lambda context: MemoryProvider(world, context)
