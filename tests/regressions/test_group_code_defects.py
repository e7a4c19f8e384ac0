"""Defects of group codes that other systems have, by their number in our list; each was found in somebody's source."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from attrs import evolve

from privcrm.errors import AnswerLost
from privcrm.models import StaffId
from privcrm.models.codes import GroupCapacity, OnFull, OverflowStrategy, Seat, StaffLiveCode
from privcrm.sandbox.world.scanning import Entry
from privcrm.services.live_codes.groups import EntryKind
from privcrm.services.live_codes.making.outcomes import CodeState
from privcrm.store.live_codes.generations import Generations
from privcrm.store.live_codes.joins import Came
from privcrm.store.live_codes.vendor_codes import VendorLife
from tests.store.fixtures import url
from tests.unit.live_codes.groups.conftest import shop, shop_with
from tests.unit.live_codes.groups.shop import POLICY, SCAN_CAP, Shop
from tests.unit.live_codes.groups.test_entries import picture

__all__ = ["shop", "shop_with", "url"]

ROOM = SCAN_CAP - 1
DAY = 86_400.0


def test_d4_pruning_a_list_writes_the_whole_code_and_people_are_known_still(shop: Shop) -> None:
    shop.code(note="front door")
    before = shop.book.provider.live_codes.get_group_code(shop.vendor().vendor_id).spec
    shop.scan(ROOM + 1)
    after = shop.book.provider.live_codes.get_group_code(shop.vendor().vendor_id).spec
    assert after.group_ids != before.group_ids
    assert after == evolve(before, group_ids=after.group_ids, base_number=3)
    assert (before.opens_groups, before.base_name, before.state != "") == (True, "shop群", True)
    (joined,) = shop.scan()
    assert joined is not None
    assert shop.room(joined.group_id).joined == 2


def test_d5_each_group_has_bounds_of_its_own_and_an_empty_list_is_an_outcome_not_a_push(shop: Shop) -> None:
    small = shop.group("shop群1")
    shop.code(groups=[small])
    shop.codes.set_capacity("shop", small, GroupCapacity(6, 30, source="client page", as_of="2026-01-02"))
    shop.scan(5)
    assert shop.room(small).state == "scan_full", "at its own bound, not at that of another"
    listed = shop.listed()
    shop.dismiss(small)
    outcome = shop.codes.reconcile("shop", force=True)
    assert outcome.empty == (0,)
    assert shop.listed() == listed
    assert "no_group" in shop.alarms()
    assert [room.state for room in shop.rooms()] == ["retired"], "it is remembered, and does not drop out silently"


def test_d11_joins_count_not_looks_and_no_room_is_never_blank(shop: Shop) -> None:
    group_id = shop.group()
    other = {"on_full": OnFull.CLOSED}
    shop.code(groups=[group_id], strategy=OverflowStrategy.IMAGES, **other)
    shop.codes.add_image("shop", group_id, picture("a"))
    for _ in range(3 * SCAN_CAP):
        assert shop.codes.entry_now("shop").kind is EntryKind.IMAGE, "looking takes no seat"
    shop.scan_picture(group_id, ROOM)
    entry = shop.codes.entry_now("shop")
    assert (entry.kind, entry.on_full) == (EntryKind.NO_ROOM, OnFull.CLOSED)


def test_d16_a_change_keeps_the_vendors_code_and_deleting_deletes_it_or_tells_of_an_orphan(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.code()
    before = shop.vendor()
    shop.change("shop", note="changed", strategy=OverflowStrategy.SPARE_POOL)
    assert (shop.vendor().vendor_id, shop.vendor().qr_url) == (before.vendor_id, before.qr_url)
    assert shop.calls["live_codes.create_group_code"] == 1

    def lost(_: str) -> None:
        raise AnswerLost("no answer", provider="memory", operation="live_codes.delete_group_code")

    with monkeypatch.context() as broken:
        broken.setattr(shop.book.provider.live_codes, "delete_group_code", lost)
        assert shop.live_codes.delete("shop").state is CodeState.ORPHANED
    assert shop.vendor().life is VendorLife.ORPHAN
    assert shop.live_codes.delete("shop").state is CodeState.DELETED
    assert shop.scans.group_code(before.vendor_id) is None, "whoever scans it finds nothing"


def test_d17_d26_codes_of_both_kinds_are_deleted_each_by_its_own_call(shop: Shop) -> None:
    shop.code()
    shop.code("second", groups=[shop.group()])
    shop.live_codes.create(StaffLiveCode("desk", (Seat(StaffId(shop.simulation.staff[0])),)))
    before = shop.calls.copy()
    outcomes = list(shop.live_codes.delete_all(["shop", "desk", "nobody", "second"]))
    assert [each.state for each in outcomes].count(CodeState.DELETED) == 3
    deleted = shop.calls - before
    assert (deleted["live_codes.delete_group_code"], deleted["live_codes.delete_contact_code"]) == (2, 1)
    assert all(shop.vendor(key).life is VendorLife.DELETED for key in ("shop", "desk", "second"))


@pytest.mark.parametrize("days", [7, 24.8, 24.9, 49.7, 60])
def test_d24_a_picture_is_valid_by_the_clock_however_long_that_is(shop: Shop, days: float) -> None:
    group_id = shop.group()
    shop.code(groups=[group_id], strategy=OverflowStrategy.IMAGES)
    shop.codes.add_image("shop", group_id, picture("a"), shop.clock.time() + days * DAY)
    shop.clock.advance(days * DAY - 1)
    assert shop.codes.entry_now("shop").kind is EntryKind.IMAGE
    shop.clock.advance(1)
    assert shop.codes.entry_now("shop").kind is EntryKind.NO_ROOM, "no timer had to run"


def test_d25_seats_are_who_is_inside_scanned_invited_or_gone(shop: Shop) -> None:
    shop.code()
    came = shop.scan(4)
    (room,) = shop.rooms()
    shop.invite(room.group_id, 3)
    assert (shop.room(room.group_id).seats, shop.room(room.group_id).joined) == (8, 4)
    shop.leave(room.group_id, [joined.member_id for joined in came[:2] if joined])
    assert (shop.room(room.group_id).seats, shop.room(room.group_id).joined) == (6, 4)


def test_d29_of_many_who_see_a_group_full_at_once_one_opens_the_next(shop: Shop) -> None:
    spares = [shop.group() for _ in range(4)]
    row = shop.code(strategy=OverflowStrategy.SPARE_POOL, policy=evolve(POLICY, listed=1))
    shop.codes.add_groups("shop", spares)
    joined = [shop.scans.group_code(shop.vendor().vendor_id) for _ in range(ROOM)]
    events = [event for each in joined if each for event in each.events]
    for event in events:
        shop.crm.group_rosters.take(event)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(shop.codes.take, events))
    shop.wait(30)
    assert [room.state.value for room in shop.rooms()] == ["scan_full", "open", "spare", "spare", "spare"]
    assert len([each for each in Generations(shop.book.database).of_code(row.number) if each.target]) == 1
    assert shop.rooms()[0].joined == ROOM


def test_d31_a_person_has_one_home_among_the_groups_of_a_code(shop_with: Callable[..., Shop]) -> None:
    shop = shop_with(entry=Entry(room=SCAN_CAP, spreads=True))
    groups = [shop.group(), shop.group()]
    row = shop.code(groups=groups, policy=evolve(POLICY, listed=2))
    (first,) = shop.scan()
    assert first is not None
    (other,) = {*groups} - {first.group_id}
    shop.come_again(other, first.member_id)
    (task,) = shop.open_tasks("second_home")
    assert first.member_id not in task.title + task.task_id
    assert [shop.room(each).joined for each in (first.group_id, other)] == [1, 0]
    assert [shop.room(each).seats for each in (first.group_id, other)] == [2, 2], "seats are who is inside"
    with shop.book.database.connect() as connection:
        rows = connection.all("SELECT group_id, how FROM privcrm_code_join WHERE code = ?", row.number)
    assert dict(rows) == {first.group_id: Came.BY_CODE, other: Came.AGAIN}
    assert shop.codes.entry_now("shop", first.member_id).group_id == first.group_id
