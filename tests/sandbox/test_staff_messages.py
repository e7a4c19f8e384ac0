"""Messages of an app to employees."""

import pytest

SEND, RECALL = "message/send", "message/recall"
OURS = 1000002
TEXT = {"msgtype": "text", "text": {"content": "请确认群发"}}
DAY = 86_400


def advance(control, seconds):
    control.ok("POST", "clock", {"advance_seconds": seconds})


def begin(control, span):
    """Move to the beginning of the next span of seconds, counted in Beijing."""
    now = control.ok("GET", "clock")["now"] + 8 * 3600
    advance(control, span - now % span + 1)


def told(control):
    return control.ok("GET", "state/staff_messages", limit=1000)["items"]


@pytest.fixture(autouse=True)
def long_lived_tokens(control):
    control.switch(token_lifetime=10**8)


@pytest.fixture
def tell(vendor, relation):
    def tell(**body):
        return vendor.post(SEND, **{"touser": relation.userid, "agentid": OURS, **TEXT, **body})

    return tell


class TestReceivers:
    def test_an_employee_is_told(self, tell, control, relation):
        reply = tell()
        assert {k: reply[k] for k in ("errcode", "invaliduser", "invalidparty", "invalidtag")} == {
            "errcode": 0,
            "invaliduser": "",
            "invalidparty": "",
            "invalidtag": "",
        }
        (row,) = told(control)
        assert (row["msgid"], row["userid"], row["agent_id"]) == (reply["msgid"], [relation.userid], OURS)
        assert (row["msgtype"], row["text"]) == ("text", TEXT["text"])

    def test_some_invalid_receivers_are_named_in_lower_case(self, tell, control, relation):
        reply = tell(touser=f"{relation.userid.upper()}|NoBody|{relation.userid}", toparty="77777", totag="1|2")
        assert (reply["errcode"], reply["invaliduser"]) == (0, "nobody")
        assert (reply["invalidparty"], reply["invalidtag"]) == ("77777", "1|2")
        assert told(control)[0]["userid"] == [relation.userid]

    def test_a_department_means_everybody_below_it(self, tell, control, sandbox):
        assert tell(touser="", toparty="1")["errcode"] == 0
        here = [s.staff_id for s in sandbox.world.staff if s.state.value != "left"]
        assert sorted(told(control)[0]["userid"]) == sorted(here)

    def test_all_means_the_whole_range(self, vendor_as, sandbox, control):
        plain = sandbox.company.app(1000004)
        shop = sandbox.world.staff[0].department
        control.ok("PATCH", "apps/1000004", {"visible": [shop]})
        reply = vendor_as(plain.secret).post(SEND, touser="@all", toparty="x", agentid=1000004, **TEXT)
        assert (reply["errcode"], reply["invalidparty"]) == (0, "")
        there = [s.staff_id for s in sandbox.world.staff if s.department == shop and s.state.value != "left"]
        assert told(control)[0]["userid"] == there

    @pytest.mark.parametrize(
        ("body", "errcode"),
        [
            ({"touser": ""}, 81012),
            ({"touser": "nobody"}, 81013),
            ({"touser": "", "totag": "1"}, 81013),
            ({"touser": "|".join(f"u{n}" for n in range(1001))}, 40032),
            ({"toparty": "|".join(map(str, range(101)))}, 82002),
            ({"totag": "|".join(map(str, range(101)))}, 82003),
            ({"agentid": None}, 41011),
            ({"agentid": 7}, 40056),
            ({"agentid": 1000004}, 301002),
        ],
    )
    def test_receivers_and_apps_that_are_refused(self, tell, control, body, errcode):
        assert tell(**body)["errcode"] == errcode
        assert told(control) == []

    def test_nobody_out_of_range_or_gone_is_told(self, tell, control, sandbox, relation, relations):
        control.act("staff_resigns", userid=relation.userid)
        assert tell()["errcode"] == 81013
        staff = sandbox.world.staff.find(next(r.userid for r in relations if r.userid != relation.userid))
        others = [d.number for d in sandbox.world.staff.departments if d.number >= 10 and d.number != staff.department]
        control.ok("PATCH", "apps/1000002", {"visible": others})
        assert tell(touser=staff.staff_id)["errcode"] == 81013


class TestContent:
    def test_long_texts_are_cut_in_bytes(self, tell, control):
        tell(text={"content": "客" * 700})
        assert told(control)[0]["text"]["content"] == "客" * 682
        tell(msgtype="textcard", textcard={"title": "题" * 129, "description": "d", "url": "https://e.invalid"})
        assert told(control)[1]["textcard"]["title"] == "题" * 128

    @pytest.mark.parametrize(
        ("body", "errcode"),
        [
            ({"msgtype": None}, 40008),
            ({"msgtype": "fax"}, 40008),
            ({"text": {"content": ""}}, 44004),
            ({"text": None}, 44004),
            ({"msgtype": "markdown"}, 44004),
            ({"msgtype": "image", "image": {}}, 40007),
            ({"msgtype": "image", "image": {"media_id": "unknown"}}, 40007),
            ({"msgtype": "mpnews", "mpnews": {"articles": [{"title": "t", "content": "c"}]}}, 40007),
            ({"msgtype": "textcard", "textcard": {"title": "t", "description": "d"}}, 40058),
            ({"msgtype": "textcard", "textcard": {"title": "t", "description": "d", "url": "h" * 2049}}, 45002),
            ({"msgtype": "news", "news": {"articles": []}}, 40058),
            ({"msgtype": "news", "news": {"articles": [{"title": "t", "url": "u"}] * 9}}, 40058),
            ({"msgtype": "news", "news": {"articles": [{"title": "t"}]}}, 40058),
            ({"msgtype": "news", "news": {"articles": [{"url": "u"}]}}, 40058),
            ({"msgtype": "template_card"}, 40058),
            ({"safe": 3}, 40058),
            ({"duplicate_check_interval": 14_401}, 40058),
        ],
    )
    def test_content_that_is_refused(self, tell, body, errcode):
        assert tell(**body)["errcode"] == errcode

    @pytest.mark.parametrize(
        ("kind", "content"),
        [
            ("markdown", {"content": "**好**"}),
            ("news", {"articles": [{"title": "t", "url": "u"}, {"title": "t", "appid": "wx1", "pagepath": "p"}]}),
            ("template_card", {"card_type": "text_notice"}),
        ],
    )
    def test_other_kinds_arrive(self, tell, control, kind, content):
        assert tell(msgtype=kind, **{kind: content})["errcode"] == 0
        assert told(control)[0][kind] == content

    def test_files_arrive_as_what_they_are(self, vendor, tell):
        upload = {
            "params": {"access_token": vendor.token, "type": "file"},
            "files": {"media": ("a.txt", b"a text file")},
        }
        media_id = vendor.request("POST", "media/upload", **upload).json()["media_id"]
        assert tell(msgtype="file", file={"media_id": media_id})["errcode"] == 0
        assert tell(msgtype="image", image={"media_id": media_id})["errcode"] == 40007

    def test_notices_of_mini_programs_name_no_app(self, tell, control):
        notice = {"appid": "wx1", "title": "新客通知"}
        assert tell(msgtype="miniprogram_notice", miniprogram_notice=notice, agentid=None)["errcode"] == 0
        assert told(control)[0]["miniprogram_notice"] == notice


class TestTwins:
    def test_the_same_request_is_sent_once_inside_the_interval(self, tell, control):
        first = tell(enable_duplicate_check=1)["msgid"]
        assert tell(enable_duplicate_check=1)["msgid"] == first
        assert tell(enable_duplicate_check=1, text={"content": "另一条"})["msgid"] != first
        advance(control, 1801)
        assert tell(enable_duplicate_check=1)["msgid"] != first
        assert len(told(control)) == 3

    def test_the_interval_is_the_callers(self, tell, control):
        body = {"enable_duplicate_check": 1, "duplicate_check_interval": 60}
        first = tell(**body)["msgid"]
        advance(control, 61)
        assert tell(**body)["msgid"] != first

    def test_without_the_check_everything_is_sent(self, tell):
        assert tell()["msgid"] != tell()["msgid"]


class TestLimits:
    def test_a_day_has_so_many_receivers_per_account(self, tell, control):
        control.switch(app_messages_per_account=1)  # 20 accounts
        begin(control, DAY)
        assert tell(touser="@all")["errcode"] == 0
        assert tell(touser="@all")["errcode"] == 45009
        assert tell()["errcode"] == 0
        advance(control, DAY)
        assert tell(touser="@all")["errcode"] == 0

    def test_what_is_too_much_for_one_employee_is_dropped_without_a_word(self, tell, control, relation):
        control.switch(app_messages_per_minute=2)
        begin(control, 60)
        assert [tell()["errcode"] for _ in range(4)] == [0] * 4
        assert [relation.userid in row["userid"] for row in told(control)] == [True, True, False, False]
        advance(control, 60)
        tell()
        assert relation.userid in told(control)[-1]["userid"]

    def test_an_hour_is_bounded_too(self, tell, control):
        control.switch(app_messages_per_hour=1)
        begin(control, 3600)
        for seconds in (120, 3600, 120):
            tell()
            advance(control, seconds)
        tell()
        assert [len(row["userid"]) for row in told(control)] == [1, 0, 1, 0]

    def test_the_base_frequency_does_not_count_messages(self, tell, control):
        control.switch(minute_limit=1)
        assert [tell()["errcode"] for _ in range(3)] == [0] * 3


class TestRecall:
    def test_a_message_is_taken_back_within_24_hours(self, vendor, tell, control):
        first, second = tell()["msgid"], tell()["msgid"]
        assert vendor.post(RECALL, msgid=first)["errcode"] == 0
        recalled = {row["msgid"]: row["recalled_at"] is not None for row in told(control)}
        assert recalled == {first: True, second: False}
        advance(control, DAY + 1)
        assert vendor.post(RECALL, msgid=second)["errcode"] == 42052

    def test_messages_unknown_or_of_another_app(self, vendor, vendor_as, sandbox, tell):
        msgid = tell()["msgid"]
        assert vendor.post(RECALL)["errcode"] == 40058
        assert vendor.post(RECALL, msgid="amnothing")["errcode"] == 40058
        other = vendor_as(sandbox.company.app(1000004).secret)
        assert other.post(RECALL, msgid=msgid)["errcode"] == 40058
