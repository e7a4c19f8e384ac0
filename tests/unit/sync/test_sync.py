"""A synchronisation brings the mirror to what the vendor lists, and writes what changed only."""

from attrs import evolve

from privcrm.sandbox.world import EndedBy
from privcrm.services.sync import SyncProgress, SyncStage
from privcrm.store.mirror.relations import Ended, Relations

from .company import Mirrored


def test_a_first_run_reads_everything(company: Mirrored) -> None:
    report = company.sync.run()
    assert company.mirror() == company.truth()
    assert report.counts.added == report.counts.listed == len(company.truth()) == report.held.follows
    assert report.held.staff == 6
    assert report.held.tags == len([tag for group in company.provider.tags.list() for tag in group.tags])
    assert not report.resumed


def test_a_second_run_writes_nothing(company: Mirrored) -> None:
    company.sync.run()
    company.clock.sleep(3_600)
    before = company.rows("SELECT * FROM privcrm_follow ORDER BY member, staff")
    report = company.sync.run()
    assert (report.written, report.counts.unchanged) == (0, report.counts.listed)
    assert company.rows("SELECT * FROM privcrm_follow ORDER BY member, staff") == before
    assert report.differences == {}


def test_what_changed_is_written_and_what_vanished_is_marked(company: Mirrored) -> None:
    company.sync.run()
    company.clock.sleep(3_600)
    new, gone = company.adds(1), company.deletes(2)
    report = company.sync.run()
    assert company.mirror() == company.truth()
    assert (report.counts.added, report.counts.changed, report.counts.vanished) == (1, 0, 1)
    of_member = (
        "SELECT live, gone_at FROM privcrm_follow f JOIN privcrm_member m ON m.number = f.member WHERE m.member_id = ?"
    )
    assert company.rows(of_member, new) == [(1, 0)]
    assert (0, company.clock.time()) in company.rows(of_member, gone)


def test_who_deleted_an_employee_is_noted_once_the_vendor_lists_it_no_more(company: Mirrored) -> None:
    company.sync.run()
    member, staff_id = next(company.world.follows.of_staff(2)), company.staff(2)
    company.clock.sleep(60)
    company.world.deletes(member, 2, EndedBy.MEMBER, at=company.now)
    with company.store.database.transaction() as connection:
        relations = Relations(company.store.database)
        ended = Ended(company.now, "deleted_by_member")
        assert relations.end(connection, staff_id, company.member(member), ended, company.clock.time())
    gone = "SELECT gone_at > 0 FROM privcrm_follow WHERE ended_how = 'deleted_by_member'"
    for listed in (True, False):
        company.clock.sleep(3_600)
        if not listed:
            company.world.deletes(member, 2, EndedBy.STAFF, at=company.now)
        report = company.sync.run()
        assert (report.counts.vanished, company.rows(gone)) == (0, [(not listed,)])


def test_progress_goes_through_the_stages(company: Mirrored) -> None:
    seen: list[SyncProgress] = []
    company.sync.run(progress=seen.append)
    stages = list(dict.fromkeys(each.stage for each in seen))
    assert stages[:3] == [SyncStage.TAGS, SyncStage.STAFF, SyncStage.MEMBERS]
    assert all(each.total is None or each.done <= each.total for each in seen)


def test_groups_are_read_with_who_came_how(company: Mirrored) -> None:
    report = company.sync.run()
    assert report.held.groups == report.counts.groups_listed == 3
    for summary in company.provider.groups.list_all():
        group = company.provider.groups.get(summary.group_id)
        kept = company.rows(
            "SELECT user_id, is_staff, joined_at, scene FROM privcrm_known_group_member WHERE group_id = ?",
            group.group_id,
        )
        told = {(each.user_id.lower() if each.is_staff else each.user_id) for each in group.members}
        assert {user_id for user_id, *_ in kept} == told
        assert all(joined_at for _, _, joined_at, _ in kept)
    in_groups = (
        "SELECT COUNT(*) FROM privcrm_known_group_member g WHERE g.is_staff = 0 AND NOT EXISTS"
        " (SELECT 1 FROM privcrm_member m WHERE m.company = g.company AND m.member_id = g.user_id)"
    )
    assert company.rows(in_groups) == [(0,)]


def test_a_dismissed_group_is_gone(company: Mirrored) -> None:
    company.sync.run()
    company.clock.sleep(3_600)
    groups = company.world.groups
    groups.change(evolve(groups[0], dismissed_at=company.now))
    report = company.sync.run()
    assert (report.held.groups, report.counts.groups_gone) == (2, 1)
    assert report.differences == {"groups": 1}
