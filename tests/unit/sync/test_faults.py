"""What vendors, clocks and disks do to a synchronisation: each a clear error or a repair, and nothing is lost."""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from attrs import evolve

from privcrm.clock import ManualClock
from privcrm.errors import AnswerLost, CursorRepeated, InvalidArgument, JobError, RateLimited, StoreError
from privcrm.models import Follow, Member, MemberId, Page, StaffId, staff_key
from privcrm.store import open_store
from privcrm.store.database import Connection

from .company import Mirrored

Change = Callable[[int, Page[Member]], Page[Member]]


def change_pages(company: Mirrored, monkeypatch: pytest.MonkeyPatch, change: Change) -> None:
    """Let the vendor's n-th page be another than it is; pages hold ten."""
    port = company.provider.members
    monkeypatch.setattr(port, "_page", 10)
    page_at = port._page_at
    count = iter(range(1, 10_000))

    def fetch(staff_ids: Sequence[str], cursor: str) -> Page[Member]:
        return change(next(count), page_at(staff_ids, cursor))

    monkeypatch.setattr(port, "_page_at", fetch)


def test_expired_cursor(company: Mirrored, monkeypatch: pytest.MonkeyPatch) -> None:
    def expire(number: int, page: Page[Member]) -> Page[Member]:
        if number == 3:
            raise InvalidArgument("expired", provider="memory", operation="members.list")
        return page

    change_pages(company, monkeypatch, expire)
    report = company.sync.run()
    assert (report.counts.restarted, report.counts.cut) == (1, 0)
    assert company.mirror() == company.truth()


def test_a_cursor_that_is_always_refused_is_left_to_the_next_run(
    company: Mirrored, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.sync.run()
    before = company.mirror()

    def refuse(number: int, page: Page[Member]) -> Page[Member]:
        raise InvalidArgument("expired", provider="memory", operation="members.list")

    with monkeypatch.context() as patch:
        change_pages(company, patch, refuse)
        report = company.sync.run()
    assert report.counts.cut == 1
    assert report.counts.vanished == 0
    assert company.mirror() == before


def test_repeated_cursor(company: Mirrored, monkeypatch: pytest.MonkeyPatch) -> None:
    def repeat(number: int, page: Page[Member]) -> Page[Member]:
        if number == 4:
            raise CursorRepeated("repeated")
        return page

    change_pages(company, monkeypatch, repeat)
    assert company.sync.run().counts.restarted == 1
    assert company.mirror() == company.truth()


def test_duplicated_page(company: Mirrored, monkeypatch: pytest.MonkeyPatch) -> None:
    pages: list[Page[Member]] = []

    def twice(number: int, page: Page[Member]) -> Page[Member]:
        pages.append(page)
        return evolve(page, items=(*pages[number - 2].items, *page.items)) if number > 1 else page

    change_pages(company, monkeypatch, twice)
    company.sync.run()
    monkeypatch.undo()
    assert company.mirror() == company.truth()


def test_member_without_follow_info_and_entry_without_id(company: Mirrored, monkeypatch: pytest.MonkeyPatch) -> None:
    strange = (Member(MemberId("wmNobody")), Member(MemberId("")))

    def add(number: int, page: Page[Member]) -> Page[Member]:
        return evolve(page, items=(*strange, *page.items)) if number == 1 else page

    change_pages(company, monkeypatch, add)
    report = company.sync.run()
    assert (report.counts.without_follow, report.counts.without_id) == (1, 1)
    monkeypatch.undo()
    assert company.mirror() == company.truth()


def test_follow_by_unknown_staff(company: Mirrored, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = Member(MemberId("wmStranger"), follows=(Follow(StaffId("Nobody.Knows"), created_at=5),))

    def add(number: int, page: Page[Member]) -> Page[Member]:
        return evolve(page, items=(stranger, *page.items)) if number == 1 else page

    with monkeypatch.context() as patch:
        change_pages(company, patch, add)
        report = company.sync.run()
    assert report.counts.unknown_staff == 1
    assert company.mirror() == company.truth() | {("nobody.knows", "wmStranger"): set()}
    company.clock.sleep(3_600)
    company.sync.run()
    assert ("nobody.knows", "wmStranger") in company.mirror(), "nothing is said to be gone at who serves nobody"


@pytest.mark.parametrize("jump", [-90_000.0, 90_000.0, 10 * 365 * 86_400.0])
def test_clock_jumps(company: Mirrored, jump: float) -> None:
    company.sync.run()
    company.clock.sleep(3_600)
    company.adds(0)
    company.clock._time += jump
    company.deletes(1)
    company.sync.run()
    assert company.mirror() == company.truth()
    company.clock._time -= jump
    company.deletes(2)
    company.clock.sleep(60)
    company.sync.run()
    assert company.mirror() == company.truth()


def test_a_clock_that_jumps_in_the_middle(company: Mirrored) -> None:
    company.sync.run()
    company.deletes(1)
    company.clock.sleep(60)
    jumps = iter([-7_200.0, 14_400.0])

    def jump(_: object) -> None:
        company.clock._time += next(jumps, 0.0)

    company.sync.run(progress=jump)
    company.clock.sleep(60)
    company.sync.run()
    assert company.mirror() == company.truth()


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception, after: int) -> None:
    """Let the n-th writing of many rows fail as the driver does."""
    run_many = Connection.run_many
    count = iter(range(10_000))

    def run(self: Connection, sql: str, rows: Any) -> int:
        if next(count) == after:
            raise error
        return run_many(self, sql, rows)

    monkeypatch.setattr(Connection, "run_many", run)


@pytest.mark.parametrize("error", [sqlite3.OperationalError("database or disk is full")])
def test_disk_full(company: Mirrored, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    if not company.store.database.is_sqlite:
        pytest.skip("the driver of SQLite")
    for after in (3, 9):
        with monkeypatch.context() as patch:
            failing(patch, error, after)
            with pytest.raises(StoreError):
                company.sync.run()
    assert company.sync.run().resumed
    assert company.mirror() == company.truth()


def test_database_locked(company: Mirrored) -> None:
    """Somebody else writes for longer than is waited for; the next run goes on."""
    if not company.store.database.is_sqlite:
        pytest.skip("PostgreSQL has no such lock")
    with company.store.database.connect() as connection:
        path = connection.all("PRAGMA database_list")[0][2]
    blocker = sqlite3.connect(path, isolation_level=None)

    with open_store(f"sqlite:///{path}", clock=company.clock, company="acme") as store:
        second = Mirrored(company.provider, store, company.clock)
        hold = iter([True])

        def lock(_: object) -> None:
            if next(hold, False):
                blocker.execute("BEGIN IMMEDIATE")
                with store.database.connect() as connection:
                    connection.run("PRAGMA busy_timeout=50")

        with pytest.raises(StoreError, match="SQLITE_BUSY"):
            second.sync.run(progress=lock)
        blocker.execute("ROLLBACK")
        blocker.close()
        second.sync.run()
        assert second.mirror() == second.truth()


def test_store_of_a_newer_version(url: str, company: Mirrored) -> None:
    with company.store.database.connect() as connection:
        connection.run("UPDATE privcrm_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer"), open_store(url, clock=ManualClock(), company="acme"):
        pass


def test_a_vendor_that_is_away_is_an_error_and_the_next_run_goes_on(company: Mirrored) -> None:
    company.provider.lose_answer("members.list")
    with pytest.raises(AnswerLost):
        company.sync.run()
    report = company.sync.run()
    assert report.resumed
    assert company.mirror() == company.truth()


def test_a_closed_window_is_waited_for(company: Mirrored, monkeypatch: pytest.MonkeyPatch) -> None:
    def limit(number: int, page: Page[Member]) -> Page[Member]:
        if number == 2:
            retry_at = company.clock.time() + 30
            raise RateLimited("slowly", retry_at=retry_at, provider="memory", operation="members.list")
        return page

    change_pages(company, monkeypatch, limit)
    company.clock.slept.clear()
    assert company.sync.run().counts.restarted == 0
    assert sum(company.clock.slept) >= 29
    assert company.mirror() == company.truth()


def test_asked_to_stop_it_goes_on_later(company: Mirrored) -> None:
    stop = threading.Event()

    def enough(_: object) -> None:
        stop.set()

    with pytest.raises(JobError, match="goes on from here"):
        company.sync.run(progress=enough, stop=stop)
    report = company.sync.run()
    assert report.resumed
    assert company.mirror() == company.truth()


def test_a_run_of_long_ago_is_not_taken_up(company: Mirrored) -> None:
    company.provider.lose_answer("members.list")
    with pytest.raises(AnswerLost):
        company.sync.run()
    company.clock.sleep(2 * 86_400)
    assert not company.sync.run().resumed
    assert company.rows("SELECT COUNT(*) FROM privcrm_sync_part") == [(0,)]


def test_who_was_missed_by_a_page_has_not_vanished(company: Mirrored, monkeypatch: pytest.MonkeyPatch) -> None:
    company.sync.run()
    company.clock.sleep(3_600)

    def lose(number: int, page: Page[Member]) -> Page[Member]:
        return evolve(page, items=page.items[1:])

    with monkeypatch.context() as patch:
        change_pages(company, patch, lose)
        assert company.sync.run().counts.vanished == 0
    assert company.mirror() == company.truth()


def test_who_vanished_and_is_listed_again_lives(company: Mirrored) -> None:
    company.sync.run()
    staff_id, member = company.staff(1), next(company.world.follows.of_staff(1))
    company.clock.sleep(60)
    gone = company.deletes(1)
    company.sync.run()
    assert (staff_key(staff_id), gone) not in company.mirror()
    company.clock.sleep(60)
    company.world.adds(member, 1, at=company.now)
    company.sync.run()
    assert company.mirror() == company.truth()
