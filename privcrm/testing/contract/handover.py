"""The contract of handing members over, a part of ``HandoverPort``."""

from collections.abc import Callable
from functools import partial
from itertools import islice
from typing import Any

import pytest
from attrs import frozen

from privcrm.clock import Clock
from privcrm.errors import InputError, OutcomeUnknown, PreconditionFailed, Refused
from privcrm.models import HandoverKind, HandoverReceipt, HandoverState, MemberId, StaffId, staff_key
from privcrm.provider import CallRecord, Done, Intent, NotDone, Provider, ReadOnly, Settled, WriteGuard
from privcrm.testing.contract.base import Contract, LoseAnswer, MakeIntent, PassTime, Relation, needs, skipping
from privcrm.testing.contract.listings import paged

RefuseTransfer = Callable[[Relation], object]

_LONG_ENOUGH = 86_400 + 600
_SEVERAL = 3
_TOO_MANY = 100_000


@frozen
class Handing:
    """Who gives, who takes, and some members of the giver whom the taker does not follow."""

    kind: HandoverKind
    giver_id: StaffId
    taker_id: StaffId
    member_ids: tuple[MemberId, ...]

    def order(self, provider: Provider, intent: Intent, **said: Any) -> list[HandoverReceipt]:
        """Begin to hand all of them over."""
        return provider.handover.transfer_members(
            self.kind, self.giver_id, self.taker_id, self.member_ids, intent=intent, **said
        )

    def settle(self, provider: Provider, intent: Intent) -> Settled:
        """Find out what became of ``order``."""
        return provider.handover.settle_members(intent, self.kind, self.giver_id, self.taker_id, self.member_ids)

    def states(self, provider: Provider) -> list[HandoverState | None]:
        """Return where each of them stands, None for those of whom nothing is told."""
        told = {one.member_id: one.state for one in provider.handover.results(self.kind, self.giver_id, self.taker_id)}
        return [told.get(member_id) for member_id in self.member_ids]

    def owners(self, provider: Provider) -> list[set[str]]:
        """Return which of the two follow each of them now."""
        both = {staff_key(self.giver_id), staff_key(self.taker_id)}
        found = map(provider.members.get, self.member_ids)
        return [{staff_key(follow.staff_id) for follow in member.follows} & both for member in found]

    @property
    def receipts(self) -> list[HandoverReceipt]:
        """What is answered when all are accepted."""
        return [HandoverReceipt(member_id) for member_id in self.member_ids]


class HandoverContract(Contract):
    """Handing members over, on the job and after leaving; both kinds are ``handing``."""

    @pytest.fixture
    def refuse_transfer(self) -> RefuseTransfer:
        """A function that lets a member refuse the transfer that waits; the employee of the relation is the giver.

        Override it where people do what they are told.
        """
        return skipping("nobody refuses on demand")

    @pytest.fixture
    def on_job(self, provider: Provider) -> Handing:
        """Two employees at work, and members of one of them whom the other does not follow."""
        return _between_colleagues(provider)

    @pytest.fixture
    def departure(self, provider: Provider, leaver_id: str) -> Handing:
        """An employee who left, somebody at work, and members left behind."""
        if not leaver_id:
            pytest.skip("nobody left members behind")
        return _from_leaver(provider, leaver_id)

    @pytest.fixture(params=[HandoverKind.ON_JOB, HandoverKind.DEPARTURE])
    def handing(self, request: pytest.FixtureRequest) -> Handing:
        """Both kinds, one after the other."""
        handing: Handing = request.getfixturevalue(request.param.value)
        return handing

    @needs("handover.transfer_members", "handover.results", "members.get")
    def test_members_are_handed_over(
        self, provider: Provider, handing: Handing, intent: MakeIntent, clock: Clock, pass_time: PassTime
    ) -> None:
        """Accepted in the order given, on the way for a day at most, then with the taker and no longer the giver."""
        assert handing.order(provider, intent()) == handing.receipts
        assert set(handing.states(provider)) <= {HandoverState.WAITING, HandoverState.DONE}
        pass_time(_LONG_ENOUGH)
        assert handing.states(provider) == [HandoverState.DONE] * len(handing.member_ids)
        assert handing.owners(provider) == [{staff_key(handing.taker_id)}] * len(handing.member_ids)
        listing = partial(provider.handover.results, handing.kind, handing.giver_id, handing.taker_id)
        assert set(paged(listing, lambda one: one.member_id)) == set(handing.member_ids)
        for one in listing():
            assert one.at is not None
            assert one.at <= clock.time()
            assert one.raw, "the vendor's answer is lost"

    @needs("handover.transfer_members", "handover.results", "members.get")
    def test_a_member_may_refuse(
        self,
        provider: Provider,
        on_job: Handing,
        intent: MakeIntent,
        refuse_transfer: RefuseTransfer,
        pass_time: PassTime,
    ) -> None:
        """Who refuses stays; the others go."""
        on_job.order(provider, intent())
        refuse_transfer(Relation(on_job.giver_id, on_job.member_ids[0]))
        pass_time(_LONG_ENOUGH)
        others = len(on_job.member_ids) - 1
        assert on_job.states(provider) == [HandoverState.REFUSED, *[HandoverState.DONE] * others]
        assert on_job.owners(provider)[0] == {staff_key(on_job.giver_id)}

    @needs("handover.transfer_members", "handover.unassigned")
    def test_who_was_left_behind_is_listed_until_taken_over(
        self, provider: Provider, departure: Handing, clock: Clock, intent: MakeIntent, pass_time: PassTime
    ) -> None:
        """Each entry names leaver, member and time; who was handed over is not listed any more."""
        entries = list(provider.handover.unassigned())
        keys = paged(provider.handover.unassigned, lambda one: f"{one.staff_id} {one.member_id}")
        assert len(list(keys)) == len(entries)
        theirs = [one for one in entries if staff_key(one.staff_id) == staff_key(departure.giver_id)]
        assert set(departure.member_ids) <= {one.member_id for one in theirs}
        assert all(one.left_at is not None and one.left_at <= clock.time() and one.raw for one in theirs)
        departure.order(provider, intent())
        pass_time(_LONG_ENOUGH)
        left = {one.member_id for one in provider.handover.unassigned() if one.staff_id == theirs[0].staff_id}
        assert left == {one.member_id for one in theirs} - set(departure.member_ids)

    @needs("handover.transfer_members")
    def test_each_member_has_an_outcome(
        self, provider: Provider, handing: Handing, intent: MakeIntent, unknown_id: str
    ) -> None:
        """Somebody whom the giver does not follow is told apart by a code of the vendor; the others go."""
        mixed = [handing.member_ids[0], MemberId(unknown_id), *handing.member_ids[1:]]
        receipts = provider.handover.transfer_members(
            handing.kind, handing.giver_id, handing.taker_id, mixed, intent=intent()
        )
        assert [receipt.item_id for receipt in receipts] == mixed
        assert [receipt.accepted for receipt in receipts] == [one != unknown_id for one in mixed]

    @needs("handover.transfer_members", "handover.results")
    def test_who_is_on_the_way_is_accepted_again_for_the_same_taker_only(
        self, provider: Provider, handing: Handing, intent: MakeIntent
    ) -> None:
        """A repeated order changes nothing; one to a third employee is not accepted."""
        handing.order(provider, intent())
        if handing.states(provider) != [HandoverState.WAITING] * len(handing.member_ids):
            pytest.skip("members do not wait here")
        assert handing.order(provider, intent()) == handing.receipts
        both = {staff_key(handing.giver_id), staff_key(handing.taker_id)}
        third = next(one for one in provider.staff.serving() if staff_key(one) not in both)
        elsewhere = provider.handover.transfer_members(
            handing.kind, handing.giver_id, third, handing.member_ids, intent=intent()
        )
        assert not [receipt for receipt in elsewhere if receipt.accepted]

    @needs("handover.transfer_members")
    def test_the_wrong_kind_hands_nobody_over(self, provider: Provider, handing: Handing, intent: MakeIntent) -> None:
        """A departure of somebody at work, or the reverse: refused as a whole or for each entry."""
        other = next(kind for kind in HandoverKind if kind is not handing.kind)
        try:
            receipts = provider.handover.transfer_members(
                other, handing.giver_id, handing.taker_id, handing.member_ids, intent=intent()
            )
        except PreconditionFailed:
            receipts = []
        assert not [receipt for receipt in receipts if receipt.accepted]

    @needs("handover.transfer_members", "staff.list", "staff.serving")
    def test_a_taker_serves(self, provider: Provider, on_job: Handing, intent: MakeIntent) -> None:
        """Nobody is handed to employees without customer contact: refused as a whole or for each entry."""
        serving = set(map(staff_key, provider.staff.serving()))
        idle = [one.staff_id for one in provider.staff.list() if staff_key(one.staff_id) not in serving]
        if not idle:
            pytest.skip("everybody has customer contact")
        for staff_id in idle[:5]:
            try:
                receipts = provider.handover.transfer_members(
                    on_job.kind, on_job.giver_id, staff_id, on_job.member_ids, intent=intent()
                )
            except Refused:
                receipts = []
            assert not [receipt for receipt in receipts if receipt.accepted]

    @needs("handover.transfer_members", "handover.settle_members")
    def test_bad_orders_are_refused_before_sending(
        self, provider: Provider, intent: MakeIntent, records: list[CallRecord]
    ) -> None:
        """Nobody, somebody twice, more than one call takes, a long message, one for a departure, giver as taker."""
        port, one, many = provider.handover, MemberId("one"), [MemberId(f"member{n}") for n in range(_TOO_MANY)]
        on_job, departure = HandoverKind.ON_JOB, HandoverKind.DEPARTURE
        sent = len(records)
        for members, field in (([], "member_ids"), ([one, one], "member_ids"), (many, "member_ids")):
            with pytest.raises(InputError, match=field):
                port.transfer_members(on_job, "giver", "taker", members, intent=intent())
            with pytest.raises(InputError, match=field):
                port.settle_members(intent(), on_job, "giver", "taker", members)
        for kind, message in ((on_job, "长" * 201), (departure, "goodbye")):
            with pytest.raises(InputError, match="message") as caught:
                port.transfer_members(kind, "giver", "taker", [one], intent=intent(), message=message)
            assert message not in str(caught.value)
        with pytest.raises(InputError, match="to_staff_id"):
            port.transfer_members(on_job, "giver", "GIVER", [one], intent=intent())
        assert len(records) == sent

    @needs("handover.transfer_members")
    def test_one_call_takes_as_many_as_the_limit_says(
        self, provider: Provider, intent: MakeIntent, records: list[CallRecord]
    ) -> None:
        """``handover_batch`` is how a caller knows it; one more is refused before sending."""
        most, sent = provider.limits["handover_batch"].value, len(records)
        crowd = [MemberId(f"member{number}") for number in range(most + 1)]
        with pytest.raises(InputError):
            provider.handover.transfer_members(HandoverKind.ON_JOB, "giver", "taker", crowd, intent=intent())
        assert len(records) == sent

    @needs("handover.transfer_members", "handover.settle_members")
    def test_a_transfer_is_settled_by_where_it_stands(
        self, provider: Provider, handing: Handing, intent: MakeIntent, guarded: Callable[[WriteGuard], Provider]
    ) -> None:
        """Not done before; then done with a receipt for each who is on the way. Settling only reads."""
        ours, reader = intent(), guarded(ReadOnly())
        assert handing.settle(reader, ours) == NotDone()
        provider.handover.transfer_members(
            handing.kind, handing.giver_id, handing.taker_id, handing.member_ids[:2], intent=ours
        )
        assert handing.settle(reader, ours) == Done(handing.receipts[:2])

    @needs("handover.transfer_members", "handover.settle_members", "handover.results")
    def test_an_old_transfer_is_not_taken_for_a_later_one(
        self, provider: Provider, handing: Handing, intent: MakeIntent, pass_time: PassTime
    ) -> None:
        """What was done before the intent was written down is somebody else's."""
        handing.order(provider, intent())
        pass_time(2 * _LONG_ENOUGH)
        assert handing.states(provider) == [HandoverState.DONE] * len(handing.member_ids)
        assert handing.settle(provider, intent()) == NotDone()

    @needs("handover.transfer_members", "handover.settle_members")
    def test_a_lost_transfer_is_found(
        self, provider: Provider, handing: Handing, intent: MakeIntent, lose_answer: LoseAnswer
    ) -> None:
        """The intent comes back with the error, and what it did is found: nobody is asked twice."""
        ours = intent()
        lose_answer("handover.transfer_members")
        with pytest.raises(OutcomeUnknown) as caught:
            handing.order(provider, ours)
        assert caught.value.intent == ours
        assert handing.settle(provider, ours) == Done(handing.receipts)

    @needs("handover.transfer_members", "handover.settle_members")
    def test_a_transfer_that_never_arrived_may_be_sent(
        self, provider: Provider, on_job: Handing, intent: MakeIntent, lose_request: LoseAnswer
    ) -> None:
        """Settling says that nothing happened, and the same order goes through."""
        ours = intent()
        lose_request("handover.transfer_members")
        with pytest.raises(OutcomeUnknown):
            on_job.order(provider, ours)
        assert on_job.settle(provider, ours) == NotDone()
        assert on_job.order(provider, ours) == on_job.receipts

    @needs("handover.transfer_members", "handover.settle_members")
    def test_who_refused_is_neither_asked_again_nor_counted_twice(
        self,
        provider: Provider,
        on_job: Handing,
        intent: MakeIntent,
        refuse_transfer: RefuseTransfer,
        pass_time: PassTime,
    ) -> None:
        """For the intent that asked there is a receipt, if only an unknown one; for a later one none is accepted."""
        ours = intent()
        on_job.order(provider, ours)
        refuse_transfer(Relation(on_job.giver_id, on_job.member_ids[0]))
        settled = on_job.settle(provider, ours)
        assert isinstance(settled, Done)
        assert [receipt.item_id for receipt in settled.result] == list(on_job.member_ids)
        pass_time(2 * _LONG_ENOUGH)
        later = on_job.settle(provider, intent())
        if later != NotDone():
            assert isinstance(later, Done)
            assert not [receipt for receipt in later.result if receipt.accepted]

    @needs("handover.results")
    def test_between_two_who_handed_nobody_over_there_is_nothing(self, provider: Provider, on_job: Handing) -> None:
        """An empty listing, not an error."""
        assert not list(provider.handover.results(on_job.kind, on_job.giver_id, on_job.taker_id))


def _between_colleagues(provider: Provider) -> Handing:
    for giver_id in provider.staff.serving():
        members = tuple(islice(provider.members.ids(giver_id), _SEVERAL))
        if len(members) == _SEVERAL:
            return _taken(provider, HandoverKind.ON_JOB, giver_id, members)
    pytest.skip("no serving employee has members enough")


def _from_leaver(provider: Provider, leaver_id: str) -> Handing:
    listing = (one for one in provider.handover.unassigned() if staff_key(one.staff_id) == staff_key(leaver_id))
    theirs = list(islice(listing, _SEVERAL))
    assert theirs, "whom the leaver left behind is not listed"
    return _taken(provider, HandoverKind.DEPARTURE, theirs[0].staff_id, tuple(one.member_id for one in theirs))


def _taken(provider: Provider, kind: HandoverKind, giver_id: StaffId, members: tuple[MemberId, ...]) -> Handing:
    for taker_id in provider.staff.serving():
        if staff_key(taker_id) != staff_key(giver_id) and not set(members) & set(provider.members.ids(taker_id)):
            return Handing(kind, giver_id, taker_id, members)
    pytest.skip("every colleague follows some of these members already")
