"""Everything that is kept of a person can be given and removed."""

import json
import multiprocessing
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from random import Random

import pytest
import sqlalchemy

from privcrm.clock import ManualClock
from privcrm.errors import InputError, JobError, StoreError
from privcrm.models.fact import Fact, FactKey
from privcrm.services.facts import Facts
from privcrm.services.members import Members
from privcrm.services.members.holdings import NOBODY, ROWS, TEXTS
from privcrm.services.members.job_items import ERASED
from privcrm.services.members.person import Person
from privcrm.services.members.texts import Scan
from privcrm.store import Connection, Store, open_store
from privcrm.store.database import Database
from privcrm.store.keyring import Keyring
from privcrm.store.leases import new_holder
from privcrm.store.mirror.entries import Entry
from privcrm.store.mirror.marks import Kind
from privcrm.store.mirror.relations import Relations
from privcrm.store.mirror.snapshots import Snapshots
from privcrm.store.staff_tasks import StaffTasks
from privcrm.store.tombstones import Tombstones
from privcrm.store.vault import Vault
from tests.store.databases import KINDS, ready_database
from tests.unit.persons.conftest import KEY
from tests.unit.persons.persons_store import (
    ALSO_GONE,
    GONE,
    NAME,
    PERSONAL,
    PHONE,
    STAYS,
    UNIONID,
    bytes_of,
    dumped,
    fill,
    reader_of,
)


@pytest.fixture(params=["sealed", "plain"])
def kept(request: pytest.FixtureRequest, store: Store, vault: Vault) -> Vault:
    """A vault with or without keys, and a store that was filled through it."""
    if request.param == "plain":
        with store.database.transaction() as connection:
            connection.run("DELETE FROM privcrm_secret")
        vault = Vault(store.database)
    fill(store, vault)
    return vault


@pytest.fixture
def members(store: Store, kept: Vault) -> Members:
    return Members(store, kept)


def rows(store: Store, sql: str) -> list[tuple]:
    with store.database.connect() as connection:
        return connection.all(sql)


def named(store: Store, *texts: str) -> list[tuple[str, str]]:
    return [(table, text) for table, found in dumped(store).items() for text in texts if text in repr(found)]


def test_an_export_holds_what_every_table_says(members: Members, store: Store) -> None:
    told = members.export(GONE, who="ann")
    assert json.loads(json.dumps(told)) == told
    assert told["member_ids"] == sorted([GONE, ALSO_GONE])
    assert set(told["tables"]) == {
        *("member", "follow", "follow_tag", "identity", "fact", "known_follow", "known_group_member", "welcome"),
        *("tag_rule_hit", "tag_rule_event", "deleted_tag_holder", "snapshot_bits", "person_merge"),
        *("inbox", "item", "job", "timer", "stage"),
    }
    tables = told["tables"]
    assert {row["details"]["name"] for row in (*tables["member"], *tables["follow"])} == {NAME}
    assert {(row["staff_id"], row["name"]) for row in tables["follow_tag"]} == {("Zhang", "vip"), ("Li", "new")}
    facts = {("orders", "3"), ("orders", "4"), ("level", "gold"), ("level", "tin")}
    assert {(row["name"], row["text"]) for row in tables["fact"]} == facts
    assert [row["id"] for row in tables["snapshot_bits"]] == ["s"]
    assert len(tables["item"]) == 7
    assert told["files"][0]["path"] == "/out/a.csv"
    *_, audited = store.audit.entries()
    assert (audited.who, audited.what) == ("ann", "member.exported")
    assert GONE not in repr(audited)
    assert STAYS not in repr([tables[name] for name in set(tables) - {"item"}])
    assert STAYS not in repr([row for row in tables["item"] if not row["message"]])


def test_an_export_of_nobody_is_empty(members: Members) -> None:
    assert members.export("nobody")["tables"] == {}


def test_nothing_of_a_person_is_left_and_nothing_of_others_is_lost(members: Members, store: Store, kept: Vault) -> None:
    others = members.export(STAYS)["tables"]
    done = members.erase(GONE, who="ann", reason="asked to")
    assert done.is_complete
    assert named(store, *PERSONAL) == []
    if store.database.is_sqlite:
        raw = bytes_of(store)
        assert [text for text in PERSONAL if text.encode() in raw] == []
    assert set(done.member_ids) == {GONE, ALSO_GONE}
    assert (done.followers, done.files) == (("Li", "Zhang"), ("/out/a.csv",))
    assert {"member", "follow", "item", "inbox", "fact"} < set(done.rows)
    after = members.export(STAYS)["tables"]
    unshared = {name: found for name, found in others.items() if name not in ("item", "job", "inbox")}
    assert {name: after[name] for name in unshared} == {
        **unshared,
        "known_group_member": [{**unshared["known_group_member"][0], "invited_by": ""}],
    }
    assert [row for row in after["item"] if row["subject"] == STAYS] == [
        row for row in others["item"] if row["subject"] == STAYS
    ]


def test_facts_of_an_identity_that_others_share_stay_theirs(members: Members, store: Store) -> None:
    members.erase(GONE, who="ann")
    assert rows(store, "SELECT name, text FROM privcrm_fact ORDER BY name") == [("level", "tin"), ("orders", "5")]


def test_items_are_skipped_or_done_without_the_person_and_outcomes_stay(members: Members, store: Store) -> None:
    members.erase(GONE, who="ann")
    found = rows(store, "SELECT job_id, seq, state, reason, subject, payload FROM privcrm_item ORDER BY job_id, seq")
    assert [(*row[:4], row[4]) for row in found] == [
        ("j1", 1, "skipped", ERASED, ""),
        ("j1", 2, "planned", "", STAYS),
        ("j1", 3, "done", "", ""),
        ("j1", 4, "failed", "", ""),
        ("j2", 1, "planned", "", ""),
        ("j2", 2, "skipped", ERASED, ""),
        ("j2", 3, "unknown", "", ""),
        ("j2", 4, "waiting", "", STAYS),
        ("j2", 5, "skipped", ERASED, ""),
    ]
    payloads = {row[:2]: json.loads(row[5]) for row in found}
    assert payloads["j2", 1]["order"]["member_ids"] == [STAYS]
    for each in (2, 3, 5):  # none named would mean everybody
        (reference,) = payloads["j2", each]["order"]["member_ids"]
        assert reference.startswith("erased-")
    counts = dict(rows(store, "SELECT id, counts FROM privcrm_job"))
    assert json.loads(counts["j1"]) == {"planned": 1, "done": 1, "failed": 1, "skipped": 1}
    assert json.loads(counts["j2"]) == {"planned": 1, "unknown": 1, "waiting": 1, "skipped": 2}


def test_events_about_the_person_are_not_handled_any_more(members: Members, store: Store) -> None:
    members.erase(GONE, who="ann")
    found = rows(store, "SELECT business_key, subject, concerns, state, payload FROM privcrm_inbox ORDER BY 1")
    assert [row[:4] for row in found] == [
        ("k1", "", "", "done"),
        ("k2", STAYS, f"member:{STAYS}", "new"),
        ("k3", "", "group:g1", "new"),
    ]
    assert json.loads(found[2][4])["user_ids"] == [STAYS]


def test_the_audit_and_the_tombstone_name_nobody(
    members: Members, store: Store, kept: Vault, clock: ManualClock
) -> None:
    done = members.erase(GONE, who="ann", reason="asked to")
    told = [entry for entry in store.audit.entries() if entry.what.startswith("member.erase")]
    assert [(entry.who, entry.what) for entry in told] == [("ann", "member.erase_begun"), ("ann", "member.erased")]
    assert told[0].details == {"tombstones": list(done.tombstones), "reason": "asked to"}
    with store.database.connect() as connection:
        graves = Tombstones(store.database, kept, store.audit, clock)
        assert graves.is_erased(connection, [GONE, ALSO_GONE, STAYS]) == {GONE, ALSO_GONE}


def test_followers_are_asked_to_delete_the_contact(
    members: Members, store: Store, kept: Vault, clock: ManualClock
) -> None:
    done = members.erase(GONE, who="ann")
    tasks = list(StaffTasks(store.database, clock, kept.keyring).list())
    assert {task.task_id for task in tasks} == set(done.tasks)
    assert sorted(task.staff_id for task in tasks) == ["li", "zhang", "zhang"]
    assert {task.kind for task in tasks} == {"delete_contact"}
    told = {json.loads(task.details)["member_id"] for task in tasks if task.details}
    assert told == ({GONE, ALSO_GONE} if kept.keyring else set())
    assert all(task.due_at > clock.time() for task in tasks)
    if kept.keyring:
        assert [row["kind"] for row in members.export(GONE)["tables"]["staff_task"]] == ["delete_contact"] * 2


def test_bitmaps_are_told_to_look_again(members: Members, store: Store) -> None:
    rows_before = rows(store, "SELECT count(*) FROM privcrm_bitmap_mark")
    with store.database.transaction() as connection:
        connection.run(
            "INSERT INTO privcrm_counter (company, name, value) VALUES ('acme', 'bitmaps', 1)"
            " ON CONFLICT (company, name) DO UPDATE SET value = 1"
        )
    members.erase(GONE, who="ann")
    found = set(rows(store, "SELECT kind, key, member FROM privcrm_bitmap_mark"))
    assert rows_before == [(0,)]
    assert {(Kind.CUSTOMER, "", 0), (Kind.CHANNEL, "qr1", 0), (Kind.GROUP, "g1", 1), (Kind.TAG, "0", 0)} <= found
    assert {member for _, _, member in found} == {0, 1}


def test_the_bit_in_a_snapshot_goes(members: Members, store: Store) -> None:
    members.erase(GONE, who="ann")
    assert list(Snapshots(store.database).numbers("s")) == [2]


def test_erasing_again_finds_nothing(members: Members, store: Store) -> None:
    members.erase(GONE, who="ann")
    before = dumped(store)
    again = members.erase(GONE, who="ann")
    assert (again.rows, again.followers, again.is_complete) == ({}, (), True)
    after = dumped(store)
    assert {name: after[name] for name in before if name != "audit"} == {
        name: found for name, found in before.items() if name != "audit"
    }


def test_somebody_unknown_leaves_a_tombstone_only(members: Members, store: Store) -> None:
    done = members.erase("wmNOBODY", who="ann")
    assert (done.rows, len(done.tombstones)) == ({}, 1)
    assert named(store, "wmNOBODY") == []


def test_a_job_at_work_for_the_person_is_waited_for(members: Members, store: Store, clock: ManualClock) -> None:
    before = dumped(store)
    with store.database.transaction() as connection:
        connection.run(
            "UPDATE privcrm_job SET holder = ?, lease_until = ? WHERE id = 'j2'",
            new_holder(Random(1)),
            clock.time() + 60,
        )
    with pytest.raises(JobError, match=r"pause it .privcrm job pause j2. and try again; nothing was erased"):
        members.erase(GONE, who="ann")
    after = dumped(store)
    assert {name: after[name] for name in before if name != "job"} == {
        name: found for name, found in before.items() if name != "job"
    }


@pytest.mark.parametrize("reason", [f"{GONE} asked", f"mail-{GONE}", "call from 138 0013 8000"])
def test_a_reason_that_names_the_person_never_reaches_the_audit(members: Members, store: Store, reason: str) -> None:
    before = dumped(store)
    with pytest.raises(InputError, match="give the number of the request") as caught:
        members.erase(GONE, who="ann", reason=reason)
    assert reason not in str(caught.value)
    assert dumped(store) == before


def test_facts_by_a_phone_that_was_theirs_alone_are_not_kept_any_more(
    members: Members, store: Store, kept: Vault, clock: ManualClock
) -> None:
    members.erase(GONE, who="ann")
    facts = Facts(store, kept, clock)
    before = rows(store, "SELECT count(*) FROM privcrm_fact")
    theirs = [Fact("level", "gold", FactKey.PHONE, PHONE), Fact("level", "gold", FactKey.UNIONID, UNIONID)]
    assert facts.upsert(theirs).written == 0
    assert rows(store, "SELECT count(*) FROM privcrm_fact") == before
    # A number that somebody else has now, and an identity that others share, are theirs.
    with store.database.transaction() as connection:
        connection.run(
            "INSERT INTO privcrm_identity (company, kind, value, member) VALUES ('acme', 'phone', ?, 2)",
            kept.hash("phone", PHONE),
        )
    assert facts.upsert([*theirs, Fact("level", "lead", FactKey.UNIONID, "shared", at=clock.time() + 1)]).written == 2


def test_who_became_known_only_just_now_is_erased_as_well(
    members: Members, store: Store, kept: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A synchronisation that writes between the look at the jobs and the tombstone."""

    def meanwhile(*_: object) -> list[str]:
        with store.database.transaction() as connection:
            Relations(store.database, kept).put(connection, [Entry("wmJUSTNOWJUSTNOW", "Li", created_at=1)], 1.0)
        return []

    monkeypatch.setattr("privcrm.services.members.erasing.under_way", meanwhile)
    done = members.erase("wmJUSTNOWJUSTNOW", who="ann")
    assert done.followers == ("Li",)
    assert named(store, "wmJUSTNOWJUSTNOW") == []


def test_what_somebody_else_writes_meanwhile_is_not_lost(
    members: Members, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, left = Scan.rows, [True]

    def rows_and_then(self: Scan, connection: Connection, person: Person) -> Iterator[tuple]:
        found = list(whole(self, connection, person))
        if self.table == "job" and left.pop():
            left.append(False)
            with store.database.transaction() as other:
                other.run("UPDATE privcrm_job SET note = ? WHERE id = 'j1'", f"waits for {GONE}, {STAYS}")
        return iter(found)

    monkeypatch.setattr(Scan, "rows", rows_and_then)
    members.erase(GONE, who="ann")
    ((note,),) = rows(store, "SELECT note FROM privcrm_job WHERE id = 'j1'")
    assert (GONE in note, STAYS in note) == (False, True)


class Killed(BaseException):
    pass


@contextmanager
def dying_after(transactions: int, patch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Die when that many write transactions were committed."""
    committed, whole = [0], Database.transaction

    @contextmanager
    def transaction(self: Database, **options: object) -> Iterator[object]:
        if committed[0] == transactions:
            raise Killed
        with whole(self, **options) as connection:  # type: ignore[arg-type]
            yield connection
        committed[0] += 1

    with patch.context() as patched:
        patched.setattr(Database, "transaction", transaction)
        yield committed


@pytest.mark.parametrize("after", range(12))
def test_a_killed_erasure_is_finished_by_the_same_call(
    members: Members, store: Store, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dying_after(after, monkeypatch) as committed:
        try:
            members.erase(GONE, who="ann")
        except Killed:
            assert committed == [after]
        else:
            assert committed[0] <= after
    assert members.erase(GONE, who="ann").is_complete
    assert members.erase(ALSO_GONE, who="ann").is_complete
    assert named(store, *PERSONAL) == []
    if store.database.is_sqlite:
        raw = bytes_of(store)
        assert [text for text in PERSONAL if text.encode() in raw] == []
    assert len(rows(store, "SELECT id FROM privcrm_staff_task")) == 3


FORK = multiprocessing.get_context("fork")
STEP = 12


def die_at(url: str, statement: int) -> None:
    """Erase, and be killed before the n-th statement on the database."""
    left = count(statement, -1)

    def dying(name: str) -> None:
        whole = getattr(Connection, name)

        def call(self: Connection, *args: object) -> object:
            if next(left) == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return whole(self, *args)

        setattr(Connection, name, call)

    with open_store(url, clock=ManualClock(), company="acme") as store:
        vault = Vault(store.database, [KEY])
        for name in ("run", "run_many", "one", "all", "stream"):
            dying(name)
        Members(store, vault).erase(GONE, who="ann")


@pytest.mark.crash
@pytest.mark.parametrize("kind", KINDS)
def test_kill_9_at_any_statement_and_the_same_call_finishes(kind: str, tmp_path: Path) -> None:
    kills = 0
    for statement in range(1, 1_000, STEP):
        folder = tmp_path / str(statement)
        folder.mkdir()
        with ready_database(kind, folder) as url:
            with open_store(url, clock=ManualClock(), company="acme") as store:
                fill(store, Vault(store.database, [KEY]))
            process = FORK.Process(target=die_at, args=(url, statement))
            process.start()
            process.join(60)
            with open_store(url, clock=ManualClock(), company="acme") as store:
                finished = Members(store, Vault(store.database, [KEY]))
                assert finished.erase(GONE, who="ann").is_complete
                assert named(store, *PERSONAL) == []
                assert len(rows(store, "SELECT id FROM privcrm_staff_task")) == 3
                if store.database.is_sqlite:
                    assert [text for text in PERSONAL if text.encode() in bytes_of(store)] == []
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
        kills += 1
    assert kills > 5


def only_sqlite(store: Store) -> None:
    if not store.database.is_sqlite:
        pytest.skip("about the file of SQLite")


def test_another_process_that_holds_the_log_is_told(members: Members, store: Store) -> None:
    only_sqlite(store)
    reader = reader_of(store)
    try:
        held = members.erase(GONE, who="ann")
        assert (held.held, held.is_complete) == (True, False)
        assert held.left_in
    finally:
        reader.close()
    assert members.erase(GONE, who="ann").is_complete


def test_what_an_older_version_left_in_the_file_is_rewritten(members: Members, store: Store) -> None:
    only_sqlite(store)
    with sqlite3.connect(store.database.file or "") as careless:
        careless.execute("PRAGMA secure_delete=OFF")
        careless.execute("CREATE TABLE scrap (text TEXT)")
        careless.executemany("INSERT INTO scrap VALUES (?)", [(GONE + "x" * 500,)] * 50)
        careless.commit()
        careless.execute("DROP TABLE scrap")
        careless.commit()
    careless.close()
    done = members.erase(GONE, who="ann")
    assert (done.rewritten, done.is_complete) == (True, True)
    assert GONE.encode() not in bytes_of(store)


def test_what_was_sealed_cannot_be_opened_from_a_copy(members: Members, store: Store, kept: Vault) -> None:
    if not kept.keyring:
        pytest.skip("about sealed texts")
    copies = rows(store, "SELECT number, details FROM privcrm_member WHERE number < 2")
    members.erase(GONE, who="ann")
    with store.database.connect() as connection:
        assert kept.open(connection, copies) == ["", ""]
    assert isinstance(kept.keyring, Keyring)


def test_every_table_has_its_place_in_the_register(store: Store) -> None:
    tables = set(dumped(store))
    held = {each.table for each in (*ROWS, *TEXTS)}
    assert held & set(NOBODY) == set()
    assert tables - held - set(NOBODY) == set(), "a new table: enter it in HOLDINGS, or say why it names nobody"
    assert (held | set(NOBODY)) - tables <= {"department", "department_staff"}


PERSONAL_COLUMNS = {
    *("member_id", "member", "subject", "user_id", "concerns", "payload", "kept", "absorbed", "invited_by"),
    *("operator_id", "details", "before", "message", "params", "note", "error"),
}
HARMLESS = {
    ("audit", "details"),
    ("staff_task", "details"),
    ("bitmap_mark", "member"),
    ("staff_change", "before"),
    ("sync_run", "note"),
}


def test_every_column_that_may_name_a_person_is_covered(store: Store) -> None:
    covered = {(each.table, column) for each in (*ROWS, *TEXTS) for column in each.columns}
    with store.database.connect() as connection:
        look = sqlalchemy.inspect(connection.sqlalchemy)
        found = {
            (table.removeprefix("privcrm_"), column["name"])
            for table in look.get_table_names()
            for column in look.get_columns(table)
            if column["name"] in PERSONAL_COLUMNS
        }
    assert found - covered - HARMLESS == set()


def test_an_error_of_the_store_names_nobody(members: Members, store: Store) -> None:
    with store.database.connect() as connection:
        connection.run("ALTER TABLE privcrm_welcome RENAME TO privcrm_welcome_lost")
    try:
        with pytest.raises(StoreError) as caught:
            members.erase(GONE, who="ann")
    finally:
        with store.database.connect() as connection:
            connection.run("ALTER TABLE privcrm_welcome_lost RENAME TO privcrm_welcome")
    assert GONE not in str(caught.value)
