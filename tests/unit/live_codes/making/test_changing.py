"""Changing, deleting, taking over and listing codes."""

import pytest
from attrs import evolve

from privcrm.errors import InputError, NotFound, Refused
from privcrm.models import ContactCodeSpec, GroupCodeSpec
from privcrm.models.codes import OverflowStrategy, Seat, StaffLiveCode
from privcrm.provider import Intent
from privcrm.services.live_codes.making import CodeState
from privcrm.store.live_codes.codes import CodeLife
from privcrm.store.live_codes.vendor_codes import VendorLife


def made(studio, *codes):
    outcomes = list(studio.making.create(codes))
    assert {each.state for each in outcomes} <= {CodeState.CREATED}
    studio.calls()
    return outcomes


def other_systems(provider, clock, spec, state):
    """Return the id of a code that somebody made elsewhere."""
    create = (
        provider.live_codes.create_contact_code
        if isinstance(spec, ContactCodeSpec)
        else provider.live_codes.create_group_code
    )
    code = create(evolve(spec, state=state), intent=Intent("elsewhere", state, clock.time()))
    return code.code_id


# -- update


def test_an_update_keeps_key_number_state_and_picture(studio):
    made(studio, studio.code())
    before, (vendors,) = studio.row("SH001"), studio.vendors("SH001")
    picture = studio.archive.get("SH001")
    changed = studio.making.update(evolve(studio.code(seats=4), name="新店名", pool=4), who="li")
    assert changed.state is CodeState.CHANGED
    after, (still,) = studio.row("SH001"), studio.vendors("SH001")
    assert (after.number, after.key, after.name) == (before.number, before.key, "新店名")
    assert (still.vendor_id, still.state, still.qr_url) == (vendors.vendor_id, vendors.state, vendors.qr_url)
    assert studio.archive.get("SH001") == picture
    held = studio.book.provider.live_codes.get_contact_code(vendors.vendor_id).spec
    assert (set(held.staff_ids), held.state) == (set(studio.able[:4]), vendors.state)
    assert studio.calls()["create_contact_code"] == 0


def test_the_same_update_calls_nobody(studio):
    made(studio, studio.code())
    assert studio.making.update(studio.code()).state is CodeState.UNCHANGED
    assert studio.calls().total() == 0


def test_an_update_with_an_empty_state_keeps_a_foreign_one(studio):
    made(studio, studio.code(state="春季"))
    studio.making.update(studio.code(seats=3))
    (vendors,) = studio.vendors("SH001")
    assert studio.book.provider.live_codes.get_contact_code(vendors.vendor_id).spec.state == "春季"


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"state": "夏季"}, "keeps the state"), ({"exclusive": True}, "fixed when a code is made")],
)
def test_what_cannot_change_is_refused(studio, changes, told):
    made(studio, studio.code(state="春季"))
    with pytest.raises(InputError, match=told):
        studio.making.update(studio.code(**changes))


def test_only_what_is_there_can_be_changed(studio):
    made(studio, studio.groups("G"))
    with pytest.raises(InputError, match="no live code"):
        studio.making.update(studio.code("nobody"))
    with pytest.raises(InputError, match="leads to groups"):
        studio.making.update(studio.code("G"))


def test_a_changed_group_code_is_reconciled_and_its_groups_stay(studio):
    made(studio, studio.groups(count=2))
    studio.making.update(evolve(studio.groups(count=3), note="新"))
    assert studio.pushed == ["G001"]
    assert len(studio.vendors("G001")) == 1


# -- delete


def test_a_deleted_code_is_deleted_at_the_vendor_and_its_key_stays_taken(studio):
    made(studio, studio.code())
    (vendors,) = studio.vendors("SH001")
    gone = studio.making.delete("SH001", who="li")
    assert (gone.state, studio.row("SH001").life) == (CodeState.DELETED, CodeLife.DELETED)
    with pytest.raises(NotFound):
        studio.book.provider.live_codes.get_contact_code(vendors.vendor_id)
    assert studio.vendors("SH001")[0].life is VendorLife.DELETED
    (again,) = studio.making.create([studio.code()])
    assert (again.state, "not used again" in again.message) == (CodeState.FAILED, True)
    assert studio.making.delete("SH001").state is CodeState.DELETED
    assert studio.calls()["delete_contact_code"] == 1, "what is deleted is not deleted again"


def test_what_the_vendor_does_not_delete_is_an_orphan_until_it_does(studio, provider, monkeypatch):
    made(studio, studio.code())

    def refuse(code_id):
        raise Refused("no", provider="memory", operation="delete_contact_code", code=1)

    with monkeypatch.context() as patched:
        patched.setattr(provider.live_codes, "delete_contact_code", refuse)
        kept = studio.making.delete("SH001")
    assert kept.state is CodeState.ORPHANED
    assert "still works" in kept.message
    assert studio.vendors("SH001")[0].life is VendorLife.ORPHAN
    assert [each.life for each in studio.making.export()] == ["orphan"]
    assert studio.making.delete("SH001").state is CodeState.DELETED
    assert [each.life for each in studio.making.export()] == ["deleted"]


def test_a_lost_answer_to_deleting_is_no_orphan(studio, provider):
    made(studio, studio.code(), studio.groups())
    provider.lose_answer("live_codes.delete_contact_code")
    provider.lose_request("live_codes.delete_group_code")
    assert [each.state for each in studio.making.delete_many(["SH001", "G001"])] == [CodeState.DELETED] * 2
    assert list(provider.live_codes.contact_codes()) == []


def test_a_wrong_key_among_many_keeps_no_other(studio):
    made(studio, studio.code("A"), studio.code("B"))
    outcomes = list(studio.making.delete_many(["A", "nobody", "B"]))
    assert [each.state for each in outcomes] == [CodeState.DELETED, CodeState.FAILED, CodeState.DELETED]


# -- adopt


def test_a_code_made_elsewhere_is_taken_over_as_it_is(studio, provider, clock):
    spec = ContactCodeSpec(staff_ids=studio.able[:3], note="旧海报")
    vendor_id = other_systems(provider, clock, spec, "old_2019")
    studio.calls()
    adopted = studio.making.adopt(vendor_id, "OLD")
    assert (adopted.state, adopted.pictured) == (CodeState.CREATED, True)
    assert set(studio.calls()) == {"get_contact_code", "picture"}, "taking over writes nothing"
    with studio.book.database.connect() as connection:
        assert studio.book.rows.of_state(connection, "old_2019") == (adopted.number, 0)
    assert studio.staff.reconcile("OLD").calls == 0, "what it was is what it is to be"
    studio.making.update(evolve(studio.code("OLD", seats=2), state=""))
    held = provider.live_codes.get_contact_code(vendor_id).spec
    assert (held.state, set(held.staff_ids)) == ("old_2019", set(studio.able[:2]))


def test_a_group_code_made_elsewhere_is_found_out_to_be_one(studio, provider, clock):
    code = studio.groups(count=3)
    spec = GroupCodeSpec(code.group_ids, opens_groups=False)
    vendor_id = other_systems(provider, clock, spec, "g")
    adopted = studio.making.adopt(vendor_id, "OLD")
    assert adopted.state is CodeState.CREATED
    (vendors,) = studio.vendors("OLD")
    assert (vendors.kind, vendors.state) == ("group", "g")
    assert OverflowStrategy.SPARE_POOL in studio.row("OLD").spec


def test_a_code_is_taken_over_once(studio, provider, clock):
    vendor_id = other_systems(provider, clock, ContactCodeSpec(staff_ids=studio.able[:1]), "x")
    studio.making.adopt(vendor_id, "OLD")
    with pytest.raises(InputError, match="known already, as live code 'OLD'"):
        studio.making.adopt(vendor_id, "NEW")


def test_a_code_of_departments_needs_seats(studio, provider, clock):
    department = next(iter(provider.staff.departments())).department_id
    vendor_id = other_systems(provider, clock, ContactCodeSpec(department_ids=(department,)), "d")
    with pytest.raises(InputError, match="departments"):
        studio.making.adopt(vendor_id, "OLD")
    wanted = StaffLiveCode("OLD", (Seat(studio.able[0]),))
    assert studio.making.adopt(vendor_id, "OLD", code=wanted).state is CodeState.CREATED


@pytest.mark.parametrize(
    "case",
    [("OTHER", {}, "give the same"), ("OLD", {"state": "y"}, "stays as it is")],
)
def test_what_does_not_fit_is_not_taken_over(studio, provider, clock, case):
    key, changes, told = case
    vendor_id = other_systems(provider, clock, ContactCodeSpec(staff_ids=studio.able[:1]), "x")
    with pytest.raises(InputError, match=told):
        studio.making.adopt(vendor_id, "OLD", code=studio.code(key, **changes))


def test_nobody_takes_over_what_is_not_there(studio):
    with pytest.raises(NotFound):
        studio.making.adopt("code-999", "OLD")
    with pytest.raises(InputError, match="no code is of the kind"):
        studio.making.adopt("code-999", "OLD", kind="link")


# -- export


def test_every_code_ever_made_is_listed(studio, provider, clock):
    made(studio, studio.code("A"), studio.groups("G"), studio.code("B"))
    studio.making.delete("A")
    vendor_id = other_systems(provider, clock, ContactCodeSpec(staff_ids=studio.able[:1]), "旧")
    studio.making.adopt(vendor_id, "OLD")
    rows = {each.key: each for each in studio.making.export()}
    assert {key: (row.kind, row.life) for key, row in rows.items()} == {
        "A": ("contact", "deleted"),
        "G": ("group", "open"),
        "B": ("contact", "open"),
        "OLD": ("contact", "open"),
    }
    assert rows["OLD"].state == "旧"
    assert all(row.vendor_id and row.qr_url for row in rows.values())
