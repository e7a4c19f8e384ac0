"""wechatpy reads customers and tags them."""

import pytest
from wechatpy.exceptions import WeChatClientException

from .wechat import covers


@covers(
    "external_contact.get_follow_user_list",
    "external_contact.list",
    "external_contact.get",
    "external_contact.batch_get_by_user",
    "external_contact.gen_all_by_user",
)
def test_customers(client, sandbox, relation):
    contacts = client.external_contact
    of_staff: dict[str, list[str]] = {}
    for row in sandbox.company.relations():
        of_staff.setdefault(row.userid, []).append(row.external_userid)
    assert of_staff.keys() <= set(contacts.get_follow_user_list()["follow_user"])
    listed = contacts.list(relation.userid)["external_userid"]
    assert sorted(listed) == sorted(of_staff[relation.userid])
    read = contacts.get(relation.external_userid)
    assert read["external_contact"]["unionid"] == relation.unionid
    assert relation.userid in [follow["userid"] for follow in read["follow_user"]]
    page = contacts.batch_get_by_user(relation.userid, limit=7)
    assert len(page["external_contact_list"]) == 7
    batch = list(contacts.gen_all_by_user(relation.userid, limit=7))
    assert [row["external_contact"]["external_userid"] for row in batch] == listed


def test_remark(client, relation):
    pair = {"userid": relation.userid, "external_userid": relation.external_userid}
    client.post("externalcontact/remark", data={**pair, "remark": "老客户"})  # wechatpy has no method for it
    follows = client.external_contact.get(relation.external_userid)["follow_user"]
    assert "老客户" in [f["remark"] for f in follows]


@covers(
    "external_contact.add_corp_tag",
    "external_contact.edit_corp_tag",
    "external_contact.get_corp_tag_list",
    "external_contact.mark_tag",
    "external_contact.del_corp_tag",
)
def test_tags(client, relation):
    contacts = client.external_contact
    group = contacts.add_corp_tag(None, "活动", 1, [{"name": "到店", "order": 1}])["tag_group"]
    tag = group["tag"][0]["id"]
    contacts.edit_corp_tag(tag, name="到店两次")
    assert contacts.get_corp_tag_list([tag])["tag_group"][0]["tag"][0]["name"] == "到店两次"
    contacts.mark_tag(relation.userid, relation.external_userid, add_tag=[tag])
    follows = contacts.get(relation.external_userid)["follow_user"]
    assert tag in [t["tag_id"] for f in follows if f["userid"] == relation.userid for t in f["tags"]]
    contacts.mark_tag(relation.userid, relation.external_userid, remove_tag=[tag])
    follows = contacts.get(relation.external_userid)["follow_user"]
    assert tag not in [t.get("tag_id") for f in follows for t in f["tags"]]
    contacts.del_corp_tag(tag_id=[tag])
    assert group["group_id"] not in [g["group_id"] for g in contacts.get_corp_tag_list()["tag_group"]]


@covers(
    "external_contact.add_contact_way",
    "external_contact.get_contact_way",
    "external_contact.update_contact_way",
    "external_contact.del_contact_way",
)
def test_contact_ways(client, sandbox, relation, colleague):
    contacts = client.external_contact
    made = contacts.add_contact_way(2, 2, remark="地铁站", state="metro", user=[relation.userid], skip_verify=False)
    way = contacts.get_contact_way(made["config_id"])["contact_way"]
    assert (way["user"], way["state"], way["remark"]) == ([relation.userid], "metro", "地铁站")
    assert way["qr_code"] == made["qr_code"]
    contacts.update_contact_way(made["config_id"], "商场", state="mall", user=[colleague])
    after = contacts.get_contact_way(made["config_id"])["contact_way"]
    assert (after["user"], after["state"], after["remark"]) == ([colleague], "mall", "商场")
    added = sandbox.act("member_scans_contact_code", config_id=made["config_id"])
    follows = contacts.get(added["external_userid"])["follow_user"]
    assert [(follow["userid"], follow["state"]) for follow in follows] == [(colleague, "mall")]
    contacts.del_contact_way(made["config_id"])
    with pytest.raises(WeChatClientException) as caught:
        contacts.get_contact_way(made["config_id"])
    assert caught.value.errcode == 41044


@covers("external_contact.get_unassigned_list", "external_contact.transfer")
def test_customers_of_a_leaver_and_of_somebody_here(client, sandbox, relation):
    contacts = client.external_contact
    heir = next(
        p.staff_id for p in sandbox.world.staff if p.can_contact and not list(sandbox.world.follows.of_staff(p.number))
    )
    contacts.transfer(relation.external_userid, relation.userid, heir, "您好")
    sandbox.clock.advance(86_400 + 60)
    follows = contacts.get(relation.external_userid)["follow_user"]
    assert heir in [follow["userid"] for follow in follows]
    left_behind = sorted(contacts.list(relation.userid)["external_userid"])
    sandbox.act("staff_resigns", userid=relation.userid)
    rows, cursor = [], None
    while cursor != "":
        page = contacts.get_unassigned_list(page_size=5, cursor=cursor)
        rows += page["info"]
        cursor = page["next_cursor"]
    assert sorted(r["external_userid"] for r in rows if r["handover_userid"] == relation.userid) == left_behind
    again = contacts.get_unassigned_list(page_id=1, page_size=5)["info"]
    assert again == rows[5:10]


@covers("external_contact.get_user_behavior_data")
def test_figures_of_an_employee(client, sandbox, relation):
    sandbox.clock.advance(86_400 - (sandbox.clock.time() + 8 * 3600) % 86_400 + 1)  # a day begins in Beijing
    day = int(sandbox.clock.time()) - 1
    for _ in range(3):
        sandbox.act("member_adds_staff", userid=relation.userid)
    sandbox.clock.advance(2 * 86_400)
    (figures,) = client.external_contact.get_user_behavior_data([relation.userid], day, day)["behavior_data"]
    assert (figures["stat_time"], figures["new_contact_cnt"]) == (day, 3)
    (everybody,) = client.external_contact.get_user_behavior_data(None, day, day, partyid=[1])["behavior_data"]
    assert everybody["new_contact_cnt"] == 3
