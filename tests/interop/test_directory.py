"""wechatpy reads employees, departments and its own app."""

import pytest
from wechatpy.exceptions import WeChatClientException

from .wechat import covers

ROOT = 1


@pytest.fixture
def person(sandbox, relation):
    return sandbox.world.staff.find(relation.userid)


@covers("user.get", "user.list", "department.get_users", "department.get_map_users")
def test_employees(client, state, person):
    read = client.user.get(person.staff_id)
    assert (read["userid"], read["name"]) == (person.staff_id, person.name)
    working = {row["userid"] for row in state("staff") if row["state"] != "left"}
    assert {row["userid"] for row in client.user.list(ROOT, fetch_child=True)} == working
    assert {row["userid"] for row in client.user.list(ROOT, fetch_child=True, simple=True)} == working
    assert {row["userid"] for row in client.department.get_users(ROOT, fetch_child=1)} == working
    here = client.department.get_map_users(person.department, key="userid")
    assert person.staff_id in here
    assert here.keys() < working


@covers("department.list", "department.simple_list", "department.get")
def test_departments(client, person):
    listed = {row["id"]: row for row in client.department.list()}
    assert {row["id"]: row["parentid"] for row in client.department.simple_list()} == {
        number: row["parentid"] for number, row in listed.items()
    }
    assert client.department.get(ROOT)["parentid"] == 0
    mine = client.department.get(person.department)
    assert mine["name"] == listed[person.department]["name"]
    below = {row["id"] for row in client.department.list(person.department)}
    assert person.department in below
    assert below == {row["id"] for row in client.department.simple_list(person.department)}
    assert below < listed.keys()


@covers("user.convert_to_openid", "user.convert_to_user_id", "user.getuserid")
def test_ids_of_employees(client, person):
    openid = client.user.convert_to_openid(person.staff_id)["openid"]
    assert openid != person.staff_id
    assert client.user.convert_to_user_id(openid) == person.staff_id
    assert client.user.getuserid(person.phone) == person.staff_id
    with pytest.raises(WeChatClientException) as caught:
        client.user.getuserid("19900000000")
    assert caught.value.errcode == 46004


@covers("agent.get")
def test_an_app_sees_itself(client, sandbox):
    agent = client.agent.get(sandbox.credentials.agent_id)
    assert (agent["agentid"], agent["name"]) == (sandbox.credentials.agent_id, "客户运营")
    assert agent["allow_partys"]["partyid"] == [ROOT]
