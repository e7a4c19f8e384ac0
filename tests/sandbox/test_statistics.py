from datetime import datetime

import pytest

from privcrm.sandbox.wecom.quotas import BEIJING

BEHAVIOR = "externalcontact/get_user_behavior_data"
BY_OWNER, BY_DAY = "externalcontact/groupchat/statistic", "externalcontact/groupchat/statistic_group_by_day"
HOUR, DAY = 3600, 86_400
TOTALS = ("chat_total", "member_total")


@pytest.fixture
def midnight(sandbox):
    """Move to the first second of a day in Beijing and return it; today began then."""
    now = datetime.fromtimestamp(sandbox.clock.time(), BEIJING)
    begun = now.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
    sandbox.clock.advance(begun + DAY - sandbox.clock.time() + 0.001)
    return int(begun) + DAY


@pytest.fixture
def owner(control, relations):
    return relations[0].userid


def behavior(vendor, begin, end=None, **who):
    return vendor.post(BEHAVIOR, start_time=begin, end_time=begin if end is None else end, **who)


def figures(vendor, begin, end=None, **who):
    return behavior(vendor, begin, end, **who)["behavior_data"]


def by_day(vendor, begin, end=None, **more):
    reply = vendor.post(BY_DAY, day_begin_time=begin, day_end_time=begin if end is None else end, **more)
    return [row["data"] for row in reply["items"]]


def of(userid):
    return {"owner_filter": {"userid_list": [userid]}}


class TestStaff:
    def test_what_happened_is_counted_on_its_day(self, vendor, control, later, midnight, relation):
        for _ in range(3):
            control.act("member_adds_staff", userid=relation.userid)
        control.act("member_deletes_staff", userid=relation.userid, external_userid=relation.external_userid)
        later(2 * DAY)
        first, second = figures(vendor, midnight, midnight + DAY, userid=[relation.userid])
        assert (first["stat_time"], first["new_contact_cnt"], first["negative_feedback_cnt"]) == (midnight, 3, 1)
        assert (second["stat_time"], second["new_contact_cnt"], second["negative_feedback_cnt"]) == (
            midnight + DAY,
            0,
            0,
        )

    def test_yesterday_reads_as_zeros_until_the_morning_and_today_always(
        self, vendor, control, later, midnight, relation
    ):
        control.act("member_adds_staff", userid=relation.userid)
        later(DAY)
        for passed in (0, 8 * HOUR - 60):
            later(passed)
            row = figures(vendor, midnight, userid=[relation.userid])[0]
            assert {value for name, value in row.items() if name != "stat_time"} == {0}
        later(120)
        assert figures(vendor, midnight, userid=[relation.userid])[0]["new_contact_cnt"] == 1
        control.act("member_adds_staff", userid=relation.userid)
        assert figures(vendor, midnight + DAY, userid=[relation.userid])[0]["new_contact_cnt"] == 0

    def test_the_hour_is_a_switch(self, vendor, control, later, midnight, relation):
        control.act("member_adds_staff", userid=relation.userid)
        later(DAY)
        control.switch(figures_ready_hour=0)
        assert figures(vendor, midnight, userid=[relation.userid])[0]["new_contact_cnt"] == 1

    def test_several_people_are_summed_up(self, vendor, midnight, relations):
        people = sorted({r.userid for r in relations})[:4]
        begin = midnight - 9 * DAY
        each = [figures(vendor, begin, begin + 6 * DAY, userid=[userid]) for userid in people]
        together = figures(vendor, begin, begin + 6 * DAY, userid=people)
        for name in ("chat_cnt", "message_cnt", "new_apply_cnt", "new_contact_cnt", "negative_feedback_cnt"):
            assert [row[name] for row in together] == [sum(row[name] for row in day) for day in zip(*each, strict=True)]
        assert sum(row["message_cnt"] for row in together) > 0

    def test_a_past_day_always_reads_the_same(self, vendor, control, later, midnight, relation):
        begin = midnight - 20 * DAY
        before = figures(vendor, begin, begin + 10 * DAY, userid=[relation.userid])
        control.act("member_adds_staff", userid=relation.userid)
        later(5 * DAY)
        assert figures(vendor, begin, begin + 10 * DAY, userid=[relation.userid]) == before

    def test_answers_are_told_only_of_days_with_chats(self, vendor, midnight, relations):
        rows = [
            row
            for userid in sorted({r.userid for r in relations})[:6]
            for row in figures(vendor, midnight - 29 * DAY, midnight, userid=[userid])
        ]
        assert {row["chat_cnt"] > 0 for row in rows} == {True, False}
        assert all(("reply_percentage" in row) == (row["chat_cnt"] > 0) for row in rows)
        assert all(50 <= row["reply_percentage"] <= 100 and row["avg_reply_time"] for row in rows if row["chat_cnt"])

    def test_times_are_floored_to_midnight_in_beijing(self, vendor, midnight, relation):
        rows = figures(vendor, midnight - 2 * DAY + 5 * HOUR, midnight - DAY + 7 * HOUR, userid=[relation.userid])
        assert [row["stat_time"] for row in rows] == [midnight - 2 * DAY, midnight - DAY]

    def test_a_department_is_everybody_below_it(self, sandbox, vendor, midnight):
        begin = midnight - 5 * DAY
        everybody = [s.staff_id for s in sandbox.world.staff]
        assert figures(vendor, begin, partyid=[1]) == figures(vendor, begin, userid=everybody)

    @pytest.mark.parametrize(
        ("days", "errcode"),
        [
            ((-29, 0), 0),
            ((-30, 0), 40058),
            ((-180, -160), 0),
            ((-181, -160), 40058),
            ((-1, -2), 40058),
            ((0, 1), 40058),
        ],
    )
    def test_the_span_is_bounded(self, vendor, midnight, relation, days, errcode):
        times = [midnight + day * DAY for day in days]
        assert behavior(vendor, *times, userid=[relation.userid])["errcode"] == errcode

    def test_who_may_be_asked_about(self, sandbox, vendor, control, midnight, relation):
        assert behavior(vendor, midnight)["errcode"] == 40058
        assert behavior(vendor, midnight, userid=["nobody"])["errcode"] == 40031
        assert behavior(vendor, midnight, partyid=[999])["errcode"] == 40031
        assert behavior(vendor, midnight, userid=["x"] * 101)["errcode"] == 40058
        shop = sandbox.world.staff.find(relation.userid).department
        others = [d.number for d in sandbox.world.staff.departments if d.number >= 10 and d.number != shop]
        control.ok("PATCH", "apps/1000002", {"visible": others})
        assert behavior(vendor, midnight, userid=[relation.userid])["errcode"] == 60011
        assert behavior(vendor, midnight, partyid=[shop])["errcode"] == 60011

    def test_times_are_needed_and_an_app_needs_the_role(self, sandbox, vendor, vendor_as, relation):
        assert vendor.post(BEHAVIOR, userid=[relation.userid])["errcode"] == 40058
        assert behavior(vendor_as(sandbox.credentials.plain_secret), 0, userid=[relation.userid])["errcode"] == 48002


class TestGroups:
    def test_what_happened_is_counted_on_its_day(self, vendor, control, later, midnight, owner):
        before = control.ok("GET", "state/groups", limit=1000)["items"]
        mine = [row for row in before if row["owner"] == owner]
        people = sum(len(row["userid"]) + len(row["external_userid"]) for row in mine)
        chat = control.act("staff_creates_group", userid=owner, name="新群")["chat_id"]
        joined = [control.act("group_changes", chat_id=chat, joins="new")["external_userid"] for _ in range(3)]
        later(DAY)
        control.act("member_leaves_group", chat_id=chat, external_userid=joined[0])
        later(DAY)
        control.act("staff_dismisses_group", chat_id=chat)
        later(2 * DAY)
        rows = by_day(vendor, midnight - DAY, midnight + 2 * DAY, **of(owner))
        assert [row["new_chat_cnt"] for row in rows] == [0, 1, 0, 0]
        assert [row["chat_total"] - len(mine) for row in rows] == [0, 1, 1, 0]
        assert [row["new_member_cnt"] for row in rows] == [0, 4, 0, 0]
        assert [row["member_total"] - people for row in rows] == [0, 4, 3, 0]

    def test_a_span_adds_what_is_new_and_keeps_the_last_totals(self, vendor, control, later, midnight, owner):
        for _ in range(2):
            chat = control.act("staff_creates_group", userid=owner, name="新群")["chat_id"]
            control.act("group_changes", chat_id=chat, joins="new")
            later(DAY)
        later(DAY)
        days = by_day(vendor, midnight, midnight + DAY, **of(owner))
        reply = vendor.post(BY_OWNER, day_begin_time=midnight, day_end_time=midnight + DAY, **of(owner))
        (row,) = reply["items"]
        assert row["owner"] == owner
        assert row["data"]["new_chat_cnt"] == sum(day["new_chat_cnt"] for day in days) == 2
        assert row["data"]["new_member_cnt"] == 4
        assert [row["data"][name] for name in TOTALS] == [days[-1][name] for name in TOTALS]

    def test_too_early_reads_as_zeros(self, vendor, control, later, midnight, owner):
        later(DAY)
        row = by_day(vendor, midnight, **of(owner))[0]
        assert set(row.values()) == {0}
        later(9 * HOUR)
        assert by_day(vendor, midnight, **of(owner))[0]["chat_total"] > 0

    def test_messages_only_grow(self, vendor, midnight):
        rows = by_day(vendor, midnight - 29 * DAY, midnight - 2 * DAY)
        counts = [row["msg_total"] for row in rows]
        assert counts == sorted(counts)
        assert 0 < rows[0]["chat_has_msg"] < rows[0]["chat_total"]
        assert all(row["member_has_msg"] < row["member_total"] for row in rows)

    def test_pages_give_all_owners_in_the_order_asked_for(self, vendor, midnight):
        span = {"day_begin_time": midnight - 3 * DAY}
        rows, offset = [], 0
        while True:
            reply = vendor.post(BY_OWNER, **span, order_by=4, offset=offset, limit=4)
            rows += reply["items"]
            offset = reply["next_offset"]
            if offset == reply["total"]:
                break
        assert len({row["owner"] for row in rows}) == len(rows) == reply["total"] > 4
        sizes = [row["data"]["member_total"] for row in rows]
        assert sizes == sorted(sizes, reverse=True)
        rising = vendor.post(BY_OWNER, **span, order_by=4, order_asc=1)["items"]
        assert [row["owner"] for row in rising] == [row["owner"] for row in reversed(rows)]

    @pytest.mark.parametrize("path", [BY_OWNER, BY_DAY])
    def test_who_may_be_asked_about(self, vendor, control, midnight, path):
        begin = {"day_begin_time": midnight - DAY}
        assert vendor.post(path)["errcode"] == 40058
        assert vendor.post(path, day_begin_time=midnight - 181 * DAY)["errcode"] == 40058
        assert vendor.post(path, **begin, **of("nobody"))["errcode"] == 40031
        assert vendor.post(path, **begin, owner_filter={"userid_list": ["x"] * 101})["errcode"] == 40058
        control.switch(visible_people_limit=5)
        assert vendor.post(path, **begin)["errcode"] == 81017

    @pytest.mark.parametrize("wrong", [{"order_by": 5}, {"order_asc": 2}, {"limit": 0}, {"limit": 1001}])
    def test_how_rows_may_be_ordered(self, vendor, midnight, wrong):
        assert vendor.post(BY_OWNER, day_begin_time=midnight - DAY, **wrong)["errcode"] == 40058

    def test_an_app_needs_the_role(self, sandbox, vendor_as):
        plain = vendor_as(sandbox.credentials.plain_secret)
        assert plain.post(BY_DAY, day_begin_time=0)["errcode"] == 48002
