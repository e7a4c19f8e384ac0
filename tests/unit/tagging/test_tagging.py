import csv
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve

from privcrm import CRM
from privcrm.clock import ManualClock
from privcrm.errors import ConfigurationError, InputError, JobError, LimitReached, NotFound
from privcrm.jobs import Job, Jobs, JobState, OutcomeState, Progress
from privcrm.models import Member, RemarkChange, TagChange
from privcrm.provider import ProviderContext, WriteScope
from privcrm.sandbox.world import StaffState
from privcrm.services.following import run_or_follow
from privcrm.services.tagging import Key, PlanProgress, ReadBy, Tagging, TagOptions, TagPreview, TagRow
from privcrm.services.tagging import progress as progress_module
from privcrm.services.tagging.outcomes_file import safe_cell
from privcrm.services.tagging.presence import Presence
from privcrm.services.tagging.relation import Wish
from privcrm.services.tagging.scratch import Matching
from privcrm.store import open_store
from privcrm.testing.memory import MemoryProvider

ADD, GONE = "等级/VIP", "等级/普通"


@pytest.fixture
def library(desk) -> None:
    """Two tags of our own beside those that the world has."""
    desk.provider.tags.create(["VIP", "普通"], group_name="等级")


pytestmark = pytest.mark.usefixtures("library")


def everybody(desk) -> list[Member]:
    return [desk.provider.members.get(f"member-{number}") for number in range(desk.world.first_members)]


def test_a_list_is_previewed_run_and_proved(desk):
    members = everybody(desk)
    before = {member.member_id: desk.tags(member.member_id) for member in members}
    rows = [{"member_id": member.member_id, "add": ADD} for member in members]
    preview = desk.tagging.preview(rows)
    relations = sum(len(member.follows) for member in members)
    assert (preview.rows, preview.members, preview.relations, preview.changes) == (60, 60, relations, relations)
    assert preview.adding == {ADD: relations}
    assert list(desk.jobs.list()) == []
    assert {member_id: desk.tags(member_id) for member_id in before} == before

    job = desk.tagging.apply(rows, created_by="ops")
    assert (job.state, job.counts) == (JobState.DONE, {OutcomeState.DONE: relations})
    for member_id, tags in before.items():
        assert desk.tags(member_id) == {staff_id: names | {ADD} for staff_id, names in tags.items()}
    proof = desk.tagging.verify(job.id)
    assert (proof.checked, proof.as_planned, proof.differing) == (relations, relations, 0)


def test_a_job_that_a_runner_took_is_followed_to_its_end(desk, monkeypatch):
    told: list[Progress] = []
    go_on = threading.Event()
    mark, run = desk.provider.tags.mark, desk.jobs.run
    workers: list[threading.Thread] = []

    def patient(change: TagChange) -> None:
        assert go_on.wait(20)
        mark(change)

    def beaten(job_id: str, **_: object) -> Job:
        if not workers:
            holding = threading.Event()
            monkeypatch.setattr(desk.provider.tags, "mark", lambda change: (holding.set(), patient(change)))
            workers.append(threading.Thread(target=run, args=(job_id,)))
            workers[0].start()
            assert holding.wait(20)
        return run(job_id)

    def watch(now: object) -> None:
        if isinstance(now, Progress):
            told.append(now)
            go_on.set()
            workers[0].join()

    monkeypatch.setattr(desk.jobs, "run", beaten)
    job = desk.tagging.apply([{"member_id": "member-1", "add": ADD}], progress=watch)
    assert (job.state, set(job.counts)) == (JobState.DONE, {OutcomeState.DONE})
    assert [now.job_id for now in told] == [job.id]


def test_a_job_that_nobody_can_run_is_still_refused(desk):
    job, _ = desk.tagging.submit([{"member_id": "member-1", "add": ADD}])
    desk.jobs.cancel(job.id, "ops")
    with pytest.raises(JobError, match="cancelled"):
        run_or_follow(desk.jobs, ManualClock(), job.id)


def test_a_preview_needs_no_store_and_leaves_no_file(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with CRM.connect(MemoryProvider, clock=ManualClock()) as crm:
        member_id = next(iter(crm.provider.members.ids(next(iter(crm.provider.staff.serving())))))
        group = next(group for group in crm.provider.tags.list() if group.tags)
        rows = [{"member_id": member_id, "add": f"{group.name}/{group.tags[0].name}"}]
        assert crm.tagging.preview(rows).rows == 1
        for call in (crm.tagging.submit, crm.tagging.apply):
            with pytest.raises(ConfigurationError, match="needs a store"):
                call(rows)
        with pytest.raises(ConfigurationError, match="need a store"):
            _ = crm.jobs
    assert not list(tmp_path.glob("privcrm-*"))


def test_a_second_run_changes_nothing(desk):
    rows = [{"member_id": "member-1", "add": ADD}]
    desk.tagging.apply(rows)
    job, preview = desk.tagging.submit(rows)
    assert (preview.changes, preview.calls_writing) == (0, 0)
    assert set(job.counts) == {OutcomeState.SKIPPED}


def test_undo_restores_exactly_what_the_job_changed(desk):
    desk.tagging.apply([{"member_id": "member-1", "add": GONE}])
    before = {f"member-{number}": desk.tags(f"member-{number}") for number in range(4)}
    rows = [{"member_id": member_id, "add": ADD, "remove": GONE} for member_id in before]
    job = desk.tagging.apply(rows)
    assert {member_id: desk.tags(member_id) for member_id in before} != before
    back = desk.jobs.run(desk.jobs.undo(job.id, "ops").id)
    assert back.state is JobState.DONE
    assert {member_id: desk.tags(member_id) for member_id in before} == before
    assert desk.tagging.verify(back.id).differing == 0
    assert desk.tagging.verify(job.id).differing == desk.tagging.verify(job.id).checked


@pytest.mark.parametrize("read_by", ReadBy)
def test_undo_leaves_alone_what_was_changed_since(desk, monkeypatch, read_by: ReadBy):
    monkeypatch.setattr(Presence, "choose", lambda *_: read_by)
    members = ["member-2", "member-3"]
    desk.tagging.apply([{"member_id": each, "add": GONE} for each in members])
    before = {each: desk.tags(each) for each in members}
    job = desk.tagging.apply([{"member_id": each, "add": ADD, "remove": GONE} for each in members])
    desk.tagging.apply([{"member_id": "member-2", "remove": ADD}])
    desk.tagging.apply([{"member_id": "member-3", "add": GONE, "remove": ADD}])
    as_it_stands = {each: desk.tags(each) for each in members}

    back = desk.jobs.undo(job.id, "ops")
    told = {(item.subject, item.outcome.state, item.outcome.reason) for item in desk.jobs.items(back.id)}
    assert told == {
        ("member-2", OutcomeState.SKIPPED, "changed_since"),
        ("member-3", OutcomeState.SKIPPED, "no_change"),
    }
    assert desk.jobs.run(back.id).state is JobState.DONE
    assert back.calls_spent > 0
    assert {each: desk.tags(each) for each in members} == as_it_stands
    assert as_it_stands["member-3"] == before["member-3"]
    with pytest.raises(JobError, match=back.id):
        desk.jobs.undo(job.id, "ops")


def test_verify_notices_what_was_changed_since(desk):
    job = desk.tagging.apply([{"member_id": "member-1", "add": ADD}, {"member_id": "member-2", "add": ADD}])
    (group,) = [group for group in desk.provider.tags.list() if group.name == "等级"]
    staff_id = desk.provider.members.get("member-2").follows[0].staff_id
    desk.provider.tags.mark(TagChange(staff_id, "member-2", remove=(group.tags[0].tag_id,)))
    proof = desk.tagging.verify(job.id)
    assert proof.differing == 1
    assert "member-2" in proof.differences[0]


def test_every_row_gets_its_outcome(desk):
    followed = desk.provider.members.get("member-3")
    stranger = next(s for s in desk.provider.staff.serving() if not followed.followed_by(s))
    members = [{"member_id": f"member-{number}", "add": ADD} for number in range(10, 30)]
    rows = [
        {"member_id": "member-9999", "add": ADD, "row": 101},
        {"member_id": "member-3", "staff_id": stranger, "add": ADD, "row": 102},
        {"member_id": "member-3", "staff_id": followed.follows[0].staff_id, "add": ADD, "row": 103},
        {"member_id": "member-4", "add": ADD, "row": 104},
        {"member_id": "member-4", "remove": ADD, "row": 105},
    ]
    job = desk.tagging.apply(members + rows)
    assert job.state is JobState.DONE
    told = {row: set(outcomes) for row, outcomes in desk.rows(job.id).items() if row > 100}
    assert told == {
        101: {"unknown_member"},
        102: {"not_followed"},
        103: {"done"},
        104: {"contradiction"},
        105: {"contradiction"},
    }


def test_strict_refuses_the_list_and_keeps_nothing(desk):
    rows = [{"member_id": "member-1", "add": ADD}, {"member_id": "member-9999", "add": ADD}]
    for call in (desk.tagging.preview, desk.tagging.submit):
        with pytest.raises(InputError, match="row 2"):
            call(rows, TagOptions(strict=True))
    assert list(desk.jobs.list()) == []


def test_ids_of_another_app_pause_the_job(desk):
    rows = [{"member_id": f"wm-{number}" if number < 3 else f"member-{number}", "add": ADD} for number in range(10)]
    job = desk.tagging.apply(rows)
    assert job.state is JobState.PAUSED
    assert "ids of another app?" in job.reason
    assert OutcomeState.DONE not in job.counts
    desk.jobs.resume(job.id)
    assert desk.jobs.run(job.id).state is JobState.DONE


def test_a_fifth_of_unknown_rows_does_not_pause(desk):
    rows = [{"member_id": f"wm-{number}" if number < 2 else f"member-{number}", "add": ADD} for number in range(10)]
    assert desk.tagging.apply(rows).state is JobState.DONE


def test_all_problems_of_a_list_are_told_and_nothing_is_kept(desk):
    rows = [
        {"member_id": "member-1", "add": "等级/VIP1"},
        {"member_id": "member-2", "add": ADD, "remove": ADD},
        {"member_id": "", "add": ADD},
    ]
    with pytest.raises(InputError) as caught:
        desk.tagging.submit(rows)
    told = caught.value.problems
    assert [sentence.split(":")[0] for sentence in told] == [
        "rows, row 1, column add",
        "rows, row 2, column add",
        "rows, row 3, column member_id",
    ]
    assert "did you mean 等级/VIP" in told[0]
    assert list(desk.jobs.list()) == []


def test_tags_are_created_before_the_first_send_and_not_twice(desk):
    rows = [{"member_id": f"member-{number}", "add": "新组/甲;新组/乙"} for number in range(8)]
    with pytest.raises(InputError, match="unknown"):
        desk.tagging.preview(rows)
    options = TagOptions(create_tags=True)
    preview = desk.tagging.preview(rows, options)
    assert preview.tags_to_create == ("新组/甲", "新组/乙")
    job, _ = desk.tagging.submit(rows, options)
    assert not any(group.name == "新组" for group in desk.provider.tags.list())
    desk.provider.tags.create(["甲"], group_name="新组")  # somebody was quicker
    assert desk.jobs.run(job.id).counts.keys() == {OutcomeState.DONE}
    (group,) = [group for group in desk.provider.tags.list() if group.name == "新组"]
    assert sorted(tag.name for tag in group.tags) == ["乙", "甲"]
    assert desk.tagging.verify(job.id).differing == 0


def test_a_phone_of_two_members_is_never_guessed(desk):
    by_phone: dict[str, set[str]] = {}
    for member in everybody(desk):
        for follow in member.follows:
            for phone in follow.phones or ():
                by_phone.setdefault(phone, set()).add(member.member_id)
    shared = next((phone for phone, members in by_phone.items() if len(members) > 1), None)
    single = next(phone for phone, members in by_phone.items() if len(members) == 1)
    rows = [{"phone": single, "add": ADD}, {"phone": "19999999999", "add": ADD}]
    if shared:
        rows.append({"phone": shared, "add": ADD})
    job = desk.tagging.apply(rows, TagOptions(key=Key.PHONE))
    told = desk.rows(job.id)
    (member_id,) = by_phone[single]
    assert told[1] == ["done"] * len(desk.tags(member_id))
    assert all(ADD in names for names in desk.tags(member_id).values())
    assert told[2] == ["unknown_member"]
    assert told.get(3, ["ambiguous"]) == ["ambiguous"]
    assert job.state is JobState.DONE


def test_no_phone_is_kept(desk, tmp_path: Path):
    phone = next(phone for member in everybody(desk) for follow in member.follows for phone in follow.phones or ())
    desk.tagging.apply([{"phone": phone, "add": ADD}, {"phone": "19999999999", "add": ADD}], TagOptions(key=Key.PHONE))
    for path in tmp_path.glob("store.db*"):
        content = path.read_bytes()
        assert phone.encode() not in content
        assert b"19999999999" not in content


def test_phones_in_the_making_of_a_plan_are_hashed_with_a_key_of_that_plan():
    first, second = Matching(b"1" * 32), Matching(b"2" * 32)
    assert first.wish("13800000000", Wish(2))[0] == first.candidate("13800000000", "wm1", "zhang")[0]
    assert first.wish("13800000000", Wish(2))[0] != second.wish("13800000000", Wish(2))[0]


def test_the_key_does_not_change_the_plan(desk):
    rows = [{"phone": f"1999999{number:04}", "add": ADD} for number in range(9)]
    plans = {planned(desk, rows, TagOptions(key=Key.PHONE))[1] for _ in range(3)}
    assert len(plans) == 1


def test_unionids_are_matched(desk):
    member = next(member for member in everybody(desk) if member.unionid)
    job = desk.tagging.apply([{"unionid": member.unionid, "add": ADD}], TagOptions(key="unionid"))
    assert {outcome.member_id for outcome in desk.tagging.outcomes(job.id)} == {member.member_id}


def planned(desk, rows, options=TagOptions()) -> tuple[TagPreview, str]:  # noqa: B008
    job, preview = desk.tagging.submit(rows, options)
    return preview, job.plan_hash


def test_both_ways_of_reading_give_the_same_plan(desk, monkeypatch):
    desk.tagging.apply([{"member_id": f"member-{number}", "add": ADD} for number in range(0, 60, 3)])
    rows = [{"member_id": f"member-{number}", "add": ADD, "remove": GONE} for number in range(55)]
    rows += [{"member_id": "member-9999", "add": ADD}]
    plans = {}
    for way in ReadBy:
        monkeypatch.setattr(Presence, "choose", lambda *_, way=way: way)
        preview, plans[way] = planned(desk, rows)
        assert preview.read_by is way
    assert plans[ReadBy.GET] == plans[ReadBy.STAFF_PAGES]


def test_employees_without_customer_contact_count_only_where_a_row_names_them(desk, monkeypatch):
    member = next(member for member in everybody(desk) if len(member.follows) > 1)
    idle = member.follows[0].staff_id
    staff = desk.world.staff.find(idle)
    desk.world.staff.change(evolve(staff, state=StaffState.DISABLED))
    assert idle not in set(desk.provider.staff.serving())
    for rows in (
        [{"member_id": member.member_id, "add": ADD}],
        [{"member_id": member.member_id, "staff_id": idle, "add": ADD}],
    ):
        plans = set()
        for way in ReadBy:
            monkeypatch.setattr(Presence, "choose", lambda *_, way=way: way)
            job, preview = desk.tagging.submit(rows)
            plans.add(job.plan_hash)
            told = {outcome.staff_id for outcome in desk.tagging.outcomes(job.id)}
            assert (idle in told) == ("staff_id" in rows[0])
            assert preview.relations == len(told)
        assert len(plans) == 1


def test_two_rows_with_one_number_and_one_fault_do_not_hinder_the_others(desk):
    rows = [TagRow(2, "wm-nobody", add=(ADD,))] * 2 + [
        TagRow(3, f"member-{number}", add=(ADD,)) for number in range(20)
    ]
    job = desk.tagging.apply(rows)
    assert job.state is JobState.DONE
    assert desk.rows(job.id)[2] == ["unknown_member"]


def test_a_strange_phone_at_the_vendor_hinders_nobody(desk):
    members = everybody(desk)
    follow = members[0].follows[0]
    change = RemarkChange(follow.staff_id, members[0].member_id, phones=("1.39E+10", " ", "+86 139-0000-0001"))
    desk.provider.members.edit_remark(change)
    job = desk.tagging.apply([{"phone": "13900000001", "add": ADD}], TagOptions(key=Key.PHONE))
    assert {outcome.member_id for outcome in desk.tagging.outcomes(job.id)} == {members[0].member_id}


def test_the_cheaper_way_is_chosen(desk):
    assert desk.tagging.preview([{"member_id": "member-1", "add": ADD}]).read_by is ReadBy.GET
    rows = [{"member_id": f"member-{number}", "add": ADD} for number in range(60)]
    preview = desk.tagging.preview(rows)
    assert preview.read_by is ReadBy.STAFF_PAGES
    assert preview.calls_reading < 60


def test_only_the_staff_named_are_read(desk, monkeypatch):
    asked: list[tuple[str, ...]] = []
    listing = desk.provider.members.list
    monkeypatch.setattr(
        desk.provider.members, "list", lambda ids, cursor="": asked.append(tuple(ids)) or listing(ids, cursor)
    )
    monkeypatch.setattr(Presence, "choose", lambda *_: ReadBy.STAFF_PAGES)
    member = desk.provider.members.get("member-1")
    staff_id = member.follows[0].staff_id
    job = desk.tagging.apply([{"member_id": "member-1", "staff_id": staff_id.upper(), "add": ADD}])
    assert asked == [(staff_id,)]
    assert job.counts == {OutcomeState.DONE: 1}


def test_members_missing_from_the_pages_are_all_looked_up(desk, monkeypatch):
    monkeypatch.setattr(Presence, "choose", lambda *_: ReadBy.STAFF_PAGES)
    get = desk.provider.members.get
    monkeypatch.setattr(
        desk.provider.members,
        "get",
        lambda member_id: Member(member_id, is_customer=False) if member_id.startswith("wm-group") else get(member_id),
    )
    names = [f"wm-{number}" for number in range(250)] + [f"wm-group-{number}" for number in range(250)]
    preview = desk.tagging.preview([{"member_id": name, "add": ADD} for name in [*names, "member-1"]])
    assert preview.skipped == {"unknown_member": 250, "group_only": 250}
    assert preview.calls_reading > 500


def test_a_pilot_leaves_out_the_colleagues_of_a_member(desk, tmp_path: Path):
    member = next(member for member in everybody(desk) if len(member.follows) > 1)
    pilot, *others = (follow.staff_id for follow in member.follows)
    before = desk.tags(member.member_id)
    scope = WriteScope(MemoryProvider.scope_parameters, staff=frozenset({pilot.upper()}))
    provider = MemoryProvider(desk.world, ProviderContext(clock=ManualClock(), guards=(scope,)))
    url = f"sqlite:///{tmp_path / 'pilot.db'}"
    with open_store(url, clock=ManualClock(), company=provider.company) as store:
        tagging = Tagging(provider, Jobs(store, ManualClock()), ManualClock())
        rows = [{"member_id": member.member_id, "add": ADD}]
        preview = tagging.preview(rows)
        assert (preview.changes, preview.skipped, preview.problems) == (1, {"out_of_scope": len(others)}, ())
        job = tagging.apply(rows)
    assert job.state is JobState.DONE
    assert job.counts == {OutcomeState.DONE: 1, OutcomeState.SKIPPED: len(others)}
    assert desk.tags(member.member_id) == before | {pilot: before[pilot] | {ADD}}


def test_a_refused_creation_pauses_the_job_at_once(desk, monkeypatch):
    asked: list[str] = []

    def full(names: list[str], *, group_name: str) -> None:
        asked.append(group_name)
        raise LimitReached("too many tags", provider="memory", operation="tags.create", code=40068)

    rows = [{"member_id": f"member-{number}", "add": "新组/甲"} for number in range(30)]
    create = desk.provider.tags.create
    monkeypatch.setattr(desk.provider.tags, "create", full)
    job = desk.tagging.apply(rows, TagOptions(create_tags=True))
    assert (job.state, len(asked)) == (JobState.PAUSED, 1)
    assert "40068" in job.reason
    assert set(job.counts) == {OutcomeState.PLANNED}
    monkeypatch.setattr(desk.provider.tags, "create", create)
    desk.jobs.resume(job.id)
    assert desk.jobs.run(job.id).state is JobState.DONE


def test_members_known_from_groups_only_are_skipped(desk, monkeypatch):
    monkeypatch.setattr(desk.provider.members, "get", lambda member_id: Member(member_id, is_customer=False))
    job = desk.tagging.apply([{"member_id": "member-1", "add": ADD}])
    assert desk.rows(job.id) == {1: ["group_only"]}
    assert job.counts == {OutcomeState.SKIPPED: 1}


def test_a_relation_that_ended_meanwhile_fails_and_the_others_go_on(desk, monkeypatch):
    mark = desk.provider.tags.mark

    def ended(change: TagChange) -> None:
        if change.member_id == "member-2":
            raise NotFound("no relation", provider="memory", operation="tags.mark", code=84061)
        mark(change)

    monkeypatch.setattr(desk.provider.tags, "mark", ended)
    job = desk.tagging.apply([{"member_id": f"member-{number}", "add": ADD} for number in range(6)])
    assert job.state is JobState.DONE
    failed = [outcome for outcome in desk.tagging.outcomes(job.id) if outcome.outcome is OutcomeState.FAILED]
    assert {(outcome.member_id, outcome.code) for outcome in failed} == {("member-2", 84061)}


def test_a_canary_waits_with_its_proof(desk):
    rows = [{"member_id": f"member-{number}", "add": ADD} for number in range(20)]
    job = desk.tagging.apply(rows, TagOptions(canary=3), created_by="ops")
    assert job.state is JobState.WAITING
    assert job.counts[OutcomeState.DONE] == 3
    assert "read back as planned" in job.note
    desk.jobs.approve(job.id, "boss")
    assert desk.jobs.run(job.id).counts.keys() == {OutcomeState.DONE}


def test_a_window_that_is_none_is_refused_before_anything_is_read():
    with pytest.raises(InputError, match="22:00-08:00"):
        TagOptions(window="at night")


def test_an_interrupted_plan_leaves_nothing_behind(desk, monkeypatch):
    monkeypatch.setattr(Presence, "choose", lambda *_: ReadBy.GET)

    def interrupt(progress: PlanProgress) -> None:
        if progress.stage == "reading_members":
            raise KeyboardInterrupt

    monkeypatch.setattr(progress_module, "_REPORT_EVERY", 1)
    rows = [{"member_id": f"member-{number % 60}", "add": ADD} for number in range(60)]
    with pytest.raises(KeyboardInterrupt):
        desk.tagging.submit(rows, progress=interrupt)
    assert list(desk.jobs.list()) == []


def test_progress_is_told_and_stop_ends_the_planning(desk):
    told: list[object] = []
    rows = [{"member_id": f"member-{number}", "add": ADD} for number in range(60)]
    desk.tagging.apply(rows, progress=told.append)
    stages = [progress.stage for progress in told if isinstance(progress, PlanProgress)]
    assert list(dict.fromkeys(stages)) == ["reading_rows", "reading_members", "planning"]
    assert PlanProgress("planning", 60, 60) in told
    stop = threading.Event()
    stop.set()
    with pytest.raises(JobError, match="nothing was sent"):
        desk.tagging.preview(rows, stop=stop)


def test_outcomes_are_written_as_a_file_that_no_spreadsheet_runs(desk, tmp_path: Path):
    evil = "=HYPERLINK(1)"
    desk.provider.tags.create([evil, "'quoted"], group_name="+x")
    rows = [{"member_id": "member-1", "add": f"+x/{evil};+x/'quoted", "row": 5}]
    job = desk.tagging.apply(rows)
    path = tmp_path / "outcomes.csv"
    count = desk.tagging.write_outcomes(job.id, path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == count == len(desk.tags("member-1"))
    assert lines[0]["row"] == "5"
    assert lines[0]["added"] == f"'+x/{evil};+x/'quoted"
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line.values())


def test_outcomes_are_written_in_the_order_of_rows(desk, tmp_path: Path):
    rows = [{"member_id": f"member-{number}", "add": ADD, "row": 100 - number} for number in range(20)]
    job = desk.tagging.apply(rows)
    desk.tagging.write_outcomes(job.id, tmp_path / "outcomes.csv")
    with (tmp_path / "outcomes.csv").open(encoding="utf-8-sig", newline="") as file:
        written = [int(line["row"]) for line in csv.DictReader(file)]
    assert written == sorted(written)
    assert len(set(written)) == 20


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", "'=1", "'"]
)
def test_formulas_are_disarmed_without_loss(text: str):
    cell = safe_cell(text)
    assert cell.startswith("'")
    assert cell[1:] == text
    assert safe_cell("wm1") == "wm1"


def test_a_vendor_that_suddenly_knows_nobody_pauses_the_job(desk, monkeypatch):
    def unknown(change: TagChange) -> None:
        raise NotFound("invalid external userid", provider="memory", operation="tags.mark", code=40096)

    job, _ = desk.tagging.submit([{"member_id": f"member-{number}", "add": ADD} for number in range(60)])
    monkeypatch.setattr(desk.provider.tags, "mark", unknown)
    job = desk.jobs.run(job.id)
    assert job.state is JobState.PAUSED
    assert job.planned > 0


def test_a_job_of_another_kind_is_refused(desk):
    with pytest.raises(JobError):
        list(desk.tagging.outcomes("nothing"))


def test_a_million_keys_are_not_needed_in_memory(desk):
    def rows() -> Iterator[dict[str, str]]:
        yield from ({"member_id": f"member-{number % 60}", "add": ADD} for number in range(600))

    job = desk.tagging.apply(rows())
    assert sum(job.counts.values()) == sum(len(member.follows) for member in everybody(desk))
    assert all(len(outcomes) >= 1 for outcomes in desk.rows(job.id).values())
    assert len(desk.rows(job.id)) == 600
