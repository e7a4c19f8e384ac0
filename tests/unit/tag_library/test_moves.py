import json

import pytest

from privcrm.errors import InputError, JobError, LimitReached, OutOfScope, PermissionDenied
from privcrm.jobs import JobState, OutcomeState, RunLimits
from privcrm.models import MemberId, StaffId, TagChange
from privcrm.models.segments import HasTag, to_json
from privcrm.services.tag_library import Merge, Move, Restore
from privcrm.services.tag_library.items import FINISH

OLD, OTHER, NEW = "旧/老客", "旧/回头客", "新/老客"


@pytest.fixture
def wearers(desk):
    """A third of all relations wears one tag, some another, some both; the mirror knows."""
    desk.provider.tags.create(["老客", "回头客", "无关"], group_name="旧")
    desk.provider.tags.create(["会员日"], group_name="新")
    pairs = sorted(desk.worn())
    for number, (member_id, staff_id) in enumerate(pairs):
        wanted = [desk.tag_id(title) for title, every in ((OLD, 3), (OTHER, 4)) if number % every == 0]
        if wanted:
            desk.provider.tags.mark(TagChange(StaffId(staff_id), MemberId(member_id), tuple(wanted)))
    desk.sync()
    return {title: {pair for pair, worn in desk.worn().items() if title in worn} for title in (OLD, OTHER)}


def save_segment(desk, name, tag, tag_id):
    with desk.store.database.transaction() as connection:
        connection.run(
            "INSERT INTO privcrm_segment (company, name, expression) VALUES (?, ?, ?)",
            *(desk.provider.company, name, json.dumps(to_json(~HasTag(tag, tag_id=tag_id)))),
        )


def segment(desk, name):
    with desk.store.database.connect() as connection:
        return connection.one("SELECT expression, frozen FROM privcrm_segment WHERE name = ?", name)


def test_a_tag_moves_with_all_who_wear_it(desk, wearers):
    before = desk.worn()
    save_segment(desk, "lapsed", OLD, desk.tag_id(OLD))
    preview = desk.moves.preview(Move(OLD, "新"))
    assert (preview.holders, preview.changes, preview.creates) == (len(wearers[OLD]), len(wearers[OLD]), True)
    assert desk.worn() == before

    job = desk.moves.apply(Move(OLD, "新"), created_by="ops")

    assert (job.state, job.counts) == (JobState.DONE, {OutcomeState.DONE: len(wearers[OLD]) + 1})
    assert desk.worn() == {pair: (worn - {OLD}) | ({NEW} if OLD in worn else set()) for pair, worn in before.items()}
    assert desk.mirrored() == desk.worn()
    assert OLD not in desk.titles()
    expression, frozen = segment(desk, "lapsed")
    assert json.loads(expression) == to_json(~HasTag(NEW, tag_id=desk.tag_id(NEW)))
    assert frozen == ""


def test_sources_merge_into_a_target_that_some_wear_already(desk, wearers):
    before = desk.worn()
    job = desk.moves.apply(Merge([OLD], OTHER))
    assert job.state is JobState.DONE
    assert job.counts[OutcomeState.SKIPPED] == len(wearers[OLD] & wearers[OTHER])
    assert desk.worn() == {pair: (worn - {OLD}) | ({OTHER} if OLD in worn else set()) for pair, worn in before.items()}
    assert desk.mirrored() == desk.worn()


def test_what_the_vendor_lists_counts_where_the_mirror_knows_nothing(desk, wearers):
    with desk.store.database.transaction() as connection:
        connection.run("DELETE FROM privcrm_follow_tag")
    assert desk.moves.preview(Move(OLD, "新")).holders == 0
    assert desk.moves.preview(Move(OLD, "新"), fresh=True).holders == len(wearers[OLD])
    job = desk.moves.apply(Move(OLD, "新"), fresh=True)
    assert job.state is JobState.DONE
    assert {pair for pair, worn in desk.worn().items() if NEW in worn} == wearers[OLD]


def test_nothing_is_deleted_while_a_holder_lacks_the_new_tag(desk, wearers, monkeypatch):
    stubborn = min(wearers[OLD])
    mark = desk.provider.tags.mark

    def refusing(change):
        if (change.member_id, change.staff_id) == stubborn:
            raise LimitReached("full", provider="memory", operation="tags.mark", code="relation_full")
        mark(change)

    monkeypatch.setattr(desk.provider.tags, "mark", refusing)
    job = desk.moves.apply(Move(OLD, "新"))
    assert job.state is JobState.PAUSED
    assert job.reason.startswith("unfinished: the old tag was not deleted: 1 relations do not carry the new one")
    assert OLD in desk.worn()[stubborn]

    monkeypatch.setattr(desk.provider.tags, "mark", mark)
    job = desk.jobs.run(desk.jobs.resume(job.id).id)
    assert job.state is JobState.DONE
    assert set(job.counts) == {OutcomeState.DONE, OutcomeState.SKIPPED}
    assert {pair for pair, worn in desk.worn().items() if NEW in worn} == wearers[OLD]


def test_a_full_relation_gives_the_old_tag_for_the_new_one(desk, wearers, monkeypatch):
    full = min(wearers[OLD])
    mark = desk.provider.tags.mark

    def full_one(change):
        if (change.member_id, change.staff_id) == full and not change.remove:
            raise LimitReached("full", provider="memory", operation="tags.mark", code="relation_full")
        mark(change)

    monkeypatch.setattr(desk.provider.tags, "mark", full_one)
    assert desk.moves.apply(Move(OLD, "新")).state is JobState.DONE
    assert {pair for pair, worn in desk.worn().items() if NEW in worn} == wearers[OLD]


def test_who_comes_to_wear_it_after_the_plan_is_not_forgotten(desk, wearers):
    job, _ = desk.moves.submit(Move(OLD, "新"))
    late = next(pair for pair in sorted(desk.worn()) if pair not in wearers[OLD])
    desk.provider.tags.mark(TagChange(StaffId(late[1]), MemberId(late[0]), (desk.tag_id(OLD),)))
    desk.sync()
    assert desk.jobs.run(job.id).state is JobState.DONE
    assert {pair for pair, worn in desk.worn().items() if NEW in worn} == wearers[OLD] | {late}


def test_who_wears_it_without_the_mirror_knowing_is_not_forgotten(desk, wearers):
    """A second system put it on since the last synchronisation: vendors tell nobody of that."""
    unseen = next(pair for pair in sorted(desk.worn()) if pair not in wearers[OLD])
    desk.provider.tags.mark(TagChange(StaffId(unseen[1]), MemberId(unseen[0]), (desk.tag_id(OLD),)))
    assert desk.moves.apply(Move(OLD, "新")).state is JobState.DONE
    assert {pair for pair, worn in desk.worn().items() if NEW in worn} == wearers[OLD] | {unseen}
    assert desk.mirrored() == desk.worn()


def test_a_mirror_that_was_never_read_knows_no_holders(desk):
    desk.provider.tags.create(["老客"], group_name="旧")
    with pytest.raises(InputError, match="privcrm sync"):
        desk.moves.preview(Move(OLD, "新"))
    assert desk.moves.preview(Move(OLD, "新"), fresh=True).holders == 0


def test_who_lost_the_old_tag_meanwhile_is_left_alone_if_not_marked_yet(desk, wearers):
    job, _ = desk.moves.submit(Merge([OLD], OTHER))
    both = min(wearers[OLD] & wearers[OTHER])
    old, other = desk.tag_id(OLD), desk.tag_id(OTHER)
    desk.provider.tags.mark(TagChange(StaffId(both[1]), MemberId(both[0]), (), (old, other)))
    assert desk.jobs.run(job.id).state is JobState.DONE
    assert not desk.worn()[both] & {OLD, OTHER}


def test_a_relation_that_ended_does_not_hold_it_up(desk, wearers):
    job, _ = desk.moves.submit(Move(OLD, "新"))
    gone = min(wearers[OLD])
    desk.end(*gone)
    job = desk.jobs.run(job.id)
    assert (job.state, job.counts[OutcomeState.SKIPPED]) == (JobState.DONE, 1)
    assert {pair for pair, worn in desk.worn().items() if NEW in worn} == wearers[OLD] - {gone}


def test_a_tag_of_another_program_is_refused_before_anything_is_sent(desk, wearers, monkeypatch):
    def foreign(tag_id, **_):
        raise PermissionDenied("foreign", scope="record", provider="memory", operation="tags.edit", code="foreign_tag")

    monkeypatch.setattr(desk.provider.tags, "edit", foreign)
    before = desk.worn()
    with pytest.raises(PermissionDenied):
        desk.moves.apply(Move(OLD, "新"))
    assert desk.worn() == before
    assert list(desk.jobs.list()) == []


def test_a_holder_outside_the_write_scope_is_told_before_anything_is_sent(desk, wearers, monkeypatch):
    monkeypatch.setattr(desk.provider, "may_write", lambda kind, each: False)
    with pytest.raises(OutOfScope, match="outside the write scope"):
        desk.moves.submit(Move(OLD, "新"))
    assert list(desk.jobs.list()) == []


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (Merge(["旧/没有"], OLD), "unknown"),
        (Merge([OLD], OLD), "into itself"),
        (Move(OLD, "旧"), "in that group already"),
        (Move("旧/无关", ""), "1 to 30"),
        (Move(OLD, "新" * 31), "1 to 30"),
        (Restore("旧/没有"), "no deleted tag"),
    ],
)
def test_what_cannot_be_ordered_is_said(desk, wearers, order, said):
    with pytest.raises(InputError, match=said):
        desk.moves.preview(order)


def test_one_move_at_a_time_and_no_canary(desk, wearers):
    job, _ = desk.moves.submit(Move(OLD, "新"))
    with pytest.raises(JobError, match=job.id):
        desk.moves.submit(Merge([OLD], OTHER))
    desk.jobs.cancel(job.id)
    with pytest.raises(InputError, match="no canary"):
        desk.moves.submit(Move(OLD, "新"), limits=RunLimits(canary=2))


def test_a_move_that_stands_still_can_be_undone_and_a_finished_one_cannot(desk, wearers, monkeypatch):
    before = desk.worn()
    delete = desk.provider.tags.delete

    def refusing(**_):
        raise PermissionDenied("no", scope="app", provider="memory", operation="tags.delete", code="no")

    monkeypatch.setattr(desk.provider.tags, "delete", refusing)
    job = desk.moves.apply(Move(OLD, "新"))
    assert (job.state, job.reason[:8]) == (JobState.PAUSED, "refused:")
    undone = desk.jobs.run(desk.jobs.undo(job.id, "ops").id)
    assert undone.state is JobState.DONE
    assert desk.worn() == before
    desk.jobs.cancel(job.id)

    monkeypatch.setattr(desk.provider.tags, "delete", delete)
    done = desk.moves.apply(Merge([OLD], OTHER))
    assert done.state is JobState.DONE
    with pytest.raises(JobError, match="cannot be undone"):
        desk.jobs.undo(done.id, "ops")


def delete_in_console(desk, title):
    desk.provider.tags.delete(tag_ids=[desk.tag_id(title)])


def test_a_tag_deleted_in_the_console_comes_back(desk, wearers):
    before, old_id = desk.worn(), desk.tag_id(OLD)
    save_segment(desk, "lapsed", OLD, old_id)
    delete_in_console(desk, OLD)
    desk.sync()  # every listing shows it gone
    assert not any(OLD in worn for worn in desk.worn().values())
    assert desk.moves.preview(Restore(OLD)).holders == len(wearers[OLD])

    job = desk.moves.apply(Restore(OLD))

    assert job.state is JobState.DONE, job.reason
    assert desk.worn() == before
    assert desk.mirrored() == before
    assert desk.tag_id(OLD) != old_id
    assert json.loads(segment(desk, "lapsed")[0]) == to_json(~HasTag(OLD, tag_id=desk.tag_id(OLD)))


def test_a_deleted_tag_comes_back_before_anything_was_read_again_too(desk, wearers):
    before = desk.worn()
    tag_id = desk.tag_id(OLD)
    delete_in_console(desk, OLD)
    with desk.store.database.transaction() as connection:
        connection.run("UPDATE privcrm_tag SET deleted_at = 1 WHERE tag_id = ?", tag_id)
    assert desk.moves.apply(Restore(tag_id)).state is JobState.DONE
    assert desk.worn() == before


def test_an_answer_lost_on_the_way_changes_nothing(desk, wearers):
    before = desk.worn()
    for operation in ("tags.create", "tags.mark", "tags.delete", "members.get"):
        desk.provider._door.lose_answer(operation)
    job = desk.moves.apply(Move(OLD, "新"))
    assert job.state is JobState.DONE, job.reason
    assert desk.worn() == {pair: (worn - {OLD}) | ({NEW} if OLD in worn else set()) for pair, worn in before.items()}


def test_the_last_item_is_the_one_that_ends_it(desk, wearers):
    job, _ = desk.moves.submit(Move(OLD, "新"))
    *_, last = desk.jobs.items(job.id)
    assert last.payload == FINISH.payload
