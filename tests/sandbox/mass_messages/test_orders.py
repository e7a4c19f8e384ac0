"""Mass messages: written, confirmed, delivered, reminded of, cancelled."""

import pytest

from tests.sandbox.conftest import every_page
from tests.sandbox.mass_messages.mass import (
    ADD,
    CANCEL,
    DAY,
    LEGACY,
    LIST,
    REMIND,
    RESULTS,
    TASKS,
    TEXT,
    advance,
    listed,
    now,
    results,
)


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
        living = {(r.userid, r.external_userid) for r in relations}
        tagged = {
            member["external_userid"]
            for member in every_page(control, "state/members", limit=1000)
            for follow in member["follows"]
            if vip in follow["tag_id"] and (follow["userid"], member["external_userid"]) in living
        }
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
