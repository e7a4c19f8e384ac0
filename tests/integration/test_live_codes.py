"""Several processes handle the events of live codes and keep them at the vendor, on one store, over real HTTP."""

import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from privcrm.models import GroupId, StaffId
from privcrm.models.codes import GroupCapacity, GroupLiveCode, OverflowPolicy, Seat, StaffLiveCode
from tests.forking import python
from tests.integration.places import Place, company
from tests.store.databases import KINDS, ready_database

SCAN_CAP = 10
PROGRAM = Path(__file__).with_name("codes_process.py")


@contextmanager
def workers(url: str, env: dict[str, str], count: int) -> Iterator[None]:
    """Let so many processes work on a store until the end."""
    line = python(PROGRAM, url)
    crew = [
        subprocess.Popen(line, env={**os.environ, **env}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(count)
    ]
    try:
        for each in crew:
            assert each.stdout is not None
            assert each.stdout.readline() == "ready\n"
        yield
    finally:
        ended = []
        for each in crew:
            assert each.stdin is not None
            each.stdin.close()
            ended.append(each.wait(60))
            each.stdout.close()
    assert ended == [0] * count


SMALL = (2, 25, 10)
LARGE = (4, 500, 200)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("processes", "joins", "adds"), [SMALL, pytest.param(*LARGE, marks=pytest.mark.soak)])
def test_processes_count_every_event_once_and_open_no_group_twice(
    kind: str, processes: int, joins: int, adds: int, tmp_path: Path
) -> None:
    with ready_database(kind, tmp_path) as url, company(url) as place:
        place.sandbox.company.rules.change({"join_scan_cap": SCAN_CAP})
        hall, door = make_codes(place)
        place.fault("duplicate", probability=0.2)
        with workers(url, place.sandbox.env, processes):
            for each in range(joins):
                place.act("member_scans_join_code", config_id=hall)
                if each * adds // joins < (each + 1) * adds // joins:
                    place.act("member_scans_contact_code", config_id=door)
                if each % 10 == 0:
                    place.sandbox.clock.advance(5.0)
                    assert place.sandbox.flush_callbacks(30)
            assert place.sandbox.flush_callbacks(30)
            wait_for_inbox(place)
            place.sandbox.clock.advance(60.0)
        place.sandbox.faults.remove(None)
        place.settle()
        check_hall(place, joins)
        check_door(place, door, adds)


def wait_for_inbox(place: Place) -> None:
    """Return when the processes have handled everything; what is tried again comes with the simulated time."""
    for _ in range(2_000):
        if not place.crm.webhooks.inbox.summary().new:
            return
        place.sandbox.clock.advance(1.0)
        place.crm.webhooks.work()
    pytest.fail("the processes did not handle everything")


def make_codes(place: Place) -> tuple[str, str]:
    """Make a group code and a staff code; return the vendor's ids."""
    made = place.act("staff_creates_group", userid=place.staff, name="客户群1")
    place.settle()
    codes = place.crm.live_codes
    policy = OverflowPolicy(prefix="客户群", margin=1, reopen_gap=2)
    group_code = GroupLiveCode(
        "hall", (GroupId(made["chat_id"]),), overflow=policy, capacity=GroupCapacity(SCAN_CAP, 500)
    )
    staff = sorted(place.crm.provider.staff.serving())[:3]
    staff_code = StaffLiveCode("door", tuple(Seat(StaffId(each)) for each in staff))
    for code in (group_code, staff_code):
        assert codes.create(code).message == ""
    return codes.get("hall").vendor_codes[0].vendor_id, codes.get("door").vendor_codes[0].vendor_id


def check_hall(place: Place, joins: int) -> None:
    place.crm.live_codes.groups.look_through()
    rooms = list(place.crm.live_codes.groups.history("hall"))
    rooms.sort(key=lambda room: room.number)
    groups = [place.crm.provider.groups.get(room.group_id) for room in rooms]
    assert [room.number for room in rooms] == list(range(1, len(rooms) + 1))
    # A group that the vendor opens while its list is written may bear a name once more, and be off the list until that
    # is read back: at a group every few seconds now and then, and the vendor opens one more.
    named_twice = len(groups) - len({group.name for group in groups})
    assert named_twice <= len(rooms) // 5
    assert 0 <= len(rooms) - -(-joins // (SCAN_CAP - 1)) <= named_twice
    assert [room.seats for room in rooms] == [len(group.members) for group in groups]
    assert max(room.seats for room in rooms) <= SCAN_CAP
    assert sum(room.joined for room in rooms) == joins


def check_door(place: Place, door: str, adds: int) -> None:
    code = place.sandbox.world.live_codes.find(place.sandbox.company.ids.live_code.decode(door))
    came = place.sandbox.world.live_codes.came[code.number]
    true = Counter({place.sandbox.world.staff[number].staff_id.lower(): count for number, count in came.items()})
    report = place.crm.live_codes.report("door")
    counted = Counter({str(each.staff_id).lower(): each.total for each in report.seats if each.total})
    assert counted == true
    assert counted.total() == adds
