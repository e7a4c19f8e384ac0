from itertools import groupby

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privcrm.clock import ManualClock
from privcrm.store import Store, Timer
from privcrm.store.timers import LEASE_SECONDS
from tests.store.databases import gone_holder

keys = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(keys, st.integers()), max_size=30), cut=st.integers(0, 30))
def test_staged_rows_come_back_by_key_in_byte_order(store: Store, rows: list[tuple[str, int]], cut: int) -> None:
    stage = store.stage("job")
    for part in (rows[:cut], rows[cut:]):
        stage.add_many((key, {"n": number}) for key, number in part)
    ordered = sorted(rows, key=lambda row: row[0].encode())
    expected = [(key, [{"n": n} for _, n in group]) for key, group in groupby(ordered, key=lambda row: row[0])]
    assert list(stage.groups()) == expected
    stage.clear()
    assert list(stage.groups()) == []


def test_large_stages_are_cleared_in_parts_and_others_left_alone(store: Store) -> None:
    stage, other = store.stage("job"), store.stage("other")
    other.add_many([("k", {})])
    stage.add_many((f"{number % 7_000:05}", {}) for number in range(11_000))
    assert sum(len(payloads) for _, payloads in stage.groups()) == 11_000
    stage.clear()
    assert list(stage.groups()) == []
    assert len(list(other.groups())) == 1


def test_a_timer_is_claimed_once_when_due(store: Store, clock: ManualClock) -> None:
    store.timers.set("poll", "a", clock.time() + 10, {"n": 1})
    assert store.timers.claim(["poll"], "one") is None
    clock.advance(10)
    assert store.timers.claim(["other"], "one") is None
    assert store.timers.claim(["poll"], "one") == Timer("poll", "a", clock.time(), {"n": 1})
    assert store.timers.claim(["poll"], "two") is None


def test_setting_a_timer_again_replaces_it_even_while_it_is_claimed(store: Store, clock: ManualClock) -> None:
    store.timers.set("poll", "a", clock.time(), {"n": 1})
    claimed = store.timers.claim(["poll"], "one")
    assert claimed is not None
    store.timers.set("poll", "a", clock.time(), {"n": 2})
    store.timers.finish(claimed, "one")
    again = store.timers.claim(["poll"], "two")
    assert again is not None
    assert again.payload == {"n": 2}


def test_a_timer_that_is_set_already_is_left_as_it_is(store: Store, clock: ManualClock) -> None:
    store.timers.set_first("poll", "a", clock.time(), {"n": 1})
    store.timers.set_first("poll", "a", clock.time() + 10, {"n": 2})
    claimed = store.timers.claim(["poll"], "one")
    assert claimed == Timer("poll", "a", clock.time(), {"n": 1})
    store.timers.set_first("poll", "a", clock.time(), {"n": 3})
    assert store.timers.claim(["poll"], "two") is None, "somebody is at it"


def test_the_timer_of_a_killed_worker_comes_again_after_its_lease(store: Store, clock: ManualClock) -> None:
    store.timers.set("poll", "a", clock.time(), {})
    first = store.timers.claim(["poll"], "killed")
    clock.advance(LEASE_SECONDS)
    second = store.timers.claim(["poll"], "two")
    assert first is not None
    assert second is not None
    store.timers.finish(first, "killed")
    store.timers.postpone(second, "two", clock.time() + 5)
    clock.advance(5)
    third = store.timers.claim(["poll"], "three")
    assert third is not None
    assert third.attempts == 1
    store.timers.finish(third, "three")
    clock.advance(LEASE_SECONDS)
    assert store.timers.claim(["poll"], "four") is None


def test_the_timer_of_a_process_that_is_gone_comes_again_at_once(store: Store, clock: ManualClock) -> None:
    store.timers.set("poll", "a", clock.time(), {})
    assert store.timers.claim(["poll"], gone_holder()) is not None
    assert store.timers.claim(["poll"], "two") is not None
