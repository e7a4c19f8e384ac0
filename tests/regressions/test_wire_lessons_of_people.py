"""What other clients of WeCom got wrong about members, staff, tags, groups, media, rules and links."""

import json

import pytest

from privcrm.errors import Conflict, CursorRepeated, InvalidArgument, NotFound
from privcrm.models import InterceptRuleSpec, MediaKind, MediaPurpose, Pattern, RemarkChange, TagChange

BATCH, MEMBER, REMARK = "externalcontact/batch/get_by_user", "externalcontact/get", "externalcontact/remark"
GROUPS, GROUP = "externalcontact/groupchat/list", "externalcontact/groupchat/get"
NEW = {"of": {"next": ["year"]}}
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(16)


def bodies(vendor, path):
    return [json.loads(request.body) for request in vendor.asked(path)]


def listed(member_id, **info):
    return {"external_contact": {"external_userid": member_id}, "follow_info": {"userid": "a", **info}}


# fields and types


def test_unknown_fields_are_kept_in_every_model_of_people_and_things(vendor, company):
    vendor.answers(MEMBER, {"external_contact": {"external_userid": "wm1", "new": NEW}}, method="GET")
    vendor.answers(BATCH, {"errcode": 0, "external_contact_list": [listed("wm1", new=NEW)]})
    vendor.answers("user/get", {"errcode": 0, "userid": "a", "new": NEW}, method="GET")
    vendor.answers("externalcontact/get_corp_tag_list", {"tag_group": [{"new": NEW, "tag": [{"new": NEW}]}]})
    vendor.answers(GROUP, {"errcode": 0, "group_chat": {"chat_id": "wr1", "new": NEW}})
    vendor.answers("externalcontact/get_intercept_rule", {"errcode": 0, "rule": {"new": NEW}})
    vendor.answers("externalcontact/get_product_album", {"errcode": 0, "product": {"new": NEW}})
    vendor.answers("externalcontact/customer_acquisition/get", {"errcode": 0, "link": {"url": "u"}, "new": NEW})
    vendor.answers("externalcontact/customer_strategy/get", {"errcode": 0, "strategy": {"new": NEW}})
    vendor.answers("media/upload", {"errcode": 0, "media_id": "M", "new": NEW})
    provider = company()
    (tags,) = provider.tags.list()
    assert provider.members.get("wm1").raw["external_contact"]["new"] == NEW
    for model in (
        *next(iter(provider.members.list(["a"]))).follows,
        provider.staff.get("a"),
        tags,
        *tags.tags,
        provider.groups.get("wr1"),
        provider.rules.get("1"),
        provider.products.get("1"),
        provider.acquisition.get("ca1"),
        provider.members.strategy("1"),
        provider.media.upload(PICTURE, "a.png", MediaKind.IMAGE),
    ):
        assert model.raw["new"] == NEW


def test_one_field_of_another_type_costs_no_member(vendor, company):
    contact = {"external_userid": "wm1", "external_profile": "{}", "type": "1", "gender": None, "name": {"x": 1}}
    info = {"userid": "a", "createtime": "1735700000", "wechat_channels": {"nickname": "n", "source": "1"}}
    vendor.answers(
        BATCH, {"errcode": "0", "external_contact_list": [{"external_contact": contact, "follow_info": info}]}
    )
    (member,) = company().members.list(["a"])
    assert (member.member_id, member.kind, member.name) == ("wm1", "consumer", "")
    assert member.follows[0].created_at == 1_735_700_000
    assert member.follows[0].raw["wechat_channels"]["source"] == "1"


def test_the_order_of_a_tag_goes_to_two_to_the_thirty_second(vendor, company):
    vendor.answers(
        "externalcontact/get_corp_tag_list", {"tag_group": [{"order": 4294967295, "tag": [{"order": "4294967295"}]}]}
    )
    vendor.answers("externalcontact/edit_corp_tag", 0)
    (group,) = company().tags.list()
    assert (group.order, group.tags[0].order) == (4294967295, 4294967295)
    company().tags.edit("et1", order=4294967295)
    assert bodies(vendor, "externalcontact/edit_corp_tag") == [{"id": "et1", "order": 4294967295}]


def test_people_in_groups_keep_the_state_of_the_code_that_they_came_by(vendor, company):
    people = [{"userid": "wm1", "type": 2, "state": "spring01", "join_scene": 3, "new": 1}]
    vendor.answers(GROUP, {"errcode": 0, "group_chat": {"chat_id": "wr1", "member_list": people}})
    group = company().groups.get("wr1")
    assert group.members[0].state == "spring01"
    assert group.raw["member_list"] == people


def test_the_time_of_an_upload_comes_as_text_and_as_number(vendor, company):
    vendor.answers("media/upload", {"errcode": 0, "media_id": "M", "created_at": "1735700000"})
    vendor.answers("media/upload_attachment", {"errcode": 0, "media_id": "M", "created_at": 1735700000})
    media = company().media
    for purpose in (MediaPurpose.MESSAGE, MediaPurpose.MOMENT):
        made = media.upload(PICTURE, "a.png", MediaKind.IMAGE, purpose)
        assert (made.created_at, made.expires_at) == (1_735_700_000, 1_735_700_000 + 3 * 86_400)


# absent, null, empty


def test_phones_that_were_left_out_are_not_phones_that_are_none(vendor, company):
    rows = [listed("wm1"), listed("wm2", remark_mobiles=None), listed("wm3", remark_mobiles=[])]
    vendor.answers(BATCH, {"errcode": 0, "external_contact_list": rows})
    found = list(company().members.list(["a"]))
    assert [member.follows[0].phones for member in found] == [None, (), ()]
    assert [member.raw["follow_info"] for member in found] == [row["follow_info"] for row in rows]


def test_clearing_a_remark_is_not_leaving_it(vendor, company):
    vendor.answers(REMARK, 0)
    members = company().members
    members.edit_remark(RemarkChange("a", "wm1", remark=""))
    members.edit_remark(RemarkChange("a", "wm1", phones=()))
    whose = {"userid": "a", "external_userid": "wm1"}
    assert bodies(vendor, REMARK) == [whose | {"remark": ""}, whose | {"remark_mobiles": [""]}]


def test_empty_ids_and_lists_are_not_sent_where_they_would_be_refused(vendor, company):
    vendor.answers("externalcontact/add_corp_tag", {"errcode": 0, "tag_group": {}})
    vendor.answers("externalcontact/mark_tag", 0)
    company().tags.create(["VIP"], group_name="级别")
    company().tags.mark(TagChange("a", "wm1", add=("et1",)))
    assert bodies(vendor, "externalcontact/add_corp_tag") == [{"group_name": "级别", "tag": [{"name": "VIP"}]}]
    assert "remove_tag" not in bodies(vendor, "externalcontact/mark_tag")[0]


def test_nobody_followed_is_an_empty_list_and_no_error(vendor, company):
    vendor.answers("externalcontact/list", {"errcode": 84061, "external_userid": []}, method="GET")
    vendor.answers(BATCH, 84061)
    assert list(company().members.ids("a")) == []
    assert list(company().members.list(["a"])) == []


# updates


def test_renaming_a_tag_leaves_its_order_alone(vendor, company):
    vendor.answers("externalcontact/edit_corp_tag", 0)
    company().tags.edit("et1", name="VIP")
    assert bodies(vendor, "externalcontact/edit_corp_tag") == [{"id": "et1", "name": "VIP"}]


def test_a_rule_is_changed_by_people_added_and_removed(vendor, company):
    people = {"user_list": ["a", "b"], "department_list": [2]}
    vendor.answers("externalcontact/get_intercept_rule", {"errcode": 0, "rule": {"applicable_range": people}})
    vendor.answers("externalcontact/update_intercept_rule", 0)
    spec = InterceptRuleSpec("n", ("w",), patterns=(Pattern.MAIL_ADDRESS,), staff_ids=("b", "c"), department_ids=("2",))
    company().rules.update("1", spec)
    (sent,) = bodies(vendor, "externalcontact/update_intercept_rule")
    assert (sent["add_applicable_range"], sent["remove_applicable_range"]) == (
        {"user_list": ["c"]},
        {"user_list": ["a"]},
    )
    assert sent["extra_rule"] == {"semantics_list": [2]}
    assert not {"applicable_range", "semantics_list"} & sent.keys()


def test_tagging_and_remarks_name_the_member_under_the_vendors_key(vendor, company):
    vendor.answers("externalcontact/mark_tag", 0)
    company().tags.mark(TagChange("a", "wm1", ("et1",)))
    assert bodies(vendor, "externalcontact/mark_tag") == [{"userid": "a", "external_userid": "wm1", "add_tag": ["et1"]}]


def test_strategies_and_their_tags_have_paths_of_their_own(vendor, company):
    get, delete = "externalcontact/moment_strategy/get", "externalcontact/del_strategy_tag"
    vendor.answers(get, {"errcode": 0, "strategy": {"strategy_id": 1}})
    vendor.answers(delete, 0)
    company().moments.strategy("1")
    company().tags.delete_strategy_tags(tag_ids=["st1"])
    assert [len(vendor.asked(path)) for path in (get, delete)] == [1, 1]


# cursors

LISTINGS = [
    ("members.list", BATCH, lambda p: p.members.list(["a"])),
    ("members.served", "externalcontact/contact_list", lambda p: p.members.served()),
    ("members.strategies", "externalcontact/customer_strategy/list", lambda p: p.members.strategies()),
    ("members.strategy_range", "externalcontact/customer_strategy/get_range", lambda p: p.members.strategy_range("1")),
    ("moments.strategies", "externalcontact/moment_strategy/list", lambda p: p.moments.strategies()),
    ("moments.strategy_range", "externalcontact/moment_strategy/get_range", lambda p: p.moments.strategy_range("1")),
    ("groups.list", GROUPS, lambda p: p.groups.list()),
    ("products.list", "externalcontact/get_product_album_list", lambda p: p.products.list()),
    ("acquisition.list", "externalcontact/customer_acquisition/list_link", lambda p: p.acquisition.list()),
    ("acquisition.acquired", "externalcontact/customer_acquisition/customer", lambda p: p.acquisition.acquired("ca1")),
]


@pytest.mark.parametrize(("path", "work"), [row[1:] for row in LISTINGS], ids=[row[0] for row in LISTINGS])
def test_no_listing_drops_the_cursor_or_goes_round_in_circles(vendor, company, path, work):
    vendor.answers(path, *({"errcode": 0, "next_cursor": cursor} for cursor in ("C1", "C2", "C1")))
    with pytest.raises(CursorRepeated):
        list(work(company()))
    assert [body.get("cursor") for body in bodies(vendor, path)] == [None, "C1", "C2"]


@pytest.mark.parametrize(("path", "work"), [row[1:] for row in LISTINGS], ids=[row[0] for row in LISTINGS])
def test_a_listing_ends_with_an_absent_null_or_empty_cursor(vendor, company, path, work):
    vendor.answers(path, {"errcode": 0}, {"errcode": 0, "next_cursor": None}, {"errcode": 0, "next_cursor": ""})
    for _ in range(3):
        list(work(company()))
    assert len(vendor.asked(path)) == 3


def test_members_of_several_employees_are_asked_for_together(vendor, company):
    vendor.answers(BATCH, {"errcode": 0, "external_contact_list": []})
    list(company().members.list(["a", "b"]))
    assert bodies(vendor, BATCH) == [{"userid_list": ["a", "b"], "limit": 100}]


def test_relations_beyond_the_first_page_of_a_member_are_read(vendor, company):
    first = {"external_contact": {"external_userid": "wm1"}, "follow_user": [{"userid": "a"}], "next_cursor": "C"}
    vendor.answers(MEMBER, first, first | {"follow_user": [{"userid": "b"}], "next_cursor": ""}, method="GET")
    assert [follow.staff_id for follow in company().members.get("wm1").follows] == ["a", "b"]


def test_groups_of_leavers_are_found_when_they_are_named_among_the_owners(vendor, company):
    vendor.answers(GROUPS, {"errcode": 0, "group_chat_list": [{"chat_id": "wr1", "status": 1}]})
    (found,) = company().groups.list(owner_ids=["leaver"])
    assert found.owner_state == "left"
    assert bodies(vendor, GROUPS)[0]["owner_filter"] == {"userid_list": ["leaver"]}


# refusals


@pytest.mark.parametrize(
    ("path", "code", "kind", "work"),
    [
        ("externalcontact/add_corp_tag", 40071, Conflict, lambda p: p.tags.create(["VIP"], group_name="g")),
        (REMARK, 84061, NotFound, lambda p: p.members.edit_remark(RemarkChange("a", "wm1", remark="x"))),
        (REMARK, 40096, NotFound, lambda p: p.members.edit_remark(RemarkChange("a", "wm1", remark="x"))),
        ("media/upload", 40009, InvalidArgument, lambda p: p.media.upload(PICTURE, "a", MediaKind.IMAGE)),
        ("externalcontact/get_intercept_rule", 41071, NotFound, lambda p: p.rules.get("1")),
    ],
)
def test_the_code_of_the_vendor_stands_beside_the_kind_of_error(vendor, company, *, path, code, kind, work):
    vendor.answers(path, {"errcode": code, "errmsg": "what they say, hint: [1735700000], from ip: 203.0.113.9"})
    with pytest.raises(kind) as caught:
        work(company())
    assert (caught.value.code, caught.value.message, caught.value.request_id) == (code, "what they say", "1735700000")
