"""``crm.facts``: from a file or values to what is known of a member."""

import os
import re
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from openpyxl import Workbook

from privcrm.clock import ManualClock
from privcrm.errors import InputError
from privcrm.models.fact import Fact, FactKey, FactType
from privcrm.services.facts import FactCounts, Facts
from privcrm.services.members import Members
from privcrm.store import Store
from privcrm.store.mirror.numbers import Numbers
from privcrm.store.tombstones import Tombstones
from privcrm.store.vault import Vault

NO_NUMBER = "is no whole number of at most 18 digits; correct it, or head the column name:text"
MADE_AT = 1_700_000_000.0
BEIJING = timezone(timedelta(hours=8))


@pytest.fixture
def facts(store: Store, vault: Vault, clock: ManualClock) -> Facts:
    return Facts(store, vault, clock)


@pytest.fixture
def put(tmp_path: Path):
    def write(text: str, name: str = "facts.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        os.utime(path, (MADE_AT, MADE_AT))
        return path

    return write


def rows(store: Store) -> list[tuple]:
    with store.database.connect() as connection:
        return connection.all("SELECT * FROM privcrm_fact ORDER BY name, kind, value, source")


def link(store: Store, member_id: str, *identities: tuple[str, str]) -> None:
    with store.database.transaction() as connection:
        number = Numbers(store.database).ensure_members(connection, [member_id], 0.0)[member_id]
        connection.run_many(
            "INSERT INTO privcrm_identity (company, kind, value, member) VALUES (?, ?, ?, ?)",
            [(store.company, *identity, number) for identity in identities],
        )


def values(facts: Facts, member_id: str) -> dict:
    return {fact.name: fact.value for fact in facts.of(member_id)}


def test_facts_are_tied_late_and_found_by_every_id(facts: Facts, store: Store, vault: Vault) -> None:
    told = [
        Fact("orders", 3, FactKey.UNIONID, "u1"),
        Fact("level", "gold", FactKey.PHONE, "138 0013 8000"),
        Fact("vip", True, FactKey.CARD_NO, "C-1"),
        Fact("seen", date(2026, 1, 31), FactKey.MEMBER_ID, "wm1"),
    ]
    assert facts.upsert(told) == FactCounts(4, 4)
    assert facts.unbound() == {FactKey.UNIONID: 1, FactKey.PHONE: 1, FactKey.CARD_NO: 1, FactKey.MEMBER_ID: 1}
    assert values(facts, "wm1") == {"seen": date(2026, 1, 31)}
    link(
        store,
        "wm1",
        ("unionid", vault.hash("unionid", "u1")),
        ("phone", vault.hash("phone", "+8613800138000")),
        ("card_no", vault.hash("card_no", "C-1")),
    )
    assert values(facts, "wm1") == {"orders": 3, "level": "gold", "vip": True, "seen": date(2026, 1, 31)}
    assert facts.unbound() == {}
    assert not {"u1", "+8613800138000", "138 0013 8000", "C-1"} & set(map(str, sum(rows(store), ())))


def test_facts_tied_to_a_merged_id_are_the_persons(facts: Facts, store: Store) -> None:
    for member_id in ("wm0", "wm1"):
        link(store, member_id)
    facts.upsert([Fact("orders", n, FactKey.MEMBER_ID, f"wm{n}", at=n + 1) for n in range(2)])
    with store.database.transaction() as connection:
        connection.run("INSERT INTO privcrm_person_merge (company, id, kept, absorbed) VALUES ('acme', 'x', 0, 1)")
    assert [fact.value for fact in facts.of("wm0")] == [fact.value for fact in facts.of("wm1")] == [1, 0]


def test_without_a_date_a_fact_is_of_now(facts: Facts, clock: ManualClock) -> None:
    facts.upsert([Fact("level", "gold", FactKey.MEMBER_ID, "wm1")])
    first = facts.of("wm1")[0].at
    assert first == clock.time()
    clock.advance(1)
    assert facts.upsert([Fact("level", "silver", FactKey.MEMBER_ID, "wm1", at=first - 1)]).written == 0
    assert values(facts, "wm1") == {"level": "gold"}
    facts.upsert([Fact("level", "bronze", FactKey.MEMBER_ID, "wm1", source="till")])
    assert [(fact.source, fact.value) for fact in facts.of("wm1")] == [("till", "bronze"), ("", "gold")]


def test_of_an_erased_member_nothing_is_kept(facts: Facts, store: Store, vault: Vault, clock: ManualClock) -> None:
    with store.database.transaction() as connection:
        Tombstones(store.database, vault, store.audit, clock).put(connection, "wm1")
    told = [Fact("level", "gold", FactKey.MEMBER_ID, f"wm{n}") for n in range(3)]
    assert facts.upsert(told) == FactCounts(3, 2)
    assert facts.of("wm1") == ()


def test_a_phone_that_is_none_is_refused_and_not_shown(facts: Facts) -> None:
    with pytest.raises(InputError, match="no phone number") as caught:
        facts.upsert([Fact("level", "gold", FactKey.PHONE, "1380013")])
    assert "1380013" not in str(caught.value)


def test_a_file_is_imported_by_its_declared_and_its_evident_types(facts: Facts, put, store: Store) -> None:
    path = put(
        "unionid,orders,level:text,last_order,vip:bool,score,days_since,seen,来源,日期\n"
        "u1,3,007,2026-01-31,1,1.5,0,2026-01-31 18:30,till,\n"
        "u2,,8,2026/2/1,否,2,1,2026-02-01,,2026-03-01\n"
        ",,,,,,,,,\n"
    )
    done = facts.import_file(path, "unionid", source="shop")
    assert done.types == {
        "orders": FactType.INT,
        "level": FactType.TEXT,
        "last_order": FactType.DATE,
        "vip": FactType.BOOL,
        "score": FactType.FLOAT,
        "days_since": FactType.INT,
        "seen": FactType.DATETIME,
    }
    assert (done.rows, done.counts) == (2, FactCounts(13, 13))
    link(store, "wm1", ("unionid", facts._vault.hash("unionid", "u1")))
    link(store, "wm2", ("unionid", facts._vault.hash("unionid", "u2")))
    assert values(facts, "wm1") == {
        "orders": 3,
        "level": "007",
        "last_order": date(2026, 1, 31),
        "vip": True,
        "score": 1.5,
        "days_since": 0,
        "seen": datetime(2026, 1, 31, 18, 30, tzinfo=BEIJING),
    }
    assert {(fact.source, fact.at) for fact in facts.of("wm1")} == {("till", MADE_AT)}
    march = datetime(2026, 3, 1, tzinfo=BEIJING).timestamp()
    assert {(fact.source, fact.at) for fact in facts.of("wm2")} == {("shop", march)}


def test_the_same_file_again_changes_nothing(facts: Facts, put, store: Store, clock: ManualClock) -> None:
    path = put("member_id,orders\n" + "".join(f"wm{n},{n}\n" for n in range(1300)))
    told: list[tuple[int, int]] = []
    facts.import_file(path, FactKey.MEMBER_ID, progress=lambda *now: told.append(now))
    assert told == [(500, 1300), (1000, 1300), (1300, 1300)]
    before = rows(store)
    clock.advance(100)
    assert facts.import_file(path, FactKey.MEMBER_ID).counts == FactCounts(1300, 0)
    assert rows(store) == before


def test_an_import_that_was_killed_is_simply_run_again(facts: Facts, put, store: Store) -> None:
    path = put("member_id,orders\n" + "".join(f"wm{n},{n}\n" for n in range(1300)))

    def die(done: int, _all: int) -> None:
        if done == 1000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        facts.import_file(path, FactKey.MEMBER_ID, progress=die)
    assert len(rows(store)) == 1000
    assert facts.import_file(path, FactKey.MEMBER_ID).counts == FactCounts(1300, 300)
    assert len(rows(store)) == 1300


def test_everything_wrong_is_told_before_anything_is_written(facts: Facts, put, store: Store) -> None:
    path = put(
        "手机号,orders:int,vip:bool,seen:datetime,日期,level\n"
        "13800138000,3,1,2026-01-31 18:30,2026-01-31,gold\n"
        "138,x,maybe,later,2026-13-01,gold\n"
        ",3,1,,,\n"
    )
    with pytest.raises(InputError, match="nothing was written") as caught:
        facts.import_file(path, "phone")
    assert list(caught.value.problems) == [
        "facts.csv, row 3, column 手机号: is no phone number; correct it or delete the row",
        "facts.csv, row 3, column 日期: is no time; write it as 2026-01-31 18:30",
        f"facts.csv, row 3, column orders:int: {NO_NUMBER}",
        "facts.csv, row 3, column vip:bool: is neither yes nor no; write 是 or 否, true or false",
        "facts.csv, row 3, column seen:datetime: is no time; write it as 2026-01-31 18:30",
        "facts.csv, row 4, column 手机号: is empty; fill it in or delete the row",
    ]
    assert rows(store) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("orders\n3\n", "column unionid is missing"),
        ("unionid\nu1\n", "there is no column with a fact"),
        ("unionid,orders\n", "has no rows below its header"),
        ("unionid,orders:number\nu,3\n", "ends in no type"),
        ("unionid,orders,orders:int\nu,3,3\n", "another column has"),
        ("unionid,:int\nu,3\n", "names no fact"),
    ],
)
def test_a_header_that_is_wrong_is_told(facts: Facts, put, text: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        facts.import_file(put(text), "unionid")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"{'x' * 200}\n3\n", "row 1, column x"),
        ("wide:float\n" + "1\n" * 700 + "1e300\n", "row 702, column wide:float: is a number beyond 64 bits"),
        ("of,wide\n" + f"{'y' * 200},3\n", "row 2, column member_id: has more than 128 characters"),
        ("source,wide\n" + f"{'y' * 200},3\n", "row 2, column source: has more than 128 characters"),
    ],
)
def test_what_cannot_be_kept_is_told_by_its_place_before_anything_is_written(
    facts: Facts, put, store: Store, text: str, problem: str
) -> None:
    head, *lines = text.splitlines()
    if head.startswith("of,"):
        told = "\n".join([head.replace("of", "member_id"), *lines])
    else:
        told = "\n".join([f"member_id,{head}", *(f"wm{n},{line}" for n, line in enumerate(lines))])
    with pytest.raises(InputError, match=re.escape(problem)):
        facts.import_file(put(told + "\n"), "member_id")
    assert rows(store) == []


def test_a_column_of_huge_numbers_is_text_unless_its_head_says_otherwise(facts: Facts, put) -> None:
    assert facts.import_file(put("member_id,wide\nwm1,1e300\n"), "member_id").types == {"wide": FactType.TEXT}


def test_a_card_number_is_the_same_with_spaces_and_full_width(facts: Facts, put, store: Store, vault: Vault) -> None:
    link(store, "wm1")
    Members(store, vault).link("wm1", card_no="AB ８001")
    facts.import_file(put("卡号,orders\nAB 8001,3\n"), "card_no")
    facts.upsert([Fact("level", "gold", FactKey.CARD_NO, " ＡB8001")])
    assert values(facts, "wm1") == {"orders": 3, "level": "gold"}
    assert Members(store, vault).resolve(card_no="AB8001") == ("wm1",)


def test_columns_with_other_keys_are_no_facts(facts: Facts, put, store: Store) -> None:
    done = facts.import_file(put("unionid,phone,orders\nu1,13800138000,3\n"), "unionid")
    assert list(done.types) == ["orders"]
    assert "13800138000" not in repr(rows(store))


def test_a_dry_run_writes_nothing(facts: Facts, put, store: Store) -> None:
    done = facts.import_file(put("unionid,orders\nu1,3\nu2,4\n"), "unionid", dry_run=True)
    assert (done.rows, done.counts, done.dry_run, rows(store)) == (2, FactCounts(2, 0), True, [])


def test_a_spreadsheet_keeps_its_own_types(facts: Facts, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["客户ID", "orders", "vip", "day", "seen", "score"])
    book.active.append(["wm1", 3, True, datetime(2026, 1, 31), datetime(2026, 1, 31, 8, 30), 1.25])  # noqa: DTZ001
    path = tmp_path / "facts.xlsx"
    book.save(path)
    facts.import_file(path, "member_id")
    assert values(facts, "wm1") == {
        "orders": 3,
        "vip": True,
        "day": date(2026, 1, 31),
        "seen": datetime(2026, 1, 31, 8, 30, tzinfo=BEIJING),
        "score": 1.25,
    }


def test_a_file_that_changes_meanwhile_is_told(facts: Facts, put) -> None:
    path = put("member_id,orders\n" + "".join(f"wm{n},{n}\n" for n in range(1300)))
    with pytest.raises(InputError, match="was changed while it was read"):
        facts.import_file(path, "member_id", progress=lambda *_: os.utime(path, (1.0, 1.0)))


def test_an_unknown_key_is_told(facts: Facts, put) -> None:
    with pytest.raises(InputError, match="member_id, unionid, phone, card_no"):
        facts.import_file(put("x\n"), "name")


@pytest.mark.parametrize("value", [None, [], float("nan"), 2**63, "a\0b"])
def test_values_that_cannot_be_kept_are_refused(value: object) -> None:
    with pytest.raises(InputError):
        Fact("level", value, FactKey.MEMBER_ID, "wm1")  # type: ignore[arg-type]
