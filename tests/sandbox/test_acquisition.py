import pytest

from privcrm.sandbox.wecom.acquisition import channel_of
from privcrm.sandbox.world.acquisition import AcquisitionBook, Link

CREATE, GET, LIST, EDIT, DELETE, CUSTOMERS, STATISTIC, CHAT = (
    f"externalcontact/customer_acquisition/{name}"
    for name in (
        "create_link",
        "get",
        "list_link",
        "update_link",
        "delete_link",
        "customer",
        "statistic",
        "get_chat_info",
    )
)
QUOTA, PERMIT = "externalcontact/customer_acquisition_quota", "externalcontact/customer_acquisition_app/get_permit"
DAY = 86_400


@pytest.fixture
def staff(relations):
    return list(dict.fromkeys(r.userid for r in relations))[:3]


@pytest.fixture
def body(staff):
    return {"link_name": "春季", "range": {"user_list": staff[:2]}}


@pytest.fixture
def made(vendor, body):
    return vendor.post(CREATE, **body)["link"]["link_id"]


@pytest.fixture
def other(vendor_as, sandbox):
    return vendor_as(sandbox.credentials.other_secret)


class TestLinks:
    def test_a_link_is_made_read_changed_and_deleted(self, vendor, body, staff):
        link = vendor.post(CREATE, **body)["link"]
        assert (link["link_name"], link["link_id"][:2]) == ("春季", "ca")
        assert link["url"].startswith("https://work.weixin.qq.com/ca/")
        read = vendor.post(GET, link_id=link["link_id"])
        assert read["link"] == {**link, "skip_verify": True, "mark_source": True}
        assert read["range"] == {"user_list": staff[:2], "department_list": []}
        assert "priority_option" not in read
        change = {"link_name": "夏季", "skip_verify": False, "mark_source": False, "range": {"department_list": [2]}}
        assert vendor.post(EDIT, link_id=link["link_id"], **change)["errcode"] == 0
        read = vendor.post(GET, link_id=link["link_id"])
        assert (read["link"]["link_name"], read["link"]["skip_verify"], read["link"]["mark_source"]) == (
            "夏季",
            False,
            False,
        )
        assert read["range"] == {"user_list": [], "department_list": [2]}
        assert vendor.post(EDIT, link_id=link["link_id"], link_name="秋季")["errcode"] == 0
        assert vendor.post(GET, link_id=link["link_id"])["range"] == read["range"]
        assert vendor.post(DELETE, link_id=link["link_id"])["errcode"] == 0
        for path in (GET, EDIT, DELETE, CUSTOMERS):
            assert vendor.post(path, link_id=link["link_id"])["errcode"] == 40058

    def test_the_list_comes_in_pages_and_is_the_app_s_own(self, vendor, other, body):
        made = [vendor.post(CREATE, **body)["link"]["link_id"] for _ in range(5)]
        vendor.post(DELETE, link_id=made.pop(1))
        theirs = other.post(CREATE, **body)["link"]["link_id"]
        found, cursor = [], ""
        while True:
            reply = vendor.post(LIST, limit=2, cursor=cursor)
            found += reply["link_id_list"]
            cursor = reply["next_cursor"]
            if not cursor:
                break
        assert found == made
        assert other.post(LIST)["link_id_list"] == [theirs]
        assert vendor.post(GET, link_id=theirs)["errcode"] == 40058

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"link_name": ""}, 40063),
            ({"link_name": "长" * 31}, 40058),
            ({"range": {}}, 40063),
            ({"range": {"user_list": ["nobody"]}}, 40003),
            ({"range": {"department_list": [999]}}, 60003),
            ({"range": {"department_list": [2] * 501}}, 40058),
            ({"priority_option": {"priority_type": 3}}, 40058),
            ({"priority_option": {"priority_userid_list": ["x"]}}, 40063),
            ({"priority_option": {"priority_type": 2}}, 40063),
            ({"priority_option": {"priority_type": 2, "priority_userid_list": ["nobody"]}}, 40003),
        ],
    )
    def test_wrong_links(self, vendor, body, wrong, code):
        assert vendor.post(CREATE, **{**body, **wrong})["errcode"] == code
        assert vendor.post(LIST)["link_id_list"] == []

    def test_so_many_links(self, vendor, control, body, made):
        control.switch(acquisition_links_per_company=1)
        assert vendor.post(CREATE, **body)["errcode"] == 41095
        vendor.post(DELETE, link_id=made)
        assert vendor.post(CREATE, **body)["errcode"] == 0

    def test_preferences(self, vendor, control, body, staff):
        option = {"priority_type": 2, "priority_userid_list": [staff[2]]}
        link_id = vendor.post(CREATE, **body, priority_option=option)["link"]["link_id"]
        assert vendor.post(GET, link_id=link_id)["priority_option"] == option
        control.switch(acquisition_preference="refused")
        assert vendor.post(CREATE, **body, priority_option=option)["errcode"] == 41200

    @pytest.mark.parametrize("path", [CREATE, GET, LIST, EDIT, DELETE, CUSTOMERS, STATISTIC, CHAT, QUOTA])
    def test_which_apps(self, sandbox, vendor, control, vendor_as, path):
        plain = vendor_as(next(app.secret for app in sandbox.company.apps if not app.roles))
        calls = {QUOTA: "get"}
        assert getattr(plain, calls.get(path, "post"))(path)["errcode"] == 48002
        control.switch(app_kind="system")
        assert getattr(vendor, calls.get(path, "post"))(path)["errcode"] == 48002

    def test_permits_are_for_delegated_apps(self, vendor, control):
        assert vendor.get(PERMIT)["errcode"] == 48002
        control.switch(app_kind="delegated")
        reply = vendor.get(PERMIT)
        assert (reply["user_list"], reply["department_list"], reply["tag_list"]) == ([], [1], [])


class TestVisits:
    def test_visitors_are_spread_and_listed(self, vendor, control, made, staff):
        came = [control.act("member_opens_link", link_id=made, customer_channel="poster") for _ in range(4)]
        assert {visit["userid"] for visit in came} == set(staff[:2])
        assert any(visit["welcome_code"] for visit in came)  # people of other companies get none
        rows, cursor = [], ""
        while True:
            reply = vendor.post(CUSTOMERS, link_id=made, limit=3, cursor=cursor)
            rows += reply["customer_list"]
            cursor = reply["next_cursor"]
            if not cursor:
                break
        wanted = [(v["external_userid"], v["userid"]) for v in came]
        assert [(row["external_userid"], row["userid"]) for row in rows] == wanted
        assert {(row["chat_status"], row["state"]) for row in rows} == {(0, "poster")}
        detail = vendor.get("externalcontact/get", external_userid=came[0]["external_userid"])
        assert (detail["follow_user"][0]["add_way"], detail["follow_user"][0]["state"]) == (16, "poster")
        (row,) = control.ok("GET", "state/acquisition_links")["items"]
        assert [visit["external_userid"] for visit in row["visits"]] == [v["external_userid"] for v in came]

    def test_who_only_looks_or_is_a_customer_already_adds_nobody(self, vendor, control, body, relation):
        one = {**body, "range": {"user_list": [relation.userid]}}
        link_id = vendor.post(CREATE, **one)["link"]["link_id"]
        assert "userid" not in control.act("member_opens_link", link_id=link_id, adds=False)
        visit = control.act("member_opens_link", link_id=link_id, external_userid=relation.external_userid)
        assert visit == {"external_userid": relation.external_userid}
        assert vendor.post(CUSTOMERS, link_id=link_id)["customer_list"] == []
        control.act("member_deletes_staff", userid=relation.userid, external_userid=relation.external_userid)
        visit = control.act("member_opens_link", link_id=link_id, external_userid=relation.external_userid)
        assert visit["userid"] == relation.userid

    @pytest.mark.parametrize("kind", [1, 2])
    def test_who_knows_somebody_meets_him_where_the_link_prefers_that(self, vendor, control, relations, staff, kind):
        host, stranger = relations[0].userid, relations[-1].userid
        option = {"priority_type": kind, **({"priority_userid_list": [host]} if kind > 1 else {})}
        made = vendor.post(CREATE, link_name="x", range={"user_list": [stranger]}, priority_option=option)
        visit = {"link_id": made["link"]["link_id"], "external_userid": relations[0].external_userid}
        assert "userid" not in control.act("member_opens_link", **visit)
        assert vendor.post(STATISTIC, link_id=visit["link_id"], **self.today(control))["click_link_customer_cnt"] == 1

    def today(self, control):
        now = int(control.ok("GET", "clock")["now"])
        return {"start_time": now, "end_time": now}

    def test_what_was_bought_is_used_up(self, vendor, control, made):
        control.switch(acquisition_quota=2)
        before = vendor.get(QUOTA)
        assert (before["total"], before["balance"]) == (2, 2)
        assert before["quota_list"][0]["expire_date"] % DAY == 16 * 3600
        came = [control.act("member_opens_link", link_id=made) for _ in range(3)]
        assert ["userid" in visit for visit in came] == [True, True, False]
        after = vendor.get(QUOTA)
        assert (after["total"], after["balance"], after["quota_list"]) == (2, 0, [])

    def test_a_deleted_link_leads_nowhere(self, vendor, control, made):
        vendor.post(DELETE, link_id=made)
        for link_id in (made, "canothing"):
            assert control("POST", "actions/member_opens_link", {"link_id": link_id}).status_code == 400

    def test_figures_by_day(self, vendor, control, sandbox, made):
        def count(start, end):
            reply = vendor.post(STATISTIC, link_id=made, start_time=start, end_time=end)
            return reply["click_link_customer_cnt"], reply["new_customer_cnt"]

        control.act("member_opens_link", link_id=made)
        looker = control.act("member_opens_link", link_id=made, adds=False)["external_userid"]
        control.act("member_opens_link", link_id=made, external_userid=looker, adds=False)
        control.ok("POST", "clock", {"advance_seconds": DAY})
        vendor._token = None
        control.act("member_opens_link", link_id=made)
        now = int(sandbox.clock.time())
        assert count(now - DAY, now - DAY) == (2, 1)
        assert count(now - DAY, now) == (3, 2)
        wrong = [(now, now - DAY), (now - 30 * DAY, now), (now - 181 * DAY, now - 180 * DAY), (now + DAY, now + DAY)]
        for start, end in wrong:
            assert vendor.post(STATISTIC, link_id=made, start_time=start, end_time=end)["errcode"] == 40058
        assert count(now - 29 * DAY, now) == (3, 2)
        assert vendor.post(STATISTIC, link_id=made, start_time=now)["errcode"] == 40063


class TestConversations:
    def test_a_key_tells_how_much_was_written_for_half_an_hour(self, vendor, control, made):
        visit = control.act("member_opens_link", link_id=made, customer_channel="p")
        pair = {key: visit[key] for key in ("userid", "external_userid")}
        control.act("member_writes", **pair, messages=2)
        talk = control.act("member_writes", **pair)
        assert talk["recv_msg_cnt"] == 3
        reply = vendor.post(CHAT, chat_key=talk["chat_key"])
        assert {key: reply[key] for key in pair} == pair
        assert reply["chat_info"] == {"recv_msg_cnt": 3, "link_id": made, "state": "p"}
        assert vendor.post(CUSTOMERS, link_id=made)["customer_list"][0]["chat_status"] == 1
        control.ok("POST", "clock", {"advance_seconds": 1800})
        assert vendor.post(CHAT, chat_key=talk["chat_key"])["errcode"] == 41201
        assert [vendor.post(CHAT, chat_key=text)["errcode"] for text in ("", "nothing")] == [40063, 41201]

    def test_who_did_not_come_through_a_link(self, control, relation):
        pair = {"userid": relation.userid, "external_userid": relation.external_userid}
        for wrong in ({}, {"messages": 0}):
            assert control("POST", "actions/member_writes", {**pair, **wrong}).status_code == 400


def test_channels_are_cut_between_characters():
    assert channel_of("渠" * 30) == "渠" * 21
    assert channel_of("a" * 70) == "a" * 64


def test_the_book_keeps_links_and_visits():
    book = AcquisitionBook()
    book.put(Link(book.next_number, "us", "x", (1,), (), 0))
    assert book.open(0, 5, "", None, at=1).number == 0
    came = book.open(0, 6, "", 1, at=2)
    assert (book.used, book.written(came)) == (1, 0)
    assert book.write(1, 6, 2, at=3).messages == 2
    assert (book.written(came), book.written(book.visits(0)[0])) == (2, 0)
    with pytest.raises(LookupError):
        book.write(1, 5, 1, at=3)
