"""A synchronisation brings the mirror to what the vendor lists, and writes what changed only."""

from privcrm.services.sync import SyncProgress, SyncStage

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
    key = "SELECT live, gone_at > 0 FROM privcrm_follow f JOIN privcrm_member m ON m.number = f.member WHERE m.member_id = ?"
    assert (1, 0) in [(live, int(vanished)) for live, vanished in company.rows(key, new)]
    assert (0, 1) in [(live, int(vanished)) for live, vanished in company.rows(key, gone)]


def test_progress_goes_through_the_stages(company: Mirrored) -> None:
    seen: list[SyncProgress] = []
    company.sync.run(progress=seen.append)
    stages = list(dict.fromkeys(each.stage for each in seen))
    assert stages[:3] == [SyncStage.TAGS, SyncStage.STAFF, SyncStage.MEMBERS]
    assert all(each.total is None or each.done <= each.total for each in seen)
