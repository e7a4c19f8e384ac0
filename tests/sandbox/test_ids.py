"""One person, many ids: each call turns one into another, for those who may know it."""

import pytest

PENDING, UNIONID = "idconvert/batch/external_userid_to_pending_id", "idconvert/unionid_to_external_userid"
TEMPORARY = "idconvert/convert_tmp_external_userid"
FROM_SERVICE, TO_SERVICE = (f"externalcontact/{name}_service_external_userid" for name in ("from", "to"))
NEW, OPENID = "externalcontact/get_new_external_userid", "externalcontact/convert_to_openid"
OPEN_STAFF = "batch/openuserid_to_userid"
DAY = 86_400
SOURCE = 1000005


@pytest.fixture
def staff_row(control, relation):
    rows = control.ok("GET", "state/staff", limit=1000)["items"]
    return next(row for row in rows if row["userid"] == relation.userid)


@pytest.fixture
def colleague(relations):
    return next(r.external_userid for r in relations if not r.unionid)


@pytest.fixture
def consumer(relations):
    return next(r for r in relations if r.unionid)


@pytest.fixture
def blind(control):
    """Let our app see nothing but a shop where nobody works."""

    def hide(agent_id=1000002):
        control.ok("PATCH", f"apps/{agent_id}", {"visible": []})

    return hide


class TestPending:
    def test_who_was_nobody_gets_an_id_that_leads_to_the_customer_later(self, vendor, control, sandbox, consumer):
        control.switch(app_kind="delegated")
        control.ok("PATCH", "apps/1000002", {"visible": []})
        body = {"unionid": consumer.unionid, "openid": "o1"}
        pending = vendor.post(UNIONID, **body)["pending_id"]
        assert vendor.post(PENDING, external_userid=[consumer.external_userid])["result"] == []
        control.ok("PATCH", "apps/1000002", {"visible": [1]})
        row = {"external_userid": consumer.external_userid, "pending_id": pending}
        assert vendor.post(PENDING, external_userid=[consumer.external_userid, "wmx"])["result"] == [row]
        sandbox.clock.advance(90 * DAY)
        vendor._token = None
        assert vendor.post(PENDING, external_userid=[consumer.external_userid])["result"] == []

    def test_a_group_narrows_the_question(self, vendor, control, sandbox):
        control.switch(app_kind="delegated")
        chat_id = vendor.post("externalcontact/groupchat/list", limit=1)["group_chat_list"][0]["chat_id"]
        group = sandbox.world.groups[sandbox.company.ids.group.decode(chat_id)]
        numbers = [p.number for p in group.people if not p.is_staff and sandbox.company.ids.unionid(p.number)]
        inside = sandbox.company.ids.member(numbers[-1])  # known from the group only
        pending = vendor.post(UNIONID, unionid=sandbox.company.ids.unionid(numbers[-1]), openid="o1")["pending_id"]
        row = {"external_userid": inside, "pending_id": pending}
        assert vendor.post(PENDING, external_userid=[inside])["result"] == []
        assert vendor.post(PENDING, external_userid=[inside], chat_id=chat_id)["result"] == [row]
        assert vendor.post(PENDING, external_userid=[inside], chat_id="wrx")["errcode"] == 40050
        control.ok("PATCH", "apps/1000002", {"visible": []})
        assert vendor.post(PENDING, external_userid=[inside], chat_id=chat_id)["errcode"] == 60011

    def test_only_apps_of_a_provider_ask(self, vendor, control, consumer):
        assert vendor.post(PENDING, external_userid=[consumer.external_userid])["errcode"] == 48002
        control.switch(app_kind="delegated")
        assert vendor.post(PENDING, external_userid=[])["errcode"] == 41035
        assert vendor.post(PENDING, external_userid=["wmx"] * 101)["errcode"] == 40058

    @pytest.mark.parametrize(
        "limit", [("unionids_per_hour", 3600), ("unionids_per_day", DAY), ("unionids_per_month", 31 * DAY)]
    )
    def test_conversions_are_counted(self, vendor, control, sandbox, consumer, limit):
        switch, wait = limit
        control.switch(app_kind="delegated", **{switch: 1})
        body = {"unionid": consumer.unionid, "openid": "o1"}
        assert [vendor.post(UNIONID, **body)["errcode"] for _ in range(2)] == [0, 45009]
        sandbox.clock.advance(wait)
        vendor._token = None
        assert vendor.post(UNIONID, **body)["errcode"] == 0


class TestTemporary:
    def test_ids_of_meetings_forms_and_sheets(self, vendor, control, consumer):
        given = control.member(consumer.external_userid)["tmp_external_userid"]
        for business, text in enumerate(given, start=1):
            body = {"business_type": business, "user_type": 1, "tmp_external_userid_list": [text, "tmpx"]}
            reply = vendor.post(TEMPORARY, **body)
            row = {"tmp_external_userid": text, "external_userid": consumer.external_userid}
            assert (reply["results"], reply["invalid_tmp_external_userid_list"]) == ([row], ["tmpx"])
        body["business_type"] = 1
        assert vendor.post(TEMPORARY, **body)["invalid_tmp_external_userid_list"] == [text, "tmpx"]

    def test_there_are_no_partners(self, vendor, control, consumer):
        given = control.member(consumer.external_userid)["tmp_external_userid"][:1]
        reply = vendor.post(TEMPORARY, business_type=1, user_type=2, tmp_external_userid_list=given)
        assert (reply["results"], reply["invalid_tmp_external_userid_list"]) == ([], given)

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"business_type": None}, 40063),
            ({"business_type": 4}, 40058),
            ({"user_type": 0}, 40058),
            ({"tmp_external_userid_list": []}, 40063),
            ({"tmp_external_userid_list": ["x"] * 101}, 40058),
        ],
    )
    def test_wrong_parameters(self, vendor, change, code):
        body = {"business_type": 1, "user_type": 1, "tmp_external_userid_list": ["x"], **change}
        assert vendor.post(TEMPORARY, **body)["errcode"] == code


class TestProviders:
    def test_there_and_back(self, vendor, control, relations):
        for member in {r.external_userid for r in relations[:40]}:
            control.switch(app_kind="delegated")
            theirs = vendor.post(TO_SERVICE, external_userid=member)["external_userid"]
            assert theirs == control.member(member)["service_external_userid"]
            assert theirs != member
            assert theirs[:2] == member[:2]
            assert vendor.post(NEW, external_userid_list=[member, "wmx"])["items"] == [
                {"external_userid": member, "new_external_userid": theirs}
            ]
            control.switch(app_kind="self_built")
            back = vendor.post(FROM_SERVICE, external_userid=theirs, source_agentid=SOURCE)
            assert back["external_userid"] == member

    def test_a_follower_has_to_be_visible_to_both_apps(self, vendor, control, blind, consumer):
        theirs = control.member(consumer.external_userid)["service_external_userid"]
        blind(SOURCE)
        assert vendor.post(FROM_SERVICE, external_userid=theirs, source_agentid=SOURCE)["errcode"] == 84061
        control.ok("PATCH", f"apps/{SOURCE}", {"visible": [1]})
        blind()
        assert vendor.post(FROM_SERVICE, external_userid=theirs, source_agentid=SOURCE)["errcode"] == 84061
        control.switch(app_kind="delegated")
        assert vendor.post(TO_SERVICE, external_userid=consumer.external_userid)["errcode"] == 84061
        assert vendor.post(NEW, external_userid_list=[consumer.external_userid])["items"] == []

    def test_wrong_parameters(self, vendor, control, consumer):
        own = {"external_userid": consumer.external_userid, "source_agentid": SOURCE}
        assert vendor.post(FROM_SERVICE, **own)["errcode"] == 40096
        assert vendor.post(FROM_SERVICE, external_userid="wmx")["errcode"] == 41011
        for agent in (1000002, 7):
            assert vendor.post(FROM_SERVICE, external_userid="wmx", source_agentid=agent)["errcode"] == 40056
        assert vendor.post(TO_SERVICE, external_userid="wmx")["errcode"] == 48002
        control.switch(app_kind="delegated")
        assert vendor.post(FROM_SERVICE, **own)["errcode"] == 48002
        assert vendor.post(TO_SERVICE, external_userid="wmx")["errcode"] == 40096
        assert vendor.post(NEW, external_userid_list=["x"] * 1001)["errcode"] == 40058

    def test_employees_of_a_provider(self, vendor, control, relation, staff_row):
        body = {"open_userid_list": [staff_row["open_userid"], "wox"], "source_agentid": SOURCE}
        reply = vendor.post(OPEN_STAFF, **body)
        assert reply["userid_list"] == [{"open_userid": staff_row["open_userid"], "userid": relation.userid}]
        assert reply["invalid_open_userid_list"] == ["wox"]
        assert vendor.post(OPEN_STAFF, open_userid_list=["x"] * 1001, source_agentid=SOURCE)["errcode"] == 40058
        assert vendor.post(OPEN_STAFF, open_userid_list=["x"], source_agentid=7)["errcode"] == 40056
        control.act("staff_resigns", userid=relation.userid)
        assert vendor.post(OPEN_STAFF, **body)["userid_list"] == []


class TestWeChat:
    def test_customers_have_openids_unless_they_use_wecom(self, vendor, blind, consumer, colleague):
        first = vendor.post(OPENID, external_userid=consumer.external_userid)["openid"]
        assert first == vendor.post(OPENID, external_userid=consumer.external_userid)["openid"]
        assert first != consumer.unionid
        assert vendor.post(OPENID, external_userid=colleague)["errcode"] == 40096
        assert vendor.post(OPENID)["errcode"] == 41035
        blind()
        assert vendor.post(OPENID, external_userid=consumer.external_userid)["errcode"] == 84061

    def test_employees_have_openids_unless_they_never_log_in(self, vendor, control, blind, relation):
        openid = vendor.post("user/convert_to_openid", userid=relation.userid)["openid"]
        assert vendor.post("user/convert_to_userid", openid=openid)["userid"] == relation.userid
        assert vendor.post("user/convert_to_userid", openid="ox")["errcode"] == 40073
        assert vendor.post("user/convert_to_openid", userid="nobody")["errcode"] == 60111
        control.act("staff_account_changes", userid=relation.userid, dormant=True)
        assert vendor.post("user/convert_to_openid", userid=relation.userid)["errcode"] == 43004
        blind()
        assert vendor.post("user/convert_to_openid", userid=relation.userid)["errcode"] == 60011
        assert vendor.post("user/convert_to_userid", openid=openid)["errcode"] == 40073


class TestLookUps:
    def test_by_mobile_and_by_mail(self, vendor, relation, staff_row):
        assert vendor.post("user/getuserid", mobile=staff_row["mobile"])["userid"] == relation.userid
        by_mail = "user/get_userid_by_email"
        assert vendor.post(by_mail, email=staff_row["biz_mail"].upper())["userid"] == relation.userid
        assert vendor.post(by_mail, email=staff_row["email"], email_type=2)["userid"] == relation.userid
        assert vendor.post(by_mail, email=staff_row["email"])["errcode"] == 46004
        assert vendor.post(by_mail, email="nobody@example.invalid")["errcode"] == 46004
        assert vendor.post(by_mail, email="x", email_type=3)["errcode"] == 40058

    def test_leavers_and_those_out_of_range_are_not_found(self, vendor, control, blind, relation, staff_row):
        blind()
        assert vendor.post("user/getuserid", mobile=staff_row["mobile"])["errcode"] == 46004
        control.ok("PATCH", "apps/1000002", {"visible": [1]})
        control.act("staff_resigns", userid=relation.userid)
        assert vendor.post("user/getuserid", mobile=staff_row["mobile"])["errcode"] == 46004
        assert vendor.post("user/getuserid", mobile="1" * 33)["errcode"] == 40058
        assert vendor.post("user/getuserid", mobile="")["errcode"] == 40063

    def test_too_many_failures_close_a_look_up_until_the_next_day(self, vendor, control, sandbox, staff_row):
        control.switch(failed_lookups_per_day=2)
        codes = [vendor.post("user/getuserid", mobile="10000000")["errcode"] for _ in range(3)]
        assert codes == [46004, 46004, 45009]
        assert vendor.post("user/getuserid", mobile=staff_row["mobile"])["errcode"] == 45009
        assert vendor.post("user/get_userid_by_email", email=staff_row["biz_mail"])["errcode"] == 0
        sandbox.clock.advance(DAY)
        vendor._token = None
        assert vendor.post("user/getuserid", mobile=staff_row["mobile"])["errcode"] == 0
