"""Creating codes: kept first, made once, in use with its picture; and again after whatever interrupted it."""

import json

import pytest
import zxingcpp
from attrs import evolve
from PIL import Image

from privcrm.errors import InputError, PreconditionFailed
from privcrm.models import ContactCodeSpec
from privcrm.models.codes import (
    GroupLiveCode,
    LaunchGate,
    OverflowPolicy,
    OverflowStrategy,
    Routing,
    Seat,
    StaffLiveCode,
    state_number,
    state_of,
)
from privcrm.provider import CannotTell
from privcrm.services.live_codes.making import CodeState
from privcrm.services.live_codes.pictures.archive import AGAIN_SECONDS
from privcrm.store.live_codes.codes import CodeLife
from privcrm.store.live_codes.groups import Rooms
from privcrm.store.live_codes.vendor_codes import VendorLife

CREATE = "create_contact_code"


def test_a_staff_code_is_made_with_our_state_and_its_picture(studio, tmp_path):
    (made,) = studio.making.create([studio.code()], who="li")
    assert (made.key, made.state, made.message, made.pictured) == ("SH001", CodeState.CREATED, "", True)
    row, (vendors,) = studio.row("SH001"), studio.vendors("SH001")
    assert (row.life, row.created_by) == (CodeLife.OPEN, "li")
    assert (vendors.kind, vendors.life) == ("contact", VendorLife.OPEN)
    assert state_number(vendors.state) == (row.number, 0)
    assert vendors.state != state_of(row.number)  # which anybody could guess
    at_vendor = studio.book.provider.live_codes.get_contact_code(vendors.vendor_id)
    assert at_vendor.spec.state == vendors.state
    assert set(at_vendor.spec.staff_ids) == set(studio.able[:2])
    picture = studio.archive.get("SH001")
    assert picture.says == f"https://memory.invalid/scan/{vendors.vendor_id}"
    with Image.open(tmp_path / "pictures" / f"{row.number}-0.png") as image:
        assert [each.text for each in zxingcpp.read_barcodes(image)] == [picture.says]


def test_what_was_made_needs_no_call_to_be_reconciled(studio):
    list(studio.making.create([studio.code()]))
    studio.calls()
    assert studio.staff.reconcile("SH001").calls == 0
    assert studio.calls().total() == 0


def test_the_same_again_makes_nothing(studio):
    list(studio.making.create([studio.code()]))
    studio.calls()
    (again,) = studio.making.create([studio.code()])
    assert (again.state, studio.calls().total()) == (CodeState.UNCHANGED, 0)


def test_a_key_that_stands_for_something_else_keeps_no_other_from_being_made(studio):
    list(studio.making.create([studio.code("A")]))
    outcomes = list(studio.making.create([studio.code("A", seats=3), studio.code("B"), studio.groups("A")]))
    assert [each.state for each in outcomes] == [CodeState.FAILED, CodeState.CREATED, CodeState.FAILED]
    assert "update it" in outcomes[0].message
    assert len(studio.vendors("A")) == 1


def test_many_codes_are_one_job(studio):
    codes = [studio.code(f"S{number:03}") for number in range(30)] + [studio.groups("G")]
    outcomes = list(studio.making.create(codes))
    assert {each.state for each in outcomes} == {CodeState.CREATED}
    assert [each.key for each in outcomes] == [code.key for code in codes]
    assert len({each.job_id for each in outcomes[:30]}) == 1
    calls = studio.calls()
    assert (calls[CREATE], calls["create_group_code"], calls["picture"]) == (30, 1, 31)
    states = {studio.vendors(code.key)[0].state for code in codes}
    assert len(states) == len(codes)


def test_a_foreign_state_is_kept_and_belongs_to_one_code(studio):
    outcomes = list(studio.making.create([studio.code("A", state="春季活动"), studio.code("B", state="春季活动")]))
    assert [each.state for each in outcomes] == [CodeState.CREATED, CodeState.FAILED]
    assert "belongs to another" in outcomes[1].message
    (vendors,) = studio.vendors("A")
    assert studio.book.provider.live_codes.get_contact_code(vendors.vendor_id).spec.state == "春季活动"
    with studio.book.database.connect() as connection:
        assert studio.book.rows.of_state(connection, "春季活动") == (studio.row("A").number, 0)
        assert studio.book.rows.get(connection, "B") is None, "half of a code was kept"


def test_a_lost_answer_makes_no_second_code(studio, provider):
    provider.lose_answer("live_codes.create_contact_code")
    (made,) = studio.making.create([studio.code()])
    assert made.state is CodeState.CREATED
    assert len(list(provider.live_codes.contact_codes())) == 1


def test_a_lost_request_is_made_good(studio, provider):
    provider.lose_request("live_codes.create_contact_code")
    (made,) = studio.making.create([studio.code()])
    assert made.state is CodeState.CREATED
    assert len(list(provider.live_codes.contact_codes())) == 1


def test_a_picture_that_does_not_come_is_fetched_later(studio, provider):
    provider.lose_answer("live_codes.picture")
    (made,) = studio.making.create([studio.code()])
    assert (made.state, made.pictured) == (CodeState.CREATED, False)
    assert "made good later" in made.message
    studio.calls()
    studio.book.clock.advance(AGAIN_SECONDS)
    while studio.book.jobs.timers.fire_one("somebody"):
        pass
    assert studio.calls()["picture"] == 1
    assert studio.archive.get("SH001").content.startswith(b"\x89PNG")
    assert list(studio.archive.fetch_missing()) == []


def test_a_picture_outlives_the_address(studio, provider):
    list(studio.making.create([studio.code()]))
    studio.calls()
    assert studio.archive.get("SH001").media_type == "image/png"
    assert studio.calls().total() == 0


# -- seats that the vendor does not take


class Choosy:
    """Refuses every code that leads to one of some employees, as the vendor does: without saying whom."""

    def __init__(self, provider, *bad, names=False):
        self._port = provider.live_codes
        self._bad, self._names = bad, names
        provider.live_codes = self

    def create_contact_code(self, spec, *, intent, extra=None):
        found = [staff_id for staff_id in spec.staff_ids if staff_id in self._bad]
        if found:
            told = f"user {found[0]} not verified" if self._names else "user not verified"
            raise PreconditionFailed(told, provider="memory", operation="create_contact_code", code=41054)
        return self._port.create_contact_code(spec, intent=intent, extra=extra)

    def __getattr__(self, name):
        return getattr(self._port, name)


def spec_at_vendor(studio, key):
    (vendors,) = studio.vendors(key)
    return studio.book.provider.live_codes.get_contact_code(vendors.vendor_id).spec


@pytest.mark.parametrize("names", [False, True])
def test_a_bad_seat_is_dropped_and_told_and_the_code_is_made_with_the_rest(studio, provider, names):
    bad = studio.able[0]
    Choosy(provider, bad, names=names)
    (made,) = studio.making.create([studio.code(seats=4)])
    assert made.state is CodeState.CREATED
    assert list(made.dropped) == [bad]
    assert "not verified" in made.dropped[bad]
    assert bad not in spec_at_vendor(studio, "SH001").staff_ids
    assert bad not in studio.staff.desired("SH001").pool, "who was refused is tried again at once"
    assert len(list(provider.live_codes.contact_codes())) == 1


def test_a_bad_seat_keeps_no_other_code_of_the_order(studio, provider):
    bad = studio.able[0]
    Choosy(provider, bad)
    good = StaffLiveCode("GOOD", (Seat(studio.able[5]),))
    outcomes = list(studio.making.create([studio.code("BAD", seats=1), good, studio.code("BOTH", seats=3)]))
    assert [each.state for each in outcomes] == [CodeState.FAILED, CodeState.CREATED, CodeState.CREATED]
    assert outcomes[0].dropped == {}
    assert "none of its employees" in outcomes[0].message


def test_where_nobody_is_taken_it_stays_kept_and_can_be_tried_again(studio, provider):
    choosy = Choosy(provider, *studio.able)
    (failed,) = studio.making.create([studio.code(seats=3)])
    assert failed.state is CodeState.FAILED
    assert studio.row("SH001").life is CodeLife.WANTED
    provider.live_codes = choosy._port
    (made,) = studio.making.create([studio.code(seats=3)])
    assert made.state is CodeState.CREATED
    assert len(list(provider.live_codes.contact_codes())) == 1


def test_what_the_vendor_refused_may_be_asked_for_otherwise(studio, provider):
    Choosy(provider, *studio.able[:2])
    assert [each.state for each in studio.making.create([studio.code()])] == [CodeState.FAILED]
    otherwise = StaffLiveCode("SH001", (Seat(studio.able[2]), Seat(studio.able[3])), name="店")
    (made,) = studio.making.create([otherwise])
    assert (made.state, made.message) == (CodeState.CREATED, "")
    assert set(spec_at_vendor(studio, "SH001").staff_ids) <= set(studio.able[2:4])
    assert [each.state for each in studio.making.create([otherwise, studio.code()])] == [
        CodeState.UNCHANGED,
        CodeState.FAILED,
    ], "what is in use is changed by update alone"


def test_a_group_that_was_mistyped_does_not_use_up_a_key(studio):
    right = studio.groups(count=1)
    wrong = evolve(right, group_ids=("wrMistyped",))
    assert [each.state for each in studio.making.create([wrong])] == [CodeState.FAILED]
    (kind,) = studio.making.create([studio.code("G001")])
    assert kind.state is CodeState.FAILED, "a code of the other kind is not meant"
    (made,) = studio.making.create([right])
    assert (made.state, made.message) == (CodeState.CREATED, "")
    (vendors,) = studio.vendors("G001")
    assert studio.book.provider.live_codes.get_group_code(vendors.vendor_id).spec.group_ids == right.group_ids
    rooms = Rooms(studio.book.database)
    assert [room.group_id for room in rooms.history(studio.row("G001").number)] == list(right.group_ids)
    with studio.book.database.connect() as connection:
        assert rooms.counts(connection, studio.row("G001").number).retired == 0, "it never was in use"


def test_a_refusal_of_everybody_is_not_tried_with_each_of_a_hundred_seats(studio, provider):
    Choosy(provider, *studio.able)
    seats = len(studio.able)
    assert seats > 6
    (failed,) = studio.making.create([studio.code(seats=seats)])
    assert failed.state is CodeState.FAILED
    orders = [job for job in studio.book.jobs.list() if job.kind == "live_code.contact"]
    assert len(orders) <= 5


# -- routing, groups, strategies


def test_with_pull_every_seat_has_a_code_of_its_own(studio):
    (made,) = studio.making.create([studio.code(seats=3, routing=Routing.PULL)])
    assert made.state is CodeState.CREATED
    vendors, number = studio.vendors("SH001"), studio.row("SH001").number
    assert len(vendors) == 3
    assert [state_number(each.state) for each in vendors] == [(number, each.part) for each in vendors]
    port = studio.book.provider.live_codes
    people = [port.get_contact_code(each.vendor_id).spec.staff_ids for each in vendors]
    assert sorted(people) == sorted((each,) for each in studio.able[:3])
    assert all(studio.archive.get("SH001", each.part).content for each in vendors)


def test_a_seat_that_comes_later_gets_its_code(studio):
    list(studio.making.create([studio.code(seats=2, routing=Routing.PULL)]))
    studio.calls()
    changed = studio.making.update(studio.code(seats=3, routing=Routing.PULL))
    assert changed.state is CodeState.CHANGED
    assert studio.calls()[CREATE] == 1
    assert len(studio.vendors("SH001")) == 3
    assert studio.making.complete("SH001").state is CodeState.UNCHANGED


def test_a_group_code_is_made_over_its_first_groups_and_opens_others(studio):
    code = studio.groups(count=4, overflow=OverflowPolicy(prefix="福利群", first_number=7, listed=2))
    (made,) = studio.making.create([code])
    assert (made.state, made.pictured) == (CodeState.CREATED, True)
    (vendors,) = studio.vendors("G001")
    spec = studio.book.provider.live_codes.get_group_code(vendors.vendor_id).spec
    assert (spec.group_ids, spec.opens_groups) == (code.group_ids[:2], True)
    assert (spec.base_name, spec.base_number, spec.state) == ("福利群", 7, vendors.state)
    assert studio.row("G001").life is CodeLife.OPEN


def test_a_gate_leaves_a_code_a_draft(studio):
    list(studio.making.create([studio.groups(gate=LaunchGate(min_start=60))]))
    assert studio.row("G001").life is CodeLife.DRAFT


def test_codes_of_pictures_are_in_use_without_the_vendor(studio):
    images = OverflowPolicy(strategy=OverflowStrategy.IMAGES)
    (kept,) = studio.making.create([studio.groups(overflow=images)])
    assert (kept.state, studio.vendors("G001")) == (CodeState.CREATED, [])
    assert [each.state for each in studio.making.create([studio.groups(overflow=images)])] == [CodeState.UNCHANGED]
    assert studio.row("G001").life is CodeLife.OPEN
    assert studio.calls()["create_group_code"] == 0


def test_a_code_without_groups_waits_for_the_first(studio):
    (kept,) = studio.making.create([GroupLiveCode("G001", name="群")])
    assert (kept.state, studio.row("G001").life) == (CodeState.KEPT, CodeLife.WANTED)
    made = studio.making.update(evolve(studio.groups(), name="群"))
    assert (made.state, studio.row("G001").life) == (CodeState.CHANGED, CodeLife.OPEN)
    assert len(studio.vendors("G001")) == 1


def test_a_group_has_one_code(studio):
    outcomes = list(studio.making.create([studio.groups("A"), studio.groups("B")]))
    assert [each.state for each in outcomes] == [CodeState.CREATED, CodeState.FAILED]
    assert "'A'" in outcomes[1].message


def test_a_lost_group_code_is_noted_as_an_orphan_and_made_once_more(studio, provider, monkeypatch):
    cannot_tell = CannotTell("a group code nobody has the picture of")
    monkeypatch.setattr(provider.live_codes, "settle_group_code", lambda *_, **__: cannot_tell)
    provider.lose_answer("live_codes.create_group_code")
    (made,) = studio.making.create([studio.groups()])
    assert made.state is CodeState.CREATED
    with studio.book.database.connect() as connection:
        notes = list(studio.book.notes.decisions(connection, studio.row("G001").number))
    assert [each.what for each in notes if each.what == "orphan"] == ["orphan"]
    told = [entry for entry in studio.book.store.audit.entries() if entry.what == "live_code_orphan"]
    assert len(told) == 1


# -- who did what


def test_every_step_is_audited_without_names_of_people(studio):
    list(studio.making.create([studio.code()], who="li"))
    entries = [entry for entry in studio.book.store.audit.entries() if entry.what.startswith("live_code")]
    assert [(entry.what, entry.who) for entry in entries] == [("live_code_kept", "li"), ("live_code_made", "li")]
    assert not any(staff_id in json.dumps(dict(entry.details)) for entry in entries for staff_id in studio.able)


def test_nothing_happens_before_outcomes_are_taken(studio):
    outcomes = studio.making.create([studio.code()])
    with pytest.raises(InputError):
        studio.row("SH001")
    assert len(list(outcomes)) == 1
    assert isinstance(spec_at_vendor(studio, "SH001"), ContactCodeSpec)
