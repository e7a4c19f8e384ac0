"""Members and relations are forgotten when they were not seen for long, and only then."""

from collections.abc import Mapping, Sequence
from random import Random

import pytest

from privcrm.clock import ManualClock
from privcrm.models.fact import Fact, FactKey
from privcrm.services.facts import Facts
from privcrm.services.members import Members
from privcrm.services.members.holdings import ROWS
from privcrm.services.mirror.stored_mirror import StoredMirror
from privcrm.services.retention import Retention
from privcrm.services.retention.members import LEFT_OUT, MemberRemover
from privcrm.store import Store
from privcrm.store.mirror.entries import Entry
from privcrm.store.mirror.forgetting import RelationRemover
from privcrm.store.mirror.marks import BUILT, Kind
from privcrm.store.mirror.relations import Ended, Relations
from privcrm.store.mirror.snapshots import Snapshot, Snapshots
from privcrm.store.retention import DAY, RULES, ages
from privcrm.store.vault import Vault
from tests.store.rows import put, values

AGE = 1_100 * DAY


@pytest.fixture
def relations(store: Store) -> Relations:
    return Relations(store.database)


@pytest.fixture
def vault(store: Store) -> Vault:
    return Vault(store.database)


def lists(store: Store, relations: Relations, pairs: Sequence[tuple[str, str]], **fields: object) -> None:
    """Let the vendor list these relations (member, employee) now."""
    with store.database.transaction() as connection:
        entries = [
            Entry(member_id=member, staff_id=staff, created_at=1_700_000_000, tag_ids=("t",), digest="d", **fields)
            for member, staff in pairs
        ]
        relations.put(connection, entries, store.clock.time())


def ends(store: Store, relations: Relations, member: str, staff: str, how: str = "deleted_by_staff") -> None:
    now = store.clock.time()
    with store.database.transaction() as connection:
        assert relations.end(connection, staff, member, Ended(int(now), how), now)


def vanishes(store: Store, relations: Relations, member: str, staff: str) -> None:
    with store.database.transaction() as connection:
        pair = relations.pair(connection, staff, member)
        assert pair is not None
        relations.vanish(connection, [pair], store.clock.time())


def purge(store: Store, **changed: float | None) -> Mapping[str, int]:
    chosen = Retention(store, ages=changed)
    dry = chosen.purge(dry_run=True)
    done = chosen.purge()
    assert dry.rows == done.rows
    return {name: count for name, count in done.rows.items() if count}


def members(store: Store) -> list[str]:
    return values(store, "member", "member_id")


def test_who_is_followed_stays_however_long_nothing_changed(
    store: Store, clock: ManualClock, relations: Relations
) -> None:
    lists(store, relations, [("wm1", "ann"), ("wm2", "ann"), ("wm2", "bob")])
    ends(store, relations, "wm2", "bob")
    clock.advance(AGE + 2)
    assert purge(store) == {"relations": 1}
    assert members(store) == ["wm1", "wm2"]
    assert values(store, "follow", "live") == [1, 1]


@pytest.mark.parametrize("how", ["deleted_by_staff", "transferred", "vanished"])
def test_who_was_not_seen_for_long_goes(store: Store, clock: ManualClock, relations: Relations, how: str) -> None:
    lists(store, relations, [("wm1", "ann"), ("wm2", "ann")])
    clock.advance(500 * DAY)
    if how == "vanished":
        vanishes(store, relations, "wm1", "ann")
    else:
        ends(store, relations, "wm1", "ann", how)
    clock.advance(AGE - 2)
    assert purge(store) == {}
    clock.advance(4)
    assert purge(store) == {"relations": 1, "members": 1}
    assert members(store) == ["wm2"]
    assert purge(store) == {}
    lists(store, relations, [("wm1", "ann")])
    assert values(store, "member", "number") == [1, 2]  # a number is never given twice


def test_the_age_of_a_relation_counts_from_when_something_was_told_of_it(
    store: Store, clock: ManualClock, relations: Relations
) -> None:
    lists(store, relations, [("wm1", "ann")])
    long_ago = int(clock.time())
    clock.advance(AGE + 2)
    with store.database.transaction() as connection:
        assert relations.end(connection, "ann", "wm1", Ended(long_ago, "deleted_by_staff"), clock.time())
    assert purge(store) == {}


def test_who_deleted_the_employee_stays_while_the_vendor_may_list_it(
    store: Store, clock: ManualClock, relations: Relations
) -> None:
    lists(store, relations, [("wm1", "ann"), ("wm2", "ann"), ("wm3", "eve")])
    for member, staff in (("wm1", "ann"), ("wm2", "ann"), ("wm3", "eve")):
        ends(store, relations, member, staff, "deleted_by_member")
    with store.database.connect() as connection:
        connection.run("UPDATE privcrm_staff SET state = 'left' WHERE staff_id = 'eve'")
    clock.advance(10 * DAY)
    vanishes(store, relations, "wm2", "ann")
    clock.advance(AGE)
    assert purge(store) == {"relations": 1, "members": 1}
    clock.advance(20 * DAY)
    assert purge(store) == {"relations": 1, "members": 1}
    lists(store, relations, [("wm1", "ann")])
    assert members(store) == ["wm1"]
    assert values(store, "follow", "live") == [0]


def test_a_relation_of_which_less_is_kept_than_of_the_member_still_tells_when_that_was_seen(
    store: Store, clock: ManualClock, relations: Relations
) -> None:
    lists(store, relations, [("wm1", "ann")])
    clock.advance(3_000 * DAY)
    ends(store, relations, "wm1", "ann")
    put(store, "known_follow", staff_id="ann", member_id="wm1", lives=1)
    clock.advance(100 * DAY)
    assert purge(store, relations=90) == {"relations": 1}
    assert values(store, "known_follow", "staff_id") == []
    clock.advance(990 * DAY)
    assert purge(store, relations=90) == {}
    clock.advance(20 * DAY)
    assert purge(store, relations=90) == {"members": 1}


# -- groups


@pytest.fixture
def in_group(store: Store, clock: ManualClock) -> StoredMirror:
    """A mirror in which one who is no customer is in a group."""
    mirror = StoredMirror(store.database, clock)
    put(store, "known_group", group_id="g", name="Group", versions="[]", lives=1, noted_at=clock.time())
    with store.database.transaction() as connection:
        mirror.move(connection, "g", {"wm1": False, "ann": True}, [])
    return mirror


def test_who_is_in_a_group_that_lives_stays(store: Store, clock: ManualClock, in_group: StoredMirror) -> None:
    clock.advance(AGE + 2)
    assert purge(store) == {}
    with store.database.transaction() as connection:
        in_group.move(connection, "g", {}, ["wm1"])
    assert purge(store) == {}
    clock.advance(AGE - 2)
    assert purge(store) == {}
    clock.advance(4)
    assert purge(store) == {"members": 1}


def test_a_dismissed_group_keeps_nobody_for_ever(store: Store, clock: ManualClock, in_group: StoredMirror) -> None:
    clock.advance(AGE)
    with store.database.connect() as connection:
        connection.run("UPDATE privcrm_known_group SET lives = 0, noted_at = ?", clock.time())
    clock.advance(AGE - 2)
    assert purge(store) == {}
    clock.advance(4)
    assert purge(store) == {"members": 1}
    assert values(store, "known_group_member", "user_id") == ["ann"]


def test_whom_only_a_sweep_knows_stays(store: Store, clock: ManualClock, in_group: StoredMirror) -> None:
    put(store, "known_follow", staff_id="ann", member_id="wm1", lives=1)
    with store.database.transaction() as connection:
        in_group.move(connection, "g", {}, ["wm1"])
    clock.advance(AGE + 2)
    assert purge(store) == {}


# -- what goes with a member


def test_everything_of_a_member_goes_and_what_is_shared_stays(
    store: Store, clock: ManualClock, relations: Relations, vault: Vault
) -> None:
    shared, own = ("unionid", vault.hash("unionid", "shared")), ("phone", vault.hash("phone", "+8613800138000"))
    lists(store, relations, [("wm1", "ann")], identities=(shared, own), member_details="{}")
    lists(store, relations, [("wm2", "ann")], identities=(shared,))
    Facts(store, vault, clock).upsert(
        [
            Fact("orders", 1, FactKey.MEMBER_ID, "wm1"),
            Fact("orders", 2, FactKey.PHONE, "+8613800138000"),
            Fact("orders", 3, FactKey.UNIONID, "shared"),
            Fact("orders", 4, FactKey.MEMBER_ID, "wm2"),
        ]
    )
    put(store, "person_key", member=0, wrapped="w")
    put(store, "welcome", key="w", at=1, staff="ann", subject="wm1", decided_at=clock.time())
    put(store, "tag_rule_hit", rule="r", member=0, staff=0, tag_id="t", state="put", job_id="")
    put(store, "file", path="/out/a.csv", kind="segment")
    Snapshots(store.database).take(Snapshot("s", "", "{}", 0, 0.0, None), [0, 1])
    vanishes(store, relations, "wm1", "ann")
    clock.advance(AGE + 2)
    assert purge(store, welcomes=None, relations=None) == {"members": 1}
    assert values(store, "fact", "text") == ["3", "4"]
    assert values(store, "identity", "member") == [1]
    assert [values(store, each, "member") for each in ("person_key", "tag_rule_hit", "follow")] == [[], [], [1]]
    assert (values(store, "welcome", "key"), values(store, "file", "path")) == ([], ["/out/a.csv"])
    assert list(Snapshots(store.database).numbers("s")) == [1]
    assert values(store, "tombstone", "hash") == []


def test_bitmaps_are_told_of_who_is_gone(store: Store, clock: ManualClock, relations: Relations) -> None:
    lists(store, relations, [("wm1", "ann"), ("wm2", "ann"), ("wm2", "bob")])
    vanishes(store, relations, "wm1", "ann")
    vanishes(store, relations, "wm2", "bob")
    with store.database.connect() as connection:
        connection.run("UPDATE privcrm_counter SET value = 1 WHERE name = ?", BUILT)
        connection.run("DELETE FROM privcrm_bitmap_mark")
    clock.advance(AGE + 2)
    purge(store)
    assert (Kind.CUSTOMER in values(store, "bitmap_mark", "kind", "member = 0")) is True
    assert values(store, "bitmap_mark", "kind", "member = 1") == [Kind.DELETED_STAFF]


def test_a_person_of_several_ids_goes_when_all_are_old(
    store: Store, clock: ManualClock, relations: Relations, vault: Vault
) -> None:
    everybody = ["wm1", "wm2", "wm3", "wm4", "wm5"]
    lists(store, relations, [(each, "ann") for each in everybody])
    people = Members(store, vault, Random(1))
    for kept, absorbed in (("wm1", "wm2"), ("wm2", "wm3"), ("wm4", "wm5")):
        people.merge(kept, absorbed, reason="same card", who="ann")
    for each in ("wm1", "wm2", "wm4", "wm5"):
        vanishes(store, relations, each, "ann")
    clock.advance(AGE + 2)
    assert purge(store) == {"relations": 4, "members": 2}
    assert members(store) == ["wm1", "wm2", "wm3"]
    assert len(values(store, "person_merge", "id")) == 2
    vanishes(store, relations, "wm3", "ann")
    clock.advance(AGE + 2)
    assert purge(store) == {"relations": 1, "members": 3}
    assert values(store, "person_merge", "id") == []


def test_who_is_seen_again_meanwhile_stays(store: Store, clock: ManualClock, relations: Relations) -> None:
    lists(store, relations, [("wm1", "ann"), ("wm2", "ann")])
    for each in ("wm1", "wm2"):
        vanishes(store, relations, each, "ann")
    clock.advance(AGE + 2)
    lists(store, relations, [("wm1", "ann")])  # since both were found to be old
    rules = {rule.name: rule for rule in RULES}
    before = clock.time() - AGE
    with store.database.transaction() as connection:
        ended = RelationRemover(store.database, rules["relations"])
        assert ended.remove(connection, [(0, 0), (1, 0)], before) == 1
        unseen = MemberRemover(store.database, rules["members"])
        assert unseen.remove(connection, [(0,), (1,)], before) == 1
        assert unseen.remove(connection, [(0,), (1,)], before) == 0
    assert members(store) == ["wm1"]
    assert values(store, "follow", "live") == [1]


def test_whatever_is_kept_of_people_is_known_to_go_or_to_stay() -> None:
    """A new table in the list needs a decision: does finding a member's rows in it take an index, or all of them?"""
    assert {(each.table, each.columns[0]) for each in ROWS} - LEFT_OUT == {
        *((table, "member") for table in ("follow_tag", "follow", "tag_rule_hit", "person_key", "identity")),
        *((table, "member") for table in ("code_add", "code_join")),
        ("person_merge", "kept"),
        ("fact", "value"),
        ("snapshot_bits", "bits"),
        ("known_follow", "member_id"),
        ("known_group_member", "user_id"),
        ("welcome", "subject"),
        ("member", "member_id"),
    }
    assert {each for each in LEFT_OUT if each not in {(one.table, one.columns[0]) for one in ROWS}} == set()


def test_people_are_kept_for_ever_if_no_age_is_given(store: Store, clock: ManualClock, relations: Relations) -> None:
    lists(store, relations, [("wm1", "ann")])
    vanishes(store, relations, "wm1", "ann")
    clock.advance(10 * AGE)
    assert purge(store, members=0, relations=None) == {}
    assert ages()["members"] == 1_100
