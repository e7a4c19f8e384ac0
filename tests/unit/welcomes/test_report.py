"""Figures of welcomes, and the book that they are counted from."""

import tracemalloc

import pytest

from privcrm.services.welcomes import WelcomeOutcome, WelcomeRecord
from privcrm.services.welcomes.book import MOST_IN_MEMORY, MemoryBook, StoredBook
from privcrm.services.welcomes.report import report_of

SENT, OTHER, SENDING, NONE = (
    WelcomeOutcome.SENT,
    WelcomeOutcome.SENT_BY_OTHER,
    WelcomeOutcome.SENDING,
    WelcomeOutcome.NONE_OFFERED,
)


@pytest.fixture
def book(store):
    return MemoryBook() if store is None else StoredBook(store.database)


def record(key, outcome=SENT, **fields):
    seconds = fields.pop("seconds", 1.0 if outcome is SENT else None)
    given = {"at": 100, "kind": "MemberAdded", "app": "main", "staff_id": "a", "member_id": "m"} | fields
    return WelcomeRecord(key=key, outcome=outcome, seconds=seconds, **given)


def test_what_is_written_down_is_read_back(book):
    made = record("k", state="spring", rule="r", code="41051", left_out=2, seconds=3.25, decided_at=103.25)
    assert book.take(made)
    assert book.find("k") == made
    assert book.find("other") is None


@pytest.mark.parametrize("outcome", WelcomeOutcome)
def test_what_is_decided_is_not_taken_again_and_what_is_open_is(book, outcome):
    book.take(record("k", outcome))
    is_open = outcome in (NONE, WelcomeOutcome.FAILED)
    assert book.take(record("k", SENDING)) is is_open
    assert book.find("k").outcome is (SENDING if is_open else outcome)


@pytest.mark.parametrize(
    ("first", "second", "stays"),
    [
        (SENDING, OTHER, OTHER),
        (SENDING, SENT, SENT),
        (WelcomeOutcome.UNKNOWN, OTHER, OTHER),
        (WelcomeOutcome.UNKNOWN, SENT, SENT),
        (OTHER, SENT, SENT),
        (SENT, OTHER, SENT),
        (SENT, WelcomeOutcome.UNKNOWN, SENT),
        (OTHER, WelcomeOutcome.UNKNOWN, OTHER),
    ],
)
def test_of_two_who_settle_the_one_who_knows_more_is_heard(book, first, second, stays):
    book.take(record("k", first))
    book.settle(record("k", second))
    assert book.find("k").outcome is stays


def test_a_span_holds_its_beginning_and_not_its_end_and_is_in_order(book):
    for key, at in (("c", 102), ("b", 101), ("a", 101), ("d", 103), ("e", 104)):
        book.take(record(key, at=at))
    assert [each.key for each in book.between(101, 104)] == ["a", "b", "c", "d"]


def test_without_a_store_the_oldest_are_forgotten():
    book = MemoryBook()
    for number in range(MOST_IN_MEMORY + 5):
        book.take(record(f"{number:06}", at=number))
    assert next(each.at for each in book.between(0, 2**40)) == 5


def test_the_report_counts_and_tells_who_won_and_how_quick_we_were(welcomes, added, clock):
    records = [record(f"s{number}", seconds=number / 10, state="spring") for number in range(1, 101)]
    records += [record(f"o{number}", OTHER, staff_id="b") for number in range(25)]
    records += [record("n", NONE, staff_id="b")]
    report = report_of(iter(records), 0, 200)
    assert report.counts == {SENT: 100, OTHER: 25, NONE: 1}
    assert report.by_state == {"spring": {SENT: 100}, "": {OTHER: 25, NONE: 1}}
    assert report.by_staff == {"a": {SENT: 100}, "b": {OTHER: 25, NONE: 1}}
    assert report.share_of_others == 0.2
    assert (report.median_seconds, report.slow_seconds) == (5.0, 9.5)


def test_a_report_of_nothing_divides_by_nothing(welcomes):
    report = welcomes.report(0, 10)
    assert (report.since, report.until, report.counts) == (0, 10, {})
    assert report.share_of_others is report.median_seconds is report.slow_seconds is None


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_report_holds_no_more_for_more_rows(store, welcomes):
    def fill(first, last):
        rows = [(store.company, f"k{n:06}", n, "sent", "a", f"m{n}", n % 7 / 10) for n in range(first, last)]
        with store.database.transaction() as connection:
            connection.run_many(
                "INSERT INTO privcrm_welcome (company, key, at, outcome, staff, subject, seconds)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                rows,
            )

    def peak():
        tracemalloc.start()
        assert welcomes.report().counts[SENT] > 0
        return tracemalloc.get_traced_memory()[1], tracemalloc.stop()

    fill(0, 3_000)
    small, _ = peak()
    fill(3_000, 30_000)
    large, _ = peak()
    assert large < small * 1.5
