"""Tombstones: who was erased stays away until a new add."""

from threading import Event, Thread

import pytest
from cryptography.fernet import Fernet

from privcrm.clock import ManualClock
from privcrm.store import Store, open_store
from privcrm.store.tombstones import Tombstones, reference_of
from privcrm.store.vault import Vault


def tombstones_of(store: Store, clock: ManualClock) -> Tombstones:
    return Tombstones(store.database, Vault(store.database, [KEY]), store.audit, clock)


KEY = Fernet.generate_key().decode()


@pytest.fixture
def tombstones(store: Store, clock: ManualClock) -> Tombstones:
    return tombstones_of(store, clock)


def erased(store: Store, tombstones: Tombstones, *member_ids: str) -> set[str]:
    with store.database.connect() as connection:
        return tombstones.is_erased(connection, member_ids)


def put(store: Store, tombstones: Tombstones, *member_ids: str) -> list[str]:
    with store.database.transaction() as connection:
        return [tombstones.put(connection, member_id) for member_id in member_ids]


def test_those_who_were_erased_are_known_without_their_ids(store: Store, tombstones: Tombstones) -> None:
    assert erased(store, tombstones, "wm1") == set()
    first, second, again = put(store, tombstones, "wm1", "wm2", "wm1")
    assert first == again != second
    assert erased(store, tombstones, "wm1", *(f"other {n}" for n in range(1200)), "wm2") == {"wm1", "wm2"}
    with store.database.connect() as connection:
        assert "wm1" not in repr(connection.all("SELECT * FROM privcrm_tombstone"))


def test_another_company_has_tombstones_of_its_own(
    store: Store, tombstones: Tombstones, url: str, clock: ManualClock
) -> None:
    put(store, tombstones, "wm1")
    with open_store(url, clock=clock, company="other") as other:
        theirs = tombstones_of(other, clock)
        assert put(other, theirs, "wm2") != put(store, tombstones, "wm2")
        assert erased(other, theirs, "wm1", "wm2") == {"wm2"}


def test_a_tombstone_is_lifted_once_and_the_audit_tells_without_the_id(
    store: Store, tombstones: Tombstones, clock: ManualClock
) -> None:
    (reference,) = put(store, tombstones, "wm1")
    later = clock.time() + 1
    with store.database.transaction() as connection:
        assert tombstones.lift(connection, "wm1", added_at=later)
        assert not tombstones.lift(connection, "wm1", added_at=later)
        assert not tombstones.lift(connection, "wm2", added_at=later)
    assert erased(store, tombstones, "wm1") == set()
    (entry,) = store.audit.entries()
    assert (entry.who, entry.what, entry.details) == ("event", "member.tombstone_lifted", {"tombstone": reference})


def test_an_add_from_before_lifts_nothing(store: Store, tombstones: Tombstones, clock: ManualClock) -> None:
    put(store, tombstones, "wm1")
    clock.advance(60)
    put(store, tombstones, "wm1")
    at = clock.time()
    with store.database.transaction() as connection:
        for added_at in (0, at - 30, at):
            assert not tombstones.lift(connection, "wm1", added_at=added_at)
            assert tombstones.is_erased(connection, ["wm1"], added_at=added_at) == {"wm1"}
        assert tombstones.is_erased(connection, ["wm1"], added_at=at + 1) == set()
        assert tombstones.lift(connection, "wm1", added_at=at + 1)


def test_what_stands_for_an_erased_person_is_erased(store: Store, tombstones: Tombstones, clock: ManualClock) -> None:
    stand_in = reference_of(tombstones.hash("wm1"))
    assert erased(store, tombstones, stand_in, "wm2") == {stand_in}
    put(store, tombstones, "wm1")
    with store.database.connect() as connection:
        assert tombstones.is_erased(connection, [stand_in], added_at=clock.time() + 9) == {stand_in}


def test_identities_of_the_erased_are_forgotten_while_they_are_nobodys(store: Store, tombstones: Tombstones) -> None:
    phone, card = ("phone", "hash-1"), ("card_no", "hash-1")
    with store.database.transaction() as connection:
        assert tombstones.forgotten(connection, [phone]) == set()
        tombstones.put_identity(connection, *phone)
        assert tombstones.forgotten(connection, [phone, card]) == {phone}
        connection.run(
            "INSERT INTO privcrm_identity (company, kind, value, member) VALUES ('acme', 'phone', 'hash-1', 7)"
        )
        assert tombstones.forgotten(connection, [phone, card]) == set()
        assert "hash-1" not in repr(connection.all("SELECT * FROM privcrm_tombstone"))


def test_an_erasure_waits_for_whoever_has_looked_and_may_write(
    store: Store, tombstones: Tombstones, clock: ManualClock
) -> None:
    looked, order = Event(), list[str]()

    def write_late() -> None:
        with store.database.transaction() as connection:
            assert tombstones.is_erased(connection, ["wm1"]) == set()
            looked.set()
            clock_of_wall.wait(0.3)
            order.append("written")

    clock_of_wall = Event()
    writer = Thread(target=write_late)
    writer.start()
    assert looked.wait(10)
    put(store, tombstones, "wm1")
    order.append("erased")
    writer.join(10)
    assert order == ["written", "erased"]


def test_a_lift_that_is_rolled_back_did_not_happen(store: Store, tombstones: Tombstones, clock: ManualClock) -> None:
    put(store, tombstones, "wm1")

    def lift_and_fail() -> None:
        with store.database.transaction() as connection:
            assert tombstones.lift(connection, "wm1", added_at=clock.time() + 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        lift_and_fail()
    assert erased(store, tombstones, "wm1") == {"wm1"}
    assert list(store.audit.entries()) == []
