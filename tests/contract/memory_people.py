"""What people do with live codes and handovers, for the contract of the memory provider: actions of the world."""

import pytest

from privcrm.clock import ManualClock
from privcrm.sandbox.world import World
from privcrm.sandbox.world.scanning import Entry, accept, scan_contact_code, scan_group_code
from privcrm.testing.contract import Relation


def number(text: str) -> int:
    return int(text.rpartition("-")[2])


class MemoryPeople:
    """Fixtures over ``world``, ``clock`` and ``provider``."""

    @pytest.fixture
    def pass_time(self, clock: ManualClock):
        return clock.advance

    @pytest.fixture
    def lose_answer(self, provider):
        return provider.lose_answer

    @pytest.fixture
    def leaver_id(self, world: World, clock: ManualClock):
        owner = world.groups.owner(0)
        world.resigns(owner, at=int(clock.time()))
        return world.staff[owner].staff_id

    @pytest.fixture
    def scan_contact_code(self, world: World, clock: ManualClock):
        def scan(code_id: str) -> Relation | None:
            code, member, at = world.live_codes.find(number(code_id)), world.newcomer(), int(clock.time())
            try:
                found = scan_contact_code(world, code, member, at=at)
            except LookupError:
                return None
            if found.follow is None:
                accept(world, found.staff, member, at=at)
            return Relation(world.staff[found.staff].staff_id, f"member-{member}")

        return scan

    @pytest.fixture
    def room(self) -> list[int]:
        """At how many people a group takes no more scans; the last entry counts."""
        return [500]

    @pytest.fixture
    def scan_group_code(self, world: World, clock: ManualClock, room: list[int]):
        def scan(code_id: str) -> str:
            code, at = world.live_codes.find(number(code_id)), int(clock.time())
            try:
                found = scan_group_code(world, code, world.newcomer(), at=at, entry=Entry(room=room[-1]))
            except LookupError:
                return ""
            return f"group-{found.group}"

        return scan

    @pytest.fixture
    def fill_groups(self, world: World, room: list[int]):
        return lambda: room.append(min(len(group.people) for group in world.groups))

    @pytest.fixture
    def refuse_transfer(self, world: World, clock: ManualClock):
        def refuse(relation: Relation) -> None:
            waiting = world.handovers.waiting(world.staff.find(relation.staff_id).number, number(relation.member_id))
            world.handovers.refuse(waiting, at=int(clock.time()))

        return refuse

    @pytest.fixture
    def open_group(self):
        return "open-group-3", "group-3"
