"""Erasing a person from a store in full use: only a new add brings them back, and work goes on without them."""

import json
from collections import Counter
from collections.abc import Callable

import pytest
from attrs import evolve
from cryptography.fernet import Fernet

from privcrm import CRM
from privcrm.events.codec import dump_event
from privcrm.events.try_again import TryAgain
from privcrm.jobs import Job, OutcomeState
from privcrm.models import StaffId
from privcrm.models.events import Event, EventSource, GroupMembersJoined, MemberAdded, MemberEdited
from privcrm.models.fact import Fact, FactKey
from privcrm.models.staff_task import StaffTask, TaskState
from privcrm.services.mirror.stored_mirror import StoredMirror
from privcrm.store.tombstones import Tombstones
from privcrm.store.vault import Vault

from .conftest import Shop, members_of_active_staff, write_list

KEY = Fernet.generate_key().decode()


def bytes_of(shop: Shop) -> bytes:
    return b"".join(path.read_bytes() for path in shop.folder.glob("store.db*"))


def bytes_of_people(shop: Shop) -> bytes:
    """Return the rows of all tables but the inbox, where a new event may name whom it likes for a week."""
    with shop.crm.store.database.connect() as connection:
        tables = connection.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'privcrm_inbox'")
        return repr([connection.all(f"SELECT * FROM {name}") for (name,) in tables]).encode()


def keep(shop: Shop, event: Event, key: str) -> None:
    """Let an event wait in the inbox."""
    with shop.crm.store.database.transaction() as connection:
        connection.run(
            "INSERT INTO privcrm_inbox (company, storage_key, business_key, is_first, source, kind, subject, concerns,"
            " payload, state, received_at) VALUES (?, ?, ?, 1, 'sweep', ?, ?, ?, ?, 'new', ?)",
            *(shop.crm.store.company, key, key, type(event).__name__, event.subject, event.concerns),
            *(dump_event(event), shop.crm.webhooks.policy.clock.time()),
        )


def handle(shop: Shop, event: Event, key: str) -> None:
    keep(shop, event, key)
    assert shop.crm.webhooks.work() == 1


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

    old = MemberAdded(staff_id=StaffId(min(followers)), member_id=gone, at=1, source=EventSource.CALLBACK)
    handle(shop, old, "told twice by the vendor")
    assert gone.encode() not in bytes_of_people(shop)
    shop.crm.facts.upsert([Fact("orders", 9, FactKey.MEMBER_ID, gone)])

    handle(shop, evolve(old, at=int(shop.crm.clock.time()) + 2), "new")
    assert shop.crm.members.resolve(member_id=gone) == (gone,)
    assert shop.crm.facts.of(gone) == ()
    assert [entry.what for entry in shop.crm.audit.entries()].count("member.tombstone_lifted") == 1


def test_what_was_to_be_asked_of_the_person_is_to_be_asked_no_more(open_shop: Callable[..., Shop]) -> None:
    """Found in review: who stood in two groups of a code was named by an open task for good."""
    shop = open_shop(store_keys=(KEY,))
    shop.crm.sync.run()
    gone, stays, *_ = members_of_active_staff(shop)
    tasks = shop.crm.members.tasks
    with shop.crm.store.database.transaction() as connection:
        for name, member_id in (("a", gone), ("b", stays)):
            details = json.dumps({"member_id": member_id, "group_id": "g1", "home": "g2"})
            tasks.open(connection, StaffTask(f"second_home-{name}", "second_home", StaffId("zhang"), "Ask", details))

    done = shop.crm.members.erase(gone, who="ann")

    assert done.rows["staff_task"] == 1
    about = tasks.get("second_home-a")
    assert (about.state, about.details, about.evidence) == (TaskState.DONE, "", "the person was erased")
    assert tasks.get("second_home-b").state is TaskState.OPEN
    naming = [task.kind for task in tasks.list() if gone in task.details]
    assert naming == ["delete_contact"] * len(done.tasks)


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
    keep(shop, MemberAdded(staff_id=StaffId("someone"), member_id=gone, at=1, source=EventSource.CALLBACK), "k")
    shop.crm.members.erase(gone, who="ann")
    assert shop.crm.webhooks.work() == 0
    assert shop.crm.members.resolve(member_id=gone) == ()


def test_an_event_about_several_that_waits_brings_nobody_in_the_place_of_the_person(shop: Shop) -> None:
    shop.crm.sync.run()
    gone = members_of_active_staff(shop)[0]
    (group, *_) = shop.crm.provider.groups.list_all()
    joined = GroupMembersJoined(group_id=group.group_id, user_ids=(gone,), at=1, source=EventSource.CALLBACK)
    keep(shop, joined, "k")
    shop.crm.members.erase(gone, who="ann")
    with shop.crm.store.database.connect() as connection:
        members = "SELECT member_id FROM privcrm_member ORDER BY 1"
        before = connection.all(members)
        assert shop.crm.webhooks.work() == 1
        assert connection.all(members) == before


def test_an_event_that_is_being_handled_is_not_tried_again_without_the_person(shop: Shop) -> None:
    shop.crm.sync.run()
    gone = members_of_active_staff(shop)[0]
    keep(shop, MemberAdded(staff_id=StaffId("someone"), member_id=gone, at=1, source=EventSource.CALLBACK), "k")

    @shop.crm.on(MemberAdded)
    def meanwhile(event: MemberAdded) -> None:
        shop.crm.members.erase(event.member_id, who="ann")
        raise TryAgain(0.0, "later")

    assert shop.crm.webhooks.work() == 1
    assert [entry.state for entry in shop.crm.webhooks.inbox.entries()] == ["done"]
    assert gone.encode() not in bytes_of_people(shop)


def test_a_file_that_is_named_after_the_person_is_told_and_forgotten(shop: Shop) -> None:
    shop.crm.sync.run()
    gone = members_of_active_staff(shop)[0]
    path = shop.folder / f"export-{gone}-1.json"
    shop.crm.members.note_file(path, "export")
    done = shop.crm.members.erase(gone, who="ann")
    assert (done.files, done.is_complete) == ((str(path),), True)
    assert gone.encode() not in bytes_of(shop)


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
