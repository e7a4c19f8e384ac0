"""Ids turned into others, staff looked up, and contacts whom staff serve."""

import traceback

import pytest

from privcrm.errors import InputError, InvalidArgument, NotFound, RateLimited, WrongApp
from privcrm.models import ConvertedId, MemberIdConversion, StaffIdConversion
from privcrm.provider import Secret
from privcrm_wecom import WeComApp

DELEGATED = (WeComApp("main", Secret("m"), kind="delegated"),)
PENDING = "idconvert/batch/external_userid_to_pending_id"
TEMPORARY = "idconvert/convert_tmp_external_userid"
PHONE, MAIL = "user/getuserid", "user/get_userid_by_email"
SERVED = "externalcontact/contact_list"


def test_pending_ids_come_in_batches_each_with_its_outcome(vendor, company, bodies):
    rows = [{"external_userid": f"wm{number}", "pending_id": f"p{number}"} for number in range(0, 120, 2)]
    vendor.answers(PENDING, {"errcode": 0, "result": rows[:50]}, {"errcode": 0, "result": rows[50:]})
    ids = [f"wm{number}" for number in range(120)]
    found = company(apps=DELEGATED).members.convert(ids, MemberIdConversion.PENDING)
    assert [one.given for one in found] == ids
    assert [one.found for one in found[:4]] == ["p0", None, "p2", None]
    assert [body["external_userid"] for body in bodies(PENDING)] == [ids[:100], ids[100:]]


@pytest.mark.parametrize(
    ("conversion", "business"),
    [
        (MemberIdConversion.FROM_MEETING, 1),
        (MemberIdConversion.FROM_FORM, 2),
        (MemberIdConversion.FROM_SHEET, 3),
    ],
)
def test_temporary_ids_say_where_they_come_from(vendor, company, bodies, conversion, business):
    answer = {
        "errcode": 0,
        "results": [{"tmp_external_userid": "t1", "external_userid": "wm1", "new": 1}],
        "invalid_tmp_external_userid_list": ["t2"],
    }
    vendor.answers(TEMPORARY, answer)
    found = company().members.convert(["t1", "t2"], conversion)
    assert found == (ConvertedId("t1", "wm1"), ConvertedId("t2"))
    assert bodies(TEMPORARY) == [{"tmp_external_userid_list": ["t1", "t2"], "business_type": business, "user_type": 1}]


def test_upgraded_ids_come_a_thousand_a_call(vendor, company, bodies):
    path = "externalcontact/get_new_external_userid"
    vendor.answers(path, {"errcode": 0, "items": [{"external_userid": "wm0", "new_external_userid": "wmX"}]})
    found = company(apps=DELEGATED).members.convert([f"wm{n}" for n in range(1001)], MemberIdConversion.UPGRADED)
    assert (found[0].found, found[1000].found) == ("wmX", None)
    assert [len(body["external_userid_list"]) for body in bodies(path)] == [1000, 1]


def test_ids_of_a_providers_app_need_that_app(vendor, company, bodies):
    path = "externalcontact/from_service_external_userid"
    vendor.answers(path, {"errcode": 0, "external_userid": "wm1"}, 40096, 84061)
    members = company().members
    found = members.convert(["s1", "s2", "s3"], MemberIdConversion.FROM_SERVICE, source_app="1000005")
    assert [one.found for one in found] == ["wm1", None, None]
    assert bodies(path)[0] == {"external_userid": "s1", "source_agentid": 1000005}
    for app in ("", "my app"):
        with pytest.raises(InputError, match="source_app"):
            members.convert(["s1"], MemberIdConversion.FROM_SERVICE, source_app=app)


def test_ids_for_a_providers_app_take_one_call_each(vendor, company, bodies):
    path = "externalcontact/to_service_external_userid"
    vendor.answers(path, {"errcode": 0, "external_userid": "s1"}, {"errcode": 0, "external_userid": ""})
    found = company(apps=DELEGATED).members.convert(["wm1", "wm2"], MemberIdConversion.TO_SERVICE)
    assert found == (ConvertedId("wm1", "s1"), ConvertedId("wm2"))
    assert bodies(path) == [{"external_userid": "wm1"}, {"external_userid": "wm2"}]


def test_wecom_users_have_no_openid(vendor, company, bodies):
    path = "externalcontact/convert_to_openid"
    vendor.answers(path, {"errcode": 0, "openid": "o1"})
    found = company().members.convert(["wo1", "wm1"], MemberIdConversion.OPENID)
    assert [one.found for one in found] == [None, "o1"]
    assert bodies(path) == [{"external_userid": "wm1"}]


def test_nothing_to_convert_is_no_call_and_an_empty_id_is_refused(vendor, company):
    provider = company()
    assert provider.members.convert([], MemberIdConversion.OPENID) == ()
    assert provider.staff.convert([], StaffIdConversion.OPENID) == ()
    with pytest.raises(InputError, match="empty id"):
        provider.members.convert(["wm1", ""], MemberIdConversion.OPENID)
    with pytest.raises(InputError, match="empty id"):
        provider.staff.convert([""], StaffIdConversion.OPENID)
    assert len(vendor.mock.calls) == 0


def test_the_kind_of_app_is_told_before_sending(vendor, company):
    with pytest.raises(WrongApp, match="APP_KIND"):
        company().members.convert(["wm1"], MemberIdConversion.PENDING)
    with pytest.raises(WrongApp, match="自建应用"):
        company(apps=DELEGATED).staff.convert(["u"], StaffIdConversion.FROM_SERVICE, source_app="1")
    assert len(vendor.mock.calls) == 0


def test_staff_ids_become_openids_and_back(vendor, company, bodies):
    to, back = "user/convert_to_openid", "user/convert_to_userid"
    vendor.answers(to, {"errcode": 0, "openid": "o1"}, 43004)
    vendor.answers(back, {"errcode": 0, "userid": "a"}, 40073)
    staff = company().staff
    assert [one.found for one in staff.convert(["a", "b"], StaffIdConversion.OPENID)] == ["o1", None]
    assert [one.found for one in staff.convert(["o1", "o2"], StaffIdConversion.FROM_OPENID)] == ["a", None]
    assert (bodies(to)[0], bodies(back)[0]) == ({"userid": "a"}, {"openid": "o1"})


def test_staff_ids_of_a_providers_app_come_in_batches(vendor, company, bodies):
    path = "batch/openuserid_to_userid"
    answer = {"userid_list": [{"open_userid": "u1", "userid": "a"}], "invalid_open_userid_list": ["u2"]}
    vendor.answers(path, answer)
    found = company().staff.convert(["u1", "u2"], StaffIdConversion.FROM_SERVICE, source_app="7")
    assert found == (ConvertedId("u1", "a"), ConvertedId("u2"))
    assert bodies(path) == [{"open_userid_list": ["u1", "u2"], "source_agentid": 7}]


def test_other_refusals_end_a_conversion(vendor, company):
    vendor.answers("externalcontact/convert_to_openid", 40058)
    with pytest.raises(InvalidArgument):
        company().members.convert(["wm1"], MemberIdConversion.OPENID)


def test_converted_ids_show_nobody():
    assert "o1" not in repr(ConvertedId("wm1", "o1"))


def test_staff_are_found_by_phone_and_by_mail(vendor, company, bodies):
    vendor.answers(PHONE, {"errcode": 0, "userid": "a"}, 46004, {"errcode": 0, "userid": ""})
    vendor.answers(MAIL, {"errcode": 0, "userid": "b"}, 46004)
    staff = company().staff
    assert [staff.id_of_phone("13800001234") for _ in range(3)] == ["a", None, None]
    assert [staff.id_of_mail("a@h.example"), staff.id_of_mail("b@h.example", personal=True)] == ["b", None]
    assert bodies(PHONE)[0] == {"mobile": "13800001234"}
    assert bodies(MAIL) == [{"email": "a@h.example", "email_type": 1}, {"email": "b@h.example", "email_type": 2}]


@pytest.mark.parametrize("phone", ["", "1234", "1" * 33])
def test_what_is_no_phone_is_not_looked_up(vendor, company, phone):
    with pytest.raises(InputError, match="bytes"):
        company().staff.id_of_phone(phone)
    with pytest.raises(InputError, match="mail is empty"):
        company().staff.id_of_mail("")
    assert len(vendor.mock.calls) == 0


@pytest.mark.parametrize("code", [45009, 40058])
def test_a_failed_look_up_shows_no_phone_and_no_mail(vendor, company, code):
    vendor.answers(PHONE, code)
    vendor.answers(MAIL, code)
    staff, kind = company().staff, RateLimited if code == 45009 else InvalidArgument
    for work, given in ((staff.id_of_phone, "13800001234"), (staff.id_of_mail, "zhangsan@h.example")):
        with pytest.raises(kind) as caught:
            work(given)
        error = caught.value
        error.__traceback__ = error.__traceback__.tb_next
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
        assert given not in shown


def test_served_contacts_are_listed_with_customers_and_others(vendor, company, bodies):
    customer = {
        "is_customer": True,
        "tmp_openid": "t1",
        "external_userid": "wm1",
        "follow_userid": "a",
        "add_time": "1735700000",
        "new": 1,
    }
    other = {"is_customer": 0, "tmp_openid": "t2", "name": "张*", "follow_userid": "a", "chat_name": "邻居"}
    inside = {"is_customer": False, "tmp_openid": "t3", "follow_userid": "b", "chat_id": "wr1", "add_time": 5}
    vendor.answers(SERVED, {"info_list": [customer], "next_cursor": "C"}, {"info_list": [other, inside, 3]})
    first, second, third = company().members.served()
    assert (first.temporary_id, first.is_customer, first.member_id) == ("t1", True, "wm1")
    assert (first.since, first.raw["new"], first.group_id) == (1735700000, 1, None)
    assert (second.is_customer, second.member_id, second.name, second.group_name) == (False, None, "张*", "邻居")
    assert (third.group_id, third.staff_id, third.since) == ("wr1", "b", 5)
    assert bodies(SERVED) == [{"limit": 1000}, {"limit": 1000, "cursor": "C"}]
    assert "张" not in repr(second)


def test_served_contacts_are_for_self_built_apps(vendor, company):
    with pytest.raises(WrongApp, match="自建应用"):
        list(company(apps=DELEGATED).members.served())
    assert len(vendor.mock.calls) == 0


def test_the_addresses_of_callbacks(vendor, company):
    vendor.answers("getcallbackip", {"errcode": 0, "ip_list": ["203.0.113.0/24", "", 7]}, method="GET")
    assert company().callbacks.addresses() == ("203.0.113.0/24", "7")
    vendor.answers("externalcontact/get", 84061, method="GET")
    with pytest.raises(NotFound):
        company().members.get("wm1")
