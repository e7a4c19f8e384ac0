"""Mass messages: written, listed, confirmed, delivered, reminded of, cancelled."""

import time
from datetime import datetime, timedelta, timezone

import pytest

from privcrm.sandbox.wecom.deliveries import quota

ADD, LIST = "externalcontact/add_msg_template", "externalcontact/get_groupmsg_list_v2"
TASKS, RESULTS = "externalcontact/get_groupmsg_task", "externalcontact/get_groupmsg_send_result"
REMIND, CANCEL = "externalcontact/remind_groupmsg_send", "externalcontact/cancel_groupmsg_send"
LEGACY = "externalcontact/get_group_msg_result"
TEXT = {"content": "周末到店有礼"}
DAY = 86_400
BEIJING = timezone(timedelta(hours=8))


def now(control):
    return int(control.ok("GET", "clock")["now"])


def advance(control, seconds):
    control.ok("POST", "clock", {"advance_seconds": seconds})


def begin_a_day(control):
    """Move to the beginning of the next day in Beijing."""
    advance(control, DAY - (now(control) + 8 * 3600) % DAY)


def listed(vendor, control, kind="single", **body):
    at = now(control)
    return vendor.post(LIST, chat_type=kind, start_time=at - DAY, end_time=at + 60, **body)["group_msg_list"]


def pages(vendor, path, key, **body):
    rows, cursor, sizes = [], "", []
    while True:
        reply = vendor.post(path, cursor=cursor, **body)
        assert reply["errcode"] == 0, reply
        rows += reply[key]
        sizes.append(len(reply[key]))
        cursor = reply["next_cursor"]
        if not cursor:
            return rows, sizes


def results(vendor, msgid, userid, **body):
    return pages(vendor, RESULTS, "send_list", msgid=msgid, userid=userid, **body)[0]


@pytest.fixture(autouse=True)
def long_lived_tokens(control):
    control.switch(token_lifetime=10 * 366 * DAY)


@pytest.fixture
def mine(vendor, relation):
    """All customers of the first relation's employee."""
    return vendor.get("externalcontact/list", userid=relation.userid)["external_userid"]


@pytest.fixture
def order(vendor, relation):
    def place(**body):
        reply = vendor.post(ADD, **{"sender": relation.userid, "text": TEXT, **body})
        assert reply["errcode"] == 0, reply
        return reply

    return place


@pytest.fixture
def group(vendor, control, relations):
    """A customer group of the first relation's employee."""
    invited = [r.external_userid for r in relations[:3]]
    return control.act("staff_creates_group", userid=relations[0].userid, external_userids=invited)["chat_id"]


class TestStory:
    def test_a_message_is_listed_confirmed_and_delivered(self, vendor, control, relation, mine, order):
        reply = order(external_userid=mine[:3])
        assert reply["fail_list"] == []
        msgid = reply["msgid"]
        (row,) = listed(vendor, control)
        assert row == {"msgid": msgid, "create_time": row["create_time"], "create_type": 0, "text": TEXT}
        assert abs(row["create_time"] - now(control)) < 60
        assert vendor.post(TASKS, msgid=msgid)["task_list"] == [{"userid": relation.userid, "status": 0}]
        assert [r["status"] for r in results(vendor, msgid, relation.userid)] == [0, 0, 0]
        assert control.act("staff_confirms_message", msgid=msgid, userid=relation.userid)["sent"] == 3
        (task,) = vendor.post(TASKS, msgid=msgid)["task_list"]
        assert (task["status"], abs(task["send_time"] - now(control)) < 60) == (2, True)
        rows = results(vendor, msgid, relation.userid)
        assert sorted(r["external_userid"] for r in rows) == sorted(mine[:3])
        assert {(r["status"], r["userid"], r["send_time"]) for r in rows} == {(1, relation.userid, task["send_time"])}
        (state,) = control.ok("GET", "state/messages")["items"]
        assert (state["msgid"], state["agent_id"], state["text"]) == (msgid, 1000002, TEXT)
        assert {d["external_userid"] for d in state["task_list"][0]["send_list"]} == set(mine[:3])

    def test_a_message_is_sent_once_and_only_by_who_was_asked(self, control, relations, mine, order):
        msgid = order(external_userid=mine[:1])["msgid"]
        other = next(r.userid for r in relations if r.userid != relations[0].userid)
        assert control("POST", "actions/staff_confirms_message", {"msgid": msgid, "userid": other}).status_code == 400
        control.act("staff_confirms_message", msgid=msgid, userid=relations[0].userid)
        again = control("POST", "actions/staff_confirms_message", {"msgid": msgid, "userid": relations[0].userid})
        assert again.status_code == 400

    def test_who_is_left_out_goes_on_waiting(self, vendor, control, relation, mine, order):
        msgid = order(external_userid=mine[:3], allow_select=True)["msgid"]
        counts = control.act("staff_confirms_message", msgid=msgid, userid=relation.userid, external_userids=mine[:2])
        assert (counts["sent"], counts["waiting"]) == (2, 1)
        status = {r["external_userid"]: r["status"] for r in results(vendor, msgid, relation.userid)}
        assert status == {mine[0]: 1, mine[1]: 1, mine[2]: 0}

    def test_a_sender_alone_means_all_his_customers(self, vendor, relation, mine, order):
        msgid = order()["msgid"]
        assert sorted(r["external_userid"] for r in results(vendor, msgid, relation.userid)) == sorted(mine)

    def test_the_legacy_call_answers_all_at_once_unless_switched_off(self, vendor, control, relation, mine, order):
        msgid = order(external_userid=mine[:2])["msgid"]
        reply = vendor.post(LEGACY, msgid=msgid)
        assert reply["check_status"] == 1
        assert reply["detail_list"] == results(vendor, msgid, relation.userid)
        control.switch(legacy_mass_results="refused")
        assert vendor.post(LEGACY, msgid=msgid)["errcode"] == 41047


class TestRecipients:
    def test_who_cannot_be_sent_to_is_named(self, vendor, relation, relations, mine, order):
        stranger = next(r.external_userid for r in relations if r.external_userid not in mine)
        reply = order(external_userid=[mine[0], stranger, "wmnobody", mine[0]])
        assert reply["fail_list"] == [stranger, "wmnobody"]
        assert [r["external_userid"] for r in results(vendor, reply["msgid"], relation.userid)] == [mine[0]]

    def test_nobody_left_is_an_error(self, vendor, relation):
        reply = vendor.post(ADD, sender=relation.userid, text=TEXT, external_userid=["wmnobody"])
        assert reply["errcode"] == 41048

    def test_without_a_sender_the_last_follower_or_everyone_sends(self, vendor, control, relations):
        followers = {}
        for r in relations:
            followers.setdefault(r.external_userid, []).append(r.userid)
        shared = next(member for member, userids in followers.items() if len(userids) > 1)
        first = vendor.post(ADD, external_userid=[shared], text=TEXT)["msgid"]
        added = {f["userid"]: f["createtime"] for f in control.member(shared)["follows"]}
        last = max(followers[shared], key=lambda userid: added[userid])
        assert [t["userid"] for t in vendor.post(TASKS, msgid=first)["task_list"]] == [last]
        other = next(userid for userid in followers[shared] if userid != last)
        control.act("member_chats_with_staff", userid=other, external_userid=shared)
        second = vendor.post(ADD, external_userid=[shared], text=TEXT)["msgid"]
        assert [t["userid"] for t in vendor.post(TASKS, msgid=second)["task_list"]] == [other]
        control.switch(mass_message_without_sender="everyone")
        third = vendor.post(ADD, external_userid=[shared], text=TEXT)["msgid"]
        assert {t["userid"] for t in vendor.post(TASKS, msgid=third)["task_list"]} == set(followers[shared])

    def test_tags_choose_one_of_each_set(self, vendor, control, relations, order):
        relation = relations[0]
        tags = vendor.tags()
        vip, repeat, other = tags["客户等级/VIP"], tags["消费频次/复购"], tags["消费频次/首购"]
        pair = [r for r in relations if r.userid == relation.userid][:2]
        for r in pair:
            vendor.mark(r, add=[vip])
        vendor.mark(pair[0], add=[repeat], remove=[other])
        vendor.mark(pair[1], remove=[repeat, other])
        groups = [{"tag_list": [vip]}, {"tag_list": [repeat, other]}]
        msgid = order(tag_filter={"group_list": groups})["msgid"]
        meant = {r["external_userid"] for r in results(vendor, msgid, relation.userid)}
        assert pair[0].external_userid in meant
        assert pair[1].external_userid not in meant
        for member in meant:
            on = next(f["tag_id"] for f in control.member(member)["follows"] if f["userid"] == relation.userid)
            assert vip in on
            assert repeat in on or other in on

    def test_tags_without_sender_ask_everybody_and_reach_each_member_once(self, vendor, control, relations):
        vip = vendor.tags()["客户等级/VIP"]
        msgid = vendor.post(ADD, tag_filter={"group_list": [{"tag_list": [vip]}]}, text=TEXT)["msgid"]
        senders = [t["userid"] for t in vendor.post(TASKS, msgid=msgid)["task_list"]]
        assert len(senders) > 5
        meant = [r["external_userid"] for userid in senders for r in results(vendor, msgid, userid)]
        tagged = {r.external_userid for r in relations if vip in control.tags_on(r)}
        assert len(meant) == len(set(meant))
        assert set(meant) == tagged

    def test_a_list_of_customers_beats_the_tags(self, vendor, relation, mine, order):
        vip = vendor.tags()["客户等级/VIP"]
        msgid = order(external_userid=mine[:2], tag_filter={"group_list": [{"tag_list": [vip]}]})["msgid"]
        assert len(results(vendor, msgid, relation.userid)) == 2

    @pytest.mark.parametrize(
        ("body", "errcode"),
        [
            ({"text": TEXT}, 40058),
            ({"chat_type": "family", "text": TEXT}, 40058),
            ({"chat_type": "group", "text": TEXT}, 40058),
            ({"sender": "nobody", "text": TEXT}, 40003),
            ({"external_userid": ["x"] * 10_001, "text": TEXT}, 40058),
            ({"chat_type": "group", "sender": "x", "chat_id_list": ["x"] * 2001, "text": TEXT}, 40058),
            ({"sender": "x", "tag_filter": {"group_list": [{"tag_list": ["x"] * 101}]}, "text": TEXT}, 40003),
        ],
    )
    def test_orders_that_are_refused(self, vendor, body, errcode):
        assert vendor.post(ADD, **body)["errcode"] == errcode

    @pytest.mark.parametrize(("tags", "errcode"), [(["x"] * 101, 40058), (["etunknown"], 40068)])
    def test_tag_filters_that_are_refused(self, vendor, relation, tags, errcode):
        reply = vendor.post(ADD, sender=relation.userid, text=TEXT, tag_filter={"group_list": [{"tag_list": tags}]})
        assert reply["errcode"] == errcode

    def test_content_is_needed_and_bounded(self, vendor, relation):
        assert vendor.post(ADD, sender=relation.userid)["errcode"] == 40058
        assert vendor.post(ADD, sender=relation.userid, text={"content": "客" * 1334})["errcode"] == 45002
        assert vendor.post(ADD, sender=relation.userid, text={"content": "客" * 1333})["errcode"] == 0
        link = {"msgtype": "link", "link": {"title": "t", "url": "https://example.invalid"}}
        assert vendor.post(ADD, sender=relation.userid, attachments=[link] * 10)["errcode"] == 41064
        assert vendor.post(ADD, sender=relation.userid, attachments=[link] * 9)["errcode"] == 0

    def test_senders_serve_customers_and_are_in_range(self, vendor, control, sandbox, relation):
        idle = next(s for s in sandbox.world.staff if s.state.value == "without_customer_contact")
        assert vendor.post(ADD, sender=idle.staff_id, text=TEXT)["errcode"] == 84074
        staff = sandbox.world.staff.find(relation.userid)
        others = [d.number for d in sandbox.world.staff.departments if d.number >= 10 and d.number != staff.department]
        control.ok("PATCH", "apps/1000002", {"visible": others})
        assert vendor.post(ADD, sender=relation.userid, text=TEXT)["errcode"] == 60011

    def test_other_apps_have_no_right(self, vendor_as, sandbox):
        plain = next(app for app in sandbox.company.apps if app.agent_id == 1000004)
        for path in (ADD, LIST, TASKS, RESULTS, REMIND, CANCEL, LEGACY):
            assert vendor_as(plain.secret).post(path)["errcode"] == 48002


class TestGroups:
    def test_a_message_to_groups_named(self, vendor, control, relation, group):
        reply = vendor.post(
            ADD, chat_type="group", sender=relation.userid, chat_id_list=[group, "wrnothing"], text=TEXT
        )
        assert reply["fail_list"] == ["wrnothing"]
        assert results(vendor, reply["msgid"], relation.userid) == []
        control.act("staff_confirms_message", msgid=reply["msgid"], userid=relation.userid)
        (row,) = results(vendor, reply["msgid"], relation.userid)
        assert (row["chat_id"], row["status"], "external_userid" in row) == (group, 1, False)
        assert [m["msgid"] for m in listed(vendor, control, "group")] == [reply["msgid"]]
        assert listed(vendor, control, "single") == []

    def test_without_names_the_sender_chooses(self, vendor, control, relation, group):
        msgid = vendor.post(ADD, chat_type="group", sender=relation.userid, text=TEXT)["msgid"]
        control.act("staff_confirms_message", msgid=msgid, userid=relation.userid, chat_ids=[group])
        assert [r["chat_id"] for r in results(vendor, msgid, relation.userid)] == [group]

    def test_groups_of_others_and_dismissed_ones_fail(self, vendor, control, relations, group):
        other = next(r.userid for r in relations if r.userid != relations[0].userid)
        body = {"chat_type": "group", "chat_id_list": [group], "text": TEXT}
        assert vendor.post(ADD, sender=other, **body)["errcode"] == 41048
        msgid = vendor.post(ADD, sender=relations[0].userid, **body)["msgid"]
        control.act("staff_dismisses_group", chat_id=group)
        assert vendor.post(ADD, sender=relations[0].userid, **body)["errcode"] == 41048
        counts = control.act("staff_confirms_message", msgid=msgid, userid=relations[0].userid)
        assert (counts["sent"], counts["no_relation"]) == (0, 1)

    def test_what_staff_send_by_hand_is_listed_as_theirs(self, vendor, control, relation, group, mine):
        to_groups = control.act("staff_sends_group_message", userid=relation.userid, text="手动", chat_ids=[group])
        to_members = control.act(
            "staff_sends_group_message", userid=relation.userid, text="手动", external_userids=mine[:2]
        )
        (row,) = listed(vendor, control, "group", filter_type=1)
        assert (row["msgid"], row["creator"], row["create_type"]) == (to_groups["msgid"], relation.userid, 1)
        assert [m["msgid"] for m in listed(vendor, control)] == [to_members["msgid"]]
        assert listed(vendor, control, "group", filter_type=0) == []
        assert len(listed(vendor, control, "group", creator=relation.userid)) == 1
        assert listed(vendor, control, "group", creator="nobody") == []


class TestQuota:
    @pytest.fixture(autouse=True)
    def at_the_beginning_of_a_day(self, control):
        begin_a_day(control)

    def send(self, order, control, relation, member):
        msgid = order(external_userid=[member])["msgid"]
        return control.act("staff_confirms_message", msgid=msgid, userid=relation.userid), msgid

    def test_a_day_allows_one_until_midnight_in_beijing(self, vendor, control, relation, mine, order):
        control.switch(mass_message_quota="day")
        assert self.send(order, control, relation, mine[0])[0]["sent"] == 1
        counts, msgid = self.send(order, control, relation, mine[0])
        assert counts["over_quota"] == 1
        (row,) = results(vendor, msgid, relation.userid)
        assert (row["status"], "send_time" in row) == (3, False)
        advance(control, DAY)
        assert self.send(order, control, relation, mine[0])[0]["sent"] == 1

    def test_a_week_allows_seven(self, control, relation, mine, order):
        control.switch(mass_message_quota="week")
        assert [self.send(order, control, relation, mine[0])[0]["sent"] for _ in range(8)] == [1] * 7 + [0]
        advance(control, 7 * DAY)
        assert self.send(order, control, relation, mine[0])[0]["sent"] == 1

    def test_a_month_allows_as_many_as_it_has_days(self, control, relation, mine, order):
        at = datetime.fromtimestamp(now(control), BEIJING)
        following = (at.replace(day=28) + timedelta(days=4)).replace(day=1)
        days = (following - timedelta(days=1)).day
        sent = [self.send(order, control, relation, mine[0])[0]["sent"] for _ in range(days + 1)]
        assert sent == [1] * days + [0]
        advance(control, 31 * DAY)
        assert self.send(order, control, relation, mine[0])[0]["sent"] == 1

    def test_used_up_quotas_may_show_when_the_order_is_placed(self, vendor, control, relation, mine, order):
        control.switch(mass_message_quota="day", mass_quota_checked="create")
        self.send(order, control, relation, mine[0])
        assert order(external_userid=mine[:2])["fail_list"] == [mine[0]]
        body = {"sender": relation.userid, "text": TEXT, "external_userid": [mine[0]]}
        assert vendor.post(ADD, **body)["errcode"] == 41048

    def test_who_deleted_the_employee_meanwhile_is_not_reached(self, vendor, control, relation, mine, order):
        msgid = order(external_userid=mine[:2])["msgid"]
        control.act("member_deletes_staff", userid=relation.userid, external_userid=mine[0])
        counts = control.act("staff_confirms_message", msgid=msgid, userid=relation.userid)
        assert (counts["sent"], counts["no_relation"]) == (1, 1)
        status = {r["external_userid"]: r["status"] for r in results(vendor, msgid, relation.userid)}
        assert status == {mine[0]: 2, mine[1]: 1}

    def test_periods_begin_at_midnight_in_beijing(self):
        late = datetime(2026, 2, 18, 23, 59, tzinfo=BEIJING).timestamp()  # a Wednesday
        starts = {rule: (datetime.fromtimestamp(quota(rule, late)[0], BEIJING).day, quota(rule, late)[1])
                  for rule in ("month", "week", "day")}  # fmt: skip
        assert starts == {"month": (1, 28), "week": (16, 7), "day": (18, 1)}


class TestLists:
    def test_pages_of_messages(self, vendor, control, order, mine):
        made = [order(external_userid=[mine[0]])["msgid"] for _ in range(7)]
        at = now(control)
        span = {"chat_type": "single", "start_time": at - DAY, "end_time": at + 60}
        rows, sizes = pages(vendor, LIST, "group_msg_list", limit=3, **span)
        assert [r["msgid"] for r in rows] == made
        assert sizes == [3, 3, 1]
        assert len(vendor.post(LIST, limit=101, **span)["group_msg_list"]) == 7
        cursor = vendor.post(LIST, limit=3, **span)["next_cursor"]
        assert vendor.post(LIST, limit=3, cursor=cursor, **{**span, "chat_type": "group"})["errcode"] == 50100

    def test_too_large_limits_fall_back_to_the_default(self, vendor, control, order, mine):
        for _ in range(51):
            order(external_userid=[mine[0]])
        assert len(listed(vendor, control, limit=101)) == 50
        assert len(listed(vendor, control, limit=100)) == 51

    def test_pages_of_results(self, vendor, relation, mine, order):
        msgid = order()["msgid"]
        rows, sizes = pages(vendor, RESULTS, "send_list", msgid=msgid, userid=relation.userid, limit=40)
        assert [r["external_userid"] for r in rows] == [
            r["external_userid"] for r in results(vendor, msgid, relation.userid)
        ]
        assert sizes[0] == 40
        assert sum(sizes) == len(mine)

    def test_pages_of_tasks(self, vendor):
        vip = vendor.tags()["客户等级/VIP"]
        msgid = vendor.post(ADD, tag_filter={"group_list": [{"tag_list": [vip]}]}, text=TEXT)["msgid"]
        rows, sizes = pages(vendor, TASKS, "task_list", msgid=msgid, limit=4)
        assert rows == vendor.post(TASKS, msgid=msgid)["task_list"]
        assert set(sizes[:-1]) == {4}

    @pytest.mark.parametrize("span", [{}, {"start_time": 1}, {"end_time": 1}, {"start_time": 2, "end_time": 1},
                                      {"start_time": 0, "end_time": 31 * DAY + 1}])  # fmt: skip
    def test_spans_that_are_refused(self, vendor, span):
        assert vendor.post(LIST, chat_type="single", **span)["errcode"] == 40058

    def test_filters_that_are_refused(self, vendor):
        span = {"start_time": 0, "end_time": 1}
        assert vendor.post(LIST, filter_type=3, **span)["errcode"] == 40058
        assert vendor.post(LIST, chat_type="x", **span)["errcode"] == 40058

    def test_only_what_was_made_in_the_span(self, vendor, control, order, mine):
        order(external_userid=[mine[0]])
        advance(control, 3600)
        later = order(external_userid=[mine[0]])["msgid"]
        at = now(control)
        rows = vendor.post(LIST, chat_type="single", start_time=at - 60, end_time=at)["group_msg_list"]
        assert [r["msgid"] for r in rows] == [later]
        assert vendor.post(LIST, chat_type="single", start_time=at + 60, end_time=at + 99)["group_msg_list"] == []

    def test_times_may_be_texts(self, vendor, control, order, mine):
        order(external_userid=[mine[0]])
        control.switch(mass_create_time="text")
        assert isinstance(listed(vendor, control)[0]["create_time"], str)

    def test_new_messages_may_lag(self, vendor, control, relation, mine, order):
        control.switch(mass_list_lag=5, mass_task_lag=10)
        msgid = order(external_userid=[mine[0]])["msgid"]
        assert listed(vendor, control) == []
        advance(control, 6)
        assert len(listed(vendor, control)) == 1
        for path in (TASKS, RESULTS, REMIND, CANCEL):
            assert vendor.post(path, msgid=msgid, userid=relation.userid)["errcode"] == 41063
        advance(control, 5)
        assert vendor.post(TASKS, msgid=msgid)["errcode"] == 0

    @pytest.mark.parametrize("path", [TASKS, RESULTS, REMIND, CANCEL, LEGACY])
    def test_ids_that_are_missing_or_unknown(self, vendor, relation, path):
        assert vendor.post(path, userid=relation.userid)["errcode"] == 41046
        assert vendor.post(path, userid=relation.userid, msgid="msgnothing")["errcode"] == 41047

    def test_results_of_people_unknown_or_unasked(self, vendor, relations, mine, order):
        msgid = order(external_userid=[mine[0]])["msgid"]
        other = next(r.userid for r in relations if r.userid != relations[0].userid)
        assert results(vendor, msgid, other) == []
        assert vendor.post(RESULTS, msgid=msgid, userid="nobody")["errcode"] == 40003
        assert vendor.post(RESULTS, msgid=msgid)["errcode"] == 41009

    def test_results_of_leavers_remain(self, vendor, control, relation, mine, order):
        msgid = order(external_userid=[mine[0]])["msgid"]
        control.act("staff_resigns", userid=relation.userid)
        assert len(results(vendor, msgid, relation.userid)) == 1

    def test_results_of_people_out_of_range_are_hidden(self, vendor, control, relation, sandbox, order):
        msgid = order()["msgid"]
        staff = sandbox.world.staff.find(relation.userid)
        others = [d.number for d in sandbox.world.staff.departments if d.number >= 10 and d.number != staff.department]
        control.ok("PATCH", "apps/1000002", {"visible": others})
        assert vendor.post(RESULTS, msgid=msgid, userid=relation.userid)["errcode"] == 60011
        assert vendor.post(TASKS, msgid=msgid)["task_list"] == []


class TestRemindAndCancel:
    def test_three_reminders_in_24_hours(self, vendor, control, mine, order):
        msgid = order(external_userid=[mine[0]])["msgid"]
        assert [vendor.post(REMIND, msgid=msgid)["errcode"] for _ in range(4)] == [0, 0, 0, 41094]
        advance(control, DAY + 1)
        assert vendor.post(REMIND, msgid=msgid)["errcode"] == 0

    def test_a_cancelled_message_is_sent_by_nobody_any_more(self, vendor, control, relation, mine, order):
        msgid = order(external_userid=[mine[0]])["msgid"]
        assert vendor.post(CANCEL, msgid=msgid)["errcode"] == 0
        late = control("POST", "actions/staff_confirms_message", {"msgid": msgid, "userid": relation.userid})
        assert late.status_code == 400
        assert vendor.post(REMIND, msgid=msgid)["errcode"] == 41093
        assert vendor.post(CANCEL, msgid=msgid)["errcode"] == 41093
        assert [m["msgid"] for m in listed(vendor, control)] == [msgid]

    def test_messages_of_another_system(self, vendor, control, relation, mine):
        made = control.act(
            "other_system", do="message", userid=relation.userid, text="旧系统", external_userids=mine[:2]
        )
        assert made["msgid"] in [m["msgid"] for m in listed(vendor, control)]
        control.switch(mass_messages_of_others="refused")
        assert vendor.post(CANCEL, msgid=made["msgid"])["errcode"] == 41047
        control.switch(mass_messages_of_others="allowed")
        assert vendor.post(CANCEL, msgid=made["msgid"])["errcode"] == 0

    def test_an_impossible_order_of_another_system_is_explained(self, control, relation):
        body = {"do": "message", "userid": relation.userid, "text": "x", "chat_ids": ["wrnothing"]}
        reply = control("POST", "actions/other_system", body)
        assert (reply.status_code, "41048" in reply.json()["error"]) == (400, True)


def test_thousands_of_orders_with_one_text_are_quick(vendor, sandbox, control, relation, mine):
    call = {"sender": relation.userid, "text": TEXT, "external_userid": mine[:1]}
    control.switch(minute_limit=10**6, address_minute_limit=10**6)
    for _ in range(300):
        vendor.post(ADD, **call)
    book = sandbox.world.messages
    message = book[0]
    for _ in range(4000):  # the rest straight into the book: only reading is measured
        number = len(book)
        book.add(type(message)(number, message.maker, None, False, message.content, message.created_at), {0: [1]})
    began = time.perf_counter()
    rows, _ = pages(vendor, LIST, "group_msg_list", limit=100, chat_type="single",
                    start_time=message.created_at - 60, end_time=now(control) + 60)  # fmt: skip
    assert len({r["msgid"] for r in rows}) == 4300
    assert vendor.post(TASKS, msgid=rows[-1]["msgid"])["task_list"][0]["status"] == 0
    assert time.perf_counter() - began < 10
