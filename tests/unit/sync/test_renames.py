"""An employee's new id is written everywhere, told or proposed; nobody has left by that."""

import json

import pytest
from attrs import evolve

from privcrm.errors import InputError
from privcrm.models import staff_key
from privcrm.services.sync.renames import Renames
from privcrm.store.mirror.relations import Ended, Relations
from privcrm.store.mirror.renaming import BY_ID, BY_NUMBER, ELSEWHERE, IN_JSON, renamed

from .company import Mirrored

NEW = "Brand.New"


def other_id(company: Mirrored, number: int = 0) -> str:
    """Let an employee have another id, as an administrator does."""
    staff = company.world.staff
    old = staff[number].staff_id
    staff.change(evolve(staff[number], staff_id=NEW))
    return old


def renames(company: Mirrored) -> Renames:
    return Renames(company.store.database, company.store.audit, company.clock)


def test_every_column_that_names_staff_is_known(company: Mirrored) -> None:
    with company.store.database.connect() as connection:
        if connection.is_sqlite:
            tables = [name for (name,) in connection.all("SELECT name FROM sqlite_master WHERE type = 'table'")]
            columns = {(t, row[1]) for t in tables for row in connection.all(f"PRAGMA table_info({t})")}
        else:
            columns = set(
                connection.all(
                    "SELECT table_name, column_name FROM information_schema.columns"
                    " WHERE table_schema = current_schema()"
                )
            )
    named = {
        (table.removeprefix("privcrm_"), column)
        for table, column in columns
        if column.startswith(("staff", "owner", "manager", "operator", "invited"))
    }
    listed = {(each.table, each.column) for each in (*BY_ID, *BY_NUMBER, *IN_JSON)}
    assert named - listed - ELSEWHERE - {("shop", "manager_id")} == set()


def test_an_event_renames_and_numbers_stay(company: Mirrored) -> None:
    company.sync.run()
    old = other_id(company)
    number = company.rows("SELECT number FROM privcrm_staff WHERE staff_id = ?", staff_key(old))
    assert renames(company).told(old, NEW)
    assert company.rows("SELECT number FROM privcrm_staff WHERE staff_id = ?", staff_key(NEW)) == number
    assert company.mirror() == company.truth()
    assert not renames(company).told(old, NEW)
    company.clock.sleep(3_600)
    assert company.sync.run().differences == {}
    (change,) = company.rows("SELECT before, after FROM privcrm_staff_change WHERE what = 'staff_id'")
    assert change == (old, NEW)


def test_without_the_event_it_is_proposed_and_merged(company: Mirrored) -> None:
    company.sync.run()
    before = company.truth()
    old = other_id(company)
    company.clock.sleep(3_600)
    report = company.sync.run()
    assert report.counts.staff_missing == 1
    assert report.counts.vanished == 0
    assert company.rows("SELECT state FROM privcrm_staff WHERE staff_id = ?", staff_key(old)) == [("active",)]
    (found,) = company.sync.renames()
    assert (found.old, found.new) == (old, NEW)
    held = len([1 for staff_id, _ in before if staff_id == staff_key(old)])
    assert found.shared == found.held == held
    number = company.rows("SELECT number FROM privcrm_staff WHERE staff_id = ?", staff_key(old))
    company.sync.confirm_rename(old, NEW, "ops")
    assert company.mirror() == company.truth()
    assert company.rows("SELECT number FROM privcrm_staff WHERE staff_id = ?", staff_key(NEW)) == number
    assert company.sync.renames() == []


def test_a_rejected_one_is_not_proposed_again(company: Mirrored) -> None:
    company.sync.run()
    old = other_id(company)
    company.clock.sleep(3_600)
    company.sync.run()
    company.sync.reject_rename(old, NEW, "ops")
    company.clock.sleep(3_600)
    company.sync.run()
    assert company.sync.renames() == []
    with pytest.raises(InputError, match="no renaming"):
        company.sync.confirm_rename(old, NEW, "ops")


def test_a_relation_that_an_event_ended_stays_ended_in_a_merge(company: Mirrored) -> None:
    company.sync.run()
    old = other_id(company)
    member_id = company.member(next(company.world.follows.of_staff(0)))
    with company.store.database.transaction() as connection:
        ended = Ended(company.now, "deleted_by_member")
        Relations(company.store.database).end(connection, old, member_id, ended, company.clock.time())
    company.clock.sleep(3_600)
    company.sync.run()
    company.sync.confirm_rename(old, NEW, "ops")
    truth = company.truth()
    del truth[staff_key(NEW), member_id]
    assert company.mirror() == truth


def test_payloads_are_rewritten_where_names_say_so() -> None:
    text = json.dumps({"staff": "Ann", "member": "ann", "from": "ANN", "spec": {"staff_ids": ["ann", "bob"]}, "n": 1})
    assert json.loads(renamed(text, "ann", "Eve")) == {
        "staff": "Eve",
        "member": "ann",
        "from": "Eve",
        "spec": {"staff_ids": ["Eve", "bob"]},
        "n": 1,
    }
    assert json.loads(renamed('["ann"]', "ann", "Eve")) == ["Eve"]


def test_planned_items_timers_and_ledgers_follow(company: Mirrored) -> None:
    company.sync.run()
    old = other_id(company)
    with company.store.database.transaction() as connection:
        own = company.store.company
        connection.run(
            "INSERT INTO privcrm_known_follow (company, staff_id, member_id, since, noted_at, lives)"
            " VALUES (?, ?, 'wm', 1, 1, 1)",
            *(own, staff_key(old)),
        )
        connection.run(
            "INSERT INTO privcrm_timer (company, kind, key, due, payload) VALUES (?, 'poll', 'k', 5, ?)",
            *(own, json.dumps({"from": old, "to": "x"})),
        )
    renames(company).told(old, NEW)
    assert company.rows("SELECT staff_id FROM privcrm_known_follow") == [(staff_key(NEW),)]
    assert [json.loads(text) for (text,) in company.rows("SELECT payload FROM privcrm_timer")] == [
        {"from": NEW, "to": "x"}
    ]
