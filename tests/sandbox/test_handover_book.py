"""Handovers as facts, without a vendor: what is due happens once, in order, within what takers can hold."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privcrm.sandbox.world import OUR_PROGRAM, Carries, EndedBy, HandoverState, Terms, Way, World

WAIT, MANY = 100, 10**6


@pytest.fixture
def world():
    return World(members=300, groups=6)


@pytest.fixture
def three(world):
    """Three employees with members, by number."""
    return [s.number for s in world.staff if s.can_contact and s.has_members][:3]


def terms(giver, taker, at=0, wait=WAIT, **more):
    return Terms(giver, taker, giver_left=False, maker=OUR_PROGRAM, at=at, wait=wait, **more)


def only_of(world, staff):
    """Return the members whom nobody else follows."""
    return [m for m in world.follows.of_staff(staff) if len(list(world.follows.of_member(m))) == 1]


def states(world):
    return [handover.state for handover in world.handovers.after()]


def test_it_happens_when_it_is_due_and_not_before(world, three):
    giver, taker, _ = three
    member = only_of(world, giver)[0]
    world.handovers.order_member(terms(giver, taker), member)
    world.handovers.catch_up(WAIT - 1, MANY)
    assert world.handovers.waiting(giver, member)
    assert world.follows.holds(giver, member)
    world.handovers.catch_up(WAIT, MANY)
    new, old = world.follows.get(taker, member), world.follows.get(giver, member)
    assert (new.way, new.added_at, new.by_member) == (Way.HANDED_OVER, WAIT, False)
    assert (old.ended_by, old.ended_at, old.holds) == (EndedBy.TRANSFER, WAIT, False)
    assert world.handovers.waiting(giver, member) is None
    assert member in world.follows.of_staff(taker)
    assert member not in world.follows.of_staff(giver)


def test_late_looks_see_what_happened_in_its_order(world, three):
    first, second, third = three
    member = only_of(world, first)[0]
    world.handovers.order_member(terms(first, second), member)
    world.handovers.order_member(terms(second, third, at=10), member)
    world.handovers.order_member(terms(third, first, at=20), member)
    world.handovers.catch_up(10 * WAIT, MANY)
    assert states(world) == [HandoverState.DONE] * 3
    assert [h.ended_at for h in world.handovers.after()] == [WAIT, WAIT + 10, WAIT + 20]
    assert world.follows.get(first, member).added_at == WAIT + 20
    assert [f.staff for f in world.follows.of_member(member) if f.holds] == [first]


def test_takers_hold_so_many_and_givers_make_room(world, three):
    giver, taker, _ = three
    third = next(s.number for s in world.staff if s.can_contact and not s.has_members)
    room = len(list(world.follows.of_staff(taker))) + 1
    mine, theirs = only_of(world, giver)[:3], only_of(world, taker)[0]
    world.handovers.order_member(terms(giver, taker), mine[0])
    world.handovers.order_member(terms(giver, taker), mine[1])
    world.handovers.order_member(terms(taker, third), theirs)
    world.handovers.order_member(terms(giver, taker), mine[2])
    world.handovers.catch_up(WAIT, room)
    done, full = HandoverState.DONE, HandoverState.TAKER_FULL
    assert states(world) == [done, full, done, done]
    assert len(list(world.follows.of_staff(taker))) == room
    assert world.follows.holds(giver, mine[1])


def test_a_refused_one_never_happens(world, three):
    giver, taker, _ = three
    member = only_of(world, giver)[0]
    handover = world.handovers.order_member(terms(giver, taker), member)
    world.handovers.refuse(handover, at=5)
    world.handovers.catch_up(10 * WAIT, MANY)
    assert states(world) == [HandoverState.REFUSED]
    assert world.follows.get(taker, member) is None


def test_a_group_goes_with_its_people(world):
    group = world.groups[0]
    taker = next(s.number for s in world.staff if s.can_contact and s.number != group.owner)
    world.handovers.order_group(terms(group.owner, taker, wait=0), 0)
    world.handovers.catch_up(0, 0)
    after = world.groups[0]
    assert (after.owner, after.people[0].number, after.people[0].is_staff) == (taker, taker, True)
    assert set(group.people) <= set(after.people)
    assert len(after.people) == len(group.people) + 1


def test_catching_up_costs_nothing_while_nothing_is_due():
    world = World(staff=100, members=50_000, groups=0)
    holders = world.staff.holders
    for place in range(70):
        for member in only_of(world, holders[place])[:30]:
            world.handovers.order_member(terms(holders[place], holders[place + 1]), member)
    assert len(world.handovers) == 2100
    begun = time.perf_counter()
    for _ in range(20_000):
        world.handovers.catch_up(WAIT - 1, MANY)
    assert time.perf_counter() - begun < 1  # going through all of them each time would take several
    world.handovers.catch_up(WAIT, MANY)
    assert HandoverState.WAITING not in states(world)


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["order", "refuse", "wait", "delete", "add", "resign"]),
        st.integers(0, 19),
        st.integers(0, 19),
        st.integers(0, 39),
    ),
    max_size=40,
)


def do(world, deed, now):
    """Do something as far as it is possible; return the time after it."""
    what, giver, taker, member = deed
    if what == "order" and giver != taker and world.follows.holds(giver, member):
        if not world.handovers.waiting(giver, member):
            world.handovers.order_member(terms(giver, taker, at=now, carries=tuple(Carries)[member % 3]), member)
    elif what == "refuse" and (handover := world.handovers.waiting(giver, member)):
        world.handovers.refuse(handover, at=now)
    elif what == "delete" and world.follows.holds(giver, member):
        world.deletes(member, giver, EndedBy.STAFF, at=now)
    elif what == "add":
        world.adds(member, giver, at=now)
    elif what == "resign" and member == 0:
        world.resigns(giver, at=now)
    elif what == "wait":
        now += taker * 10
        world.handovers.catch_up(now, 12)
    return now


@settings(max_examples=150, deadline=None, derandomize=True)
@given(DEEDS)
def test_whatever_happens_both_sides_tell_the_same(deeds):
    world, now = World(members=40, groups=0), 0
    for deed in deeds:
        now = do(world, deed, now)
    of_members = {(f.staff, m) for m in range(40) for f in world.follows.of_member(m) if f.holds}
    assert of_members == {(s.number, m) for s in world.staff for m in world.follows.of_staff(s.number)}
    for handover in world.handovers.after():
        waits = handover.state is HandoverState.WAITING
        assert waits == (handover.ended_at is None)
        assert waits == (world.handovers.waiting(handover.terms.giver, handover.member) == handover)
        if handover.state is HandoverState.DONE:
            assert handover.ended_at == handover.due_at <= now
            assert world.follows.get(handover.terms.taker, handover.member)
