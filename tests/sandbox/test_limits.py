from concurrent.futures import ThreadPoolExecutor

import pytest

LIST = "externalcontact/get_follow_user_list"


def codes(vendor, count, path=LIST):
    return [vendor.get(path)["errcode"] for _ in range(count)]


@pytest.mark.parametrize(
    ("switch", "window"),
    [("minute_limit", 60), ("hour_limit", 3600), ("address_minute_limit", 60), ("address_hour_limit", 3600)],
)
def test_calls_over_a_limit_are_refused_with_45009_for_the_window(vendor, control, sandbox, switch, window):
    control.switch(**{switch: 3})
    assert codes(vendor, 5) == [0, 0, 0, 45009, 45009]
    sandbox.clock.advance(window - 5)
    assert codes(vendor, 1) == [45009]
    sandbox.clock.advance(6)
    assert codes(vendor, 4) == [0, 0, 0, 45009]


def test_the_block_begins_with_the_call_too_many(vendor, control, sandbox):
    control.switch(minute_limit=1)
    assert codes(vendor, 1) == [0]
    sandbox.clock.advance(50)
    assert codes(vendor, 1) == [45009]
    sandbox.clock.advance(50)
    assert codes(vendor, 1) == [45009]
    sandbox.clock.advance(11)
    assert codes(vendor, 1) == [0]


def test_endpoints_are_counted_apart_and_apps_together(vendor, vendor_as, sandbox, control):
    other = vendor_as(sandbox.credentials.other_secret)
    assert vendor.token != other.token
    control.switch(minute_limit=2)
    assert codes(vendor, 1) + codes(other, 1) + codes(vendor, 1) == [0, 0, 45009]
    assert vendor.get("getcallbackip")["errcode"] == 0


def at_once(vendor, relations, tag):
    assert vendor.token
    with ThreadPoolExecutor(len(relations)) as pool:
        return sorted(pool.map(lambda r: vendor.mark(r, add=[tag])["errcode"], relations))


def test_more_than_five_calls_in_flight_are_refused_with_45033(vendor, relations, control):
    tag = vendor.tags()["客户等级/VIP"]
    control.switch(latency_ms=300)
    assert at_once(vendor, relations[:8], tag) == [0] * 5 + [45033] * 3
    control.switch(concurrency=8)
    assert at_once(vendor, relations[:8], tag) == [0] * 8


def test_two_calls_on_one_pair_collide_with_45035(vendor, relations, control):
    tag = vendor.tags()["客户等级/VIP"]
    control.switch(latency_ms=300)
    assert at_once(vendor, [relations[0], relations[0], relations[1]], tag) == [0, 0, 45035]


def test_reading_is_not_bounded_in_flight(vendor, control):
    assert vendor.token
    control.switch(latency_ms=100)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: vendor.get(LIST)["errcode"], range(8))) == {0}
