"""Erasing a person from a store in full use: only a new add brings them back, and work goes on without them."""

from collections import Counter
from collections.abc import Callable

import pytest
from cryptography.fernet import Fernet

from privcrm import CRM
from privcrm.events.codec import dump_event
from privcrm.jobs import Job, OutcomeState
from privcrm.models import StaffId
from privcrm.models.events import EventSource, MemberAdded, MemberEdited
from privcrm.models.fact import Fact, FactKey
from privcrm.services.mirror.stored_mirror import StoredMirror
from privcrm.store.tombstones import Tombstones
from privcrm.store.vault import Vault

from .conftest import Shop, members_of_active_staff, write_list

KEY = Fernet.generate_key().decode()


def bytes_of(shop: Shop) -> bytes:
    return b"".join(path.read_bytes() for path in shop.folder.glob("store.db*"))


def outcomes(shop: Shop, job: Job) -> Counter[tuple[str, str]]:
    return Counter((item.outcome.state.value, item.outcome.reason) for item in shop.crm.jobs.items(job.id))


def test_a_person_who_is_erased_comes_back_by_a_new_add_only(open_shop: Callable[..., Shop]) -> None:
    shop = open_shop(store_keys=(KEY,), store_fields=("name",))
    shop.crm.sync.run()
    gone, stays, *_ = members_of_active_staff(shop)
    shop.crm.facts.upsert([Fact("orders", 3, FactKey.MEMBER_ID, each) for each in (gone, stays)])
    followers = {pair[0] for pair in shop.relations() if pair[1] == gone}
    assert shop.crm.members.export(gone)["tables"]["follow"]

    done = shop.crm.members.erase(gone, who="ann")

    assert done.is_complete
    assert {each.lower() for each in done.followers} == {each.lower() for each in followers}
    assert gone.encode() not in bytes_of(shop)
    assert stays.encode() in bytes_of(shop)
    shop.crm.sync.run()
    shop.crm.sync.members.take(MemberEdited(staff_id=StaffId(min(followers)), member_id=gone, at=1))
    assert gone.encode() not in bytes_of(shop)
    assert shop.crm.members.resolve(member_id=gone) == ()

    added = MemberAdded(staff_id=StaffId(min(followers)), member_id=gone, at=1, source=EventSource.CALLBACK)
    shop.crm.sync.members.take(added)
    assert shop.crm.members.resolve(member_id=gone) == (gone,)
    assert shop.crm.facts.of(gone) == ()
    assert [entry.what for entry in shop.crm.audit.entries()].count("member.tombstone_lifted") == 1


def test_a_job_goes_on_without_the_person_and_can_be_taken_back(shop: Shop) -> None:
    members = members_of_active_staff(shop)[:12]
    path, _ = write_list(shop, members)
    before = shop.relations()
    job, _ = shop.crm.tagging.submit(str(path))
    erased = shop.crm.members.erase(members[0], who="ann")
    assert erased.rows["item"] > 0

    shop.crm.jobs.run(job.id)

    kept = shop.crm.jobs.get(job.id)
    found = outcomes(shop, job)
    assert found["skipped", "erased"] == erased.rows["item"]
    assert {state: count for state, count in kept.counts.items() if count} == {
        state: sum(count for (name, _), count in found.items() if name == state)
        for state in OutcomeState
        if any(name == state for name, _ in found)
    }
    changed = {pair for pair, tags in shop.relations().items() if tags != before[pair]}
    assert members[0] not in {member for _, member in changed}
    assert changed
    shop.crm.jobs.run(shop.crm.jobs.undo(job.id, "ann").id)
    assert shop.relations() == before


def test_an_event_that_waits_is_not_handled_once_its_person_is_erased(shop: Shop) -> None:
    shop.crm.sync.run()
    gone = members_of_active_staff(shop)[0]
    event = MemberAdded(staff_id=StaffId("someone"), member_id=gone, at=1, source=EventSource.CALLBACK)
    with shop.crm.store.database.transaction() as connection:
        connection.run(
            "INSERT INTO privcrm_inbox (company, storage_key, business_key, kind, subject, concerns, payload, state)"
            " VALUES (?, 'k', 'k', 'MemberAdded', ?, ?, ?, 'new')",
            *(shop.crm.store.company, gone, event.concerns, dump_event(event)),
        )
    shop.crm.members.erase(gone, who="ann")
    assert shop.crm.webhooks.work() == 0
    assert shop.crm.members.resolve(member_id=gone) == ()


def test_a_sweep_does_not_bring_back_who_was_erased(
    open_shop: Callable[..., Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = open_shop(store_keys=(KEY,))
    store = shop.crm.store
    tombstones = Tombstones(store.database, Vault(store.database, [KEY]), store.audit, store.clock)
    monkeypatch.setattr(CRM, "_mirror", StoredMirror(store.database, store.clock, tombstones.is_erased))
    shop.crm.sync.run()
    shop.crm.sweep.run()
    groups = [shop.crm.provider.groups.get(each.group_id) for each in shop.crm.provider.groups.list_all()]
    in_groups = {person.user_id for group in groups for person in group.members}
    gone = next(each for each in members_of_active_staff(shop) if each in in_groups)
    shop.crm.members.erase(gone, who="ann")
    shop.sandbox.clock.advance(7_200)
    shop.crm.sweep.run()
    shop.crm.sync.run()
    assert gone.encode() not in bytes_of(shop)
    assert shop.crm.sync.run().differences == {}
