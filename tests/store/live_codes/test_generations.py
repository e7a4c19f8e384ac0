"""Claims of generations: one of many gets one, whoever takes over wins, and whoever comes back late writes nothing."""

import random

import pytest
from attrs import evolve

from privcrm.models.codes import OverflowStrategy
from privcrm.store import Store
from privcrm.store.leases import new_holder
from privcrm.store.live_codes.generations import (
    LEASE_SECONDS,
    ClaimLost,
    Generation,
    Generations,
    GenerationState,
)
from tests.store.databases import gone_holder

NOW = 1_000_000.0
SPARE_POOL, NATIVE = OverflowStrategy.SPARE_POOL, OverflowStrategy.NATIVE
ASKED, OPENING, READY = GenerationState.ASKED, GenerationState.OPENING, GenerationState.READY
ANN, BOB = (new_holder(random.Random(seed)) for seed in (1, 2))


class Claims:
    """Generations of code 7, each call in a transaction of its own."""

    def __init__(self, store: Store) -> None:
        self.database = store.database
        self.rows = Generations(store.database)

    def claim(self, generation: int = 1, holder: str = ANN, now: float = NOW) -> Generation | None:
        with self.database.transaction() as connection:
            return self.rows.claim(connection, 7, generation, strategy=SPARE_POOL, holder=holder, now=now)

    def held(self, generation: int = 1, holder: str = ANN) -> Generation:
        found = self.claim(generation, holder)
        assert found is not None
        return found

    def take(self, seen: Generation, holder: str = BOB, now: float = NOW) -> Generation | None:
        with self.database.transaction() as connection:
            return self.rows.take(connection, seen, OPENING, strategy=SPARE_POOL, holder=holder, now=now)

    def keep(self, held: Generation, **changes: object) -> Generation:
        with self.database.transaction() as connection:
            return self.rows.keep(connection, evolve(held, **changes))

    def arrived(self, group_id: str, code: int = 7) -> Generation:
        with self.database.transaction() as connection:
            return self.rows.arrived(connection, code, group_id, NATIVE, NOW + 9)

    def newest(self) -> Generation | None:
        with self.database.connect() as connection:
            return self.rows.newest(connection, 7)


@pytest.fixture
def claims(store: Store) -> Claims:
    return Claims(store)


def test_a_generation_is_claimed_once(claims: Claims) -> None:
    held = claims.claim()
    assert held == Generation(7, 1, ASKED, SPARE_POOL, "", ANN, 1, NOW + LEASE_SECONDS, asked_at=NOW)
    assert claims.claim(holder=BOB) is None
    assert claims.newest() == held


def test_one_of_two_who_saw_the_same_takes_it_over(claims: Claims) -> None:
    held = claims.held()
    taken = claims.take(held)
    assert taken is not None
    assert (taken.holder, taken.fence, taken.state, taken.asked_at) == (BOB, 2, OPENING, NOW)
    assert claims.take(held, ANN) is None


def test_a_holder_who_lost_it_writes_nothing_though_it_is_still_being_opened(claims: Claims) -> None:
    held = claims.held()
    taken = claims.take(held)
    with pytest.raises(ClaimLost):
        claims.keep(held, state=READY, target="late")
    assert claims.newest() == taken


def test_who_takes_his_own_over_is_fenced_as_well(claims: Claims) -> None:
    held = claims.held()
    taken = claims.take(held, ANN)
    with pytest.raises(ClaimLost):
        claims.keep(held, state=READY)
    assert claims.newest() == taken


def test_a_lost_claim_undoes_what_was_written_with_it(claims: Claims) -> None:
    held = claims.held()
    claims.take(held)

    def write_late() -> None:
        with claims.database.transaction() as connection:
            connection.run("UPDATE privcrm_code_generation SET target = 'mine' WHERE code = 7")
            claims.rows.renew(connection, held, NOW)

    with pytest.raises(ClaimLost):
        write_late()
    newest = claims.newest()
    assert newest is not None
    assert newest.target == ""


def test_nothing_is_written_to_one_that_is_settled(claims: Claims) -> None:
    ready = claims.keep(claims.held(), state=READY, target="g")
    with pytest.raises(ClaimLost):
        claims.keep(ready, target="other")


def test_renewing_keeps_the_lease(claims: Claims) -> None:
    with claims.database.transaction() as connection:
        held = claims.rows.claim(connection, 7, 1, strategy=SPARE_POOL, holder=ANN, now=NOW)
        assert held is not None
        renewed = claims.rows.renew(connection, held, NOW + 30)
    assert claims.newest() == renewed
    assert renewed.lease_until == NOW + 30 + LEASE_SECONDS


@pytest.mark.parametrize(
    ("later", "free"),
    [(0.0, False), (LEASE_SECONDS - 0.1, False), (LEASE_SECONDS, True), (-29.0, False), (-31.0, True)],
)
def test_a_lease_runs_out_by_the_clock_also_when_that_was_set_back(claims: Claims, later: float, free: bool) -> None:
    assert claims.held().is_free(NOW + later) is free


def test_a_holder_whose_process_is_gone_loses_at_once(claims: Claims) -> None:
    assert claims.held(holder=gone_holder()).is_free(NOW)


# -- groups that come by themselves


def test_a_group_that_comes_ends_the_wait_and_fences_the_holder(claims: Claims) -> None:
    held = claims.held()
    came = claims.arrived("g")
    assert (came.generation, came.state, came.target, came.fence, came.ready_at) == (1, READY, "g", 2, NOW + 9)
    assert claims.newest() == came
    with pytest.raises(ClaimLost):
        claims.keep(held, state=READY, target="mine")
    assert claims.arrived("g") == came


def test_a_group_that_nobody_waited_for_is_the_next(claims: Claims) -> None:
    assert [claims.arrived(each).generation for each in ("a", "b", "a")] == [1, 2, 1]
    assert [each.target for each in claims.rows.of_code(7)] == ["a", "b"]


def test_codes_and_companies_are_apart(claims: Claims, store: Store) -> None:
    claims.held()
    assert claims.arrived("g", code=8).generation == 1
    assert [each.code for each in claims.rows.of_code(7)] == [7]
    assert list(claims.rows.of_code(9)) == []


def test_a_long_history_is_read_page_by_page(claims: Claims, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("privcrm.store.live_codes.generations.PAGE", 2)
    for number in range(5):
        claims.arrived(f"g{number}")
    assert [each.generation for each in claims.rows.of_code(7)] == [1, 2, 3, 4, 5]
