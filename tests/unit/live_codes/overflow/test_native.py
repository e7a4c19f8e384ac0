"""The vendor opens groups by itself: nothing is asked of it, it is waited for, and told about when it is late."""

import pytest
from attrs import evolve

from privcrm.models.codes import OverflowPolicy, OverflowStrategy
from privcrm.services.live_codes.overflow.mode import TRY_ANEW_SECONDS
from privcrm.services.live_codes.overflow.overflow import LOOK_AGAIN_SECONDS
from privcrm.services.live_codes.overflow.working import UNHEARD_SECONDS
from privcrm.store.live_codes.generations import GenerationState
from privcrm.store.live_codes.groups import RoomState
from tests.unit.live_codes.overflow.company import FULL, SOFT, Company

NATIVE = OverflowStrategy.NATIVE
READY, WAITING = GenerationState.READY, GenerationState.WAITING
WITHIN = 600
DAY = 86_400


def adopt(company: Company, row, group_id: str):
    with company.store.database.transaction() as connection:
        company.add(connection, row, group_id, RoomState.OPEN)
        return company.overflow.arrived(connection, row, group_id)


def opens_at_vendor(company: Company, row, code) -> bool:
    with company.store.database.connect() as connection:
        return company.overflow.opens_at_vendor(connection, row, code)


def test_the_vendor_is_waited_for_and_the_group_that_comes_is_the_generation(company: Company) -> None:
    row, code = company.code(strategy=NATIVE)
    waiting = company.overflow.next_group(row, code, "a test")
    assert (waiting.state, waiting.generation, waiting.target) == (WAITING, 1, "")
    assert company.in_front(row) == ["shop-g0"]
    came = adopt(company, row, "made-by-vendor")
    assert (came.state, came.generation, came.target) == (READY, 1, "made-by-vendor")
    assert company.overflow.next_group(row, code, "late to ask").generation == 1
    assert company.alarms(row) == []


def test_the_same_group_adopted_twice_is_one_generation(company: Company) -> None:
    row, code = company.code(strategy=NATIVE)
    company.overflow.next_group(row, code, "a test")
    first = adopt(company, row, "made")
    with company.store.database.transaction() as connection:
        again = company.overflow.arrived(connection, row, "made")
    assert again == first


def test_a_group_that_nobody_asked_for_is_a_generation_of_its_own(company: Company) -> None:
    row, code = company.code(strategy=NATIVE)
    assert [adopt(company, row, f"made-{each}").generation for each in "ab"] == [1, 2]
    assert company.overflow.next_group(row, code, "there is room").generation == 2


def test_a_group_that_comes_after_a_question_that_was_withdrawn_takes_its_number(company: Company) -> None:
    row, code = company.code(strategy=NATIVE, people=1)
    assert company.overflow.next_group(row, code, "there is room").generation == 0
    assert adopt(company, row, "made").generation == 1


def test_a_vendor_that_is_late_is_told_about_and_the_spare_groups_take_over(company: Company) -> None:
    row, code = company.code(strategy=NATIVE)
    company.come(row, every=30)
    company.overflow.next_group(row, code, "a test")
    assert opens_at_vendor(company, row, code)
    company.clock.sleep(WITHIN - 1)
    assert not company.fire()
    assert company.alarms(row) == []
    company.clock.sleep(1)
    assert company.fire()
    (ready,) = company.ready(row)
    assert (ready.generation, ready.target, ready.strategy) == (1, "shop-g1", OverflowStrategy.SPARE_POOL)
    assert company.alarms(row) == ["no_new_group"]
    assert not opens_at_vendor(company, row, code)


def test_the_vendor_is_not_late_before_the_groups_are_brimful(company: Company) -> None:
    row, code = company.code(strategy=NATIVE, people=SOFT)
    company.come(row, every=30)
    company.overflow.next_group(row, code, "a test")
    for _ in range(3):
        company.clock.sleep(60)
        assert not company.fire(), "whoever comes is told of"
        company.clock.sleep(UNHEARD_SECONDS - 60)
        assert company.fire()
    assert company.alarms(row) == []
    company.come(row, every=30, count=20)
    company.vendor.fill("shop-g0", FULL)
    company.clock.sleep(UNHEARD_SECONDS)
    assert company.fire()
    assert company.timers == [company.clock.time() + WITHIN]
    company.clock.sleep(WITHIN)
    assert company.fire()
    assert company.alarms(row) == ["no_new_group"]


def test_while_the_vendor_has_time_nobody_asks_it_anything(company: Company) -> None:
    row, code = company.code(strategy=NATIVE)
    company.overflow.next_group(row, code, "a test")
    for _ in range(20):
        company.clock.sleep(20)
        assert company.overflow.next_group(row, code, "still full").state is WAITING
    assert company.vendor.looks.total() == 1


def test_without_falling_back_it_fails_says_so_and_is_tried_again(company: Company) -> None:
    policy = OverflowPolicy(margin=0, fall_back=False)
    row, code = company.code(strategy=NATIVE, policy=policy)
    company.come(row, every=30)
    company.overflow.next_group(row, code, "a test")
    company.clock.sleep(WITHIN)
    assert company.overflow.next_group(row, code, "a test").state is GenerationState.FAILED
    assert company.alarms(row) == ["no_new_group"]
    assert opens_at_vendor(company, row, code)
    assert adopt(company, row, "after all").generation == 1
    assert company.alarms(row) == []


def fall_back(company: Company):
    """Let a vendor be late who people wait for, so that a spare group is taken."""
    row, code = company.code(strategy=NATIVE)
    company.come(row, every=30)
    company.overflow.next_group(row, code, "a test")
    company.clock.sleep(WITHIN)
    assert company.overflow.next_group(row, code, "late").target == "shop-g1"
    return row, code


def test_what_fell_back_takes_spare_groups_at_once_until_somebody_changes_the_code(company: Company) -> None:
    row, code = fall_back(company)
    company.vendor.fill("shop-g1", FULL)
    company.clock.sleep(TRY_ANEW_SECONDS - 60)
    answer = company.overflow.next_group(row, code, "full again")
    assert (answer.target, answer.strategy) == ("shop-g2", OverflowStrategy.SPARE_POOL)  # at once
    assert not opens_at_vendor(company, row, code)
    company.vendor.fill("shop-g2", FULL)
    row = company.change(row, evolve(code, note="the vendor does it again"))
    assert opens_at_vendor(company, row, code)
    assert company.overflow.next_group(row, code, "full again").state is WAITING


def test_what_fell_back_tries_its_own_way_again_later_and_stays_with_it_if_that_works(company: Company) -> None:
    row, code = fall_back(company)
    company.vendor.fill("shop-g1", FULL)
    company.clock.sleep(60)
    assert company.overflow.next_group(row, code, "full again").target == "shop-g2"
    company.vendor.fill("shop-g2", FULL)
    company.clock.sleep(TRY_ANEW_SECONDS - 60)
    assert opens_at_vendor(company, row, code), "six hours after it failed, not after the last spare group"
    assert company.overflow.next_group(row, code, "full again").state is WAITING
    assert company.alarms(row) == ["no_new_group"]
    assert adopt(company, row, "made-by-vendor").strategy is NATIVE
    assert company.alarms(row) == []
    company.vendor.fill("made-by-vendor", FULL)
    assert company.overflow.next_group(row, code, "full").state is WAITING, "not a spare one"


def test_what_fails_again_falls_back_for_as_long_again(company: Company) -> None:
    row, code = fall_back(company)
    company.vendor.fill("shop-g1", FULL)
    company.clock.sleep(TRY_ANEW_SECONDS)
    assert company.overflow.next_group(row, code, "full again").state is WAITING
    company.clock.sleep(DAY)
    answer = company.overflow.next_group(row, code, "late")
    assert (answer.target, answer.strategy) == ("shop-g2", OverflowStrategy.SPARE_POOL)
    assert not opens_at_vendor(company, row, code)


def test_in_a_burst_nobody_waits_for_what_failed(company: Company) -> None:
    row, code = fall_back(company)
    company.vendor.fill("shop-g1", FULL)
    company.clock.sleep(TRY_ANEW_SECONDS)
    with company.store.database.transaction() as connection:
        company.book.notes.alarm(connection, row.number, "burst", "many came", company.clock.time())
    assert not opens_at_vendor(company, row, code)
    assert company.overflow.next_group(row, code, "full again").target == "shop-g2"


def test_where_nobody_comes_the_vendor_is_not_late_until_some_hours_of_the_day_passed(company: Company) -> None:
    row, code = company.code(strategy=NATIVE)
    company.come(row, every=3_600)
    assert company.overflow.next_group(row, code, "a test").alarm_at >= company.clock.time() + 3_600
    company.clock.sleep(3_000)
    assert company.overflow.next_group(row, code, "still full").state is WAITING
    assert company.alarms(row) == []
    company.clock.sleep(DAY)
    assert company.fire()
    assert company.alarms(row) == ["no_new_group"]
    assert len(company.ready(row)) == 1


def test_somebody_whom_our_page_turned_away_is_not_let_wait_for_the_vendor(company: Company) -> None:
    row, code = company.code(strategy=NATIVE)
    company.overflow.next_group(row, code, "a test")
    company.overflow.ask_soon("shop")
    company.clock.sleep(LOOK_AGAIN_SECONDS)
    assert company.fire()
    (ready,) = company.ready(row)
    assert ready.target == "shop-g1"
    assert company.alarms(row) == ["no_new_group"]


def test_a_strategy_that_is_changed_while_the_vendor_is_waited_for_goes_on_with_the_new_one(company: Company) -> None:
    row, code = company.code(strategy=NATIVE)
    company.overflow.next_group(row, code, "a test")
    code = evolve(code, overflow=evolve(code.overflow, strategy=OverflowStrategy.SPARE_POOL))
    row = company.change(row, code)
    assert not opens_at_vendor(company, row, code)
    assert company.overflow.try_again(row, code, "changed").target == "shop-g1"


@pytest.mark.parametrize("strategy", OverflowStrategy)
def test_only_one_of_the_vendor_and_us_opens_groups(strategy: OverflowStrategy, company: Company) -> None:
    row, code = company.code(strategy=strategy)
    assert opens_at_vendor(company, row, code) is (strategy is NATIVE)
