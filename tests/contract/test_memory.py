import pytest

from privcrm.clock import ManualClock
from privcrm.sandbox.world import World
from privcrm.testing.contract import MakeProvider, ProviderContract
from privcrm.testing.memory import MemoryProvider
from tests.contract.memory_people import MemoryPeople


class TestMemory(MemoryPeople, ProviderContract):
    @pytest.fixture
    def clock(self) -> ManualClock:
        return ManualClock()

    @pytest.fixture
    def world(self) -> World:
        return World(members=600)

    @pytest.fixture
    def make_provider(self, world: World) -> MakeProvider:
        return lambda context: MemoryProvider(world, context)
