"""Members and groups on their way from one employee to another: ordered, waited for, refused, done."""

import heapq
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from enum import Enum

import attrs

from privcrm.sandbox.world.follows import EndedBy, Follow, FollowBook, Way
from privcrm.sandbox.world.groups import Group, GroupBook, GroupMember, JoinedBy
from privcrm.sandbox.world.staff import StaffBook, StaffState


class HandoverState(Enum):
    """How far a handover has come."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    TAKER_FULL = "taker_full"
    VOID = "void"
    """There was nothing to hand over, or nobody to take it, when the time came."""


class Carries(Enum):
    """What of the giver's notes goes to the taker with a member."""

    NOTHING = "nothing"
    TAGS = "tags"
    EVERYTHING = "everything"


@attrs.frozen
class Terms:
    """What the handovers of one order have in common: giver and taker by number, seconds to wait, who ordered it."""

    giver: int
    taker: int
    giver_left: bool
    maker: str
    at: int
    wait: int
    operator: int | None = None
    """Who counts as having assigned the member to the taker."""
    carries: Carries = Carries.NOTHING
    message: str = attrs.field(default="", repr=False)
    """What the member is told when it is done."""


@attrs.frozen
class Handover:
    """One member or one group on its way."""

    number: int
    terms: Terms
    member: int | None = None
    group: int | None = None
    state: HandoverState = HandoverState.WAITING
    ended_at: int | None = None

    @property
    def due_at(self) -> int:
        """When it happens by itself."""
        return self.terms.at + self.terms.wait


@attrs.frozen
class Ended:
    """A handover that is over, with what was before: between taker and member, or of the group."""

    handover: Handover
    follow: Follow | None = None
    group: Group | None = None


class HandoverBook:
    """All handovers. What is due happens in `catch_up`, in the order in which it was due."""

    def __init__(self, staff: StaffBook, follows: FollowBook, groups: GroupBook) -> None:
        self._staff = staff
        self._follows = follows
        self._groups = groups
        self._all: list[Handover] = []
        self._due: list[tuple[int, int]] = []
        self._of_member: dict[int, list[int]] = {}
        self._of_group: dict[int, list[int]] = {}
        self._newest: dict[tuple[int, int, bool], dict[int, int]] = {}
        self._waiting: dict[tuple[int, int], int] = {}

    def __len__(self) -> int:
        return len(self._all)

    def after(self, number: int = -1) -> Iterator[Handover]:
        """Yield the handovers behind *number*, oldest first."""
        return (self._all[place] for place in range(number + 1, len(self._all)))

    def of_member(self, member: int) -> Iterator[Handover]:
        """Yield a member's handovers, oldest first."""
        return (self._all[number] for number in self._of_member.get(member, ()))

    def of_group(self, group: int) -> Sequence[Handover]:
        """Return a group's handovers, oldest first."""
        return [self._all[number] for number in self._of_group.get(group, ())]

    def waiting(self, giver: int, member: int) -> Handover | None:
        """Return the handover that this relation waits for."""
        number = self._waiting.get((giver, member))
        return None if number is None else self._all[number]

    def newest(self, giver: int, taker: int, *, giver_left: bool, after: int = -1) -> Iterator[Handover]:
        """Yield the last handover of each member between two employees, behind number *after*, oldest first."""
        numbers = list(self._newest.get((giver, taker, giver_left), {}).values())
        return (self._all[number] for number in numbers[bisect_right(numbers, after) :])

    def order_member(self, terms: Terms, member: int) -> Handover:
        """Begin to hand over a member."""
        handover = self._keep(Handover(len(self._all), terms, member=member))
        self._of_member.setdefault(member, []).append(handover.number)
        self._waiting[terms.giver, member] = handover.number
        pair = self._newest.setdefault((terms.giver, terms.taker, terms.giver_left), {})
        pair.pop(member, None)  # so that the numbers stay in order
        pair[member] = handover.number
        return handover

    def order_group(self, terms: Terms, group: int) -> Handover:
        """Begin to hand over a group."""
        handover = self._keep(Handover(len(self._all), terms, group=group))
        self._of_group.setdefault(group, []).append(handover.number)
        return handover

    def _keep(self, handover: Handover) -> Handover:
        self._all.append(handover)
        heapq.heappush(self._due, (handover.due_at, handover.number))
        return handover

    def refuse(self, handover: Handover, *, at: int) -> Ended:
        """Let the member refuse a handover that waits."""
        return self._end(self._before(handover), HandoverState.REFUSED, at)

    def catch_up(self, now: float, most_members: int) -> list[Ended]:
        """Let happen what is due by *now*, and return it; a taker with *most_members* in his list takes no more."""
        counts: dict[int, int] = {}
        ended: list[Ended] = []
        while self._due and self._due[0][0] <= now:
            handover = self._all[heapq.heappop(self._due)[1]]
            if handover.state is HandoverState.WAITING:
                before = self._before(handover)
                ended.append(self._end(before, self._happen(handover, counts, most_members), handover.due_at))
        return ended

    def _before(self, handover: Handover) -> Ended:
        if handover.group is not None:
            return Ended(handover, group=self._groups[handover.group])
        return Ended(handover, self._follows.get(handover.terms.taker, handover.member or 0))

    def _end(self, before: Ended, state: HandoverState, at: int) -> Ended:
        handover = attrs.evolve(before.handover, state=state, ended_at=at)
        self._all[handover.number] = handover
        if handover.member is not None:
            self._waiting.pop((handover.terms.giver, handover.member), None)
        return attrs.evolve(before, handover=handover)

    def _happen(self, handover: Handover, counts: dict[int, int], most: int) -> HandoverState:
        if not self._staff[handover.terms.taker].can_contact:
            return HandoverState.VOID
        if handover.group is not None:
            return self._move_group(handover.terms, self._groups[handover.group], handover.due_at)
        old = self._follows.get(handover.terms.giver, handover.member or 0)
        if old is None or not old.holds:
            return HandoverState.VOID
        return self._move_member(handover, old, counts, most)

    def _move_member(self, handover: Handover, old: Follow, counts: dict[int, int], most: int) -> HandoverState:
        terms, at, member = handover.terms, handover.due_at, old.member
        new = self._follows.get(terms.taker, member)
        if new is None or not new.holds:
            if terms.taker not in counts:
                counts[terms.taker] = sum(1 for _ in self._follows.of_staff(terms.taker))
            if counts[terms.taker] >= most:
                return HandoverState.TAKER_FULL
            counts[terms.taker] += 1
            new = Follow(terms.taker, member, at, Way.HANDED_OVER, assigned_by=terms.operator)
            self._follows.set_tags(terms.taker, member, frozenset())
        self._follows.put(_with_notes(new, old) if terms.carries is Carries.EVERYTHING else new)
        if terms.carries is not Carries.NOTHING:
            both = {*self._follows.tags(terms.giver, member), *self._follows.tags(terms.taker, member)}
            self._follows.set_tags(terms.taker, member, both)
        self._follows.put(attrs.evolve(old, ended_at=at, ended_by=EndedBy.TRANSFER))
        if terms.giver in counts:
            counts[terms.giver] -= 1
        return HandoverState.DONE

    def _move_group(self, terms: Terms, group: Group, at: int) -> HandoverState:
        if group.dismissed_at is not None or group.owner != terms.giver:
            return HandoverState.VOID
        people = {(person.is_staff, person.number): person for person in group.people}
        host = people.pop((True, terms.taker), None)
        host = host or GroupMember(terms.taker, is_staff=True, joined_at=at, joined_by=JoinedBy.INVITATION)
        if self._staff[terms.giver].state is StaffState.LEFT:
            people.pop((True, terms.giver), None)
        self._groups.change(attrs.evolve(group, owner=terms.taker, people=(host, *people.values())))
        return HandoverState.DONE


def _with_notes(new: Follow, old: Follow) -> Follow:
    """Return the taker's relation with the giver's notes, where the taker has none of his own."""
    return attrs.evolve(
        new,
        remark=new.remark or old.remark,
        description=new.description or old.description,
        company=new.company or old.company,
        phones=new.phones or old.phones,
    )
