"""What must hold whatever is called: guards, what observers see, what errors carry."""

import pickle
from collections.abc import Callable, Iterator

import pytest

from privcrm.errors import NotFound, PrivcrmError, WriteForbidden
from privcrm.provider import CallRecord, KillSwitch, Provider, ReadOnly, WriteGuard, WriteScope
from privcrm.testing.contract.base import Contract, Relation, needs, offers

Guarded = Callable[[WriteGuard], Provider]


def _writes(provider: Provider, relation: Relation) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield every write that the provider offers, with arguments that are right in form."""
    offered = {
        "tags.create": lambda: provider.tags.create(["guarded"], group_name="guarded"),
        "tags.edit": lambda: provider.tags.edit("guarded", name="guarded"),
        "tags.delete": lambda: provider.tags.delete(tag_ids=["guarded"]),
        "tags.mark": lambda: provider.tags.mark(relation.change(add=["guarded"])),
        "members.edit_remark": lambda: provider.members.edit_remark(relation.remark("guarded")),
    }
    return ((name, write) for name, write in offered.items() if offers(provider.capabilities, name))


class SafetyContract(Contract):
    """Guards, observers, errors."""

    def test_read_only_stops_every_write(self, guarded: Guarded, relation: Relation, records: list[CallRecord]) -> None:
        """No port method passes, and nothing goes out."""
        provider, sent = guarded(ReadOnly()), len(records)
        for name, write in _writes(provider, relation):
            with pytest.raises(WriteForbidden):
                write()
            assert len(records) == sent, name

    def test_read_only_stops_unknown_endpoints(self, guarded: Guarded, records: list[CallRecord]) -> None:
        """``call`` is no way round: what is not known counts as a write."""
        with pytest.raises(WriteForbidden):
            guarded(ReadOnly()).call("/no/such/endpoint", anything=1)
        assert not records

    def test_read_only_lets_reading_through(self, guarded: Guarded, relation: Relation) -> None:
        """A read-only provider reads as any other."""
        assert guarded(ReadOnly()).members.get(relation.member_id).member_id == relation.member_id

    @needs("tags.mark", "tags.list")
    def test_a_write_scope_is_kept(self, guarded: Guarded, provider: Provider, relation: Relation) -> None:
        """Inside the scope a write goes out, outside it does not."""
        tag_id = next(tag.tag_id for group in provider.tags.list() for tag in group.tags)
        change = relation.change(add=[tag_id])
        outside = WriteScope(parameters=provider.scope_parameters, staff=frozenset({"somebody-else"}))
        with pytest.raises(WriteForbidden):
            guarded(outside).tags.mark(change)
        inside = WriteScope(parameters=provider.scope_parameters, staff=frozenset({relation.staff_id}))
        guarded(inside).tags.mark(change)

    def test_a_write_scope_holds_for_unknown_endpoints(self, guarded: Guarded, provider: Provider) -> None:
        """A write that names nobody may reach everybody."""
        scope = WriteScope(parameters=provider.scope_parameters, staff=frozenset({"somebody"}))
        with pytest.raises(WriteForbidden):
            guarded(scope).call("/no/such/endpoint", anything=1)

    @needs("tags.create", "tags.delete")
    def test_the_kill_switch_is_asked_each_time(self, guarded: Guarded) -> None:
        """It stops the next write, and lifting it lets the one after that through."""
        stopped: list[bool] = [True]
        provider = guarded(KillSwitch(lambda: stopped[-1]))
        with pytest.raises(WriteForbidden):
            provider.tags.create(["switched"], group_name="switched")
        stopped.append(False)
        made = provider.tags.create(["switched"], group_name="switched")
        provider.tags.delete(group_ids=[made.group_id])

    def test_an_unknown_endpoint_is_refused(self, provider: Provider) -> None:
        """``call`` answers with one of our errors, whose text says which vendor it was."""
        with pytest.raises(PrivcrmError, match=provider.name):
            provider.call("/no/such/endpoint")

    def test_observers_see_every_call_and_nobody(
        self, provider: Provider, relation: Relation, records: list[CallRecord]
    ) -> None:
        """``on_call`` is told provider, company and operation, and nothing about a person."""
        records.clear()
        provider.members.get(relation.member_id)
        assert records
        assert {(record.provider, record.company) for record in records} == {(provider.name, provider.company)}
        assert all(record.operation and record.attempt > 0 and record.duration >= 0 for record in records)
        assert relation.member_id not in repr(records)

    @needs("members.get")
    def test_errors_travel_between_processes(self, provider: Provider, unknown_id: str) -> None:
        """An error can be pickled, and reads the same afterwards."""
        with pytest.raises(NotFound) as caught:
            provider.members.get(unknown_id)
        copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes
        assert (str(copy), copy.code, copy.operation) == (str(caught.value), caught.value.code, caught.value.operation)
