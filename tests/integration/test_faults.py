"""Whatever goes wrong on the way, a tagging job ends with every row exactly as planned."""

from collections import Counter
from collections.abc import Callable

import pytest

from privcrm.jobs import JobState, OutcomeState

from .conftest import Shop, members_of_active_staff, write_list

TOO_OFTEN, BUSY = 45009, -1

# The matrix: how calls go wrong, and (for what repeats) how often. Every one of them must be survived in one run.
SURVIVED = {
    "token expired": {"kind": "errcode", "errcode": 42001, "times": 1},
    "token malformed": {"kind": "errcode", "errcode": 40014, "times": 1},
    "token revoked": {"kind": "token_revoked", "times": 1},
    "too often": {"kind": "errcode", "errcode": TOO_OFTEN, "times": 1},
    "too many at once": {"kind": "errcode", "errcode": 45033, "probability": 0.2},
    "two writers on one record": {"kind": "errcode", "errcode": 45035, "probability": 0.2},
    "system busy": {"kind": "errcode", "errcode": BUSY, "probability": 0.1},
    "HTTP 500": {"kind": "http_status", "http_status": 500, "probability": 0.1},
    "HTTP 503": {"kind": "http_status", "http_status": 503, "probability": 0.1},
    "HTML with status 200": {"kind": "html", "probability": 0.1},
    "truncated JSON": {"kind": "truncated", "probability": 0.1},
    "invalid UTF-8": {"kind": "bad_utf8", "probability": 0.1},
    "half a status line": {"kind": "half_status_line", "probability": 0.1},
    "slow headers": {"kind": "slow_headers", "times": 2, "delay_s": 30},
    "slow body": {"kind": "slow_body", "times": 2, "delay_s": 30},
    "no answer": {"kind": "hang", "times": 2, "delay_s": 30},
    "reset before": {"kind": "reset", "probability": 0.1},
    "reset after": {"kind": "reset", "probability": 0.1, "when": "after"},
    "HTTP 500 after": {"kind": "http_status", "http_status": 500, "probability": 0.1, "when": "after"},
    "HTML after": {"kind": "html", "probability": 0.1, "when": "after"},
    "truncated after": {"kind": "truncated", "probability": 0.1, "when": "after"},
}


@pytest.mark.parametrize("fault", SURVIVED)
def test_every_row_ends_as_planned(open_shop: Callable[..., Shop], fault: str):
    shop = open_shop(timeout=0.4)
    path, wanted = write_list(shop, members_of_active_staff(shop))
    shop.fault(**SURVIVED[fault])
    job = shop.crm.tagging.apply(path)
    assert job.state is JobState.DONE, job.reason
    assert set(job.counts) <= {OutcomeState.DONE, OutcomeState.SKIPPED}
    assert shop.relations() == wanted
    (met,) = shop.control("GET", "faults")["items"]
    assert met["hits"] > 0


@pytest.mark.parametrize(
    "fault", ["HTTP 500", "truncated JSON", "reset after", "token expired", "system busy", "too often"]
)
def test_the_plan_survives_what_happens_while_members_are_read(shop: Shop, fault: str):
    path, wanted = write_list(shop, members_of_active_staff(shop))
    order = {**SURVIVED[fault], "times": 1}
    order.pop("probability", None)
    for reading in ("*/get_corp_tag_list", "*/get_follow_user_list", "*/batch/get_by_user"):
        shop.fault(path=reading, **order)
    assert shop.crm.tagging.apply(path).state is JobState.DONE
    assert shop.relations() == wanted


def test_a_token_refused_for_ever_pauses_the_job_and_asks_for_no_more_tokens(shop: Shop):
    path, wanted = write_list(shop, members_of_active_staff(shop))
    job, _ = shop.crm.tagging.submit(path)
    asked = len(shop.calls("*/gettoken"))
    shop.fault("errcode", errcode=40014, probability=1.0)
    job = shop.crm.jobs.run(job.id)
    assert job.state is JobState.PAUSED
    assert len(shop.calls("*/gettoken")) - asked <= 2
    assert OutcomeState.FAILED not in job.counts
    shop.control("DELETE", "faults")
    shop.crm.jobs.resume(job.id)
    assert shop.crm.jobs.run(job.id).state is JobState.DONE
    assert shop.relations() == wanted


def test_an_employee_outside_the_visible_range_fails_alone(shop: Shop):
    path, _ = write_list(shop, members_of_active_staff(shop))
    shop.fault("errcode", errcode=60011, times=1)
    job = shop.crm.tagging.apply(path)
    assert job.state is JobState.DONE
    assert job.counts[OutcomeState.FAILED] == 1


@pytest.mark.parametrize("errcode", [48002, 60020], ids=["permission", "trusted address"])
def test_a_missing_right_pauses_the_job_as_a_whole(shop: Shop, errcode: int):
    path, wanted = write_list(shop, members_of_active_staff(shop))
    job, _ = shop.crm.tagging.submit(path)
    shop.fault("errcode", errcode=errcode, probability=1.0)
    job = shop.crm.jobs.run(job.id)
    assert job.state is JobState.PAUSED
    assert OutcomeState.FAILED not in job.counts
    shop.control("DELETE", "faults")
    shop.crm.jobs.resume(job.id)
    assert shop.crm.jobs.run(job.id).state is JobState.DONE
    assert shop.relations() == wanted


def test_nothing_is_sent_while_the_vendor_blocks(shop: Shop):
    path, wanted = write_list(shop, members_of_active_staff(shop))
    shop.fault("errcode", errcode=TOO_OFTEN, times=1)
    start = shop.sandbox.clock.time()
    assert shop.crm.tagging.apply(path).state is JobState.DONE
    assert shop.relations() == wanted
    calls = shop.calls("*/mark_tag")
    blocked_at = next(call["at"] for call in calls if call["errcode"] == TOO_OFTEN)
    # Calls that were on their way when the block came still arrive; the next ones only after the window.
    assert all(call["at"] < blocked_at + 1 or call["at"] >= blocked_at + 59 for call in calls)
    assert Counter(call["errcode"] for call in calls)[TOO_OFTEN] == 1
    assert shop.sandbox.clock.time() - start >= 59


def test_a_job_that_waited_longer_than_its_token_lives_goes_on(shop: Shop):
    path, wanted = write_list(shop, members_of_active_staff(shop))
    job, _ = shop.crm.tagging.submit(path)
    shop.control("POST", "clock", {"advance_seconds": 7300})
    assert shop.crm.jobs.run(job.id).state is JobState.DONE
    assert shop.relations() == wanted


def test_a_real_limit_of_the_vendor_is_waited_out(shop: Shop):
    path, wanted = write_list(shop, members_of_active_staff(shop))
    job, _ = shop.crm.tagging.submit(path)
    shop.control("PATCH", "switches", {"minute_limit": 30})  # less than we were told
    assert shop.crm.jobs.run(job.id).state is JobState.DONE
    assert shop.relations() == wanted
    assert any(call["errcode"] == TOO_OFTEN for call in shop.calls("*/mark_tag"))


def test_calls_in_flight_stay_within_the_vendors_bound(shop: Shop):
    path, wanted = write_list(shop, members_of_active_staff(shop))
    job, _ = shop.crm.tagging.submit(path)
    shop.control("PATCH", "switches", {"latency_ms": 10, "concurrency": 2})  # less than the five that are documented
    assert shop.crm.jobs.run(job.id).state is JobState.DONE
    assert shop.relations() == wanted
