"""The nightly re-read: when it is due, in turns, and again after a failure."""

from datetime import datetime

import pytest

from privcrm.clock import VENDOR_TIME
from privcrm.errors import ConfigurationError, InputError
from privcrm.jobs import Jobs
from privcrm.jobs.hours import TURN_SECONDS
from privcrm.services.sync.sync import Sync

from .company import Mirrored


@pytest.fixture
def jobs(company: Mirrored) -> Jobs:
    return Jobs(company.store, company.clock)


@pytest.fixture
def nightly(company: Mirrored, jobs: Jobs) -> Sync:
    sync = company.new_sync(timers=jobs.timers)
    sync.every()
    return sync


def due(company: Mirrored) -> float:
    ((at,),) = company.rows("SELECT due FROM privcrm_timer WHERE kind = 'sync'")
    return at


def test_a_company_that_was_never_read_is_read_at_once_and_then_at_three(
    company: Mirrored, jobs: Jobs, nightly: Sync
) -> None:
    assert due(company) == company.clock.time()
    assert jobs.timers.fire_one("me")
    assert company.mirror() == company.truth()
    at = datetime.fromtimestamp(due(company), VENDOR_TIME)
    assert (at.hour, at.minute) == (3, 0)
    assert 0 < due(company) - company.clock.time() <= 86_400
    assert not jobs.timers.fire_one("me")


def test_it_reads_in_turns(company: Mirrored, jobs: Jobs, nightly: Sync, monkeypatch: pytest.MonkeyPatch) -> None:
    page_at = company.provider.members._page_at
    monkeypatch.setattr(company.provider.members, "_page", 10)

    def slow(*args):
        company.clock.sleep(TURN_SECONDS / 12)
        return page_at(*args)

    monkeypatch.setattr(company.provider.members, "_page_at", slow)
    turns = 0
    while jobs.timers.fire_one("me"):
        turns += 1
    assert turns > 1
    assert company.mirror() == company.truth()


def test_a_failure_comes_again(company: Mirrored, jobs: Jobs, nightly: Sync) -> None:
    company.provider.lose_answer("members.list")
    assert jobs.timers.fire_one("me")
    assert company.clock.time() < due(company) <= company.clock.time() + 60
    company.clock.sleep(60)
    assert jobs.timers.fire_one("me")
    assert company.mirror() == company.truth()


def test_every_few_hours_from_a_time_of_day(company: Mirrored, jobs: Jobs) -> None:
    company.sync.run()
    company.new_sync(timers=jobs.timers).every(hours=6, at="01:30")
    at = datetime.fromtimestamp(due(company), VENDOR_TIME)
    assert (at.hour % 6, at.minute) == (1, 30)


@pytest.mark.parametrize(("hours", "at"), [(0, "03:00"), (-1, "03:00"), (24, "3:00"), (24, "24:00"), (24, "")])
def test_what_is_no_schedule_is_said(company: Mirrored, jobs: Jobs, hours: float, at: str) -> None:
    with pytest.raises(InputError, match="no schedule"):
        company.new_sync(timers=jobs.timers).every(hours, at)


def test_without_timers_it_is_said(company: Mirrored) -> None:
    with pytest.raises(ConfigurationError, match="timers"):
        company.sync.every()
