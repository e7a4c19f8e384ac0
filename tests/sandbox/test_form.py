"""The form of requests and answers."""

import re

import pytest
import requests


def test_errors_have_status_200_and_two_headers(vendor):
    reply = vendor.request("GET", "externalcontact/get", params={"access_token": vendor.token})
    assert reply.status_code == 200
    assert reply.headers["Content-Type"].startswith("application/json")
    assert reply.headers["Error-Code"] == "41035"
    assert reply.headers["Error-Msg"] == reply.json()["errmsg"]


def test_success_has_them_too(vendor):
    reply = vendor.request("GET", "getcallbackip", params={"access_token": vendor.token})
    assert (reply.headers["Error-Code"], reply.headers["Error-Msg"]) == ("0", "ok")
    assert reply.json() == {"errcode": 0, "errmsg": "ok", "ip_list": ["127.0.0.1"]}


def test_error_texts_carry_hint_address_and_link(vendor):
    errmsg = vendor.get("user/get", userid="nobody")["errmsg"]
    wanted = r"userid not found, hint: \[\d+\], from ip: 127\.0\.0\.1, more info at https://\S+\?e=60111"
    assert re.fullmatch(wanted, errmsg)


def test_errors_still_carry_empty_collections(vendor):
    assert vendor.get("externalcontact/list", userid="nobody")["external_userid"] == []
    assert vendor.post("externalcontact/batch/get_by_user")["external_contact_list"] == []
    assert vendor.post("externalcontact/groupchat/list")["group_chat_list"] == []


@pytest.mark.parametrize("body", [b"{not json", b'["a list"]', b"\xff\xfe"])
def test_what_is_no_json_object_is_lost_with_a_warning(vendor, body):
    reply = vendor.request("POST", "externalcontact/mark_tag", params={"access_token": vendor.token}, data=body).json()
    assert reply["errcode"] == 41009
    assert reply["errmsg"].startswith("Warning: wrong json format. ")


def test_a_value_of_the_wrong_type_is_lost_with_a_warning(vendor, relation):
    pair = {"userid": relation.userid, "external_userid": relation.external_userid}
    reply = vendor.post("externalcontact/mark_tag", **pair, add_tag="a tag and no list")
    assert reply["errcode"] == 40063
    assert "Warning: wrong json format." in reply["errmsg"]


def test_true_is_no_number(vendor):
    assert vendor.post("externalcontact/groupchat/list", limit=True)["errcode"] == 40058


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("externalcontact/mark_tag", 40003),
        ("externalcontact/remark", 40003),
        ("externalcontact/groupchat/get", 40050),
        ("externalcontact/batch/get_by_user", 40058),
        ("externalcontact/del_corp_tag", 40063),
    ],
)
def test_a_post_called_as_get_loses_its_body(vendor, path, code):
    reply = vendor.request("GET", path, params={"access_token": vendor.token}, json={"userid": "x"})
    assert reply.json()["errcode"] == code


def test_what_is_not_simulated_says_so(sandbox):
    reply = requests.get(f"{sandbox.base_url}/cgi-bin/media/nothing", timeout=5)
    assert reply.status_code == 404
    assert reply.json()["error"] == "not simulated"
