"""Lists of mass messages, of their tasks and of what became of the recipients."""

import time

import pytest

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
    pages,
    results,
)


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
