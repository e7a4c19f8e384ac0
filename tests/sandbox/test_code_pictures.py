"""Pictures of live codes: real QR codes at addresses of the sandbox."""

import io

import pytest
import requests
import zxingcpp
from PIL import Image


def read(content):
    with Image.open(io.BytesIO(content)) as image:
        return [found.text for found in zxingcpp.read_barcodes(image)]


@pytest.fixture
def made(vendor, sandbox):
    staff = next(iter(sandbox.company.relations())).userid
    return vendor.post("externalcontact/add_contact_way", type=2, scene=2, user=[staff])


def test_the_picture_of_a_contact_way_is_a_code_that_can_be_scanned(sandbox, made):
    assert made["qr_code"].startswith(sandbox.base_url + "/wwpic/")
    reply = requests.get(made["qr_code"], timeout=5)
    assert (reply.status_code, reply.headers["content-type"]) == (200, "image/png")
    assert read(reply.content) == [f"https://work.weixin.qq.com/u/vc{made['config_id']}"]


def test_every_code_says_something_else_and_a_deleted_one_keeps_its_picture(vendor, control, made):
    groups = control.ok("GET", "state/groups")["items"]
    living = next(row["chat_id"] for row in groups if row.get("dismissed_at") is None)
    joined = vendor.post("externalcontact/groupchat/add_join_way", scene=2, chat_id_list=[living])
    way = vendor.post("externalcontact/groupchat/get_join_way", config_id=joined["config_id"])["join_way"]
    picture = requests.get(way["qr_code"], timeout=5).content
    assert read(picture) == [f"https://work.weixin.qq.com/gm/{joined['config_id']}"]
    vendor.post("externalcontact/groupchat/del_join_way", config_id=joined["config_id"])
    assert requests.get(way["qr_code"], timeout=5).content == picture
    assert requests.get(made["qr_code"], timeout=5).content != picture


def test_the_control_plane_tells_the_same_address(control, made):
    (row,) = control.ok("GET", "state/live_codes", config_id=made["config_id"])["items"]
    assert row["qr_code"] == made["qr_code"]


def test_addresses_may_be_the_vendors_instead(vendor, control, made):
    control.switch(code_pictures="vendors")
    way = vendor.post("externalcontact/get_contact_way", config_id=made["config_id"])["contact_way"]
    assert way["qr_code"] == f"https://wework.qpic.cn/wwpic/{made['config_id']}/0"


@pytest.mark.parametrize("path", ["/wwpic/", "/wwpic/0", "/wwpic/" + "0" * 32 + "/0", "/wwpic/../etc/passwd"])
def test_there_are_no_other_pictures(sandbox, path):
    assert requests.get(sandbox.base_url + path, timeout=5).status_code == 404
