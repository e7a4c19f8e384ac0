"""Ports: the requests they make and what they make of the answers."""

from inspect import isfunction

import pytest

from privcrm.errors import (
    Conflict,
    CursorRepeated,
    InputError,
    InvalidArgument,
    NotFound,
    WrongApp,
)
from privcrm.models import OwnerState, RemarkChange, StaffState, TagChange
from privcrm.provider import Secret, ports
from privcrm.provider.ports import Port
from privcrm_wecom import WeComApp
from privcrm_wecom.capabilities import CAPABILITIES

BATCH = "externalcontact/batch/get_by_user"
GROUPS = "externalcontact/groupchat/list"


def page(*members: str, cursor: str = "") -> dict:
    entries = [{"external_contact": {"external_userid": one}, "follow_info": {"userid": "a"}} for one in members]
    return {"errcode": 0, "external_contact_list": entries, "next_cursor": cursor}


def test_members_are_listed_over_pages_and_chunks_of_staff(vendor, company, bodies):
    vendor.answers(BATCH, page("wm1", cursor="C1"), page(cursor="C2"), page("wm2"), page("wm3"))
    staff = [f"s{number}" for number in range(150)]
    listing = company().members.list(staff)
    assert [found.member_id for found in listing] == ["wm1", "wm2", "wm3"]
    sent = bodies(BATCH)
    assert [len(body["userid_list"]) for body in sent] == [100, 100, 100, 50]
    assert [body.get("cursor") for body in sent] == [None, "C1", "C2", None]
    assert {body["limit"] for body in sent} == {100}


def test_a_listing_resumes_at_the_page_that_holds_the_next_item(vendor, company, bodies):
    vendor.answers(BATCH, page("wm1"), page("wm2", cursor="C1"), page("wm3"), page("wm3"))
    staff = [f"s{number}" for number in range(150)]
    listing = company().members.list(staff)
    reading = iter(listing)
    assert [next(reading).member_id for _ in range(3)] == ["wm1", "wm2", "wm3"]
    resumed = company().members.list(staff, listing.cursor)
    assert [found.member_id for found in resumed] == ["wm3"]
    assert bodies(BATCH)[-1]["cursor"] == "C1"
    assert bodies(BATCH)[-1]["userid_list"] == staff[100:]


@pytest.mark.parametrize("cursor", ["x", "2:", "-1:", "0", ":C", "９:"])
def test_a_foreign_cursor_is_refused(vendor, company, cursor):
    with pytest.raises(InputError):
        list(company().members.list(["a"], cursor))


def test_a_cursor_that_comes_twice_ends_the_listing(vendor, company):
    vendor.answers(BATCH, page("wm1", cursor="C1"))
    with pytest.raises(CursorRepeated):
        list(company().members.list(["a"]))


def test_no_relation_is_an_empty_listing(vendor, company):
    vendor.answers(BATCH, 84061, page("wm1"))
    assert [found.member_id for found in company().members.list([f"s{n}" for n in range(101)])] == ["wm1"]
    vendor.answers("externalcontact/list", 84061, method="GET")
    assert list(company().members.ids("a")) == []


def test_no_staff_is_no_call(vendor, company):
    assert list(company().members.list([])) == []
    assert len(vendor.mock.calls) == 0


def test_ids_of_an_unknown_employee_are_not_found(vendor, company):
    vendor.answers("externalcontact/list", 40003, method="GET")
    with pytest.raises(NotFound):
        company().members.ids("nobody")


def test_a_member_is_read_with_all_pages_of_relations(vendor, company):
    first = {"external_contact": {"external_userid": "wm1", "type": 1}, "next_cursor": "C"}
    tags = [
        {"tag_id": "et1", "tag_name": "VIP", "group_name": "级别", "type": 1},
        {"tag_name": "own", "type": 2},
        {"tag_id": "st1", "tag_name": "rule", "type": 3},
    ]
    vendor.answers(
        "externalcontact/get",
        first | {"follow_user": [{"userid": "a", "tags": tags, "createtime": 1}]},
        first | {"follow_user": [{"userid": "B"}], "next_cursor": ""},
        method="GET",
    )
    found = company().members.get("wm1")
    assert [follow.staff_id for follow in found.follows] == ["a", "B"]
    assert found.follows[0].tag_ids == ("et1",)
    assert [tag.personal for tag in found.follows[0].tags] == [False, True, False]
    assert found.followed_by("b") is not None


def test_remarks_send_only_what_changes_and_can_clear_phones(vendor, company, bodies):
    vendor.answers("externalcontact/remark", 0)
    company().members.edit_remark(RemarkChange("a", "wm1", remark="", phones=()))
    assert bodies("externalcontact/remark") == [
        {"userid": "a", "external_userid": "wm1", "remark": "", "remark_mobiles": [""]}
    ]
    with pytest.raises(InputError):
        company().members.edit_remark(RemarkChange("a", "wm1"))


def test_an_unknown_unionid_is_none(vendor, company):
    vendor.answers("idconvert/unionid_to_external_userid", {"errcode": 0, "external_userid": ""}, 84061)
    delegated = company(apps=(WeComApp("main", Secret("m"), kind="delegated"),))
    assert delegated.members.id_of_unionid("u", "o") is None
    assert delegated.members.id_of_unionid("u", "o") is None


@pytest.mark.parametrize(("add", "remove"), [((), ()), (("et1",), ("et1",))])
def test_a_change_that_makes_no_sense_is_not_sent(vendor, company, add, remove):
    with pytest.raises(InputError):
        company().tags.mark(TagChange("a", "wm1", add, remove))
    assert len(vendor.mock.calls) == 0


def test_empty_lists_are_not_sent(vendor, company, bodies):
    vendor.answers("externalcontact/mark_tag", 0)
    company().tags.mark(TagChange("a", "wm1", remove=("et1",)))
    assert bodies("externalcontact/mark_tag") == [{"userid": "a", "external_userid": "wm1", "remove_tag": ["et1"]}]


def test_tags_are_listed_created_edited_and_deleted(vendor, company, bodies):
    group = {
        "group_id": "etG",
        "group_name": "级别",
        "order": 4294967295,
        "tag": [{"id": "et1", "name": "VIP", "x": 1}],
    }
    vendor.answers("externalcontact/get_corp_tag_list", {"errcode": 0, "tag_group": [group]})
    vendor.answers("externalcontact/add_corp_tag", {"errcode": 0, "tag_group": group})
    vendor.answers("externalcontact/edit_corp_tag", 0)
    vendor.answers("externalcontact/del_corp_tag", 0)
    tags = company().tags
    (found,) = tags.list(group_ids=["etG"])
    assert (found.order, found.tags[0].name, found.tags[0].group_name) == (4294967295, "VIP", "级别")
    assert found.tags[0].raw["x"] == 1
    tags.create(["VIP"], group_id="etG", group_name="ignored")
    tags.edit("et1", name="VIP2")
    tags.delete(tag_ids=["et1"])
    assert bodies("externalcontact/get_corp_tag_list") == [{"group_id": ["etG"]}]
    assert bodies("externalcontact/add_corp_tag") == [{"group_id": "etG", "tag": [{"name": "VIP"}]}]
    assert bodies("externalcontact/edit_corp_tag") == [{"id": "et1", "name": "VIP2"}]
    assert bodies("externalcontact/del_corp_tag") == [{"tag_id": ["et1"]}]


@pytest.mark.parametrize(
    "work", [lambda t: t.delete(), lambda t: t.create([], group_name="G"), lambda t: t.create(["a"])]
)
def test_empty_tag_operations_are_refused(company, work):
    with pytest.raises(InputError):
        work(company().tags)


def test_a_tag_of_another_app_is_explained(vendor, company):
    vendor.answers("externalcontact/edit_corp_tag", 40068)
    with pytest.raises(NotFound, match="another app created it"):
        company().tags.edit("et1", name="x")


def test_an_existing_name_is_a_conflict(vendor, company):
    vendor.answers("externalcontact/add_corp_tag", 40071)
    with pytest.raises(Conflict):
        company().tags.create(["VIP"], group_name="级别")


def test_groups_are_listed_by_owners_in_chunks(vendor, company, bodies):
    rows = [{"chat_id": "wr1", "status": 0}, {"chat_id": "wr2", "status": 1}, {"chat_id": "wr3", "status": 99}]
    vendor.answers(GROUPS, {"errcode": 0, "group_chat_list": rows, "next_cursor": "C"}, {"errcode": 0})
    owners = [f"s{number}" for number in range(120)]
    states = [found.owner_state for found in company().groups.list(owner_ids=owners)]
    assert states == [OwnerState.NORMAL, OwnerState.LEFT, OwnerState.UNKNOWN]
    assert [len(body["owner_filter"]["userid_list"]) for body in bodies(GROUPS)] == [100, 100, 20]
    assert [body.get("cursor") for body in bodies(GROUPS)] == [None, "C", None]


@pytest.mark.parametrize(
    ("state", "number", "left"), [(None, 0, 2), (OwnerState.NORMAL, 0, 1), (OwnerState.LEFT, 1, 2)]
)
def test_groups_are_filtered_by_the_state_of_their_owner(vendor, company, bodies, *, state, number, left):
    rows = [{"chat_id": "wr1", "status": 0}, {"chat_id": "wr2", "status": 1}]
    vendor.answers(GROUPS, {"errcode": 0, "group_chat_list": rows})
    assert len(list(company().groups.list(owner_state=state))) == left
    assert bodies(GROUPS) == [{"status_filter": number, "limit": 1000}]


def test_too_wide_a_group_listing_is_explained(vendor, company):
    vendor.answers(GROUPS, 81017)
    with pytest.raises(InvalidArgument, match="name the owners"):
        list(company().groups.list())


def test_a_group_is_read_with_everybody(vendor, company, bodies):
    people = [
        {"userid": "a", "type": 1, "join_scene": 1},
        {"userid": "wm1", "type": 2, "invitor": {"userid": "a"}, "join_scene": 3, "name": "张", "state": "s"},
    ]
    row = {
        "chat_id": "wr1",
        "owner": "a",
        "member_list": people,
        "admin_list": [{"userid": "a"}],
        "member_version": "v",
    }
    vendor.answers("externalcontact/groupchat/get", {"errcode": 0, "group_chat": row})
    found = company().groups.get("wr1", names=True)
    assert [person.is_staff for person in found.members] == [True, False]
    assert (found.members[1].invited_by, found.members[1].name, found.admin_ids) == ("a", "张", ("a",))
    assert bodies("externalcontact/groupchat/get") == [{"chat_id": "wr1", "need_name": 1}]


@pytest.mark.parametrize("code", [40050, 49008, 86001, 90501])
def test_unknown_groups_are_not_found(vendor, company, code):
    vendor.answers("externalcontact/groupchat/get", code)
    with pytest.raises(NotFound):
        company().groups.get("wr0")


def test_staff_are_listed_department_by_department_each_once(vendor, company):
    vendor.answers("department/simplelist", {"department_id": [{"id": 1}, {"id": 2}]}, method="GET")
    vendor.answers(
        "user/list",
        {"userlist": [{"userid": "ZhangSan", "status": 1}, {"userid": "b", "status": 4}]},
        {"userlist": [{"userid": "zhangsan", "status": 1}, {"userid": "c", "status": 5, "department": [2, "3"]}]},
        method="GET",
    )
    found = list(company().staff.list())
    assert [one.staff_id for one in found] == ["ZhangSan", "b", "c"]
    assert [one.activated for one in found] == [True, False, True]
    assert found[2].state is StaffState.LEFT
    assert found[2].department_ids == ("2", "3")
    assert [request.url.partition("?")[2].partition("&")[0] for request in vendor.asked("user/list")] == [
        "department_id=1",
        "department_id=2",
    ]


@pytest.mark.parametrize("code", [40003, 60111, 60011])
def test_an_unknown_or_invisible_employee_is_not_found(vendor, company, code):
    vendor.answers("user/get", code, method="GET")
    with pytest.raises(NotFound):
        company().staff.get("nobody")


def test_departments(vendor, company):
    rows = [{"id": 1, "name": "总部", "parentid": 0}, {"id": 2, "parentid": 1, "department_leader": ["a"]}]
    vendor.answers("department/list", {"department": rows}, method="GET")
    vendor.answers("department/get", {"department": rows[1]}, method="GET")
    root, child = company().staff.departments()
    assert (root.parent_id, child.parent_id, child.leaders) == (None, "1", ("a",))
    assert company().staff.department("2").department_id == "2"


def test_the_directory_secret_reads_the_ids_of_all_staff(vendor, company, bodies):
    pairs = [{"userid": "a", "department": 1}, {"userid": "a", "department": 2}]
    vendor.answers("user/list_id", {"dept_user": pairs, "next_cursor": "C"}, {"dept_user": []})
    apps = (WeComApp("main", Secret("m")), WeComApp("book", Secret("d"), roles=frozenset({"directory"})))
    assert list(company(apps=apps).staff.ids()) == [("a", "1"), ("a", "2")]
    assert [body.get("cursor") for body in bodies("user/list_id")] == [None, "C"]
    assert "corpsecret=d" in vendor.asked("gettoken")[0].url


def test_a_missing_role_is_told_before_sending(vendor, company):
    with pytest.raises(WrongApp, match="PRIVCRM_WECOM_DIRECTORY_SECRET"):
        list(company().staff.ids())
    directory = (WeComApp("book", Secret("d"), roles=frozenset({"directory"})),)
    with pytest.raises(WrongApp, match="可调用接口的应用"):
        company(apps=directory).tags.mark(TagChange("a", "wm1", ("et1",)))
    assert len(vendor.mock.calls) == 0


def test_serving_staff(vendor, company):
    vendor.answers("externalcontact/get_follow_user_list", {"follow_user": ["a", "b"]}, method="GET")
    assert list(company().staff.serving()) == ["a", "b"]


def test_every_method_of_every_port_is_there():
    kinds = [kind for kind in (getattr(ports, name) for name in ports.__all__) if issubclass(kind, Port)]
    methods = {
        f"{kind.area}.{name}"
        for kind in kinds
        for base in kind.__mro__
        for name, value in vars(base).items()
        if kind.area and isfunction(value) and not name.startswith("_")
    }
    assert methods == set(CAPABILITIES)


def test_the_table_names_exactly_the_methods_that_are_there(company):
    ports = [value for value in vars(company()).values() if isinstance(value, Port)]
    assert len(ports) > 10
    for port in ports:
        ours = [vars(kind) for kind in type(port).__mro__ if kind.__module__.startswith("privcrm_wecom.")]
        own = {f"{port.area}.{name}" for names in ours for name, value in names.items() if isfunction(value)}
        assert {name for name in own if "._" not in name} == {n for n in CAPABILITIES if n.startswith(f"{port.area}.")}
