"""A client written for the real service works against the sandbox unchanged, apart from its address."""

import pytest
from wechatpy.exceptions import APILimitedException, WeChatClientException
from wechatpy.work import WeChatClient

from privcrm.sandbox import Sandbox


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(seed=11, members=300, groups=8) as sandbox:
        yield sandbox


def client_for(sandbox, secret):
    address = f"{sandbox.base_url}/cgi-bin/"

    class Client(WeChatClient):
        API_BASE_URL = address

        def fetch_access_token(self):  # the original names the vendor's host here a second time
            params = {"corpid": self.corp_id, "corpsecret": self.secret}
            return self._fetch_access_token(url=f"{address}gettoken", params=params)

    return Client(sandbox.credentials.corp_id, secret)


@pytest.fixture
def client(sandbox):
    sandbox.reset()
    client = client_for(sandbox, sandbox.credentials.secret)
    yield client
    client._http.close()


@pytest.fixture
def relation(sandbox, client):
    return next(r for r in sandbox.company.relations() if r.unionid)


def test_token_and_addresses(client):
    assert client.fetch_access_token()["expires_in"] == 7200
    assert client.misc.get_wechat_ips() == ["127.0.0.1"]


def test_staff_and_departments(client, relation):
    assert client.user.get(relation.userid)["userid"] == relation.userid
    assert relation.userid in [u["userid"] for u in client.user.list(1, fetch_child=True)]
    assert relation.userid in [u["userid"] for u in client.user.list(1, fetch_child=True, simple=True)]
    assert client.department.list()[0]["id"] == 1
    assert {d["id"] for d in client.department.simple_list()} == {d["id"] for d in client.department.list()}
    assert client.department.get(1)["parentid"] == 0
    assert client.agent.get(1000002)["agentid"] == 1000002


def test_customers(client, relation):
    contacts = client.external_contact
    assert relation.userid in contacts.get_follow_user_list()["follow_user"]
    listed = contacts.list(relation.userid)["external_userid"]
    assert relation.external_userid in listed
    assert contacts.get(relation.external_userid)["external_contact"]["unionid"] == relation.unionid
    batch = list(contacts.gen_all_by_user(relation.userid, limit=7))
    assert [row["external_contact"]["external_userid"] for row in batch] == listed


def test_remark(client, relation):
    pair = {"userid": relation.userid, "external_userid": relation.external_userid}
    client.post("externalcontact/remark", data={**pair, "remark": "老客户"})  # wechatpy has no method for it
    follows = client.external_contact.get(relation.external_userid)["follow_user"]
    assert "老客户" in [f["remark"] for f in follows]


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
    contacts.del_corp_tag(tag_id=[tag])
    assert group["group_id"] not in [g["group_id"] for g in contacts.get_corp_tag_list()["tag_group"]]


def test_groups(client):
    chats = client.external_contact_group_chat
    rows = chats.list_all(limit=3)
    assert len(rows) > 3
    detail = chats.get(rows[0]["chat_id"])["group_chat"]
    assert detail["member_list"][0]["userid"] == detail["owner"]
    assert len(client.external_contact.get_group_chat_list(1000)["group_chat_list"]) == len(rows)


def test_an_expired_token_is_renewed(client, sandbox, relation):
    client.user.get(relation.userid)
    sandbox.company.tokens.revoke(client.access_token)
    assert client.user.get(relation.userid)["userid"] == relation.userid


def test_errors_arrive_as_its_own(client, sandbox):
    with pytest.raises(WeChatClientException) as caught:
        client.external_contact.get("wmnobody")
    assert caught.value.errcode == 40096
    sandbox.company.rules.change({"minute_limit": 0})
    with pytest.raises(APILimitedException):
        client.external_contact.get_follow_user_list()


def test_an_app_without_permission_is_told(sandbox, client):
    plain = client_for(sandbox, sandbox.credentials.plain_secret)
    with pytest.raises(WeChatClientException) as caught:
        plain.external_contact.get_follow_user_list()
    assert caught.value.errcode == 48002
    plain._http.close()
