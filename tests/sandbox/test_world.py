import time
import tracemalloc

import pytest

from privcrm.sandbox.world import EndedBy, StaffState, World


def facts(world):
    return (
        [(s.staff_id, s.name, s.state) for s in world.staff],
        [
            (f.staff, f.added_at, f.phones, world.live_tags(f.staff, m))
            for m in range(50)
            for f in world.follows.of_member(m)
        ],
        [(g.name, g.owner, g.people) for g in world.groups],
    )


def test_the_same_seed_gives_the_same_company():
    assert facts(World(seed=7)) == facts(World(seed=7))
    assert facts(World(seed=7)) != facts(World(seed=8))


@pytest.mark.parametrize("staff", [1, 2, 3, 20, 61])
def test_relations_read_the_same_from_both_sides(staff):
    world = World(staff=staff, members=300)
    of_members = {(f.staff, m) for m in range(300) for f in world.follows.of_member(m)}
    of_staff = {(s.number, m) for s in world.staff for m in world.follows.of_staff(s.number)}
    assert of_members == of_staff
    assert {m for _, m in of_members} == set(range(300))


def test_lists_of_staff_go_on_behind_any_member():
    world = World(members=500)
    everyone = list(world.follows.of_staff(3))
    assert everyone == sorted(everyone)
    for place, member in enumerate(everyone[:40]):
        assert list(world.follows.of_staff(3, after=member)) == everyone[place + 1 :]


def test_members_have_one_to_three_followers():
    counts = {len(list(World().follows.of_member(m))) for m in range(200)}
    assert counts == {1, 2, 3}


def test_staff_come_in_four_states_and_some_follow_nobody():
    world = World()
    assert {s.state for s in world.staff} == set(StaffState)
    assert any(s.can_contact and not list(world.follows.of_staff(s.number)) for s in world.staff)


def test_staff_ids_differ_and_compare_without_case():
    world = World(staff=3000)
    assert len({s.staff_id.casefold() for s in world.staff}) == 3000
    assert world.staff.find(world.staff[5].staff_id.upper()) is world.staff[5]


def test_a_few_members_share_a_phone():
    world = World()
    phones = [world.members[m].phone for m in range(2000)]
    assert 10 < 2000 - len(set(phones)) < 40
    assert all(len(phone) == 11 and phone.isdecimal() for phone in phones)


def test_a_name_stands_in_two_tag_groups():
    world = World()
    assert sum(tag.name == "其他" for tag in world.tags.tags()) == 2


def test_groups_hold_people_whom_nobody_follows():
    world = World()
    strangers = [m.number for m in world.groups[0].people if not m.is_staff and m.number >= world.first_members]
    assert strangers
    assert not any(any(world.follows.of_member(number)) for number in strangers)


def test_what_staff_ended_is_gone_and_what_the_member_ended_is_not():
    world = World()
    follow = next(world.follows.of_member(0))
    world.deletes(0, follow.staff, EndedBy.MEMBER, at=1)
    assert world.follows.holds(follow.staff, 0)
    world.deletes(0, follow.staff, EndedBy.STAFF, at=2)
    assert not world.follows.holds(follow.staff, 0)
    assert 0 not in set(world.follows.of_staff(follow.staff))
    with pytest.raises(LookupError):
        world.deletes(0, follow.staff, EndedBy.STAFF, at=3)


def test_a_new_relation_shows_on_both_sides_and_starts_without_tags():
    world = World()
    newcomer = world.newcomer()
    stranger = next(s for s in world.staff if s.can_contact and not list(world.follows.of_staff(s.number)))
    for member in (newcomer, 5):
        world.adds(member, stranger.number, at=9)
        assert stranger.number in [f.staff for f in world.follows.of_member(member)]
        assert world.live_tags(stranger.number, member) == []
    assert list(world.follows.of_staff(stranger.number)) == [5, newcomer]
    assert list(world.follows.of_staff(stranger.number, after=5)) == [newcomer]
    assert list(world.customers(after=1999)) == [newcomer]
    assert world.customer_count() == 2001


def test_adding_again_after_a_deletion_loses_the_tags():
    world = World()
    follow = next(f for f in world.follows.of_member(1))
    world.follows.set_tags(follow.staff, 1, {1, 2})
    world.deletes(1, follow.staff, EndedBy.STAFF, at=5)
    world.adds(1, follow.staff, at=6)
    assert world.live_tags(follow.staff, 1) == []


def test_a_deleted_tag_leaves_the_members():
    world = World()
    tag = next(world.tags.tags())
    follow = next(world.follows.of_member(0))
    world.follows.set_tags(follow.staff, 0, {tag.number})
    world.tags.delete_tag(tag.number)
    assert world.live_tags(follow.staff, 0) == []


def test_a_million_members_cost_nothing_before_they_are_read():
    tracemalloc.start()
    start = time.process_time()
    world = World(staff=4000, members=1_000_000, groups=9000)
    passed, (_, peak) = time.process_time() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert passed < 2
    assert peak < 10_000_000
    assert any(world.follows.of_member(999_999))
