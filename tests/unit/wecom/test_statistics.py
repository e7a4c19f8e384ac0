"""Figures: the days they can be had of, what is sent, and zeros that may not be final."""

import json
from datetime import datetime

import pytest

from privcrm.clock import VENDOR_TIME
from privcrm.errors import InputError, InvalidArgument

STAFF = "externalcontact/get_user_behavior_data"
BY_OWNER = "externalcontact/groupchat/statistic"
BY_DAY = "externalcontact/groupchat/statistic_group_by_day"
DAY = 86_400
# The clock of these tests stands at 2026-01-01 00:00 UTC: eight in the morning in Beijing.
TODAY = int(datetime(2026, 1, 1, tzinfo=VENDOR_TIME).timestamp())
YESTERDAY, EARLIER = TODAY - DAY, TODAY - 2 * DAY
ZEROS = dict.fromkeys(("chat_total", "new_chat_cnt", "chat_has_msg", "member_total", "msg_total"), 0)


def sent(vendor, path):
    return [json.loads(request.body) for request in vendor.asked(path)]


def test_figures_of_an_employee_are_read_for_one_employee(vendor, company):
    row = {
        "stat_time": str(EARLIER),
        "chat_cnt": 4,
        "message_cnt": "50",
        "reply_percentage": 60.25,
        "avg_reply_time": 3,
        "negative_feedback_cnt": 1,
        "new_apply_cnt": 2,
        "new_contact_cnt": 6.0,
        "brand_new": [1],
    }
    vendor.answers(STAFF, {"errcode": 0, "behavior_data": [row, {"stat_time": YESTERDAY, "chat_cnt": 0}]})
    first, second = company().statistics.staff("a", EARLIER, YESTERDAY)
    assert (first.day, first.chats, first.messages, first.requests_sent) == (EARLIER, 4, 50, 2)
    assert (first.members_added, first.members_lost, first.reply_share, first.reply_minutes) == (6, 1, 60.25, 3.0)
    assert first.raw["brand_new"] == [1]
    assert (second.reply_share, second.reply_minutes) == (None, None)
    assert sent(vendor, STAFF) == [{"userid": ["a"], "start_time": EARLIER, "end_time": YESTERDAY}]


def test_any_second_of_a_day_stands_for_it(vendor, company):
    vendor.answers(STAFF, {"errcode": 0, "behavior_data": []})
    assert company().statistics.staff("a", EARLIER + 1, TODAY - 1) == ()
    assert sent(vendor, STAFF) == [{"userid": ["a"], "start_time": EARLIER, "end_time": YESTERDAY}]


def test_departments_are_sent_as_numbers(vendor, company):
    vendor.answers(STAFF, {"errcode": 0, "behavior_data": [{"stat_time": YESTERDAY, "chat_cnt": 7}]})
    assert company().statistics.departments(["2", "31"], YESTERDAY, YESTERDAY)[0].chats == 7
    assert sent(vendor, STAFF) == [{"partyid": [2, 31], "start_time": YESTERDAY, "end_time": YESTERDAY}]


@pytest.mark.parametrize(
    ("row", "ready"),
    [
        ({"stat_time": YESTERDAY, "chat_cnt": 0}, False),
        ({"stat_time": str(YESTERDAY)}, False),
        ({"stat_time": YESTERDAY, "chat_cnt": 1}, True),
        ({"stat_time": YESTERDAY, "negative_feedback_cnt": "1"}, True),
        ({"stat_time": EARLIER, "chat_cnt": 0}, True),
    ],
)
def test_zeros_of_yesterday_are_not_ready(vendor, company, row, ready):
    vendor.answers(STAFF, {"errcode": 0, "behavior_data": [row]})
    assert company().statistics.staff("a", EARLIER, YESTERDAY)[0].ready is ready


def test_zeros_are_final_from_the_day_after_on(vendor, company, clock):
    vendor.answers(STAFF, {"errcode": 0, "behavior_data": [{"stat_time": YESTERDAY, "chat_cnt": 0}]})
    provider = company()
    assert not provider.statistics.staff("a", YESTERDAY, YESTERDAY)[0].ready
    clock.advance(16 * 3600 - 1)  # a second before midnight in Beijing
    assert not provider.statistics.staff("a", YESTERDAY, YESTERDAY)[0].ready
    clock.advance(1)
    assert provider.statistics.staff("a", YESTERDAY, YESTERDAY)[0].ready


def test_figures_by_owner_come_in_chunks_and_pages(vendor, company):
    data = {
        "new_chat_cnt": 1,
        "chat_total": "12",
        "chat_has_msg": 5,
        "new_member_cnt": 8,
        "member_total": 300,
        "member_has_msg": 40,
        "msg_total": 99,
        "migrate_trainee_chat_cnt": 3,
    }
    vendor.answers(
        BY_OWNER,
        {"errcode": 0, "total": 2, "next_offset": 1, "items": [{"owner": "o0", "data": data}]},
        {"errcode": 0, "total": 2, "next_offset": "2", "items": [{"owner": "o1", "data": ZEROS}]},
        {"errcode": 0, "total": 1, "next_offset": 1, "items": [{"owner": "o100", "data": ZEROS}]},
    )
    owners = [f"o{number}" for number in range(101)]
    found = list(company().statistics.groups_by_owner(owners, EARLIER, YESTERDAY))
    assert [(one.owner_id, one.day, one.ready) for one in found] == [
        ("o0", None, True),
        ("o1", None, False),
        ("o100", None, False),
    ]
    one = found[0]
    assert (one.groups, one.groups_created, one.groups_active) == (12, 1, 5)
    assert (one.members, one.members_joined, one.members_active, one.messages) == (300, 8, 40, 99)
    assert one.raw["data"]["migrate_trainee_chat_cnt"] == 3
    bodies = sent(vendor, BY_OWNER)
    assert bodies[0] == {
        "day_begin_time": EARLIER,
        "day_end_time": YESTERDAY,
        "owner_filter": {"userid_list": owners[:100]},
        "offset": 0,
        "limit": 1000,
    }
    assert [(body["offset"], len(body["owner_filter"]["userid_list"])) for body in bodies] == [
        (0, 100),
        (1, 100),
        (0, 1),
    ]


def test_figures_by_owner_resume_at_a_cursor(vendor, company):
    answer = {"errcode": 0, "total": 3, "items": [{"owner": "o1", "data": {}}]}
    vendor.answers(BY_OWNER, answer | {"next_offset": 1}, answer | {"next_offset": 2}, answer)
    listing = company().statistics.groups_by_owner(["o1"], YESTERDAY, YESTERDAY)
    reading = iter(listing)
    next(reading)
    next(reading)
    resumed = company().statistics.groups_by_owner(["o1"], YESTERDAY, YESTERDAY, listing.cursor)
    assert len(list(resumed)) == 2
    # The last answers tell no next_offset: it goes on after the rows that came.
    assert [body["offset"] for body in sent(vendor, BY_OWNER)] == [0, 1, 1, 2]


def test_a_foreign_cursor_is_refused(vendor, company):
    with pytest.raises(InputError, match="cursor"):
        list(company().statistics.groups_by_owner(["o1"], YESTERDAY, YESTERDAY, "0:C7"))
    assert len(vendor.mock.calls) == 0


def test_sums_of_days_long_over_are_ready(vendor, company):
    vendor.answers(BY_OWNER, {"errcode": 0, "total": 1, "next_offset": 1, "items": [{"owner": "o", "data": ZEROS}]})
    assert [one.ready for one in company().statistics.groups_by_owner(["o"], EARLIER, EARLIER)] == [True]


def test_figures_by_day_are_for_all_owners_together(vendor, company):
    rows = [
        {"stat_time": EARLIER, "data": ZEROS},
        {"stat_time": YESTERDAY, "data": ZEROS},
        {"stat_time": str(YESTERDAY), "data": ZEROS | {"chat_total": 1}},
    ]
    vendor.answers(BY_DAY, {"errcode": 0, "items": rows})
    found = company().statistics.groups_by_day(["a", "b"], EARLIER, YESTERDAY)
    assert [(one.owner_id, one.day, one.groups, one.ready) for one in found] == [
        (None, EARLIER, 0, True),
        (None, YESTERDAY, 0, False),
        (None, YESTERDAY, 1, True),
    ]
    filters = {"owner_filter": {"userid_list": ["a", "b"]}}
    assert sent(vendor, BY_DAY) == [{"day_begin_time": EARLIER, "day_end_time": YESTERDAY, **filters}]


METHODS = {
    "staff": lambda port, *days: port.staff("a", *days),
    "departments": lambda port, *days: port.departments(["1"], *days),
    "groups_by_owner": lambda port, *days: port.groups_by_owner(["a"], *days),
    "groups_by_day": lambda port, *days: port.groups_by_day(["a"], *days),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("complaint", "days"),
    [
        ("first_day is after last_day", (YESTERDAY, EARLIER)),
        ("last_day is not over yet", (YESTERDAY, TODAY)),
        ("first_day to last_day is 2,678,400, allowed are 86,400 to 2,592,000 seconds", (TODAY - 31 * DAY, YESTERDAY)),
        ("the age of first_day is 15,638,400", (TODAY - 181 * DAY, TODAY - 170 * DAY)),
    ],
)
def test_days_out_of_reach_are_refused_before_sending(vendor, company, method, complaint, days):
    with pytest.raises(InputError, match=complaint):
        METHODS[method](company().statistics, *days)
    assert len(vendor.mock.calls) == 0


@pytest.mark.parametrize("days", [(TODAY - 30 * DAY, YESTERDAY), (TODAY - 180 * DAY, TODAY - 151 * DAY)])
def test_the_longest_and_the_oldest_span_are_asked_for(vendor, company, days):
    vendor.answers(STAFF, {"errcode": 0, "behavior_data": []})
    company().statistics.staff("a", *days)
    assert [(body["start_time"], body["end_time"]) for body in sent(vendor, STAFF)] == [days]


@pytest.mark.parametrize(
    ("complaint", "call"),
    [
        ("staff_id is empty", lambda port: port.staff("", YESTERDAY, YESTERDAY)),
        ("department_ids is empty", lambda port: port.departments([], YESTERDAY, YESTERDAY)),
        ("department_ids holds an id that is no number", lambda port: port.departments(["x"], YESTERDAY, YESTERDAY)),
        (
            "department_ids has 101 items, at most 100",
            lambda port: port.departments([str(n) for n in range(1, 102)], YESTERDAY, YESTERDAY),
        ),
        ("owner_ids is empty", lambda port: port.groups_by_owner([], YESTERDAY, YESTERDAY)),
        ("owner_ids holds an empty id", lambda port: port.groups_by_owner(["a", ""], YESTERDAY, YESTERDAY)),
        ("owner_ids is empty", lambda port: port.groups_by_day([], YESTERDAY, YESTERDAY)),
        ("owner_ids has 101 items", lambda port: port.groups_by_day(["a"] * 101, YESTERDAY, YESTERDAY)),
    ],
)
def test_wrong_ids_are_refused_before_sending(vendor, company, complaint, call):
    with pytest.raises(InputError, match=complaint):
        call(company().statistics)
    assert len(vendor.mock.calls) == 0


def test_the_vendors_refusal_comes_through(vendor, company):
    vendor.answers(STAFF, 40031)
    with pytest.raises(InvalidArgument) as caught:
        company().statistics.staff("nobody", YESTERDAY, YESTERDAY)
    assert caught.value.code == 40031
