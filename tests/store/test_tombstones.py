import pytest
from cryptography.fernet import Fernet

from privcrm.clock import ManualClock
from privcrm.store import Store, open_store
from privcrm.store.tombstones import Tombstones
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


def test_a_tombstone_is_lifted_once_and_the_audit_tells_without_the_id(store: Store, tombstones: Tombstones) -> None:
    (reference,) = put(store, tombstones, "wm1")
    with store.database.transaction() as connection:
        assert tombstones.lift(connection, "wm1")
        assert not tombstones.lift(connection, "wm1")
        assert not tombstones.lift(connection, "wm2")
    assert erased(store, tombstones, "wm1") == set()
    (entry,) = store.audit.entries()
    assert (entry.who, entry.what, entry.details) == ("event", "member.tombstone_lifted", {"tombstone": reference})


def test_a_lift_that_is_rolled_back_did_not_happen(store: Store, tombstones: Tombstones) -> None:
    put(store, tombstones, "wm1")

    def lift_and_fail() -> None:
        with store.database.transaction() as connection:
            tombstones.lift(connection, "wm1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        lift_and_fail()
    assert erased(store, tombstones, "wm1") == {"wm1"}
    assert list(store.audit.entries()) == []
