"""``privcrm member``, ``privcrm fact`` and ``privcrm store rekey``."""

import json
import sqlite3
import stat

import pytest
from cryptography.fernet import Fernet

from privcrm.cli.app import COMMANDS

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))
MEMBER = "wmPERSONPERSON01"


@pytest.fixture(autouse=True)
def company(memory_company, monkeypatch):
    monkeypatch.setenv("PRIVCRM_STORE_KEYS", OLD)


@pytest.fixture
def facts(tmp_path, privcrm):
    (tmp_path / "facts.csv").write_text(f"客户ID,orders,vip:bool,level\n{MEMBER},3,是,gold\n", encoding="utf-8")
    return tmp_path / "facts.csv"


def test_facts_are_checked_imported_and_shown(privcrm, facts):
    dry = privcrm("fact", "import", facts, "--key", "member_id", "--dry-run", "--json")
    assert dry.json == {
        "dry_run": True,
        "rows": 1,
        "types": {"orders": "int", "vip": "bool", "level": "text"},
        "facts": 3,
        "written": 0,
    }
    done = privcrm("fact", "import", facts, "--key", "member_id", "--source", "till")
    assert (done.code, "3 facts in 1 rows, 3 of them new." in done.out) == (0, True)
    assert privcrm("fact", "import", facts, "--key", "member_id", "--source", "till", "--json").json["written"] == 0
    shown = privcrm("fact", "show", MEMBER, "--json").json["facts"]
    assert [(each["name"], each["value"], each["source"]) for each in shown] == [
        ("level", "gold", "till"),
        ("orders", 3, "till"),
        ("vip", True, "till"),
    ]
    assert privcrm("fact", "unbound", "--json").json == {"unbound": {"member_id": 1}}


def test_a_wrong_file_is_told_in_chinese(privcrm, facts):
    facts.write_text("客户ID,orders:int\nwm1,x\n", encoding="utf-8")
    told = privcrm("--lang", "zh", "fact", "import", facts, "--key", "member_id")
    assert told.code == 2
    assert "第 2 行，orders:int 列：不是最多 18 位的整数" in told.err


def test_an_erasure_wants_yes_off_a_terminal_and_leaves_nothing(privcrm, facts, tmp_path):
    privcrm("fact", "import", facts, "--key", "member_id")
    refused = privcrm("member", "erase", MEMBER)
    assert (refused.code, "say --yes if it is meant" in refused.err) == (2, True)
    assert "At memory" in refused.err or "At " in refused.err
    assert privcrm("fact", "show", MEMBER, "--json").json["facts"]
    done = privcrm("member", "erase", MEMBER, "--yes", "--reason", "request-17", "--json")
    assert (done.code, done.json["complete"], done.json["rows"]) == (0, True, {"fact": 3})
    assert MEMBER.encode() not in (tmp_path / "privcrm.db").read_bytes()
    assert privcrm("fact", "import", facts, "--key", "member_id", "--json").json["written"] == 0


def test_a_person_is_exported_to_a_file_of_ones_own(privcrm, facts, tmp_path):
    privcrm("fact", "import", facts, "--key", "member_id")
    (tmp_path / "orders.csv").write_text("old")
    assert privcrm("member", "export", MEMBER, "--out", "orders.csv").code == 2
    assert (tmp_path / "orders.csv").read_text() == "old"
    done = privcrm("member", "export", MEMBER, "--out", "out.json", "--json")
    assert done.json == {"path": "out.json", "rows": 3}
    told = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert {row["name"] for row in told["tables"]["fact"]} == {"orders", "vip", "level"}
    assert stat.S_IMODE((tmp_path / "out.json").stat().st_mode) == 0o600
    erased = privcrm("member", "erase", MEMBER, "--yes", "--json")
    assert erased.json["files"] == [str(tmp_path / "out.json")]


def test_an_id_of_nobody_is_told_and_not_taken_for_success(privcrm):
    done = privcrm("member", "erase", "wmMISSPELT", "--yes")
    assert "The store holds nothing under this id" in done.err
    assert "Nothing of the person is left" not in done.out


def test_tasks_are_listed_and_noted_as_done(privcrm, tmp_path, monkeypatch):
    monkeypatch.setitem(COMMANDS, "task", ("privcrm.cli.task:task", ""))
    assert privcrm("sync").code == 0
    with sqlite3.connect(tmp_path / "privcrm.db") as database:
        (member_id,) = database.execute("SELECT member_id FROM privcrm_member").fetchone()
    erased = privcrm("member", "erase", member_id, "--yes", "--json").json
    (first, *_) = tasks = privcrm("task", "list", "--json").json["tasks"]
    assert sorted(each["id"] for each in tasks) == sorted(erased["tasks"])
    assert json.loads(first["details"]) == {"member_id": member_id}
    assert privcrm("task", "list", "--late", "--json").json == {"tasks": []}
    assert first["id"] in privcrm("task", "list", "--staff", first["staff_id"].upper()).out
    closed = privcrm("task", "done", first["id"], "--evidence", "request-17", "--json").json
    assert (closed["state"], closed["details"], closed["evidence"]) == ("done", "", "request-17")
    assert first["id"] not in privcrm("task", "list", "--json").out
    assert first["id"] in privcrm("task", "list", "--all", "--json").out
    assert privcrm("task", "done", "nothing").code == 2


def test_an_export_without_a_file_is_printed(privcrm, facts):
    privcrm("fact", "import", facts, "--key", "member_id")
    shown = json.loads(privcrm("member", "export", MEMBER).out)
    assert shown["member_ids"] == [MEMBER]
    assert len(shown["tables"]["fact"]) == 3


def test_a_search_that_finds_nobody_ends_with_one(privcrm):
    assert privcrm("member", "resolve", "--phone", "138 0013 8000", "--json").json == {"member_ids": []}
    assert privcrm("member", "resolve", "--phone", "138 0013 8000").code == 1
    assert privcrm("member", "resolve").code == 2


def test_the_stores_keys_are_changed(privcrm, facts, monkeypatch, tmp_path):
    privcrm("fact", "import", facts, "--key", "member_id")
    monkeypatch.setenv("PRIVCRM_STORE_KEYS", f"{NEW},{OLD}")
    assert privcrm("store", "rekey", "--json").json == {"keys": 0, "secrets": 1, "texts": 0}
    monkeypatch.setenv("PRIVCRM_STORE_KEYS", NEW)
    assert privcrm("fact", "show", MEMBER).code == 0
    monkeypatch.setenv("PRIVCRM_STORE_KEYS", OLD)
    refused = privcrm("fact", "show", MEMBER)
    assert (refused.code, "PRIVCRM_STORE_KEYS" in refused.err) == (3, True)
    with sqlite3.connect(tmp_path / "privcrm.db") as database:
        assert ("store.rekeyed",) in database.execute("SELECT what FROM privcrm_audit").fetchall()
