"""``privcrm store purge``."""

import sqlite3

import pytest

from privcrm import CRM
from privcrm.store.retention import RULES

JOB = "20200101-oldold"


@pytest.fixture(autouse=True)
def company(memory_company, privcrm, tmp_path):
    """A store with rows that are old, of two companies."""
    assert privcrm("job", "list").code == 0
    with CRM.from_env() as crm:
        name = crm.provider.company
    with sqlite3.connect(tmp_path / "privcrm.db") as database:
        for each in (name, "another"):
            database.execute(
                "INSERT INTO privcrm_upload (company, digest, kind, expires_at) VALUES (?, 'd', 'image', 1)", (each,)
            )
        database.execute(
            "INSERT INTO privcrm_job (company, id, kind, state, created_at, counts, params, limits)"
            " VALUES (?, ?, 'tag', 'done', 1, '{}', '{}', '{}')",
            (name, JOB),
        )


@pytest.fixture
def rows(tmp_path):
    def count(table):
        with sqlite3.connect(tmp_path / "privcrm.db") as database:
            return database.execute(f"SELECT count(*) FROM privcrm_{table}").fetchone()[0]

    return count


def by_name(ran):
    return {each["name"]: each["rows"] for each in ran.json["rules"]}


def test_a_dry_run_shows_all_rules_and_deletes_nothing(privcrm, rows):
    shown = privcrm("store", "purge", "--dry-run")
    assert (shown.code, "2 rows would go" in shown.out) == (0, True)
    assert all(rule.name in shown.out for rule in RULES)
    assert "for ever" in shown.out
    dry = privcrm("store", "purge", "--dry-run", "--json")
    assert (dry.json["purged"], dry.json["dry_run"], dry.json["rows"]) == (False, True, 2)
    assert {name: count for name, count in by_name(dry).items() if count} == {"uploads": 1, "jobs": 1}
    assert (rows("upload"), rows("job")) == (2, 1)


def test_a_purge_wants_yes_off_a_terminal_and_names_the_company(privcrm, rows):
    refused = privcrm("store", "purge")
    assert (refused.code, "say --yes if it is meant" in refused.err) == (2, True)
    assert "At " in refused.err
    assert (rows("upload"), rows("job")) == (2, 1)
    done = privcrm("store", "purge", "--yes", "--json")
    assert (done.code, done.json["purged"], done.json["rows"]) == (0, True, 2)
    assert (rows("upload"), rows("job")) == (1, 0)
    assert privcrm("store", "purge", "--yes", "--json").json["rows"] == 0


def test_ages_are_given_by_rule(privcrm, rows):
    kept = privcrm("store", "purge", "--yes", "--keep", "jobs=0", "--keep", "uploads = 9", "--json")
    days = {each["name"]: each["days"] for each in kept.json["rules"]}
    assert (days["jobs"], days["uploads"], days["snapshots"]) == (None, 9, None)
    assert (rows("upload"), rows("job")) == (1, 1)


@pytest.mark.parametrize(("keep", "told"), [("job=3", "known: welcomes"), ("jobs", "jobs=DAYS"), ("jobs=-3", "DAYS")])
def test_what_is_no_age_is_said(privcrm, rows, keep, told):
    refused = privcrm("store", "purge", "--yes", "--keep", keep)
    assert (refused.code, told in refused.err) == (2, True)
    assert rows("job") == 1


def test_on_a_terminal_it_is_shown_and_asked_first(privcrm, rows, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.confirm", lambda *args, **options: False)
    left = privcrm("store", "purge")
    assert (left.code, "uploads" in left.out, "Nothing was deleted." in left.out) == (0, True, True)
    assert rows("job") == 1
    monkeypatch.setattr("click.confirm", lambda *args, **options: True)
    assert "2 rows were deleted" in privcrm("store", "purge").out
    assert rows("job") == 0


def test_it_speaks_chinese(privcrm):
    assert "永久" in privcrm("--lang", "zh", "store", "purge", "--dry-run").out
