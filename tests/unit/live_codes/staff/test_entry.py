"""What is done with who came by a code: his remark, his tags, his welcome."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from attrs import evolve

from privcrm.clock import ManualClock
from privcrm.models import Content, Member, MemberId, RemarkChange
from privcrm.models.events import MemberAdded
from privcrm.models.tag_rule import ChannelIs
from privcrm.sandbox.world import scanning
from privcrm.services.live_codes.staff import EntryTags
from privcrm.services.live_codes.staff.remarks import remark_of
from privcrm.services.tag_rules import TagRules
from privcrm.services.tagging import Tagging
from privcrm.store import open_store
from privcrm.testing.memory import ids
from tests.store.databases import KINDS, ready_database
from tests.unit.live_codes.staff.desk import Desk, code, open_desk, seat


def came(desk: Desk, key: str) -> MemberAdded:
    """Let a new person scan the vendor's code in truth, and return the event."""
    vendor = desk.vendor(key)
    world = desk.provider.world
    found = world.live_codes.find(ids.number_of(ids.CODE, vendor.vendor_id))
    assert found is not None
    member = world.newcomer()
    scan = scanning.scan_contact_code(world, found, member, at=int(desk.clock.time()))  # type: ignore[arg-type]
    member_id = MemberId(ids.id_of(ids.MEMBER, member))
    event = desk.event(key, world.staff[scan.staff].staff_id)
    return evolve(event, member_id=member_id)


def remark(desk: Desk, event: MemberAdded) -> str:
    member = desk.provider.members.get(event.member_id)
    return next(each.remark for each in member.follows if each.staff_id == event.staff_id)


def test_a_remark_is_written_after_the_template(desk: Desk):
    desk.make(code("door", seat(desk.people[0]), name="人民广场", remark="{code} {day}"))
    event = came(desk, "door")
    desk.codes.take(event)
    desk.clock.advance(10)
    desk.run_timers()
    assert remark(desk, event) == "人民广场 2026-01-01"
    assert desk.codes.write_remarks() == 0


def test_what_the_employee_wrote_himself_is_left_alone(desk: Desk):
    desk.make(code("door", seat(desk.people[0]), remark="{code}"))
    event = came(desk, "door")
    desk.provider.members.edit_remark(RemarkChange(event.staff_id, event.member_id, remark="老客户"))
    desk.codes.take(event)
    desk.codes.write_remarks()
    assert remark(desk, event) == "老客户"


def test_a_lost_answer_has_it_tried_again_and_a_strange_member_is_given_up(desk: Desk):
    desk.make(code("door", seat(desk.people[0]), remark="{code}"))
    event = came(desk, "door")
    desk.codes.take(event)
    desk.provider.lose_request("members.edit_remark")
    assert desk.codes.write_remarks() == 1
    assert remark(desk, event) != "door"
    assert desk.codes.write_remarks() == 0
    assert remark(desk, event) == "door"
    desk.add("door", desk.people[0])
    left = [desk.codes.write_remarks() for _ in range(6)]
    assert left == [1, 1, 1, 1, 0, 0]


def test_a_name_that_looks_like_a_word_of_ours_is_a_name():
    made = code("door", seat("x"), name="{name}", remark="{code}/{name}/{day}/{else}")
    assert remark_of(made, Member(MemberId("m"), name="{day}"), 0.0, 99) == "{name}/{day}/1970-01-01/{else}"
    assert remark_of(made, Member(MemberId("m"), name="某" * 50), 0.0, 20) == "{name}/" + "某" * 13


# -- welcomes


def test_a_code_says_its_own_welcome(desk: Desk):
    desk.make(code("door", seat(desk.people[0]), welcome=Content("你好，{member_name}")))
    desk.make(code("mute", seat(desk.people[0])))
    said = desk.codes.welcome_for
    assert said(desk.event("door", desk.people[0])) == Content("你好，{member_name}")
    assert said(desk.event("mute", desk.people[0])) is None
    assert said(evolve(desk.event("door", desk.people[0]), state="other")) is None


# -- entry tags


@pytest.fixture(params=KINDS)
def tagged(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Desk, TagRules]]:
    clock = ManualClock()
    with ready_database(request.param, tmp_path) as url, open_store(url, clock=clock, company="acme") as store:
        desk = open_desk(store, clock)
        tagging = Tagging(desk.provider, desk.jobs, clock)
        yield desk, TagRules(desk.provider, desk.jobs, tagging, store, clock, rng=Random(1))


def test_entry_tags_are_a_rule_on_the_states_of_the_code(tagged: tuple[Desk, TagRules]):
    desk, rules = tagged
    desk.provider.tags.create(["扫码", "新客"], group_name="来源")
    made = code("door", seat(desk.people[0]), entry_tags=("来源/扫码",))
    row = desk.make(made)
    tags = EntryTags(desk.book, lambda: rules)
    rule = tags.keep(row, made)
    assert rule is not None
    assert rule.when == (ChannelIs(desk.vendor("door").state),)
    again = tags.keep(row, made)
    assert again is not None
    assert again.id == rule.id, "the same again changes nothing"
    event = came(desk, "door")
    rules.keeper.take(event)
    rules.apply_due()
    follow = next(each for each in desk.provider.members.get(event.member_id).follows)
    assert [tag.title for tag in rule.add] == ["来源/扫码"]
    assert set(follow.tag_ids) == {tag.tag_id for tag in rule.add}
    changed = tags.keep(row, evolve(made, entry_tags=("扫码", "新客")))
    assert changed is not None
    assert changed.id != rule.id
    assert tags.keep(row, evolve(made, entry_tags=())) is None
    assert [each.name for each in rules.list()] == []
