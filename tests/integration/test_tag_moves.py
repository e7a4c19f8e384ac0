"""Tags merged, moved and restored over real HTTP."""

import pytest

from privcrm.errors import NotFound
from privcrm.jobs import JobState, RunLimits
from privcrm.services.tag_library import Merge, Move, Restore

from .conftest import Shop

OLD, NEW = "旧/甲", "新/甲"


@pytest.fixture
def worn(shop: Shop) -> dict[tuple[str, str], set[str]]:
    """A tag of our own on every second relation; the mirror knows. Returns what hangs where."""
    tag = shop.crm.provider.tags.create(["甲", "乙"], group_name="旧").tags[0]
    world = shop.sandbox.company.world
    number = shop.sandbox.company.ids.tag.decode(tag.tag_id)
    for place, relation in enumerate(world.relations()):
        if place % 2:
            staff, member = relation.staff.number, relation.member.number
            world.follows.set_tags(staff, member, {*world.live_tags(staff, member), number})
    shop.crm.sync.run()
    return shop.relations()


def moved(worn, old, new):
    return {pair: (tags - {old}) | ({new} if old in tags else set()) for pair, tags in worn.items()}


def test_a_tag_moves_to_another_group(shop: Shop, worn):
    preview = shop.crm.tag_moves.preview(Move(OLD, "新"))
    holders = sum(OLD in tags for tags in worn.values())
    assert preview.holders == holders
    assert shop.relations() == worn
    job = shop.crm.tag_moves.apply(Move(OLD, "新"), created_by="ops")
    assert job.state is JobState.DONE, job.reason
    assert shop.relations() == moved(worn, OLD, NEW)
    assert len(shop.calls("*/mark_tag")) == holders
    counts = shop.crm.sync.check(repair=False).counts
    assert (counts.retagged, counts.tags_changed, counts.tags_deleted) == (0, 0, 0)


def test_an_answer_lost_at_the_deletion_and_limits_change_nothing(shop: Shop, worn):
    shop.fault("reset", "*/del_corp_tag", when="after", times=1)
    shop.fault("reset", "*/add_corp_tag", when="after", times=1)
    shop.fault("errcode", "*/batch/get_by_user", errcode=45009, when="before", times=1)
    job = shop.crm.tag_moves.apply(Move(OLD, "新"))
    assert job.state is JobState.DONE, job.reason
    assert shop.relations() == moved(worn, OLD, NEW)


def test_a_tag_of_the_console_is_refused_with_the_console_path(shop: Shop, worn):
    made = shop.control("POST", "actions/admin_edits_tag", {"group_name": "后台", "name": "丙"})
    with pytest.raises(NotFound, match="企业客户标签"):
        shop.crm.tag_moves.submit(Merge([made["tag_id"]], OLD))
    assert not shop.calls("*/mark_tag")
    assert list(shop.crm.jobs.list()) == []


def test_a_tag_deleted_in_the_console_is_restored(shop: Shop, worn):
    tag_id = next(tag["tag_id"] for tag in shop.state("tags") if f"{tag['group_name']}/{tag['name']}" == OLD)
    shop.control("POST", "actions/admin_edits_tag", {"id": tag_id, "delete": True})
    shop.crm.sync.run()
    shop.crm.sync.run()
    job = shop.crm.tag_moves.apply(Restore(tag_id))
    assert job.state is JobState.DONE, job.reason
    assert shop.relations() == worn


def test_calls_that_are_used_up_pause_it_and_resuming_goes_on(shop: Shop, worn):
    job = shop.crm.tag_moves.apply(Move(OLD, "新"), limits=RunLimits(max_calls=20))
    assert job.reason.startswith("max_calls")
    assert any(OLD in tags for tags in shop.relations().values())
    shop.crm.jobs.resume(job.id, max_calls=0)
    assert shop.crm.jobs.run(job.id).state is JobState.DONE
    assert shop.relations() == moved(worn, OLD, NEW)
