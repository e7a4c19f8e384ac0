"""A store in which one person stands in every table, beside somebody who must be left alone."""

import json
import sqlite3
from pathlib import Path

import sqlalchemy

from privcrm.events.codec import dump_event
from privcrm.jobs.codec import dump
from privcrm.models.events import GroupMembersJoined, MemberAdded
from privcrm.models.fact import Fact, FactKey
from privcrm.models.ids import GroupId, MemberId, StaffId
from privcrm.services.facts import Facts
from privcrm.services.members.identities import Identities
from privcrm.store import Connection, Store
from privcrm.store.mirror.entries import Entry
from privcrm.store.mirror.relations import Relations
from privcrm.store.mirror.snapshots import packed
from privcrm.store.vault import Vault

GONE, ALSO_GONE, STAYS = "wmGONEGONEGONE01", "wmALSOGONEGONE02", "wmSTAYSSTAYS03"
NAME, PHONE, UNIONID = "Canary Zhang", "+8613800138000", "unionid-canary-1"
PERSONAL = (GONE, ALSO_GONE, NAME, PHONE, "13800138000", UNIONID)
TABLES_OF_JOBS = ("item", "job", "inbox", "timer", "stage")


def fill(store: Store, vault: Vault) -> None:
    """Let all three be known in every way; the first two are one person."""
    with store.database.transaction() as connection:
        _mirror(store, vault, connection)
        _groups(connection)
        _jobs(connection)
        _inbox(connection)
        _the_rest(connection)
    Identities(store, vault, _Numbers()).merge(GONE, ALSO_GONE, reason="same card", who="ann")
    Facts(store, vault, store.clock).upsert(
        [
            Fact("orders", 3, FactKey.MEMBER_ID, GONE),
            Fact("orders", 4, FactKey.UNIONID, UNIONID),
            Fact("level", "gold", FactKey.PHONE, PHONE),
            Fact("orders", 5, FactKey.MEMBER_ID, STAYS),
            Fact("level", "tin", FactKey.UNIONID, "shared"),
        ]
    )


class _Numbers:
    def getrandbits(self, count: int) -> int:
        return 7


def _mirror(store: Store, vault: Vault, connection: Connection) -> None:
    details = json.dumps({"name": NAME, "mobiles": [PHONE]})
    shared = ("unionid", vault.hash("unionid", "shared"))
    own = (("unionid", vault.hash("unionid", UNIONID)), ("phone", vault.hash("phone", PHONE)), shared)
    entries = [
        _entry(GONE, "Zhang", own, details, "vip"),
        _entry(GONE, "Li", (), details, "new"),
        _entry(ALSO_GONE, "Zhang", (), details, "vip"),
        _entry(STAYS, "Zhang", (shared,), json.dumps({"name": "Stays Li"}), "vip"),
    ]
    Relations(store.database, vault).put(connection, entries, 1.0)
    connection.run("UPDATE privcrm_tag SET name = tag_id")


def _entry(member_id: str, staff_id: str, identities: tuple, details: str, tag: str) -> Entry:
    return Entry(
        member_id=member_id,
        staff_id=staff_id,
        created_at=1_700_000_000,
        state="qr1",
        tag_ids=(tag,),
        identities=identities,
        member_details=details,
        follow_details=details,
    )


def _groups(connection: Connection) -> None:
    connection.run("INSERT INTO privcrm_known_group (company, group_id, name) VALUES ('acme', 'g1', 'Group')")
    connection.run_many(
        "INSERT INTO privcrm_known_group_member (company, group_id, user_id, invited_by) VALUES ('acme', 'g1', ?, ?)",
        [(GONE, "zhang"), (ALSO_GONE, ""), (STAYS, GONE)],
    )
    connection.run_many(
        "INSERT INTO privcrm_known_follow (company, staff_id, member_id) VALUES ('acme', 'zhang', ?)",
        [(each,) for each in (GONE, ALSO_GONE, STAYS)],
    )


def order(*member_ids: str) -> str:
    return dump({"order": {"member_ids": list(member_ids), "content": {"text": "hello"}}})


ITEMS = (
    ("j1", 1, f"{GONE}/zhang", dump({"member": GONE, "staff": "zhang"}), GONE, "planned", "", ""),
    ("j1", 2, f"{STAYS}/zhang", dump({"member": STAYS, "staff": "zhang"}), STAYS, "planned", "", ""),
    ("j1", 3, f"{GONE}/li", dump({"member": GONE, "staff": "li"}), GONE, "done", "", dump({"rejected": [GONE]})),
    ("j1", 4, "x row 4/", dump({"member": "", "staff": ""}), "", "failed", f"several match: {GONE}, {STAYS}", ""),
    ("j2", 1, "a/1", order(GONE, STAYS), "", "planned", "", ""),
    ("j2", 2, "b/1", order(GONE), "", "planned", "", ""),
    ("j2", 3, "c/1", order(GONE), GONE, "unknown", "", ""),
    ("j2", 4, "d/1", order(STAYS), STAYS, "waiting", "", ""),
    ("j2", 5, "e/1", order(ALSO_GONE), ALSO_GONE, "waiting", "", ""),
)


def _jobs(connection: Connection) -> None:
    for job_id in ("j1", "j2"):
        states = [item[5] for item in ITEMS if item[0] == job_id]
        connection.run(
            "INSERT INTO privcrm_job (company, id, kind, state, params, limits, counts, items)"
            " VALUES ('acme', ?, 'tag', 'paused', ?, '{}', ?, ?)",
            job_id,
            dump({"named": [GONE, STAYS]}),
            dump({state: states.count(state) for state in set(states)}),
            len(states),
        )
    connection.run_many(
        "INSERT INTO privcrm_item (company, job_id, seq, key, payload, subject, state, message, before)"
        " VALUES ('acme', ?, ?, ?, ?, ?, ?, ?, ?)",
        list(ITEMS),
    )


def _inbox(connection: Connection) -> None:
    added = [MemberAdded(staff_id=StaffId("zhang"), member_id=MemberId(each)) for each in (GONE, STAYS)]
    joined = GroupMembersJoined(group_id=GroupId("g1"), user_ids=(GONE, STAYS))
    for key, event in zip(("k1", "k2", "k3"), (*added, joined), strict=True):
        connection.run(
            "INSERT INTO privcrm_inbox (company, storage_key, business_key, kind, subject, concerns, payload, state,"
            " error) VALUES ('acme', ?, ?, ?, ?, ?, ?, 'new', ?)",
            *(f"{key} {event.subject}", key, type(event).__name__, event.subject, event.concerns),
            *(dump_event(event), f"failed for {event.subject}"),
        )


def _the_rest(connection: Connection) -> None:
    for each in (GONE, STAYS):
        payload = dump({"member_id": each})
        connection.run(
            "INSERT INTO privcrm_timer (company, kind, key, payload) VALUES ('acme', 'look', ?, ?)", each, payload
        )
        connection.run(
            "INSERT INTO privcrm_stage (company, job_id, key, seq, payload) VALUES ('acme', 'j', ?, 1, ?)",
            *(each, payload),
        )
        connection.run(
            "INSERT INTO privcrm_welcome (company, key, staff, subject) VALUES ('acme', ?, 'zhang', ?)",
            *(f"w{len(each)}", each),
        )
    for number in (0, 1, 2):
        connection.run(
            "INSERT INTO privcrm_tag_rule_hit (company, rule, member, staff, tag_id, state, job_id)"
            " VALUES ('acme', 'r', ?, 0, 't', 'put', '')",
            number,
        )
        connection.run(
            "INSERT INTO privcrm_tag_rule_event (company, rule, member, event) VALUES ('acme', 'r', ?, 'e')", number
        )
        connection.run(
            "INSERT INTO privcrm_deleted_tag_holder (company, tag, member, staff) VALUES ('acme', 0, ?, 0)", number
        )
    connection.run("INSERT INTO privcrm_snapshot (company, id, name) VALUES ('acme', 's', 'spring')")
    connection.run(
        "INSERT INTO privcrm_snapshot_bits (company, id, chunk, bits) VALUES ('acme', 's', 0, ?)",
        packed([0, 1, 2])[1],
    )
    connection.run("INSERT INTO privcrm_file (company, path, kind) VALUES ('acme', '/out/a.csv', 'outcomes')")


def dumped(store: Store) -> dict[str, list]:
    """Return all rows of all tables."""
    with store.database.connect() as connection:
        tables = sqlalchemy.inspect(connection.sqlalchemy).get_table_names()
        return {
            table.removeprefix("privcrm_"): sorted(connection.all(f"SELECT * FROM {table}"), key=repr)
            for table in tables
        }


def bytes_of(store: Store) -> bytes:
    """Return the raw bytes of an SQLite database and its log."""
    file = store.database.file
    assert file is not None
    return b"".join(each.read_bytes() for each in (file, Path(f"{file}-wal")) if each.exists())


def reader_of(store: Store) -> sqlite3.Connection:
    """Return a connection that holds the log, as another process that reads would."""
    reader = sqlite3.connect(store.database.file or "", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM privcrm_member").fetchone()
    return reader
