"""What must hold whatever is called: guards, what observers see, what errors carry."""

import pickle
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from privcrm.errors import NotFound, PrivcrmError, WriteForbidden
from privcrm.models import (
    AcquisitionLinkSpec,
    Channel,
    ContactCodeSpec,
    Content,
    GroupCodeSpec,
    GroupId,
    HandoverKind,
    InterceptRuleSpec,
    MassMessageSpec,
    MediaKind,
    MemberId,
    MomentSpec,
    ProductSpec,
    StaffId,
    StaffMessage,
    StrategyChange,
    StrategySpec,
)
from privcrm.provider import CallRecord, Intent, KillSwitch, Provider, ReadOnly, WriteGuard, WriteScope
from privcrm.testing.contract.base import Contract, MakeIntent, Relation, needs, offers
from privcrm.testing.contract.media import small_picture

Guarded = Callable[[WriteGuard], Provider]


def _writes(provider: Provider, relation: Relation) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield every write that the provider offers, with arguments that are right in form."""
    offered: dict[str, Callable[[], object]] = {
        "tags.create": lambda: provider.tags.create(["guarded"], group_name="guarded"),
        "tags.edit": lambda: provider.tags.edit("guarded", name="guarded"),
        "tags.delete": lambda: provider.tags.delete(tag_ids=["guarded"]),
        "tags.mark": lambda: provider.tags.mark(relation.change(add=["guarded"])),
        "members.edit_remark": lambda: provider.members.edit_remark(relation.remark("guarded")),
        **_codes(provider, StaffId(relation.staff_id)),
        **_handovers(provider, relation),
        **_strategies(provider, StaffId(relation.staff_id)),
        **_messages(provider, StaffId(relation.staff_id)),
        **_things(provider, StaffId(relation.staff_id)),
    }
    return ((name, write) for name, write in offered.items() if offers(provider.capabilities, name))


def _codes(provider: Provider, staff_id: StaffId) -> dict[str, Callable[[], object]]:
    port, intent = provider.live_codes, Intent("guarded", "guarded", 0.0)
    contact, group = ContactCodeSpec((staff_id,)), GroupCodeSpec((GroupId("guarded"),))
    return {  # an update may look at the code before it writes: see the contracts of the codes
        "live_codes.create_contact_code": lambda: port.create_contact_code(contact, intent=intent),
        "live_codes.delete_contact_code": lambda: port.delete_contact_code("guarded"),
        "live_codes.create_group_code": lambda: port.create_group_code(group, intent=intent),
        "live_codes.delete_group_code": lambda: port.delete_group_code("guarded"),
        "live_codes.end_temporary_chat": lambda: port.end_temporary_chat(staff_id, "guarded"),
    }


def _handovers(provider: Provider, relation: Relation) -> dict[str, Callable[[], object]]:
    port, kind, intent = provider.handover, HandoverKind.ON_JOB, Intent("guarded", "guarded", 0.0)
    staff_id, members = relation.staff_id, [relation.member_id]
    return {
        "handover.transfer_members": lambda: port.transfer_members(kind, staff_id, "guarded", members, intent=intent),
        "handover.transfer_groups": lambda: port.transfer_groups(kind, ["guarded"], staff_id, intent=intent),
    }


def _strategies(provider: Provider, staff_id: StaffId) -> dict[str, Callable[[], object]]:
    tags, spec, change = provider.tags, StrategySpec("guarded", (staff_id,), (staff_id,)), StrategyChange("guarded")
    offered: dict[str, Callable[[], object]] = {
        "tags.create_strategy_tags": lambda: tags.create_strategy_tags("1", ["guarded"], group_name="guarded"),
        "tags.edit_strategy_tag": lambda: tags.edit_strategy_tag("guarded", name="guarded"),
        "tags.delete_strategy_tags": lambda: tags.delete_strategy_tags(tag_ids=["guarded"]),
    }
    for port in (provider.members, provider.moments):
        offered[f"{port.area}.create_strategy"] = partial(port.create_strategy, spec)
        offered[f"{port.area}.edit_strategy"] = partial(port.edit_strategy, "1", change)
        offered[f"{port.area}.delete_strategy"] = partial(port.delete_strategy, "1")
    return offered


def _messages(provider: Provider, staff_id: StaffId) -> dict[str, Callable[[], object]]:
    port, words, intent = provider.messages, Content("guarded"), Intent("guarded", "guarded", 0.0)
    message, moment = MassMessageSpec(Channel.MEMBERS, words, staff_id), MomentSpec(words, (staff_id,))
    return {
        "messages.create": lambda: port.create(message, intent=intent),
        "messages.remind": lambda: port.remind("guarded"),
        "messages.cancel": lambda: port.cancel("guarded"),
        "messages.welcome": lambda: port.welcome("guarded", words),
        "messages.create_group_welcome": lambda: port.create_group_welcome(words),
        "messages.update_group_welcome": lambda: port.update_group_welcome("guarded", words),
        "messages.delete_group_welcome": lambda: port.delete_group_welcome("guarded"),
        "messages.send_to_staff": lambda: port.send_to_staff(StaffMessage(words, (staff_id,))),
        "messages.recall_from_staff": lambda: port.recall_from_staff("guarded"),
        "moments.create": lambda: provider.moments.create(moment, intent=intent),
        "moments.cancel": lambda: provider.moments.cancel("guarded"),
    }


def _things(provider: Provider, staff_id: StaffId) -> dict[str, Callable[[], object]]:
    rule, product = InterceptRuleSpec("guarded", ("guarded",), staff_ids=(staff_id,)), ProductSpec("guarded", 1, ("1",))
    link = AcquisitionLinkSpec("guarded", (staff_id,))
    return {
        "rules.create": lambda: provider.rules.create(rule),
        "rules.delete": lambda: provider.rules.delete("guarded"),
        "products.create": lambda: provider.products.create(product),
        "products.update": lambda: provider.products.update("guarded", product),
        "products.delete": lambda: provider.products.delete("guarded"),
        "acquisition.create": lambda: provider.acquisition.create(link),
        "acquisition.update": lambda: provider.acquisition.update("guarded", link),
        "acquisition.delete": lambda: provider.acquisition.delete("guarded"),
        "media.upload_image": lambda: provider.media.upload_image(small_picture(), "guarded.png"),
        "media.fetch": lambda: provider.media.fetch("https://cdn.example/a.pdf", "a.pdf", MediaKind.FILE, "0" * 32),
    }


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

    def test_a_write_scope_stops_every_write_outside_it(
        self, guarded: Guarded, provider: Provider, relation: Relation, records: list[CallRecord]
    ) -> None:
        """Whatever names an employee outside, or nobody at all, does not go out."""
        scope = WriteScope(parameters=provider.scope_parameters, staff=frozenset({"somebody-else"}))
        outside, sent = guarded(scope), len(records)
        for name, write in _writes(outside, relation):
            with pytest.raises(WriteForbidden):
                write()
            assert len(records) == sent, name

    @needs("messages.create")
    def test_a_write_scope_lets_its_senders_speak(
        self, guarded: Guarded, provider: Provider, relation: Relation, intent: MakeIntent
    ) -> None:
        """A mass message of an employee inside the scope is ordered."""
        scope = WriteScope(parameters=provider.scope_parameters, staff=frozenset({relation.staff_id.swapcase()}))
        words = Content(f"contract {intent().key}")
        spec = MassMessageSpec(Channel.MEMBERS, words, StaffId(relation.staff_id), (MemberId(relation.member_id),))
        assert guarded(scope).messages.create(spec, intent=intent()).message_id

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
