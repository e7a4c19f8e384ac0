"""Acquisition links."""

import pytest
import requests
from attrs import evolve

from privcrm.errors import AnswerLost, InputError, LimitReached, NotFound, WrongApp
from privcrm.models import AcquisitionFigures, AcquisitionLinkSpec, AcquisitionQuota, FriendsFirst
from privcrm.provider import Secret
from privcrm_wecom import WeComApp

BASE = "externalcontact/customer_acquisition/"
SPEC = AcquisitionLinkSpec("春季", ("a", "b"), ("2",))
DAY = 86400
DELEGATED = (WeComApp("main", Secret("m"), kind="delegated"),)
LINK = {"link_name": "春季", "url": "https://work.weixin.qq.com/ca/x", "create_time": "1735700000", "skip_verify": True}


def test_links_are_listed_over_pages(vendor, company, bodies):
    vendor.answers(f"{BASE}list_link", {"link_id_list": ["ca1", 2], "next_cursor": "C"}, {"link_id_list": []})
    assert list(company().acquisition.list()) == ["ca1", "2"]
    assert bodies(f"{BASE}list_link") == [{"limit": 100}, {"limit": 100, "cursor": "C"}]


def test_a_link_is_read_with_the_people_beside_it(vendor, company, bodies):
    answer = {
        "errcode": 0,
        "link": LINK | {"skip_verify": "0", "x": 1},
        "range": {"user_list": ["a", "b"], "department_list": [2]},
        "priority_option": {"priority_type": 2, "priority_userid_list": ["c"]},
    }
    vendor.answers(f"{BASE}get", answer, {"errcode": 0, "link": LINK | {"link_id": "ca9"}})
    found = company().acquisition.get("ca1")
    friends = {"friends_first": FriendsFirst.OF_STAFF, "friends_of": ("c",)}
    assert found.spec == evolve(SPEC, skip_confirmation=False, **friends)
    assert (found.link_id, found.url, found.created_at) == ("ca1", LINK["url"], 1735700000)
    assert found.raw["link"]["x"] == 1
    bare = company().acquisition.get("ca1")
    assert (bare.link_id, bare.spec) == ("ca9", AcquisitionLinkSpec("春季"))
    assert bodies(f"{BASE}get")[0] == {"link_id": "ca1"}


def test_a_link_is_made(vendor, company, bodies):
    vendor.answers(f"{BASE}create_link", {"errcode": 0, "link": LINK | {"link_id": "ca1"}})
    acquisition = company().acquisition
    made = acquisition.create(SPEC, extra={"mark_source": False})
    assert (made.link_id, made.url, made.spec) == ("ca1", LINK["url"], SPEC)
    acquisition.create(
        AcquisitionLinkSpec("n", ("a",), (), False, friends_first=FriendsFirst.OF_STAFF, friends_of=("c",))
    )
    acquisition.create(evolve(SPEC, friends_first=FriendsFirst.OF_COMPANY))
    sent = bodies(f"{BASE}create_link")
    assert sent[0] == {
        "link_name": "春季",
        "range": {"user_list": ["a", "b"], "department_list": [2]},
        "skip_verify": True,
        "mark_source": False,
    }
    assert sent[1] == {
        "link_name": "n",
        "range": {"user_list": ["a"]},
        "skip_verify": False,
        "priority_option": {"priority_type": 2, "priority_userid_list": ["c"]},
    }
    assert sent[2]["priority_option"] == {"priority_type": 1}


@pytest.mark.parametrize("answer", [requests.ConnectionError("x"), {"errcode": 0, "link": {}}])
def test_a_lost_answer_makes_no_second_link(vendor, company, answer):
    vendor.answers(f"{BASE}create_link", answer)
    with pytest.raises(AnswerLost):
        company().acquisition.create(SPEC)
    assert len(vendor.asked(f"{BASE}create_link")) == 1


def test_too_many_links_are_too_many(vendor, company):
    vendor.answers(f"{BASE}create_link", 41095)
    with pytest.raises(LimitReached):
        company().acquisition.create(SPEC)


def test_a_link_is_changed_whole_and_deleted(vendor, company, bodies):
    vendor.answers(f"{BASE}update_link", 0)
    vendor.answers(f"{BASE}delete_link", 0)
    acquisition = company().acquisition
    acquisition.update("ca1", evolve(SPEC, department_ids=()))
    acquisition.delete("ca1")
    wanted = {"link_id": "ca1", "link_name": "春季", "range": {"user_list": ["a", "b"]}, "skip_verify": True}
    assert bodies(f"{BASE}update_link") == [wanted]
    assert bodies(f"{BASE}delete_link") == [{"link_id": "ca1"}]


def test_who_came_through_a_link(vendor, company, bodies):
    rows = [
        {"external_userid": f"wm{number}", "userid": "a", "chat_status": status, "state": "spring"}
        for number, status in enumerate((0, "1", 2, None, 7))
    ]
    vendor.answers(f"{BASE}customer", {"customer_list": rows[:2], "next_cursor": "C"}, {"customer_list": rows[2:]})
    found = list(company().acquisition.acquired("ca1"))
    assert [one.wrote for one in found] == [False, True, None, None, None]
    assert (found[0].member_id, found[0].staff_id, found[0].state) == ("wm0", "a", "spring")
    assert bodies(f"{BASE}customer")[1] == {"link_id": "ca1", "limit": 1000, "cursor": "C"}


def test_what_is_left_to_bring(vendor, company):
    rows = [{"expire_date": "1767196800", "balance": 3}, {"expire_date": None, "balance": 1}]
    answer = {"errcode": 0, "total": "10", "balance": 4, "quota_list": rows}
    vendor.answers("externalcontact/customer_acquisition_quota", answer, {"errcode": 0, "balance": 0}, method="GET")
    acquisition = company().acquisition
    assert acquisition.quota() == AcquisitionQuota(10, 4, ((1767196800, 3),))
    assert acquisition.quota() == AcquisitionQuota(0, 0)


def test_figures_of_a_link(vendor, company, clock, bodies):
    vendor.answers(f"{BASE}statistic", {"errcode": 0, "click_link_customer_cnt": "7", "new_customer_cnt": 2})
    today = int(clock.time())
    found = company().acquisition.figures("ca1", today - 30 * DAY, today)
    assert found == AcquisitionFigures(opened=7, added=2)
    wanted = {"link_id": "ca1", "start_time": today - 30 * DAY, "end_time": today}
    assert bodies(f"{BASE}statistic") == [wanted]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (1, 2, "first_day is after last_day"),
        (31 * DAY, 0, "from first_day to last_day is 2,678,400"),
        (181 * DAY, 170 * DAY, "the age of first_day is 15,638,400"),
    ],
)
def test_figures_that_are_not_kept_are_not_asked_for(vendor, company, clock, *, first, last, words):
    today = int(clock.time())
    with pytest.raises(InputError, match=words):
        company().acquisition.figures("ca1", today - first, today - last)
    assert len(vendor.mock.calls) == 0


def test_the_chat_of_a_key(vendor, company, bodies):
    info = {"recv_msg_cnt": "3", "link_id": "ca1", "state": "spring"}
    answer = {"errcode": 0, "userid": "a", "external_userid": "wm1", "chat_info": info, "x": 1}
    vendor.answers(f"{BASE}get_chat_info", answer, {"errcode": 0, "userid": "a"}, 41201)
    acquisition = company().acquisition
    found = acquisition.chat("K")
    assert (found.member_id, found.staff_id, found.link_id) == ("wm1", "a", "ca1")
    assert (found.state, found.received, found.raw["x"]) == ("spring", 3, 1)
    bare = acquisition.chat("K")
    assert (bare.link_id, bare.received) == (None, None)
    with pytest.raises(NotFound):
        acquisition.chat("K")
    assert bodies(f"{BASE}get_chat_info")[0] == {"chat_key": "K"}


def test_to_whom_links_may_lead(vendor, company):
    answer = {"errcode": 0, "user_list": ["a"], "department_list": [2], "tag_list": ["1"]}
    vendor.answers("externalcontact/customer_acquisition_app/get_permit", answer, method="GET")
    found = company(apps=DELEGATED).acquisition.permitted()
    assert (found.staff_ids, found.department_ids, found.tag_ids) == (("a",), ("2",), ("1",))
    with pytest.raises(WrongApp, match="delegated"):
        company().acquisition.permitted()


def test_the_secret_of_the_system_app_is_refused(vendor, company):
    with pytest.raises(WrongApp, match="refused here"):
        company(apps=(WeComApp("old", Secret("s"), kind="system"),)).acquisition.quota()
    assert len(vendor.mock.calls) == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "name is empty"),
        ({"name": "字" * 31}, "name has 31 characters, at most 30"),
        ({"staff_ids": (), "department_ids": ()}, "staff_ids and department_ids is empty"),
        ({"staff_ids": ("",)}, "holds an empty id"),
        ({"staff_ids": ("a",) * 501}, "staff_ids has 501 items, at most 500"),
        ({"department_ids": ("x",)}, "no number"),
        ({"friends_first": FriendsFirst.OF_STAFF}, "friends_of is empty"),
        ({"friends_first": FriendsFirst.OF_STAFF, "friends_of": ("a",) * 1001}, "friends_of has 1,001 items"),
        ({"friends_of": ("a",)}, "for friends_first=of_staff only"),
    ],
)
def test_a_link_that_would_be_refused_is_not_sent(vendor, company, changes, words):
    acquisition = company().acquisition
    for work in (acquisition.create, lambda spec: acquisition.update("ca1", spec)):
        with pytest.raises(InputError, match=words):
            work(evolve(SPEC, **changes))
    assert len(vendor.mock.calls) == 0


@pytest.mark.parametrize(
    "work",
    [
        lambda a: a.get(""),
        lambda a: a.update("", SPEC),
        lambda a: a.delete(""),
        lambda a: a.acquired(""),
        lambda a: a.figures("", 0, 1),
        lambda a: a.chat(""),
    ],
)
def test_links_and_chats_have_ids(vendor, company, work):
    with pytest.raises(InputError, match="is empty"):
        work(company().acquisition)
    assert len(vendor.mock.calls) == 0
