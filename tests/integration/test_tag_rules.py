"""Rules that tag by themselves, from the vendor's callbacks to the vendor's books."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from privcrm.jobs import Runner
from privcrm.models.segments import HasTag
from privcrm.models.tag_rule import ChannelIs, HappenedAtLeast, JoinedGroup, Matches
from privcrm.services.tag_library import Merge
from privcrm.services.tag_rules import HitState

from .places import Place, company

TAG, OTHER = "来源/展会", "来源/老客"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with company(f"sqlite:///{tmp_path / 'store.db'}") as place:
        place.crm.provider.tags.create(["展会", "老客"], group_name="来源")
        place.crm.sync.run()
        yield place


def wearers(place: Place, title: str) -> set[tuple[str, str]]:
    """Return the relations (employee, member) that wear a tag by the company's own books."""
    world, ids = place.sandbox.company.world, place.sandbox.company.ids
    group, _, name = title.partition("/")
    (number,) = (
        tag.number
        for each in world.tags.groups()
        if each.name == group
        for tag in world.tags.tags(each.number)
        if tag.name == name
    )
    return {
        (world.staff[staff].staff_id, ids.member(member))
        for staff, member in world.follows.given(frozenset([number]))
        if number in world.live_tags(staff, member)
    }


def tag_id(place: Place, title: str) -> str:
    """Return the id of a tag by its full name."""
    groups = place.crm.provider.tags.list()
    return next(tag.tag_id for group in groups for tag in group.tags if f"{group.name}/{tag.name}" == title)


def run_what_is_due(place: Place, seconds: float = 61.0) -> None:
    """Let a runner do what is due within that time."""
    place.sandbox.clock.advance(seconds)
    runner = Runner(place.crm.jobs, place.sandbox.clock)
    while runner.run_once():
        pass


def states(place: Place, rule: str) -> set[HitState]:
    return {hit.state for hit in place.crm.tag_rules.hits(rule)}


def test_new_members_of_a_channel_are_tagged_by_the_runner(place: Place):
    place.crm.tag_rules.add("expo", ChannelIs("expo-26"), [TAG])
    made = [place.add(state="expo-26")["external_userid"] for _ in range(3)]
    place.add(state="street")
    place.settle()
    run_what_is_due(place)
    assert wearers(place, TAG) == {(place.staff, member) for member in made}
    run_what_is_due(place)
    assert states(place, "expo") == {HitState.PUT}
    assert len([job for job in place.crm.jobs.list() if job.kind == "tag.apply"]) == 1

    place.crm.tag_rules.remove("expo")
    assert wearers(place, TAG) == set()


def test_who_joins_a_group_and_who_is_busy(place: Place):
    group = place.act("staff_creates_group", userid=place.staff)["chat_id"]
    member = place.add()["external_userid"]
    place.crm.tag_rules.add("joined", JoinedGroup(group_id=group), [TAG])
    place.crm.tag_rules.add("added", HappenedAtLeast("MemberAdded", 1), [OTHER])
    place.act("group_changes", chat_id=group, joins=member)
    busy = place.add()["external_userid"]
    place.settle()
    place.crm.tag_rules.apply_due()
    assert (place.staff, member) in wearers(place, TAG)
    assert (place.staff, busy) in wearers(place, OTHER)


def test_a_segment_asked_on_demand_and_a_merge_that_follows(place: Place):
    crm = place.crm
    crm.tag_rules.add("again", Matches(crm.segments.resolve(HasTag("客户等级/VIP"))), [TAG])
    ran = crm.tag_rules.run("again")
    assert ran.found > 0
    vips = {member for _, member in wearers(place, "客户等级/VIP")}
    assert {member for _, member in wearers(place, TAG)} == vips
    crm.tag_moves.apply(Merge([TAG], OTHER))
    (rule,) = crm.tag_rules.list()
    assert [tag.title for tag in rule.add] == [OTHER]
    assert rule.frozen == ""
    crm.tag_rules.remove("again")
    assert wearers(place, OTHER) == set()


def test_a_merge_makes_no_tag_of_somebody_a_rules_own(place: Place):
    crm = place.crm
    crm.tag_rules.add("again", Matches(crm.segments.resolve(HasTag("客户等级/VIP"))), [TAG])
    crm.tag_rules.run("again")
    first, second, third = sorted(wearers(place, TAG))[:3]
    for staff, member in (first, second):
        place.act("staff_edits_member", userid=staff, external_userid=member, add_tag=[tag_id(place, OTHER)])
    place.settle()
    crm.tag_moves.apply(Merge([TAG], OTHER))
    assert third in wearers(place, OTHER)
    crm.tag_rules.remove("again")
    assert wearers(place, OTHER) == {first, second}


def test_a_tag_deleted_in_the_console_freezes_its_rule(place: Place):
    rule = place.crm.tag_rules.add("expo", ChannelIs("expo-26"), [TAG])
    place.act("admin_edits_tag", id=rule.add[0].tag_id, delete=True)
    place.settle()
    assert place.crm.tag_rules.get("expo").frozen
