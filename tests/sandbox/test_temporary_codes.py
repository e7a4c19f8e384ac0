"""Temporary contact ways: good for one add, and for a chat that ends by itself."""

import pytest

ADD, GET = "externalcontact/add_contact_way", "externalcontact/get_contact_way"
UPDATE, CLOSE = "externalcontact/update_contact_way", "externalcontact/close_temp_chat"
DAY = 86_400


@pytest.fixture
def temporary(vendor, relations):
    def add(**more):
        return vendor.post(ADD, **{"type": 1, "scene": 2, "user": [relations[0].userid], "is_temp": True, **more})

    return add


def detail(vendor, config_id):
    return vendor.post(GET, config_id=config_id)["contact_way"]


def scan(control, config_id, **who):
    return control.act("member_scans_contact_code", config_id=config_id, **who)


def state_of(control, config_id):
    return control.ok("GET", "state/live_codes", config_id=config_id)["items"][0]


def test_it_reads_back_with_its_ending_and_defaults(vendor, temporary):
    made = temporary(conclusions={"text": {"content": "再见"}})["config_id"]
    way = detail(vendor, made)
    assert (way["is_temp"], way["expires_in"], way["chat_expires_in"]) == (True, 7 * DAY, DAY)
    assert way["conclusions"] == {"text": {"content": "再见"}}
    vendor.post(UPDATE, config_id=made, expires_in=60, conclusions={"text": {"content": "回见"}})
    way = detail(vendor, made)
    assert (way["expires_in"], way["conclusions"]) == (60, {"text": {"content": "回见"}})


@pytest.mark.parametrize(
    ("wrong", "errcode"),
    [
        ({"expires_in": 14 * DAY + 1}, 40058),
        ({"chat_expires_in": 14 * DAY + 1}, 40058),
        ({"style": 1}, 41040),
        ({"conclusions": {"text": {"content": "字" * 1334}}}, 45002),
        ({"conclusions": {"image": {"media_id": "nothing"}}}, 40007),
        ({"conclusions": {"link": {"url": "https://example.invalid"}}}, 40058),
    ],
)
def test_wrong_parameters(temporary, wrong, errcode):
    assert temporary(**wrong)["errcode"] == errcode


def test_not_every_company_may(control, temporary):
    control.switch(temporary_codes="refused")
    assert temporary()["errcode"] == 41040


def test_it_is_good_for_one_add(control, temporary):
    made = temporary()["config_id"]
    scan(control, made)
    assert control("POST", "actions/member_scans_contact_code", {"config_id": made}).status_code == 400


def test_it_expires(vendor, control, later, temporary):
    made = temporary(expires_in=60)["config_id"]
    later(61)
    assert control("POST", "actions/member_scans_contact_code", {"config_id": made}).status_code == 400
    assert vendor.post(UPDATE, config_id=made, remark="late")["errcode"] == 41044


def test_it_may_be_meant_for_one_person(control, temporary, relations):
    one, other = list({r.unionid: r for r in relations if r.unionid}.values())[:2]
    made = temporary(unionid=one.unionid)["config_id"]
    wrong = {"config_id": made, "external_userid": other.external_userid}
    assert control("POST", "actions/member_scans_contact_code", wrong).status_code == 400
    assert scan(control, made, external_userid=one.external_userid)["external_userid"] == one.external_userid


def test_the_chat_ends_by_itself_or_is_closed_once(vendor, control, later, temporary):
    first, second = (scan(control, temporary(chat_expires_in=60)["config_id"]) for _ in range(2))
    pairs = [{name: added[name] for name in ("userid", "external_userid")} for added in (first, second)]
    assert vendor.post(CLOSE, **pairs[0])["errcode"] == 0
    assert vendor.post(CLOSE, **pairs[0])["errcode"] == 84061
    later(61)
    assert vendor.post(CLOSE, **pairs[1])["errcode"] == 84061


def test_the_chat_and_its_ending_show_in_the_state(vendor, control, temporary):
    ending = {"text": {"content": "再见"}}
    made = temporary(conclusions=ending)["config_id"]
    assert state_of(control, made)["temp_chat"] is None
    added = scan(control, made)
    assert state_of(control, made)["temp_chat"]["sent"] == {}
    vendor.post(CLOSE, userid=added["userid"], external_userid=added["external_userid"])
    chat = state_of(control, made)["temp_chat"]
    assert (chat["external_userid"], chat["sent"]) == (added["external_userid"], ending)
    assert chat["closed_at"]


def test_only_temporary_chats_can_be_closed(vendor, relation):
    pair = {"userid": relation.userid, "external_userid": relation.external_userid}
    assert vendor.post(CLOSE, **pair)["errcode"] == 84061
    assert vendor.post(CLOSE, userid=relation.userid, external_userid="wmnobody")["errcode"] == 40096
    assert vendor.post(CLOSE, userid="nobody", external_userid=relation.external_userid)["errcode"] == 40003
