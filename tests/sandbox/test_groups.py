import pytest

from privcrm.sandbox.world import StaffState

LIST, GET = "externalcontact/groupchat/list", "externalcontact/groupchat/get"


@pytest.fixture
def leavers(sandbox):
    """Who left and still owns groups."""
    world = sandbox.world
    owners = {world.groups.owner(n) for n in range(len(world.groups))}
    return [world.staff[n].staff_id for n in owners if world.staff[n].state is StaffState.LEFT]


def listed(vendor, limit=7, **body):
    cursor, rows = "", []
    while True:
        reply = vendor.post(LIST, limit=limit, cursor=cursor, **body)
        rows += reply["group_chat_list"]
        cursor = reply["next_cursor"]
        if not cursor:
            return rows


def test_all_pages_give_all_groups_of_those_who_work_here(vendor, sandbox):
    world = sandbox.world
    here = [n for n in range(len(world.groups)) if world.staff[world.groups.owner(n)].state is not StaffState.LEFT]
    assert [row["chat_id"] for row in listed(vendor)] == [sandbox.company.ids.group.encode(n) for n in here]


@pytest.mark.parametrize("body", [{}, {"limit": 0}, {"limit": 1001}, {"limit": "10"}])
def test_the_limit_is_needed_and_bounded(vendor, body):
    assert vendor.post(LIST, **body)["errcode"] == 40058


def test_groups_of_leavers_appear_only_for_named_owners_unless_switched(vendor, control, leavers):
    assert leavers
    rows = listed(vendor, owner_filter={"userid_list": leavers})
    assert {row["status"] for row in rows} == {1}
    assert not {row["chat_id"] for row in rows} & {row["chat_id"] for row in listed(vendor)}
    control.switch(leavers_groups="always")
    assert {row["chat_id"] for row in rows} <= {row["chat_id"] for row in listed(vendor)}
    assert listed(vendor, status_filter=1) == rows


def test_owner_filter_takes_100_at_most_and_somebody_at_least(vendor):
    assert vendor.post(LIST, limit=10, owner_filter={"userid_list": ["x"] * 101})["errcode"] == 40058
    assert vendor.post(LIST, limit=10, owner_filter={"userid_list": ["nobody"]})["errcode"] == 40031


def test_a_large_range_needs_an_owner_filter(vendor, control, relation):
    control.switch(visible_people_limit=5)
    assert vendor.post(LIST, limit=10)["errcode"] == 81017
    assert vendor.post(LIST, limit=10, owner_filter={"userid_list": [relation.userid]})["errcode"] == 0


def test_a_cursor_belongs_to_its_filter(vendor):
    cursor = vendor.post(LIST, limit=1)["next_cursor"]
    assert vendor.post(LIST, limit=1, status_filter=1, cursor=cursor)["errcode"] == 50100


def test_details_tell_who_is_in_the_group(vendor, sandbox):
    chat_id = listed(vendor)[0]["chat_id"]
    group = vendor.post(GET, chat_id=chat_id)["group_chat"]
    assert group["member_list"][0] == {**group["member_list"][0], "userid": group["owner"], "type": 1}
    outsiders = [m for m in group["member_list"] if m["type"] == 2]
    assert {m["userid"][:2] for m in outsiders} <= {"wm", "wo"}
    assert all(("invitor" in m) == (m["join_scene"] == 1) for m in outsiders)
    assert "name" not in outsiders[0]
    assert all(m["name"] for m in vendor.post(GET, chat_id=chat_id, need_name=1)["group_chat"]["member_list"])


def test_the_member_version_changes_with_the_members(vendor, control):
    chat_id = listed(vendor)[0]["chat_id"]
    first = vendor.post(GET, chat_id=chat_id)["group_chat"]
    newcomer = control.act("group_changes", chat_id=chat_id, joins="new")["external_userid"]
    second = vendor.post(GET, chat_id=chat_id)["group_chat"]
    assert newcomer in [m["userid"] for m in second["member_list"]]
    assert first["member_version"] != second["member_version"]
    control.act("member_leaves_group", chat_id=chat_id, external_userid=newcomer)
    third = vendor.post(GET, chat_id=chat_id)["group_chat"]
    assert third["member_list"] == first["member_list"]
    assert third["member_version"] not in {first["member_version"], second["member_version"]}


def test_unknown_and_dismissed_groups(vendor, control):
    assert vendor.post(GET, chat_id="wrnothing")["errcode"] == 40050
    assert vendor.post(GET)["errcode"] == 40050
    chat_id = listed(vendor)[0]["chat_id"]
    control.act("staff_dismisses_group", chat_id=chat_id)
    assert vendor.post(GET, chat_id=chat_id)["errcode"] == 49008
    assert chat_id not in [row["chat_id"] for row in listed(vendor)]


def test_groups_of_owners_out_of_range_are_hidden(vendor, control, sandbox):
    chat_id = listed(vendor)[0]["chat_id"]
    owner = sandbox.world.staff.find(vendor.post(GET, chat_id=chat_id)["group_chat"]["owner"])
    control.ok("PATCH", "apps/1000002", {"visible": [d.number for d in sandbox.world.staff.departments
                                                     if d.number >= 10 and d.number != owner.department]})  # fmt: skip
    assert vendor.post(GET, chat_id=chat_id)["errcode"] == 60011
    assert chat_id not in [row["chat_id"] for row in listed(vendor)]


def test_a_new_group_is_listed_last_with_those_invited(vendor, control, relations):
    invited = [r.external_userid for r in relations[:3]]
    made = control.act("staff_creates_group", userid=relations[0].userid, name="新群", external_userids=invited)
    assert listed(vendor)[-1]["chat_id"] == made["chat_id"]
    group = vendor.post(GET, chat_id=made["chat_id"])["group_chat"]
    assert group["name"] == "新群"
    assert set(invited) <= {m["userid"] for m in group["member_list"]}
