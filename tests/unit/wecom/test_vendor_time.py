"""By whose clock look-ups are cut, and who may tell it."""

import json

import pytest
import requests

from privcrm.errors import NotSent, PrivcrmError
from privcrm.models import Channel, Content, MassMessageSpec, TagChange
from privcrm.provider import Intent

HOUR_EARLIER = "Wed, 31 Dec 2025 23:00:00 GMT"
SPEC = MassMessageSpec(Channel.MEMBERS, Content("hi"), "zhangsan")
LISTED = "externalcontact/get_groupmsg_list_v2"
EMPTY = {"errcode": 0, "group_msg_list": []}


@pytest.fixture
def span(vendor, company, clock, bodies):
    """Return the span in which a lost order is looked for, as seconds from when it was meant."""
    vendor.answers(LISTED, EMPTY)
    provider = company()

    def look(before=lambda _: None):
        intent = Intent("k", "", clock.time())
        before(provider)
        provider.messages.settle(intent, SPEC)
        body = bodies(LISTED)[-1]
        return body["start_time"] - intent.created_at, body["end_time"] - intent.created_at

    return look


def mark(provider):
    with pytest.raises(PrivcrmError):
        provider.tags.mark(TagChange("zhangsan", "wmA", add=("et1",)))


def test_without_any_date_the_clocks_are_taken_as_one(span):
    assert span() == (-120, 1_800)


def test_the_vendors_own_answers_tell_its_time_refusals_too(vendor, span):
    told = {"Date": HOUR_EARLIER}, json.dumps({"errcode": 40058, "errmsg": "no"})
    vendor.answers("externalcontact/mark_tag", (200, *told))
    assert span(mark) == (-3_720, -1_800)


@pytest.mark.parametrize("reply", [(502, "{}"), (200, "<html>"), (403, "{}"), (302, ""), (407, "no")])
def test_what_a_proxy_says_in_its_place_tells_nothing(vendor, span, reply):
    status, body = reply
    vendor.answers("externalcontact/mark_tag", (status, {"Date": HOUR_EARLIER}, body))
    assert span(mark) == (-120, 1_800)


def test_whoever_has_met_no_answer_yet_asks_for_the_time(bare_vendor, company, clock):
    refusal = json.dumps({"errcode": 41002, "errmsg": "corpid missing"})
    bare_vendor.answers("gettoken", (200, {"Date": HOUR_EARLIER}, refusal), method="GET")
    client = company()._client
    assert client.vendor_time(clock.time()) - clock.time() == pytest.approx(-3_600, abs=1)
    client.vendor_time(clock.time())
    assert len(bare_vendor.asked("gettoken")) == 1


def test_a_captive_portal_is_not_asked_for_the_time(bare_vendor, company, clock):
    bare_vendor.answers("gettoken", (200, {"Date": HOUR_EARLIER}, "<html>"), method="GET")
    assert company()._client.vendor_time(clock.time()) == clock.time()


def test_nobody_there_to_ask_is_an_error_and_no_guess(bare_vendor, company, clock):
    bare_vendor.answers("gettoken", requests.ConnectionError("refused"), method="GET")
    with pytest.raises(NotSent):
        company()._client.vendor_time(clock.time())
