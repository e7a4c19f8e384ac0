"""Group codes over real HTTP: people scan in the simulated company, callbacks come in, and groups follow each other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from privcrm.jobs.runner import Runner
from privcrm.models import GroupId
from privcrm.models.codes import GroupCapacity, GroupLiveCode, OverflowPolicy
from privcrm.sandbox.control.paging import BadRequest
from privcrm.store.live_codes.groups import Room
from tests.integration.places import MAIN, Place, company
from tests.store.databases import ready_database

SMALL = GroupCapacity(scan_cap=10, hard_cap=20, source="the simulated company")
POLICY = OverflowPolicy(prefix="客户群", margin=1, reopen_gap=2, new_group_within=60)


class Door:
    """A group code of a company, and people in front of it."""

    def __init__(self, place: Place, *, capacity: GroupCapacity = SMALL, policy: OverflowPolicy = POLICY) -> None:
        self.place, self.crm = place, place.crm
        self.runner = Runner(self.crm.jobs, self.crm.clock)
        self.first = self.new_group("客户群1")
        code = GroupLiveCode("door", (self.first,), overflow=policy, capacity=capacity)
        outcome = self.crm.live_codes.create(code)
        assert not outcome.message, outcome
        (vendor,) = self.crm.live_codes.get("door").vendor_codes
        self.config_id = vendor.vendor_id
        self.settle()

    def new_group(self, name: str) -> GroupId:
        made = self.place.act("staff_creates_group", userid=self.place.staff, name=name)
        self.place.settle()
        return GroupId(made["chat_id"])

    def scan(self, count: int, *, settle_every: int = 1) -> int:
        """Let people scan; return how many were let in."""
        let_in = 0
        for number in range(1, count + 1):
            let_in += self._scan()
            if number % settle_every == 0:
                self.settle()
        self.settle()
        return let_in

    def _scan(self) -> bool:
        try:
            self.place.act("member_scans_join_code", config_id=self.config_id)
        except BadRequest:
            return False
        return True

    def settle(self, seconds: float = 2.0) -> None:
        """Let callbacks arrive and timers run that are due within some seconds."""
        self.place.settle()
        self.place.sandbox.clock.advance(seconds)
        while self.runner.run_once():
            pass
        self.place.settle()

    def rooms(self) -> list[Room]:
        return list(self.crm.live_codes.groups.history("door"))

    def inside(self) -> dict[str, int]:
        """Return how many people are in each group, as the vendor has it."""
        return {room.group_id: len(self.crm.provider.groups.get(room.group_id).members) for room in self.rooms()}

    def names(self) -> list[str]:
        return [self.crm.provider.groups.get(room.group_id).name for room in self.rooms()]

    def listed(self) -> tuple[str, ...]:
        return self.crm.provider.live_codes.get_group_code(self.config_id).spec.group_ids

    def alarms(self) -> set[str]:
        return {alarm.kind for alarm in self.crm.live_codes.get("door").alarms}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with ready_database("sqlite", tmp_path) as url, company(url) as made:
        yield made


def switch(place: Place, **rules: Any) -> None:
    place.sandbox.company.rules.change(rules)


def test_450_people_fill_three_groups_one_after_the_other(place: Place) -> None:
    door = Door(place, capacity=GroupCapacity(200, 500), policy=OverflowPolicy(prefix="客户群"))
    assert door.scan(450, settle_every=10) == 450, "nobody is turned away"
    rooms = door.rooms()
    assert len(rooms) == 3
    assert door.names() == ["客户群1", "客户群2", "客户群3"]
    assert [room.number for room in rooms] == [1, 2, 3]
    assert door.inside() == {room.group_id: room.seats for room in rooms}
    assert max(room.seats for room in rooms) <= 200
    assert sum(room.joined for room in rooms) == 450
    assert door.listed() == (rooms[-1].group_id,)
    assert door.alarms() <= {"burst"}, "they came within minutes"
    assert len(door.crm.live_codes.report("door").unprepared) == 2


@pytest.mark.parametrize(
    "rules",
    [
        {"join_way_update": "merges"},
        {"new_group_appended": "no"},
        {"new_group_appended": "no", "full_chat_list": "stops", "join_way_update": "merges"},
        {"auto_create_default": "0"},
        {"join_code_draw": "emptiest"},
        {"new_group_owner": "first"},
    ],
)
def test_whatever_the_vendor_does_of_its_own_will_groups_follow_each_other(place: Place, rules: dict[str, str]) -> None:
    switch(place, join_scan_cap=10, **rules)
    door = Door(place)
    assert door.scan(25) == 25
    assert [room.number for room in door.rooms()] == [1, 2, 3]
    assert max(door.inside().values()) <= 10
    assert door.listed() == (door.rooms()[-1].group_id,)
    assert sum(room.joined for room in door.rooms()) == 25


@pytest.fixture
def stopped(place: Place) -> Door:
    """A code of which five groups were full before anybody heard of it, and then the vendor opens no other."""
    switch(place, join_scan_cap=10, full_chat_list="stops")
    door = Door(place, policy=attrs.evolve(POLICY, listed=5))
    door.crm.live_codes.groups.add_groups("door", [door.new_group("spare")])
    assert door.scan(60, settle_every=1_000) == 5 * 10 - 1 - 4
    return door


def test_a_vendor_that_stops_at_five_full_groups_gets_a_shorter_list_and_opens_again(stopped: Door) -> None:
    assert len(stopped.listed()) == 4
    assert stopped.scan(3) == 3
    assert len(stopped.rooms()) == 7


def test_where_it_opens_none_all_the_same_an_alarm_is_raised_and_the_spare_group_shown(
    stopped: Door, place: Place
) -> None:
    spare = next(room.group_id for room in stopped.rooms() if room.source == "added")
    for _ in range(6):
        stopped.settle(30.0)
    assert "no_new_group" in stopped.alarms()
    assert stopped.listed() == (spare,)
    assert stopped.scan(2) == 2
    del place


def test_auto_create_that_somebody_switched_off_is_told_and_the_spare_pool_steps_in(place: Place) -> None:
    switch(place, join_scan_cap=10)
    door = Door(place)
    spare = door.new_group("spare")
    door.crm.live_codes.groups.add_groups("door", [spare])
    code = place.sandbox.world.live_codes.find(place.sandbox.company.ids.live_code.decode(door.config_id))
    assert door.scan(9) == 9
    break_auto_create(place, code.number)
    for _ in range(8):
        door.settle(30)
        break_auto_create(place, code.number)
    assert "no_new_group" in door.alarms()
    assert door.listed() == (spare,)
    assert door.scan(2) == 2


def break_auto_create(place: Place, number: int) -> None:
    """Let another system switch it off at the vendor."""
    book = place.sandbox.world.live_codes
    book.keep(attrs.evolve(book.find(number), opens_groups=False))


def test_events_that_were_lost_are_made_good_by_the_night(place: Place) -> None:
    switch(place, join_scan_cap=10, new_group_appended="no")
    door = Door(place)
    place.sandbox.set_callback("", MAIN)
    assert door.scan(14) == 14, "and nobody tells"
    assert [room.seats for room in door.rooms()] == [1]
    door.settle(86_400.0)
    assert [room.seats for room in door.rooms()] == [10, 6]
    assert [room.joined for room in door.rooms()] == [9, 5]
    assert door.listed() == (door.rooms()[1].group_id,)
