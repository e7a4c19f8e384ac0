"""A store that was filled straight holds, row by row, what a synchronisation over HTTP leaves in another."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from privcrm import CRM
from privcrm.clock import ManualClock
from privcrm.errors import InputError
from privcrm.sandbox import Sandbox, VirtualClock
from privcrm.services.sync import Sync
from privcrm.store import Store, open_store
from privcrm.store.vault import Vault
from privcrm.testing.filling import Size, company_id, fill
from tests.store.fixtures import url

__all__ = ["url"]

SIZE = Size(3, 45, 400, 6, "large")
FIELDS = ("name", "avatar", "unionid", "corp_name", "remark", "description", "company", "phone")
TABLES = {
    "counter": "name, value",
    "staff": "number, staff_id, shown_id, name, state, missing_since, departments, position, activated, serves, digest",
    "staff_change": "staff, seq, what, before, after",
    "department": "department_id, name, parent_id",
    "member": "number, member_id, kind, gender, is_customer, details",
    "follow": "member, staff, created_at, day, add_way, state, operator_id, live, ended_at, ended_how, gone_at, digest,"
    " last_tags, details",
    "follow_tag": "member, staff, tag",
    "tag": "number, tag_id, name, group_id, sort, created_at, deleted_at",
    "tag_group": "group_id, name, sort, created_at, deleted_at",
    "identity": "kind, value, member, source",
    "known_group": "group_id, owner_id, name, versions, lives, created_at, owner_state",
    "known_group_member": "group_id, user_id, is_staff, joined_at, scene, invited_by, state",
}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(url: str, clock: ManualClock) -> Generator[Store]:
    with open_store(url, clock=clock, company=company_id(SIZE.seed)) as opened:
        yield opened


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(
        seed=SIZE.seed,
        staff=SIZE.staff,
        members=SIZE.members,
        groups=SIZE.groups,
        scale=SIZE.scale,
        clock=VirtualClock(),
    ) as served:
        yield served


def rows(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store.database.connect() as connection:
        return {
            table: sorted(
                connection.all(f"SELECT {columns} FROM privcrm_{table} WHERE company = ?", store.company), key=repr
            )
            for table, columns in TABLES.items()
        }


def forget(store: Store) -> None:
    """Empty the tables of the mirror, but keep the key with which identities are hashed."""
    with store.database.transaction() as connection:
        for table in TABLES:
            connection.run(f"DELETE FROM privcrm_{table} WHERE company = ?", store.company)


def connected(sandbox: Sandbox) -> CRM:
    credentials = sandbox.credentials
    return CRM.connect(
        "wecom",
        corp_id=credentials.corp_id,
        secret=credentials.secret,
        directory_secret=credentials.directory_secret,
        base_url=sandbox.base_url,
    )


def test_filling_and_synchronising_leave_the_same(store: Store, sandbox: Sandbox):
    vault = Vault(store.database)
    report = fill(store, SIZE, vault, store_fields=FIELDS)
    filled = rows(store)
    assert all(filled.values())
    assert report.held.members == len({each[0] for each in filled["follow"]})
    assert report.held.groups == SIZE.groups
    with connected(sandbox) as crm:
        over_http = Sync(crm.provider, store, vault, store_fields=FIELDS)
        again = over_http.run()
        assert (again.written, again.counts.groups_changed, again.counts.staff_changed) == (0, 0, 0)
        assert again.counts.tags_changed == again.counts.vanished == 0
        assert over_http.check().differences == {}
        assert rows(store) == filled
        forget(store)
        over_http.run()
    assert rows(store) == filled


def test_a_store_of_another_company_and_one_with_members_are_refused(tmp_path: Path, clock: ManualClock):
    size = Size(3, 8, 10, 1)
    with (
        open_store(f"sqlite:///{tmp_path}/c.db", clock=clock, company="acme") as other,
        pytest.raises(InputError, match=r"this company is ww\w+, and the store was opened for acme"),
    ):
        fill(other, size)
    with open_store(f"sqlite:///{tmp_path}/c.db", clock=clock, company=company_id(3)) as store:
        fill(store, size)
        with pytest.raises(InputError, match="has members of this company already"):
            fill(store, size)
