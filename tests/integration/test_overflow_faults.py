"""The next group over real HTTP, from a vendor that loses answers or is busy: one way, and what is unsure is noted."""

from typing import Any

import pytest
from attrs import frozen

from privcrm.models.codes import GroupCapacity, GroupLiveCode, OverflowPolicy, OverflowStrategy
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.overflow import Overflow
from privcrm.services.live_codes.specs import dump_code
from privcrm.store.live_codes.codes import CodeKind, CodeRow
from privcrm.store.live_codes.generations import Generation, Generations, GenerationState
from privcrm.store.live_codes.groups import Room, Rooms, RoomSource, RoomState
from privcrm.store.live_codes.vendor_codes import VendorLife

from .conftest import Shop

READY = GenerationState.READY
LOST = ("reset", "html", "truncated")


@frozen
class Overflowing:
    """A code whose one group is full, with four spare ones."""

    shop: Shop
    book: CodeBook
    overflow: Overflow
    row: CodeRow
    code: GroupLiveCode

    def ask(self) -> Generation:
        return self.overflow.next_group(self.row, self.code, "full")

    def generations(self) -> list[Generation]:
        return list(Generations(self.book.database).of_code(self.row.number))

    def parts(self) -> dict[int, VendorLife]:
        with self.book.database.connect() as connection:
            return {each.part: each.life for each in self.book.vendor.of_code(connection, self.row.number)}

    def orphans(self) -> list[str]:
        jobs = self.book.jobs
        return [orphan.what for job in jobs.list() for orphan in jobs.history.orphans(job.id)]


def overflowing(shop: Shop, strategy: OverflowStrategy) -> Overflowing:
    crm = shop.crm
    book = CodeBook(crm.provider, crm.store, crm.jobs, crm.clock)
    overflow = Overflow(book, crm.live_codes.create_group_codes)
    full = next(iter(crm.provider.groups.list())).group_id
    cap = GroupCapacity(scan_cap=len(crm.provider.groups.get(full).members), source="as many as there are")
    code = GroupLiveCode("shop", overflow=OverflowPolicy(strategy, margin=0), capacity=cap)
    rooms, now = Rooms(crm.store.database), crm.clock.time()
    spares = [spare_group(shop, number) for number in range(4)]
    with crm.store.database.transaction() as connection:
        row = book.rows.add(connection, "shop", CodeKind.GROUP, name="", spec=dump_code(code), now=now)
        for place, group_id in enumerate([full, *spares]):
            state = RoomState.SPARE if place else RoomState.OPEN
            rooms.add(connection, Room(group_id, row.number, source=RoomSource.ADDED, state=state, capacity=cap))
    return Overflowing(shop, book, overflow, row, code)


def spare_group(shop: Shop, number: int) -> str:
    owner = min(shop.crm.provider.staff.serving())
    made: dict[str, Any] = shop.control(
        "POST", "actions/staff_creates_group", {"userid": owner, "name": f"备用群{number}"}
    )
    return str(made["chat_id"])


@pytest.mark.parametrize("kind", LOST)
@pytest.mark.parametrize(("when", "left_behind"), [("after", 1), ("before", 0)])
def test_a_lost_answer_ends_in_one_code_in_use_and_one_noted_orphan(
    shop: Shop, kind: str, when: str, left_behind: int
) -> None:
    company = overflowing(shop, OverflowStrategy.CHAIN)
    shop.fault(kind, "*/add_join_way", when=when)
    answer = company.ask()
    assert (answer.generation, answer.state, answer.target) == (1, READY, "part:1")
    assert company.parts() == {1: VendorLife.OPEN}
    assert len(shop.state("live_codes")) == 1 + left_behind
    assert len(company.orphans()) == 1


@pytest.mark.parametrize(
    ("errcode", "when", "made", "orphans"),
    [(-1, "before", 1, 1), (-1, "after", 2, 1), (45033, "before", 1, 0)],  # too many at once: it did not happen
)
def test_a_busy_vendor_is_asked_again(shop: Shop, errcode: int, when: str, made: int, orphans: int) -> None:
    company = overflowing(shop, OverflowStrategy.CHAIN)
    shop.fault("errcode", "*/add_join_way", errcode=errcode, when=when)
    answer = company.ask()
    assert (answer.generation, answer.state, answer.target) == (1, READY, "part:1")
    assert company.parts() == {1: VendorLife.OPEN}
    assert len(shop.calls("*/add_join_way")) == 2
    assert len(shop.state("live_codes")) == made
    assert len(company.orphans()) == orphans


@pytest.mark.parametrize("order", [{"kind": "reset"}, {"kind": "errcode", "errcode": -1}], ids=["reset", "-1"])
@pytest.mark.parametrize("strategy", [OverflowStrategy.CHAIN, OverflowStrategy.SPARE_POOL])
def test_a_look_at_the_groups_that_is_lost_is_made_again(
    shop: Shop, order: dict[str, Any], strategy: OverflowStrategy
) -> None:
    company = overflowing(shop, strategy)
    shop.fault(path="*/groupchat/get", **order)
    assert company.ask().state is READY
    assert [each.state for each in company.generations()] == [READY]


def test_a_code_that_is_lost_twice_makes_way_for_a_spare_group(shop: Shop) -> None:
    company = overflowing(shop, OverflowStrategy.CHAIN)
    shop.fault("reset", "*/add_join_way", when="after", times=2)
    answer = company.ask()
    assert (answer.generation, answer.state, answer.strategy) == (1, READY, OverflowStrategy.SPARE_POOL)
    assert company.parts() == {1: VendorLife.ORPHAN}
    assert len(shop.calls("*/add_join_way")) == 2


def test_the_next_group_fills_in_its_turn(shop: Shop) -> None:
    company = overflowing(shop, OverflowStrategy.CHAIN)
    assert company.ask().target == "part:1"
    assert company.ask().target == "part:1"  # there is room
    assert [each.state for each in company.generations()] == [READY, GenerationState.WITHDRAWN]
