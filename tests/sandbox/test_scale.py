"""A large company: skewed tags, many small groups, read one by one in flat memory; the small one is as it ever was."""

import hashlib
import tracemalloc
from collections import Counter

import pytest

from privcrm.cli.sizes import size_of
from privcrm.sandbox import Sandbox
from privcrm.sandbox.world import Scale, World
from tests.sandbox.conftest import Vendor

MEMBERS = 1_800_000


@pytest.fixture(scope="module")
def world():
    return World(staff=4000, members=MEMBERS, groups=9000, scale="large")


def tags_of(world, member):
    return [tag for follow in world.follows.of_member(member) for tag in world.live_tags(follow.staff, member)]


def test_a_member_has_five_tags_of_two_hundred_some_far_more_often_than_others(world):
    some = range(0, MEMBERS, 300)
    carried = [tags_of(world, member) for member in some]
    often = Counter(tag for tags in carried for tag in set(tags))
    shares = [count / len(some) for _, count in often.most_common()]
    assert len(shares) == 200
    assert sum(map(len, carried)) / len(some) == pytest.approx(5.25, abs=0.1)
    assert shares[0] == pytest.approx(0.45, abs=0.02)
    assert shares[1] == pytest.approx(0.12, abs=0.02)
    assert shares[2] < 0.1
    assert shares[-1] < 0.015
    names = [world.tags.tag(tag).name for tag, _ in often.most_common(2)]
    assert names == ["普通", "流失"]


def test_a_tag_is_on_one_relation_of_a_member_only(world):
    assert all(len(tags) == len(set(tags)) for tags in (tags_of(world, member) for member in range(500)))
    follows = [f for member in range(500) for f in world.follows.of_member(member)]
    assert all(
        world.follows.tags(f.staff, f.member) == tuple(sorted(world.follows.tags(f.staff, f.member))) for f in follows
    )


def test_most_groups_are_small_and_none_is_full(world):
    groups = [world.groups[number] for number in range(0, 9000, 30)]
    sizes = sorted(len(group.people) for group in groups)
    assert 60 < sum(sizes) / len(sizes) < 80
    assert sizes[len(sizes) // 2] < 62
    assert sizes[-1] <= 200
    assert sizes[0] > 10


def test_every_thirtieth_group_shows_that_28_in_a_hundred_members_are_in_one(world):
    people = {
        p.number for n in range(0, 9000, 30) for p in world.groups[n].people if p.number < MEMBERS and not p.is_staff
    }
    assert 1 - (1 - len(people) / MEMBERS) ** 30 == pytest.approx(0.28, abs=0.02)


@pytest.mark.parametrize("members", [5_000, pytest.param(20_000, marks=pytest.mark.soak)])
def test_what_was_read_is_not_kept(world, members):
    tracemalloc.start()
    for member in range(members):
        tags_of(world, member)
    for number in range(20):
        assert world.groups[number].people
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 10 * members


def test_the_small_company_is_the_one_it_always_was():
    world = World()
    facts = [
        (follow.staff, follow.member, follow.added_at, follow.channel, world.follows.tags(follow.staff, follow.member))
        for member in range(2000)
        for follow in world.follows.of_member(member)
    ]
    groups = [(g.name, g.owner, g.created_at, [(p.number, p.joined_at) for p in g.people]) for g in world.groups]
    assert hashlib.sha256(repr((facts, groups)).encode()).hexdigest()[:16] == "e78c2422e77e7fc8"


def test_an_unknown_scale_is_refused():
    with pytest.raises(ValueError, match="huge"):
        World(scale="huge")


def test_the_wire_tells_of_two_hundred_tags_and_of_groups_by_owner():
    with Sandbox(staff=40, members=400, groups=8, scale="large") as sandbox:
        vendor = Vendor(sandbox, sandbox.credentials.secret)
        assert len(vendor.tags()) == 200
        staff = vendor.get("externalcontact/get_follow_user_list")["follow_user"][:10]
        rows = vendor.post("externalcontact/batch/get_by_user", userid_list=staff, limit=100)["external_contact_list"]
        assert len(rows) == 100
        assert any(len(row["follow_info"]["tag_id"]) > 3 for row in rows)
        listed = vendor.post("externalcontact/groupchat/list", limit=100)["group_chat_list"]
        group = vendor.post("externalcontact/groupchat/get", chat_id=listed[0]["chat_id"])["group_chat"]
        assert len(group["member_list"]) > 10
        assert sandbox.size.scale is Scale.LARGE
        sandbox.reset()
        assert sum(1 for _ in sandbox.world.tags.tags()) == 200
        vendor.session.close()


def test_sizes_on_the_command_line_are_those_of_the_scale_unless_given():
    assert size_of(scale="small", seed=1, staff=None, members=None, groups=None) == {
        "scale": "small",
        "seed": 1,
        "staff": 20,
        "members": 2000,
        "groups": 30,
    }
    large = size_of(scale="large", seed=2, staff=None, members=500, groups=None)
    assert large == {"scale": "large", "seed": 2, "staff": 4000, "members": 500, "groups": 9000}
