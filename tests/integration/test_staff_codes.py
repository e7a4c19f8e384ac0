"""Staff codes over real HTTP: scans, events, pools; and kill -9 in the middle of pushing."""

import random
import signal
from pathlib import Path
from random import Random

import pytest

from privcrm import CRM
from privcrm.models import MemberId, StaffId
from privcrm.models.codes import Seat, StaffLiveCode
from privcrm.models.events import MemberAdded
from privcrm.provider import Intent
from privcrm.sandbox import Sandbox
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.specs import dump_code
from privcrm.services.live_codes.staff import Pushed, PushPolicy, StaffCodes
from privcrm.services.live_codes.staff.wishes import dump_wish
from privcrm.store.live_codes.codes import CodeKind, CodeLife
from privcrm.store.live_codes.vendor_codes import VendorCode, VendorLife

from .hasty import HastyClock
from .processes import Killer
from .seat_code_process import change, code_of
from .staff_code_process import staff_codes

KILLS = 12
CALLS_TO_A_KILL = 24


class Door:
    """A company with one staff code, made at the vendor."""

    def __init__(self, crm: CRM, sandbox: Sandbox, *seats: Seat, pool: int = 2) -> None:
        self.crm = crm
        self.sandbox = sandbox
        self.book = CodeBook(crm.provider, crm.store, crm.jobs, crm.clock)
        self.codes = StaffCodes(self.book, policy=PushPolicy(debounce=0), rng=Random(1))
        wanted = StaffLiveCode("door", seats, pool=pool, name="前台", note="前台")
        now = crm.clock.time()
        with crm.store.database.transaction() as connection:
            row = self.book.rows.add(connection, "door", CodeKind.STAFF, name="", spec=dump_code(wanted), now=now)
            self.codes.put_seats(connection, row, wanted)
            self.book.rows.set_life(connection, row.number, CodeLife.OPEN, now)
            self.state = self.book.rows.claim_state(connection, row.number, 0)
            wish = self.codes.to_make(connection, row, lambda _: self.state)[0]
        made = crm.provider.live_codes.create_contact_code(wish, intent=Intent(self.state, self.state, now))
        self.vendor_id = made.code_id
        with crm.store.database.transaction() as connection:
            known = VendorCode(
                row.number, 0, "contact", made.code_id, self.state, acked=dump_wish(wish), life=VendorLife.OPEN
            )
            self.book.vendor.put(connection, known)

    def scan(self) -> MemberAdded:
        """Let somebody scan the code, and return the event."""
        found = self.sandbox.act("member_scans_contact_code", config_id=self.vendor_id)
        staff_id, member_id = StaffId(found["userid"]), MemberId(found["external_userid"])
        at = int(self.crm.clock.time())
        return MemberAdded(staff_id=staff_id, member_id=member_id, state=found["state"], at=at, key=member_id)

    def at_vendor(self) -> set[str]:
        """Return whom the vendor's code leads to in truth."""
        return set(self.crm.provider.live_codes.get_contact_code(self.vendor_id).spec.staff_ids)


@pytest.fixture
def people(server: Sandbox) -> list[str]:
    return sorted({row.userid for row in server.company.relations()})


def test_weights_hold_against_a_vendor_who_shares_evenly_and_note_and_state_stay(shop, people):
    one, two, three = people[:3]
    door = Door(
        shop.crm,
        shop.sandbox,
        Seat(StaffId(one), weight=5),
        Seat(StaffId(two), weight=3),
        Seat(StaffId(three), weight=2),
    )
    for _ in range(100):
        door.codes.take(door.scan())
        shop.crm.clock.sleep(30)
        door.codes.reconcile("door")
    got = {each.staff_id: each.got for each in door.codes.report("door").seats}
    assert got == pytest.approx({one: 0.5, two: 0.3, three: 0.2}, abs=0.04)
    spec = shop.crm.provider.live_codes.get_contact_code(door.vendor_id).spec
    assert (spec.state, spec.note) == (door.state, "前台")


def test_a_seat_that_the_vendor_does_not_know_is_found_and_dropped(shop, people):
    without = "NobodyHere"
    one, two = people[:2]
    door = Door(shop.crm, shop.sandbox, Seat(StaffId(one)), Seat(StaffId(two)), pool=3)
    with shop.crm.store.database.transaction() as connection:
        row = door.book.rows.known(connection, "door")
        wanted = StaffLiveCode("door", (Seat(StaffId(one)), Seat(StaffId(without)), Seat(StaffId(two))), pool=3)
        door.codes.put_seats(connection, row, wanted)
    done = door.codes.reconcile("door")
    assert done.outcome is Pushed.PUSHED
    assert list(done.dropped) == [without]
    assert door.at_vendor() == {one, two}


def test_what_an_administrator_edits_is_found_at_night_and_mended(shop, people):
    one, two, three = people[:3]
    door = Door(shop.crm, shop.sandbox, Seat(StaffId(one)), Seat(StaffId(two)))
    shop.sandbox.act("admin_edits_live_code", config_id=door.vendor_id, user=[three])
    assert door.at_vendor() == {three}
    done = door.codes.reconcile("door", force=True)
    assert done.outcome is Pushed.PUSHED
    assert [each.field for each in done.drift] == ["staff_ids"]
    assert door.at_vendor() == {one, two}


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_over_the_wire(shop, people, when):
    one, two = people[:2]
    door = Door(shop.crm, shop.sandbox, Seat(StaffId(one)), Seat(StaffId(two)), pool=1)
    door.codes.take(door.scan())
    for _ in range(6):  # more than the transport tries by itself
        shop.fault("reset", "*/update_contact_way", when=when, times=1)
    assert door.codes.reconcile("door").outcome in (Pushed.UNKNOWN, Pushed.PUSHED, Pushed.UNREACHABLE)
    shop.control("DELETE", "faults")
    shop.crm.clock.sleep(60)
    door.codes.reconcile("door")
    assert door.at_vendor() == {two}
    assert door.codes.reconcile("door").calls == 0


@pytest.mark.crash
def test_kills_while_a_pool_is_pushed(tmp_path: Path, workers, monkeypatch):
    store = f"sqlite:///{tmp_path / 'store.db'}"
    moments = random.Random(20261129).choices(range(1, CALLS_TO_A_KILL), k=KILLS)
    with Sandbox(seed=11, staff=8, members=40, groups=1) as sandbox:
        one, two, *_ = sorted({row.userid for row in sandbox.company.relations()})
        with CRM.from_env(sandbox.env, store=store) as crm:
            door = Door(crm, sandbox, Seat(StaffId(one)), Seat(StaffId(two)))
        pushing = workers("staff_code_process.py", sandbox.env, store)
        killer = Killer(sandbox)
        monkeypatch.setattr(sandbox.recorder, "note", killer.note)
        for call in moments:
            assert killer.kill_next(pushing, call) == -signal.SIGKILL, "it was over before all the kills"
        monkeypatch.undo()
        with CRM.from_env(sandbox.env, store=store) as crm:
            codes = staff_codes(crm)
            codes.online("door", one, True)
            done = codes.reconcile("door")
            assert done.outcome in (Pushed.PUSHED, Pushed.CONFIRMED, Pushed.UNCHANGED)
            held = set(crm.provider.live_codes.get_contact_code(door.vendor_id).spec.staff_ids)
            assert held == {one, two}
            assert done.drift == (), "what we wrote ourselves is no drift"
            assert codes.reconcile("door", force=True).drift == ()


@pytest.mark.crash
def test_kills_while_a_seats_own_code_is_deleted_and_made_anew(tmp_path: Path, workers, monkeypatch):
    store = f"sqlite:///{tmp_path / 'store.db'}"
    moments = random.Random(20261130).choices(range(1, CALLS_TO_A_KILL), k=KILLS // 2)
    with Sandbox(seed=11, staff=8, members=40, groups=1) as sandbox:
        clock = HastyClock(sandbox.env["PRIVCRM_WECOM_BASE_URL"])
        people = sorted({row.userid for row in sandbox.company.relations()})[:2]
        whole = code_of(people)
        with CRM.from_env(sandbox.env, store=store, clock=clock) as crm:
            assert crm.live_codes.create(whole).message == ""
        coming_and_going = workers("seat_code_process.py", sandbox.env, store, *people)
        killer = Killer(sandbox)
        monkeypatch.setattr(sandbox.recorder, "note", killer.note)
        for call in moments:
            assert killer.kill_next(coming_and_going, call) == -signal.SIGKILL, "it was over before all the kills"
        monkeypatch.undo()
        with CRM.from_env(sandbox.env, store=store, clock=clock) as crm:
            change(crm, whole)
            assert crm.live_codes.staff.explain("door").leaving == {}
            exported = {each.vendor_id: each.life for each in crm.live_codes.export()}
            port = crm.provider.live_codes
            at_vendor = {each: port.get_contact_code(each).spec.staff_ids for each in port.contact_codes()}
            assert {vendor_id for vendor_id, life in exported.items() if life == "open"} == set(at_vendor)
            assert sorted(at_vendor.values()) == [(each,) for each in people]
            assert set(exported.values()) == {"open", "deleted"}
