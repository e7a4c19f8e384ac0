import pytest
from attrs import evolve

from privcrm.errors import AnswerLost, JobError
from privcrm.jobs import JobState, OutcomeState, Runner
from privcrm.models import GroupId, Member, MemberId, Page, Pages, StaffId
from privcrm.models.events import (
    EventSource,
    GroupCreated,
    GroupDismissed,
    GroupMembersJoined,
    GroupMembersLeft,
    GroupOwnerChanged,
    GroupRenamed,
    Leaving,
    MemberAdded,
    StaffDeletedMember,
)
from privcrm.sandbox.world import StaffState
from privcrm.services.sweep import round as sweep_round
from tests.unit.mirror.company import MemoryCompany


def settle(company: MemoryCompany) -> None:
    """Let callbacks that may be under way arrive."""
    company.clock.sleep(120)


def test_the_first_sweep_tells_nothing_and_knows_everything(company: MemoryCompany) -> None:
    assert company.sweep.run(created_by="amy") is None
    assert company.inbox.events == []
    assert company.is_known_as_it_is()
    assert len(company.known_follows()) > 60
    assert list(company.jobs.list()) == []


def test_a_second_sweep_finds_nothing_if_nothing_happened(swept: MemoryCompany) -> None:
    assert swept.sweep.run() is None
    assert swept.inbox.events == []


def test_a_sweep_tells_what_no_callback_told(swept: MemoryCompany) -> None:
    added, at = swept.adds(staff=1), swept.now
    deleted = swept.deletes(staff=2)
    settle(swept)
    job = swept.sweep.run(created_by="amy")
    assert job is not None
    assert (job.state, job.counts, job.note) == (
        JobState.DONE,
        {OutcomeState.DONE: 2},
        "1 MemberAdded, 1 StaffDeletedMember",
    )
    common = {"company": "acme", "source": EventSource.SWEEP}
    assert swept.inbox.events == [
        MemberAdded(
            **common, at=at, staff_id=StaffId(swept.staff(1)), member_id=MemberId(swept.member(added)), state="spring"
        ),
        StaffDeletedMember(
            **common,
            at=swept.now,
            staff_id=StaffId(swept.staff(2)),
            member_id=MemberId(swept.member(deleted)),
            how=Leaving.UNKNOWN,
        ),
    ]
    assert swept.is_known_as_it_is()


def test_what_was_told_is_not_told_again(swept: MemoryCompany) -> None:
    swept.adds()
    settle(swept)
    swept.sweep.run()
    assert len(swept.inbox.events) == 1
    settle(swept)
    assert swept.sweep.run() is None
    assert len(swept.inbox.events) == 1


def test_a_sweep_does_not_tell_what_callbacks_told(swept: MemoryCompany) -> None:
    added, deleted = swept.adds(), swept.deletes(staff=1)
    who = {"at": swept.now, "staff_id": StaffId(swept.staff(0).upper()), "member_id": MemberId(swept.member(added))}
    swept.tell(MemberAdded(**who))
    swept.tell(
        StaffDeletedMember(at=swept.now, staff_id=StaffId(swept.staff(1)), member_id=MemberId(swept.member(deleted)))
    )
    settle(swept)
    assert swept.sweep.run() is None
    assert swept.is_known_as_it_is()


def test_changes_whose_callbacks_may_be_under_way_are_left_for_the_next_sweep(swept: MemoryCompany) -> None:
    swept.adds()
    swept.joins(0)
    swept.clock.sleep(59)
    assert swept.sweep.run() is None
    swept.clock.sleep(2)
    assert swept.sweep.run() is not None
    assert {type(event) for event in swept.inbox.events} == {MemberAdded, GroupMembersJoined}


def test_a_follow_that_a_callback_has_just_told_is_not_ended_by_a_listing_that_lags(swept: MemoryCompany) -> None:
    told = MemberAdded(at=swept.now, staff_id=StaffId(swept.staff(0)), member_id=MemberId("m-not-listed-yet"))
    swept.tell(told)
    swept.clock.sleep(59)
    assert swept.sweep.run() is None
    swept.clock.sleep(2)
    job = swept.sweep.run()
    assert job is not None
    assert [type(event) for event in swept.inbox.events] == [StaffDeletedMember]


def test_a_sweep_tells_of_groups(swept: MemoryCompany) -> None:
    world = swept.world
    joined, left = swept.joins(0), swept.leaves(0)
    world.groups.change(evolve(world.groups[1], dismissed_at=swept.now))
    world.groups.change(evolve(world.groups[2], owner=3, name="别的名字"))
    made, made_at = world.groups.add("新群", 0, swept.now), swept.now
    settle(swept)
    assert swept.sweep.run() is not None
    told = {type(event): event for event in swept.inbox.events}
    assert set(told) == {
        GroupMembersJoined,
        GroupMembersLeft,
        GroupDismissed,
        GroupOwnerChanged,
        GroupRenamed,
        GroupCreated,
    }
    came, went = told[GroupMembersJoined], told[GroupMembersLeft]
    assert (came.user_ids, came.count, came.scanned) == ((swept.member(joined),), 1, True)
    assert (went.user_ids, went.how) == ((swept.member(left),), Leaving.UNKNOWN)
    assert came.last_version != came.version == swept.provider.groups.get(swept.group(0)).member_version
    assert told[GroupDismissed].group_id == swept.group(1)
    assert told[GroupRenamed].group_id == told[GroupOwnerChanged].group_id == swept.group(2)
    assert (told[GroupCreated].group_id, told[GroupCreated].at) == (swept.group(made.number), made_at)
    assert swept.is_known_as_it_is()
    settle(swept)
    assert swept.sweep.run() is None


def test_what_an_employee_had_before_coming_into_sight_is_no_news(swept: MemoryCompany) -> None:
    world = swept.world
    world.staff.change(evolve(world.staff[5], state=StaffState.WITHOUT_CUSTOMER_CONTACT))
    unseen = as_if_new(swept)
    assert unseen.sweep.run() is None
    swept.clock.sleep(3_600)
    world.staff.change(evolve(world.staff[5], state=StaffState.ACTIVE))
    added = swept.adds(staff=5)
    settle(swept)
    unseen.sweep.run()
    assert [event.member_id for event in unseen.inbox.events] == [swept.member(added)]
    assert unseen.is_known_as_it_is()


def as_if_new(company: MemoryCompany) -> MemoryCompany:
    """The same company, of which nothing is known yet."""
    for table in ("known_follow", "known_staff", "known_group", "known_group_member", "known_mark"):
        with company.store.database.connect() as connection:
            connection.run(f"DELETE FROM privcrm_{table}")
    return MemoryCompany(company.provider, company.store, company.clock)


def test_who_serves_no_more_loses_nobody(swept: MemoryCompany) -> None:
    swept.world.resigns(2, at=swept.now)
    settle(swept)
    assert swept.sweep.run() is None
    assert list(swept.mirror.follows(swept.staff(2)))


@pytest.mark.parametrize("lost", ["members.list", "members.ids"])
def test_a_listing_that_was_cut_ends_nothing(swept: MemoryCompany, lost: str) -> None:
    swept.deletes()
    settle(swept)
    swept.provider.lose_answer(lost)
    assert swept.sweep.run() is None
    assert swept.inbox.events == []
    assert swept.sweep.run() is not None
    assert [type(event) for event in swept.inbox.events] == [StaffDeletedMember]


def test_a_listing_that_was_cut_at_its_second_page_ends_nothing(
    swept: MemoryCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = swept.provider.members
    whole = members.list

    def cut(staff_ids: list[str]) -> Pages[Member]:
        rows = list(whole(staff_ids))

        def fetch(cursor: str) -> Page[Member]:
            if cursor:
                raise AnswerLost("the answer was lost", provider="memory", operation="members.list")
            return Page(tuple(rows[:5]), "more")

        return Pages(fetch)

    swept.deletes()
    settle(swept)
    monkeypatch.setattr(members, "list", cut)
    before = swept.known_follows()
    assert swept.sweep.run() is None
    assert swept.known_follows() == before
    assert swept.inbox.events == []


def test_somebody_whom_pages_passed_over_has_not_gone(swept: MemoryCompany, monkeypatch: pytest.MonkeyPatch) -> None:
    members = swept.provider.members
    whole = members.list
    monkeypatch.setattr(members, "list", lambda staff_ids: Pages(lambda _: Page(tuple(whole(staff_ids))[1:])))
    assert swept.sweep.run() is None
    assert swept.is_known_as_it_is()


def test_a_listing_that_was_cut_still_tells_who_came(swept: MemoryCompany) -> None:
    swept.adds()
    settle(swept)
    swept.provider.lose_answer("groups.list")
    job = swept.sweep.run()
    assert job is not None
    assert job.note == "1 MemberAdded, 1 readings were cut and are left for the next sweep"


def test_a_first_sweep_that_was_cut_leaves_the_next_one_a_first(company: MemoryCompany) -> None:
    company.provider.lose_answer("members.list")
    assert company.sweep.run() is None
    company.clock.sleep(3_600)
    company.adds()
    settle(company)
    assert company.sweep.run() is None
    assert company.inbox.events == []
    assert company.is_known_as_it_is()


def test_a_sweep_gives_up_when_the_vendor_is_away(swept: MemoryCompany) -> None:
    for _ in range(sweep_round.GIVE_UP_AFTER):
        swept.provider.lose_answer("members.list")
        swept.provider.lose_answer("groups.get")
    with pytest.raises(AnswerLost):
        swept.sweep.run()
    assert list(swept.jobs.list()) == []


def test_more_than_what_is_allowed_waits_for_an_approval(swept: MemoryCompany) -> None:
    for _ in range(3):
        swept.adds()
    settle(swept)
    job = swept.sweep.run(created_by="amy", approve_above=2)
    assert job is not None
    assert (job.state, job.reason) == (JobState.WAITING, "approval: 3 items are more than 2")
    assert swept.inbox.events == []
    with pytest.raises(JobError, match="earlier sweep"):
        swept.sweep.run()
    swept.jobs.approve(job.id, "bob")
    swept.jobs.run(job.id)
    assert len(swept.inbox.events) == 3
    assert swept.is_known_as_it_is()


def test_what_callbacks_told_while_a_plan_waited_is_not_told_again(swept: MemoryCompany) -> None:
    added, at = swept.adds(), swept.now
    swept.adds(staff=1)
    swept.joins(0)
    settle(swept)
    job = swept.sweep.run(approve_above=0, created_by="amy")
    assert job is not None
    swept.clock.sleep(5)
    swept.tell(MemberAdded(at=at, staff_id=StaffId(swept.staff(0)), member_id=MemberId(swept.member(added))))
    swept.rosters.refresh(swept.group(0))
    swept.jobs.approve(job.id, "bob")
    assert swept.jobs.run(job.id).counts == {OutcomeState.DONE: 1, OutcomeState.SKIPPED: 2}
    assert [event.staff_id for event in swept.inbox.events] == [swept.staff(1)]
    assert swept.is_known_as_it_is()


def test_what_was_cancelled_is_found_again_as_the_same_event(swept: MemoryCompany) -> None:
    swept.adds()
    swept.world.groups.add("新群", 0, swept.now)
    settle(swept)
    job = swept.sweep.run(approve_above=0, created_by="amy")
    assert job is not None
    planned = [text for item in swept.jobs.items(job.id) for text in item.payload["events"]]
    assert len(planned) == 2
    swept.jobs.cancel(job.id)
    settle(swept)
    swept.sweep.run()
    assert swept.inbox.texts() == planned
    settle(swept)
    assert swept.sweep.run() is None


def test_people_in_items_are_found(swept: MemoryCompany) -> None:
    added, joined = swept.adds(), swept.joins(0)
    settle(swept)
    job = swept.sweep.run()
    assert job is not None
    handler = swept.jobs.handlers.of(job.kind).handler
    named = [set(handler.subjects_of(item)) for item in swept.jobs.items(job.id)]
    assert swept.member(added) in named[0]
    assert swept.member(joined) in named[1]


def test_a_sweep_cannot_be_undone(swept: MemoryCompany) -> None:
    swept.adds()
    settle(swept)
    job = swept.sweep.run()
    assert job is not None
    with pytest.raises(JobError, match="nothing that could be undone"):
        swept.jobs.undo(job.id, "amy")


def test_a_runner_sweeps_by_the_clock(swept: MemoryCompany) -> None:
    runner = Runner(swept.jobs, swept.clock)
    swept.sweep.every(86_400)
    assert not runner.run_once()
    swept.adds()
    swept.clock.sleep(86_400)
    while runner.run_once():
        pass
    assert len(swept.inbox.events) == 1
    swept.adds()
    swept.clock.sleep(86_399)
    assert not runner.run_once()
    swept.clock.sleep(1)
    while runner.run_once():
        pass
    assert len(swept.inbox.events) == 2


def test_a_runner_sweeps_at_once_where_that_was_never_done(company: MemoryCompany) -> None:
    company.sweep.every(86_400)
    assert Runner(company.jobs, company.clock).run_once()
    assert company.is_known_as_it_is()


def test_a_timer_waits_for_the_approval_of_what_the_last_sweep_found(swept: MemoryCompany) -> None:
    swept.adds()
    settle(swept)
    assert swept.sweep.run(approve_above=0) is not None
    swept.sweep.every(1)
    swept.clock.sleep(10)
    assert Runner(swept.jobs, swept.clock).run_once()
    assert len(list(swept.jobs.list())) == 1


def test_ended_follows_are_forgotten_after_a_day(swept: MemoryCompany) -> None:
    gone = swept.deletes()
    settle(swept)
    swept.sweep.run()
    ended = [each.member_id for each in swept.mirror.follows(swept.staff(0)) if not each.lives]
    assert ended == [swept.member(gone)]
    swept.clock.sleep(2 * 86_400)
    swept.sweep.run()
    assert all(each.lives for each in swept.mirror.follows(swept.staff(0)))


def test_a_group_whose_reading_was_cut_is_not_dismissed(swept: MemoryCompany) -> None:
    swept.provider.lose_answer("groups.get")
    assert swept.sweep.run() is None
    assert GroupId(swept.group(0)) in swept.known_groups()


def test_a_hundred_changes_lost_are_found_by_one_sweep(swept: MemoryCompany) -> None:
    for number in range(60):
        swept.adds(staff=number % 6)
    for number in range(30):
        swept.deletes(staff=number % 6)
    for _ in range(10):
        swept.joins(1)
    settle(swept)
    swept.sweep.run()
    assert swept.is_known_as_it_is()
    assert len(swept.inbox.texts()) == len(set(swept.inbox.texts())) == 91
