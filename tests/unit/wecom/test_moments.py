"""Moments: what is asked of the vendor, what comes of its answers, and what is never sent."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest
import requests

from privcrm.clock import VENDOR_TIME
from privcrm.errors import (
    InputError,
    InvalidArgument,
    NotFound,
    OutcomeUnknown,
    PreconditionFailed,
    RateLimited,
)
from privcrm.models import Content, Image, Link, MomentJobState, MomentSpec, ReactionKind, Video
from privcrm.provider import CannotTell, Done, Intent, NotDone

ADD = "externalcontact/add_moment_task"
JOB = "externalcontact/get_moment_task_result"
LIST = "externalcontact/get_moment_list"
TASKS = "externalcontact/get_moment_task"
AUDIENCE = "externalcontact/get_moment_customer_list"
VIEWERS = "externalcontact/get_moment_send_result"
REACTIONS = "externalcontact/get_moment_comments"
CANCEL = "externalcontact/cancel_moment_task"
NOW = 1_735_700_000
INTENT = Intent("moment-1", "", NOW)
NEWS = Content("News", (Image("M1"), Image("M2")))
NEWS_SENT = {
    "text": {"content": "News"},
    "attachments": [
        {"msgtype": "image", "image": {"media_id": "M1"}},
        {"msgtype": "image", "image": {"media_id": "M2"}},
    ],
}
BY_ZHAO, BY_QIAN = MomentSpec(NEWS, ("zhaoyi",)), MomentSpec(NEWS, ("qianer",))


@pytest.fixture
def bodies(vendor) -> Callable[[str], list[dict]]:
    def of(path: str) -> list[dict]:
        asked = vendor.asked(path)
        return [json.loads(request.body) for request in asked if request.url.partition("?")[0].endswith(path)]

    return of


@pytest.fixture
def moments(company):
    return company().moments


# -- ordering


@pytest.mark.parametrize(
    ("spec", "scope"),
    [
        (MomentSpec(NEWS), {}),
        (
            MomentSpec(NEWS, ("zhaoyi",), ("2", "3"), ("et1",)),
            {
                "visible_range": {
                    "sender_list": {"user_list": ["zhaoyi"], "department_list": [2, 3]},
                    "external_contact_list": {"tag_list": ["et1"]},
                }
            },
        ),
        (MomentSpec(NEWS, tag_ids=("et1",)), {"visible_range": {"external_contact_list": {"tag_list": ["et1"]}}}),
        (MomentSpec(NEWS, ("zhaoyi",)), {"visible_range": {"sender_list": {"user_list": ["zhaoyi"]}}}),
    ],
)
def test_an_order_says_who_publishes_and_who_sees_it(vendor, moments, bodies, *, spec, scope):
    vendor.answers(ADD, {"errcode": 0, "jobid": "J1"})
    assert moments.create(spec, intent=INTENT, extra={"new": 1}) == "J1"
    assert bodies(ADD) == [NEWS_SENT | scope | {"new": 1}]


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        (MomentSpec(Content()), "neither a text nor an attachment"),
        (MomentSpec(Content("x" * 4001)), "text has 4,001 bytes"),
        (MomentSpec(Content("", (Image("M"),) * 10)), "attachments has 10 items, at most 9"),
        (MomentSpec(Content("", (Image("M"), Video("M")))), "at most 1"),
        (MomentSpec(NEWS, ("a", "")), "staff_ids holds an empty id"),
        (MomentSpec(NEWS, ("a",) * 100_001), "staff_ids has 100,001 items, at most 100,000"),
        (MomentSpec(NEWS, department_ids=("x",)), "department_ids holds an id that is no number"),
        (MomentSpec(NEWS, department_ids=("",)), "department_ids holds an id that is no number"),
        (MomentSpec(NEWS, department_ids=("07",)), "department_ids holds an id that begins with 0"),
        (MomentSpec(NEWS, tag_ids=("",)), "tag_ids holds an empty id"),
    ],
)
def test_an_order_that_the_vendor_would_refuse_or_cut_is_not_sent(vendor, moments, spec, problem):
    with pytest.raises(InputError, match=problem) as caught:
        moments.create(spec, intent=INTENT)
    assert "/95094" in str(caught.value)
    assert len(vendor.mock.calls) == 0


@pytest.mark.parametrize("lost", [requests.ConnectionError("reset"), -1, {"errcode": 0, "errmsg": "ok"}])
def test_a_lost_answer_hands_the_intent_back_and_nothing_is_sent_twice(vendor, moments, lost):
    vendor.answers(ADD, lost)
    with pytest.raises(OutcomeUnknown) as caught:
        moments.create(BY_ZHAO, intent=INTENT)
    assert caught.value.intent is INTENT
    assert len(vendor.asked(ADD)) == 1


@pytest.mark.parametrize(("code", "advice"), [(41210, "this month"), (41078, "being created")])
def test_a_used_up_month_and_too_many_at_once_are_told(vendor, moments, code, advice):
    vendor.answers(ADD, code)
    with pytest.raises(RateLimited, match=advice):
        moments.create(BY_ZHAO, intent=INTENT)


def test_too_many_at_once_wait_for_a_minute_however_often(vendor, moments, clock):
    vendor.answers(ADD, 41078)
    for number in range(5):
        with pytest.raises(RateLimited) as caught:
            moments.create(BY_ZHAO, intent=Intent(f"moment-{number}", "", NOW))
        assert caught.value.retry_at == pytest.approx(clock.time() + 60)
        clock.advance(61)
    assert len(vendor.asked(ADD)) == 5


def test_a_used_up_month_waits_for_its_end_and_then_goes_on(vendor, moments, clock):
    vendor.answers(ADD, 41210, {"errcode": 0, "jobid": "J1"})
    clock.advance(datetime(2030, 1, 15, 12, tzinfo=VENDOR_TIME).timestamp() - clock.time())
    for _ in range(2):
        with pytest.raises(RateLimited) as caught:
            moments.create(BY_ZHAO, intent=INTENT)
        assert caught.value.retry_at == datetime(2030, 2, 1, tzinfo=VENDOR_TIME).timestamp()
        clock.advance(86_400)
    assert len(vendor.asked(ADD)) == 1
    clock.advance(17 * 86_400)
    assert moments.create(BY_ZHAO, intent=INTENT) == "J1"


def test_the_eleventh_of_a_minute_waits(vendor, moments, clock):
    vendor.answers(ADD, {"errcode": 0, "jobid": "J1"})
    began = clock.time()
    for number in range(11):
        moments.create(BY_ZHAO, intent=Intent(f"moment-{number}", "", NOW))
    assert clock.time() - began > 50


@pytest.mark.parametrize(
    ("answer", "state", "moment_id", "code"),
    [
        ({"status": 1, "type": "add_moment_task"}, MomentJobState.RUNNING, None, 0),
        ({"status": "2"}, MomentJobState.RUNNING, None, 0),
        (
            {"status": 3, "result": {"errcode": 0, "errmsg": "ok", "moment_id": "mom1"}},
            MomentJobState.DONE,
            "mom1",
            0,
        ),
        ({"status": "3", "result": {"errcode": "41088", "errmsg": "x"}}, MomentJobState.FAILED, None, 41088),
    ],
)
def test_a_job_tells_how_far_it_is(vendor, moments, *, answer, state, moment_id, code):
    vendor.answers(JOB, {"errcode": 0, **answer}, method="GET")
    job = moments.job("J1")
    assert (job.state, job.moment_id, job.code) == (state, moment_id, code)
    assert "jobid=J1" in vendor.asked(JOB)[0].url


def test_a_job_tells_whom_it_left_out_and_is_forgotten_after_a_day(vendor, moments):
    result = {
        "errcode": 0,
        "moment_id": "mom1",
        "invalid_sender_list": {"user_list": ["nobody"], "department_list": [9]},
        "invalid_external_contact_list": {"tag_list": ["et9"]},
        "new": 1,
    }
    vendor.answers(JOB, {"errcode": 0, "status": 3, "result": result}, 40088, method="GET")
    job = moments.job("J1")
    assert (job.invalid_staff_ids, job.invalid_department_ids, job.invalid_tag_ids) == (("nobody",), ("9",), ("et9",))
    assert job.raw["result"]["new"] == 1
    with pytest.raises(NotFound):
        moments.job("J1")


# -- settling


def listed(moment_id: str, **fields) -> dict:
    row = {
        "moment_id": moment_id,
        "create_time": NOW,
        "create_type": 0,
        "visible_type": 1,
        "text": {"content": "News"},
        "image": [{"media_id": "M1"}, {"media_id": "M2"}],
    }
    return {name: value for name, value in (row | fields).items() if value is not None}


@pytest.fixture
def orders(vendor):
    """Let the vendor list moments, each with its publishers."""

    def have(*rows: dict, publishers: dict[str, list[str]] | None = None) -> None:
        vendor.answers(LIST, {"errcode": 0, "moment_list": list(rows), "next_cursor": ""})

        def tasks(request):
            named = (publishers or {}).get(json.loads(request.body)["moment_id"], [])
            rows = [{"userid": one, "publish_status": 0} for one in named]
            return 200, {}, json.dumps({"errcode": 0, "task_list": rows})

        vendor.mock.add_callback("POST", "https://qyapi.weixin.qq.com/cgi-bin/" + TASKS, callback=tasks)

    return have


def test_a_moment_is_found_by_its_content_and_its_publishers(orders, moments, bodies):
    orders(listed("mom1"), listed("mom2"), publishers={"mom1": ["qianer"], "mom2": ["ZhaoYi"]})
    settled = moments.settle(INTENT, BY_ZHAO)
    assert isinstance(settled, Done)
    assert (settled.result.moment_id, settled.result.content) == ("mom2", NEWS)
    assert bodies(LIST) == [{"start_time": NOW - 120, "end_time": NOW + 1800, "filter_type": 0, "limit": 20}]
    assert [body["moment_id"] for body in bodies(TASKS)] == ["mom1", "mom2"]


def test_a_moment_of_another_intent_is_not_ours(orders, moments):
    orders(listed("mom1"), publishers={"mom1": ["zhaoyi"]})
    assert moments.settle(INTENT, BY_ZHAO, claimed={"mom1"}) == NotDone()


@pytest.mark.parametrize(
    "row",
    [
        listed("mom1", text={"content": "Old"}),
        listed("mom1", image=[{"media_id": "M1"}]),
        listed("mom1", image=None, video={"media_id": "M1", "thumb_media_id": "T"}),
        listed("mom1", image=None, link={"title": "T", "url": "u"}),
    ],
)
def test_a_moment_that_shows_something_else_is_not_ours(orders, moments, row):
    orders(row, publishers={"mom1": ["zhaoyi"]})
    assert moments.settle(INTENT, BY_ZHAO) == NotDone()


def test_a_link_is_known_by_what_the_list_shows_of_it(orders, moments):
    spec = MomentSpec(Content("", (Link("u", "T", cover_media_id="M1"),)))
    orders(listed("mom1", text=None, image=None, link={"title": "T", "url": "u"}))
    settled = moments.settle(INTENT, spec)
    assert isinstance(settled, Done)
    assert settled.result.moment_id == "mom1"


@pytest.mark.parametrize(
    ("row", "publishers"),
    [
        (listed("mom1", image=[{"media_id": "M1"}, {"media_id": "copy"}]), ["zhaoyi"]),
        (listed("mom1", creator="boss"), ["zhaoyi"]),  # somebody ordered the same at the console
        (listed("mom1"), []),  # nobody is told to publish it yet
    ],
)
def test_one_that_only_may_be_ours_is_for_a_person(orders, moments, row, publishers):
    orders(row, publishers={"mom1": publishers})
    settled = moments.settle(INTENT, BY_ZHAO)
    assert isinstance(settled, CannotTell)
    assert "mom1" in settled.orphan
    assert "News" not in settled.orphan


def test_several_that_fit_are_for_a_person(orders, moments):
    orders(listed("mom1"), listed("mom2"))
    settled = moments.settle(INTENT, MomentSpec(NEWS))
    assert isinstance(settled, CannotTell)
    assert "mom1 or mom2" in settled.orphan


@pytest.mark.parametrize(
    ("spec", "row"),
    [
        (MomentSpec(NEWS, department_ids=("2",)), listed("mom1")),
        (MomentSpec(NEWS, ("zhaoyi",), ("2",)), listed("mom1")),
        (MomentSpec(NEWS, tag_ids=("et1",)), listed("mom1", visible_type=0)),
        (MomentSpec(NEWS, ("qianer",), tag_ids=("et1",)), listed("mom1")),  # shown to all
        (BY_QIAN, listed("mom1", visible_type="0")),  # shown to some
        (MomentSpec(NEWS), listed("mom1", visible_type=0)),
    ],
)
def test_of_one_that_may_be_ordered_for_others_nobody_can_tell(orders, moments, spec, row):
    orders(row, publishers={"mom1": ["qianer"]})
    settled = moments.settle(INTENT, spec)
    assert isinstance(settled, CannotTell)
    assert "mom1" in settled.orphan


@pytest.mark.parametrize(
    ("spec", "row"),
    [
        (MomentSpec(NEWS, ("QianEr",), ("2",)), listed("mom1")),
        (MomentSpec(NEWS, ("qianer",), tag_ids=("et1",)), listed("mom1", visible_type=0)),
        (BY_QIAN, listed("mom1", visible_type=None)),
        (MomentSpec(NEWS), listed("mom1")),
    ],
)
def test_one_whose_publishers_were_all_named_is_ours(orders, moments, spec, row):
    orders(row, publishers={"mom1": ["qianer"]})
    settled = moments.settle(INTENT, spec)
    assert isinstance(settled, Done)
    assert settled.result.moment_id == "mom1"


def test_publishers_are_compared_to_the_last_page(vendor, moments):
    first = {"errcode": 0, "task_list": [{"userid": "zhaoyi", "publish_status": 0}], "next_cursor": "C"}
    vendor.answers(LIST, {"errcode": 0, "moment_list": [listed("mom1")]})
    vendor.answers(TASKS, first, {"errcode": 0, "task_list": [{"userid": "qianer", "publish_status": 0}]})
    assert moments.settle(INTENT, BY_ZHAO) == NotDone()


def test_a_moment_still_being_handed_out_is_asked_about_later(vendor, moments):
    vendor.answers(LIST, {"errcode": 0, "moment_list": [listed("mom1")]})
    vendor.answers(TASKS, 41079)
    with pytest.raises(PreconditionFailed, match="again after some seconds"):
        moments.settle(INTENT, BY_ZHAO)


# -- reading


def test_a_listing_reads_every_kind_of_row(vendor, moments, bodies):
    location = {"latitude": "23.10", "longitude": "113.32", "name": "Demo"}
    rows = [
        listed(
            "mom1", creator="zhaoyi", create_time="1735700000", create_type="1", visible_type="0", location=location
        ),
        listed("mom2", image=None, video={"media_id": "M3", "thumb_media_id": "T"}, new=1),
    ]
    vendor.answers(LIST, {"errcode": 0, "moment_list": rows, "next_cursor": "C"}, {"errcode": 0})
    first, second = moments.list(created_after=NOW - 1, created_before=NOW + 9, creator_id="zhaoyi", by_company=False)
    assert (first.creator_id, first.created_at, first.by_company, first.public) == ("zhaoyi", NOW, False, False)
    assert (first.content, first.raw["location"]) == (NEWS, location)
    assert (second.creator_id, second.by_company, second.public, second.raw["new"]) == (None, True, True, 1)
    assert second.content == Content("News", (Video("M3"),))
    asked = {"start_time": NOW - 1, "end_time": NOW + 9, "creator": "zhaoyi", "filter_type": 1, "limit": 20}
    assert bodies(LIST) == [asked, asked | {"cursor": "C"}]


@pytest.mark.parametrize("end", [NOW - 1, NOW + 30 * 86_400 + 1])
def test_a_span_that_the_vendor_refuses_is_not_sent(vendor, moments, end):
    with pytest.raises(InputError, match=r"created_before - created_after is .* seconds .*/93333"):
        moments.list(created_after=NOW, created_before=end)
    assert len(vendor.mock.calls) == 0


def test_publishers_say_whether_they_published(vendor, moments, bodies):
    rows = [{"userid": "a", "publish_status": "1", "new": 1}, {"userid": "b", "publish_status": 0}]
    vendor.answers(TASKS, {"errcode": 0, "task_list": rows, "next_cursor": "C"}, {"errcode": 0}, 41067)
    found = list(moments.tasks("mom1"))
    assert [(task.staff_id, task.published) for task in found] == [("a", True), ("b", False)]
    assert found[0].raw["new"] == 1
    assert [body.get("cursor") for body in bodies(TASKS)] == [None, "C"]
    assert bodies(TASKS)[0] == {"moment_id": "mom1", "limit": 1000}
    with pytest.raises(InvalidArgument):
        list(moments.tasks("mom2"))


@pytest.mark.parametrize(("path", "method", "limit"), [(AUDIENCE, "audience", 1000), (VIEWERS, "viewers", 5000)])
def test_members_who_were_chosen_and_who_see_it(vendor, moments, bodies, *, path, method, limit):
    rows = [{"userid": "a", "external_userid": "wm1"}, {"external_userid": "wm2", "new": 1}]
    vendor.answers(path, {"errcode": 0, "customer_list": rows, "next_cursor": "C"}, {"errcode": 0}, 41062)
    assert list(getattr(moments, method)("mom1", "a")) == ["wm1", "wm2"]
    asked = {"moment_id": "mom1", "userid": "a", "limit": limit}
    assert bodies(path) == [asked, asked | {"cursor": "C"}]
    with pytest.raises(PreconditionFailed):
        list(getattr(moments, method)("mom1", "b"))


def test_comments_and_likes(vendor, moments, bodies):
    answer = {
        "errcode": 0,
        "comment_list": [{"external_userid": "wm1", "create_time": "1735700000", "new": 1}],
        "like_list": [{"userid": "b", "create_time": NOW}],
    }
    vendor.answers(REACTIONS, answer)
    comment, like = moments.reactions("mom1", "a")
    assert (comment.kind, comment.member_id, comment.staff_id) == (ReactionKind.COMMENT, "wm1", None)
    assert (comment.at, comment.raw["new"]) == (NOW, 1)
    assert (like.kind, like.member_id, like.staff_id, like.at) == (ReactionKind.LIKE, None, "b", NOW)
    assert bodies(REACTIONS) == [{"moment_id": "mom1", "userid": "a"}]


def test_publishers_are_stopped(vendor, moments, bodies):
    vendor.answers(CANCEL, 0, 41060)
    moments.cancel("mom1")
    assert bodies(CANCEL) == [{"moment_id": "mom1"}]
    with pytest.raises(NotFound):
        moments.cancel("mom0")


@pytest.mark.parametrize(
    "work",
    [
        lambda m: m.job(""),
        lambda m: m.tasks(""),
        lambda m: m.audience("", "a"),
        lambda m: m.audience("mom1", ""),
        lambda m: m.viewers("", "a"),
        lambda m: m.viewers("mom1", ""),
        lambda m: m.reactions("", "a"),
        lambda m: m.reactions("mom1", ""),
        lambda m: m.cancel(""),
    ],
)
def test_what_is_missing_is_not_sent(vendor, moments, work):
    with pytest.raises(InputError, match=r"https://developer\.work\.weixin\.qq\.com/document/path/\d+"):
        work(moments)
    assert len(vendor.mock.calls) == 0
