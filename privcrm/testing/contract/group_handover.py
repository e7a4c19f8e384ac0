"""The contract of handing groups over, a part of ``HandoverPort``."""

from collections.abc import Callable
from itertools import islice
from typing import cast

import pytest
from attrs import frozen

from privcrm.errors import InputError, OutcomeUnknown, PreconditionFailed
from privcrm.models import GroupId, HandoverKind, HandoverReceipt, StaffId, staff_key
from privcrm.provider import CallRecord, Done, Intent, NotDone, Provider, ReadOnly, Settled, WriteGuard
from privcrm.testing.contract.base import Contract, LoseAnswer, MakeIntent, needs


@frozen
class GroupHanding:
    """Groups of one owner, and who is to own them."""

    kind: HandoverKind
    group_ids: tuple[GroupId, ...]
    taker_id: StaffId

    def order(self, provider: Provider, intent: Intent) -> list[HandoverReceipt]:
        """Hand all of them over."""
        return provider.handover.transfer_groups(self.kind, self.group_ids, self.taker_id, intent=intent)

    def settle(self, provider: Provider, intent: Intent) -> Settled:
        """Find out what became of ``order``."""
        return provider.handover.settle_groups(intent, self.group_ids, self.taker_id)

    def moved(self, provider: Provider) -> list[bool]:
        """Return which of them the taker owns now."""
        owners = (provider.groups.get(group_id).owner_id for group_id in self.group_ids)
        return [staff_key(owner or "") == staff_key(self.taker_id) for owner in owners]

    @property
    def receipts(self) -> list[HandoverReceipt]:
        """What is answered when all are accepted."""
        return [HandoverReceipt(group_id) for group_id in self.group_ids]


class GroupHandoverContract(Contract):
    """Handing groups over, on the job and after leaving; both kinds are ``groups_handing``."""

    @pytest.fixture
    def groups_on_job(self, provider: Provider) -> GroupHanding:
        """Groups of an employee at work."""
        first = provider.groups.get(next(iter(provider.groups.list())).group_id)
        return _handing(provider, HandoverKind.ON_JOB, str(first.owner_id))

    @pytest.fixture
    def groups_departure(self, provider: Provider, leaver_id: str) -> GroupHanding:
        """Groups of an employee who left."""
        if not leaver_id:
            pytest.skip("nobody left groups behind")
        return _handing(provider, HandoverKind.DEPARTURE, leaver_id)

    @pytest.fixture(params=[HandoverKind.ON_JOB, HandoverKind.DEPARTURE])
    def groups_handing(self, request: pytest.FixtureRequest) -> GroupHanding:
        """Both kinds, one after the other."""
        return cast("GroupHanding", request.getfixturevalue(f"groups_{request.param.value}"))

    @needs("handover.transfer_groups", "groups.list", "groups.get")
    def test_groups_change_their_owner_at_once(
        self, provider: Provider, groups_handing: GroupHanding, intent: MakeIntent
    ) -> None:
        """One receipt for each, in the order given; everybody else in the group stays."""
        people = {
            person.user_id for person in provider.groups.get(groups_handing.group_ids[0]).members if not person.is_staff
        }
        assert groups_handing.order(provider, intent()) == groups_handing.receipts
        assert all(groups_handing.moved(provider))
        after = provider.groups.get(groups_handing.group_ids[0])
        assert people == {person.user_id for person in after.members if not person.is_staff}

    @needs("handover.transfer_groups", "groups.get")
    def test_each_group_has_an_outcome(
        self, provider: Provider, groups_handing: GroupHanding, intent: MakeIntent, unknown_id: str
    ) -> None:
        """A group that is not there is told apart by a code of the vendor; the others go."""
        mixed = [GroupId(unknown_id), *groups_handing.group_ids]
        receipts = provider.handover.transfer_groups(
            groups_handing.kind, mixed, groups_handing.taker_id, intent=intent()
        )
        assert [receipt.item_id for receipt in receipts] == mixed
        assert [receipt.accepted for receipt in receipts] == [one != unknown_id for one in mixed]
        assert all(groups_handing.moved(provider))

    @needs("handover.transfer_groups", "groups.get")
    def test_the_wrong_kind_hands_no_group_over(
        self, provider: Provider, groups_handing: GroupHanding, intent: MakeIntent
    ) -> None:
        """Refused as a whole or for each entry, and no owner changes."""
        other = next(kind for kind in HandoverKind if kind is not groups_handing.kind)
        try:
            receipts = provider.handover.transfer_groups(
                other, groups_handing.group_ids, groups_handing.taker_id, intent=intent()
            )
        except PreconditionFailed:
            receipts = []
        assert not [receipt for receipt in receipts if receipt.accepted]
        assert not any(groups_handing.moved(provider))

    @needs("handover.transfer_groups", "handover.settle_groups")
    def test_bad_orders_of_groups_are_refused_before_sending(
        self, provider: Provider, intent: MakeIntent, records: list[CallRecord]
    ) -> None:
        """No group, one twice, more than one call takes."""
        one = GroupId("one")
        crowd = [GroupId(f"group{number}") for number in range(provider.limits["handover_batch"].value + 1)]
        for group_ids in ([], [one, one], crowd):
            with pytest.raises(InputError, match="group_ids"):
                provider.handover.transfer_groups(HandoverKind.ON_JOB, group_ids, "taker", intent=intent())
            with pytest.raises(InputError, match="group_ids"):
                provider.handover.settle_groups(intent(), group_ids, "taker")
        assert not records

    @needs("handover.transfer_groups", "handover.settle_groups")
    def test_groups_are_settled_by_their_owner(
        self,
        provider: Provider,
        groups_handing: GroupHanding,
        intent: MakeIntent,
        guarded: Callable[[WriteGuard], Provider],
    ) -> None:
        """Not done before; then done with a receipt for each that moved. Settling only reads."""
        ours, reader = intent(), guarded(ReadOnly())
        assert groups_handing.settle(reader, ours) == NotDone()
        provider.handover.transfer_groups(
            groups_handing.kind, groups_handing.group_ids[:1], groups_handing.taker_id, intent=ours
        )
        assert groups_handing.settle(reader, ours) == Done(groups_handing.receipts[:1])

    @needs("handover.transfer_groups", "handover.settle_groups")
    def test_a_lost_transfer_of_groups_is_found(
        self, provider: Provider, groups_handing: GroupHanding, intent: MakeIntent, lose_answer: LoseAnswer
    ) -> None:
        """The intent comes back with the error, and what it did is found."""
        ours = intent()
        lose_answer("handover.transfer_groups")
        with pytest.raises(OutcomeUnknown) as caught:
            groups_handing.order(provider, ours)
        assert caught.value.intent == ours
        assert groups_handing.settle(provider, ours) == Done(groups_handing.receipts)

    @needs("handover.transfer_groups", "handover.settle_groups")
    def test_a_transfer_of_groups_that_never_arrived_may_be_sent(
        self, provider: Provider, groups_on_job: GroupHanding, intent: MakeIntent, lose_request: LoseAnswer
    ) -> None:
        """Settling says that nothing happened, and the same order goes through."""
        ours = intent()
        lose_request("handover.transfer_groups")
        with pytest.raises(OutcomeUnknown):
            groups_on_job.order(provider, ours)
        assert groups_on_job.settle(provider, ours) == NotDone()
        assert groups_on_job.order(provider, ours) == groups_on_job.receipts


def _handing(provider: Provider, kind: HandoverKind, owner_id: str) -> GroupHanding:
    group_ids = tuple(group.group_id for group in islice(provider.groups.list(owner_ids=[owner_id]), 2))
    taker_id = next(one for one in provider.staff.serving() if staff_key(one) != staff_key(owner_id))
    return GroupHanding(kind, group_ids, taker_id)
