"""How many mass messages a member may receive, and who is not reached."""

from datetime import datetime, timedelta

import pytest

from privcrm.sandbox.wecom.deliveries import quota
from tests.sandbox.mass_messages.mass import ADD, BEIJING, DAY, TEXT, advance, begin_a_day, now, results


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
