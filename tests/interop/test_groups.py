"""wechatpy reads customer groups, writes welcomes for them and orders mass messages."""

import pytest
from wechatpy.exceptions import WeChatClientException

from .wechat import covers

DAY = 86_400


@covers(
    "external_contact_group_chat.list",
    "external_contact_group_chat.list_all",
    "external_contact_group_chat.get",
    "external_contact.get_group_chat_list",
    "external_contact.get_group_chat_info",
)
def test_groups(client, state):
    chats = client.external_contact_group_chat
    living = {row["chat_id"]: row for row in state("groups") if row["dismissed_at"] is None}
    rows = [row["chat_id"] for row in chats.list_all(limit=3)]
    assert len(rows) > 3
    assert set(rows) <= living.keys()
    assert [row["chat_id"] for row in client.external_contact.get_group_chat_list(1000)["group_chat_list"]] == rows
    detail = chats.get(rows[0])["group_chat"]
    assert detail["owner"] == living[rows[0]]["owner"]
    assert detail["member_list"][0]["userid"] == detail["owner"]
    assert client.external_contact.get_group_chat_info(rows[0])["group_chat"] == detail
    owned = chats.list(owner_userid_list=[detail["owner"]])["group_chat_list"]
    assert {row["chat_id"] for row in owned} == {one for one in rows if living[one]["owner"] == detail["owner"]}


@covers("external_contact_group_chat.statistic")
def test_figures_of_groups(client, sandbox, state):
    chats = client.external_contact_group_chat
    chat = chats.get(chats.list_all()[0]["chat_id"])["group_chat"]
    sandbox.clock.advance(DAY - (sandbox.clock.time() + 8 * 3600) % DAY + 1)
    day = int(sandbox.clock.time()) - 1
    for _ in range(2):
        sandbox.act("group_changes", chat_id=chat["chat_id"], joins="new")
    sandbox.clock.advance(2 * DAY)
    (row,) = chats.statistic(day, owner_userid_list=[chat["owner"]])["items"]
    assert (row["owner"], row["data"]["new_member_cnt"]) == (chat["owner"], 2)
    assert chat["owner"] in [one["owner"] for one in chats.statistic(day)["items"]]


@covers(
    "external_contact.add_group_welcome_template",
    "external_contact.get_group_welcome_template",
    "external_contact.update_group_welcome_template",
    "external_contact.del_group_welcome_template",
)
def test_group_welcomes(client, sandbox):
    contacts, agent = client.external_contact, sandbox.credentials.agent_id
    template = contacts.add_group_welcome_template({"text": {"content": "欢迎"}}, agent)["template_id"]
    assert contacts.get_group_welcome_template(template)["text"] == {"content": "欢迎"}
    page = {"title": "规则", "url": "https://example.com/rules", "desc": "请看"}
    contacts.update_group_welcome_template({"text": {"content": "您好"}, "link": page}, template, agent)
    after = contacts.get_group_welcome_template(template)
    assert (after["text"], after["link"]["url"]) == ({"content": "您好"}, page["url"])
    contacts.del_group_welcome_template(template, agent)
    with pytest.raises(WeChatClientException):
        contacts.get_group_welcome_template(template)


@covers("external_contact.add_msg_template", "external_contact.get_group_msg_result")
def test_mass_messages(client, sandbox, state, relation):
    contacts = client.external_contact
    template = {"chat_type": "single", "sender": relation.userid, "text": {"content": "周末到店有礼"}}
    made = contacts.add_msg_template({**template, "external_userid": [relation.external_userid, "wmnobody"]})
    assert made["fail_list"] == ["wmnobody"]
    assert [row["text"] for row in state("messages") if row["msgid"] == made["msgid"]] == [template["text"]]

    def states():
        return {
            row["external_userid"]: row["status"] for row in contacts.get_group_msg_result(made["msgid"])["detail_list"]
        }

    assert states() == {relation.external_userid: 0}
    sandbox.act("staff_confirms_message", msgid=made["msgid"], userid=relation.userid)
    assert states() == {relation.external_userid: 1}


@covers("external_contact.send_welcome_msg")
def test_welcomes(client, sandbox, state, relation):
    codes = (sandbox.act("member_adds_staff", userid=relation.userid) for _ in range(20))
    added = next(one for one in codes if one["welcome_code"])
    greeting = {"welcome_code": added["welcome_code"], "text": {"content": "您好"}}
    client.external_contact.send_welcome_msg(greeting)
    (row,) = (row for row in state("welcomes") if row["external_userid"] == added["external_userid"])
    assert (row["text"], row["sent_at"] is not None) == (greeting["text"], True)
    with pytest.raises(WeChatClientException) as caught:
        client.external_contact.send_welcome_msg(greeting)
    assert caught.value.errcode == 41051
