"""Events keep the mirror true: twice is once, late undoes nothing, and a read that fails parks nobody's event."""

import pytest
from attrs import evolve

from privcrm.errors import AnswerLost, NotSent
from privcrm.events.router import Router
from privcrm.events.try_again import TryAgain
from privcrm.models import StaffId, TagChange, TagId, staff_key
from privcrm.models.events import (
    Event,
    EventSource,
    Leaving,
    MemberAdded,
    MemberDeletedStaff,
    MemberEdited,
    StaffChanged,
    StaffCreated,
    StaffDeleted,
    StaffDeletedMember,
    TagChanged,
    TagCreated,
    TagDeleted,
    TagsReordered,
)
from privcrm.services.mirror.patience import MOST_TRIES
from privcrm.services.sync.keepers import subscribe
from privcrm.store.tombstones import reference_of

from .company import Mirrored


@pytest.fixture
def synced(company: Mirrored) -> Mirrored:
    company.sync.run()
    company.clock.sleep(3_600)
    return company


def tell(company: Mirrored, event: Event) -> None:
    router = Router()
    subscribe(router, lambda: company.sync)
    for each in router.subscriptions(event, first=True):
        each.handler(event)


def added(company: Mirrored, staff: int = 0) -> MemberAdded:
    member_id = company.adds(staff)
    return MemberAdded(at=company.now, staff_id=StaffId(company.staff(staff)), member_id=member_id, state="spring")


def state_of(company: Mirrored, staff_id: str, member_id: str):
    return company.rows(
        "SELECT f.live, f.ended_how, f.state FROM privcrm_follow f"
        " JOIN privcrm_staff s ON s.company = f.company AND s.number = f.staff"
        " JOIN privcrm_member m ON m.company = f.company AND m.number = f.member"
        " WHERE s.staff_id = ? AND m.member_id = ?",
        staff_key(staff_id),
        member_id,
    )


def test_an_add_is_read_at_once(synced: Mirrored) -> None:
    event = added(synced)
    tell(synced, event)
    tell(synced, event)
    assert synced.mirror() == synced.truth()
    assert state_of(synced, event.staff_id, event.member_id) == [(1, "", "spring")]
    synced.clock.sleep(3_600)
    assert synced.sync.run().differences == {}


def test_an_add_that_the_vendor_does_not_show_yet_is_looked_at_again(synced: Mirrored) -> None:
    event = MemberAdded(at=synced.now, staff_id=StaffId(synced.staff(0)), member_id=synced.member(10**6))
    with pytest.raises(TryAgain):
        tell(synced, event)
    assert state_of(synced, event.staff_id, event.member_id) == [(1, "", "")]


def test_a_member_who_deleted_staff_stays_out_whatever_is_listed(synced: Mirrored) -> None:
    staff_id, member_id = synced.staff(0), synced.member(next(synced.world.follows.of_staff(0)))
    event = MemberDeletedStaff(at=synced.now, staff_id=StaffId(staff_id), member_id=member_id)
    tell(synced, event)
    tell(synced, MemberEdited(at=synced.now, staff_id=StaffId(staff_id), member_id=member_id))
    synced.clock.sleep(3_600)
    report = synced.sync.check()
    assert report.differences == {}
    assert report.undetectable == ("member_deleted_staff",)
    assert state_of(synced, staff_id, member_id)[0][:2] == (0, "deleted_by_member")
    again = MemberAdded(at=synced.now, staff_id=StaffId(staff_id), member_id=member_id)
    tell(synced, again)
    assert state_of(synced, staff_id, member_id)[0][0] == 1
    tell(synced, event)  # late
    assert state_of(synced, staff_id, member_id)[0][0] == 1
    assert synced.mirror() == synced.truth()


@pytest.mark.parametrize("how", [Leaving.DELETED_BY_STAFF, Leaving.TRANSFERRED])
def test_an_end_is_noted_with_how(synced: Mirrored, how: Leaving) -> None:
    member_id = synced.deletes(1)
    event = StaffDeletedMember(at=synced.now, staff_id=StaffId(synced.staff(1)), member_id=member_id, how=how)
    tell(synced, event)
    assert state_of(synced, synced.staff(1), member_id)[0][:2] == (0, str(how))
    assert synced.mirror() == synced.truth()


def test_what_a_sweep_found_ended_has_vanished(synced: Mirrored) -> None:
    member_id = synced.deletes(1)
    tell(
        synced,
        StaffDeletedMember(
            at=synced.now,
            source=EventSource.SWEEP,
            staff_id=StaffId(synced.staff(1)),
            member_id=member_id,
            how=Leaving.UNKNOWN,
        ),
    )
    assert state_of(synced, synced.staff(1), member_id)[0][:2] == (0, "")


def test_an_edit_is_read(synced: Mirrored) -> None:
    member = next(synced.world.follows.of_staff(0))
    staff_id, member_id = StaffId(synced.staff(0)), synced.member(member)
    wears = synced.truth()[staff_key(staff_id), member_id]
    every = [tag.tag_id for group in synced.provider.tags.list() for tag in group.tags]
    tag_id = next(each for each in every if each not in wears)
    synced.provider.tags.mark(TagChange(staff_id, member_id, add=(tag_id,)))
    tell(synced, MemberEdited(at=synced.now, staff_id=staff_id, member_id=member_id))
    assert synced.mirror() == synced.truth()


def test_our_own_tags_are_noted_without_reading(synced: Mirrored) -> None:
    staff_id, member_id = StaffId(synced.staff(0)), synced.member(next(synced.world.follows.of_staff(0)))
    wears = synced.truth()[staff_key(staff_id), member_id]
    every = [tag.tag_id for group in synced.provider.tags.list() for tag in group.tags]
    new = next(tag_id for tag_id in every if tag_id not in wears)
    change = TagChange(staff_id, member_id, add=(new,), remove=tuple(map(TagId, sorted(wears))))
    synced.provider.tags.mark(change)
    synced.sync.tagged(change)
    assert synced.mirror() == synced.truth()


def test_an_erased_person_comes_back_by_a_new_add_only(synced: Mirrored) -> None:
    event = added(synced)
    with synced.store.database.transaction() as connection:
        synced.tombstones.put(connection, event.member_id)
    tell(synced, MemberEdited(at=synced.now, staff_id=event.staff_id, member_id=event.member_id))
    tell(synced, evolve(event, source=EventSource.SWEEP))
    tell(synced, MemberDeletedStaff(at=synced.now, staff_id=event.staff_id, member_id=event.member_id))
    assert synced.sync.run().counts.erased == 1
    assert state_of(synced, event.staff_id, event.member_id) == []
    tell(synced, evolve(event, at=synced.now - 1))
    tell(synced, evolve(event, member_id=reference_of(synced.tombstones.hash(event.member_id)), at=synced.now + 1))
    assert state_of(synced, event.staff_id, event.member_id) == []
    assert synced.rows("SELECT 1 FROM privcrm_member WHERE substr(member_id, 1, 7) = 'erased-'") == []
    tell(synced, evolve(event, at=synced.now + 1))
    assert synced.mirror() == synced.truth()


def library(company: Mirrored):
    return company.rows("SELECT tag_id, name, group_id FROM privcrm_tag WHERE deleted_at = 0 ORDER BY tag_id")


def listed(company: Mirrored):
    return sorted(
        (tag.tag_id, tag.name, group.group_id) for group in company.provider.tags.list() for tag in group.tags
    )


def test_the_library_follows_its_events(synced: Mirrored) -> None:
    made = synced.provider.tags.create(["New one"], group_name="New group")
    (tag,) = made.tags
    tell(synced, TagCreated(at=synced.now, tag_id=tag.tag_id))
    assert library(synced) == listed(synced)
    synced.provider.tags.edit(tag.tag_id, name="Other name")
    tell(synced, TagChanged(at=synced.now, tag_id=tag.tag_id))
    assert library(synced) == listed(synced)
    synced.provider.tags.delete(group_ids=[made.group_id])
    tell(synced, TagDeleted(at=synced.now, group_id=made.group_id))
    assert library(synced) == listed(synced)
    synced.provider.tags.create(["Third"], group_name="New group")
    tell(synced, TagsReordered(at=synced.now))
    assert library(synced) == listed(synced)


def test_staff_follow_their_events(synced: Mirrored) -> None:
    state = "SELECT state FROM privcrm_staff WHERE staff_id = ?"
    new = synced.world.staff.hire("Newcomer", "New", 1)
    tell(synced, StaffCreated(at=synced.now, staff_id=StaffId(new.staff_id)))
    assert synced.rows(state, "newcomer") == [("without_contact",)]
    tell(synced, StaffDeleted(at=synced.now, staff_id=StaffId("NEWCOMER")))
    assert synced.rows(state, "newcomer") == [("left",)]
    old = synced.staff(0)
    synced.world.staff.change(evolve(synced.world.staff[0], staff_id="Renamed"))
    tell(synced, StaffChanged(at=synced.now, staff_id=StaffId(old), new_staff_id=StaffId("Renamed")))
    assert synced.mirror() == synced.truth()
    history = synced.rows("SELECT what, before, after FROM privcrm_staff_change WHERE what IN ('state', 'staff_id')")
    assert ("staff_id", old, "Renamed") in history
    assert ("state", "without_contact", "left") in history


def test_a_read_that_fails_is_tried_again_and_then_left(synced: Mirrored) -> None:
    event = MemberEdited(at=synced.now, staff_id=StaffId(synced.staff(0)), member_id=synced.member(0))
    synced.provider.lose_answer("members.get")
    with pytest.raises(TryAgain, match=AnswerLost.__name__):
        tell(synced, event)
    synced.provider.lose_answer("members.get")
    tell(synced, evolve(event, attempt=MOST_TRIES))


def test_while_the_vendor_cannot_be_reached_no_event_waits_for_it(
    synced: Mirrored, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def unreachable(member_id: str) -> None:
        asked.append(member_id)
        raise NotSent("no route", provider="memory", operation="members.get")

    first, second, third = added(synced), added(synced), added(synced)
    with monkeypatch.context() as patch:
        patch.setattr(synced.provider.members, "get", unreachable)
        tell(synced, first)  # given up at once: the next synchronisation reads it
        tell(synced, second)  # not even tried
    assert asked == [first.member_id]
    synced.clock.sleep(61)
    tell(synced, third)
    assert state_of(synced, third.staff_id, third.member_id) == [(1, "", "spring")]
    synced.clock.sleep(3_600)
    synced.sync.run()
    assert synced.mirror() == synced.truth()
