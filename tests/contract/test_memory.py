import pytest

from privcrm.sandbox.world import EPOCH, World
from privcrm.testing.contract import MakeProvider, ProviderContract
from privcrm.testing.memory import MemoryProvider


class TestMemory(ProviderContract):
    @pytest.fixture
    def world(self) -> World:
        return World(members=600)

    @pytest.fixture
    def make_provider(self, world: World) -> MakeProvider:
        return lambda context: MemoryProvider(world, context)

    @pytest.fixture
    def leaver_id(self, world: World) -> str:
        owner = world.groups.owner(0)
        world.resigns(owner, at=EPOCH)
        return world.staff[owner].staff_id
