"""Batch tagging: a CSV file, what it would do, the job, an outcome for every row, the proof, the way back.

    uv run python examples/batch_tagging.py                          # a simulated company, nothing to set up
    uv run python examples/batch_tagging.py members.csv              # your company (PRIVCRM_*), preview only
    uv run python examples/batch_tagging.py members.csv --apply      # ... and tag

`list_members.py` makes a file to start from.
"""

import argparse
import csv
import os
import tempfile
from collections import Counter
from itertools import islice
from pathlib import Path

from privcrm import CRM
from privcrm.jobs import Job
from privcrm.sandbox import Sandbox
from privcrm.services.tagging import TagPreview


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, help="a CSV or XLSX file; needs the variables of a company")
    parser.add_argument("--apply", action="store_true", help="tag, instead of only saying what would be done")
    options = parser.parse_args()
    if options.file is None:
        in_a_simulated_company()
    else:
        in_your_company(options.file, apply=options.apply)


def in_your_company(file: Path, *, apply: bool) -> None:
    with CRM.from_env(store=os.environ.get("PRIVCRM_STORE", "sqlite:///privcrm.db")) as crm:
        show_preview(crm.tagging.preview(file))
        if apply:
            job = crm.tagging.apply(file, created_by="batch_tagging.py")
            show_job(crm, job)
            prove(crm, job)
            print(f"\nTo take it back: privcrm job undo {job.id}")


def in_a_simulated_company() -> None:
    with tempfile.TemporaryDirectory() as folder, Sandbox() as sandbox:
        file = Path(folder, "members.csv")
        with CRM.from_env(sandbox.env, store=f"sqlite:///{folder}/jobs.db", clock=sandbox.clock) as crm:
            write_list(crm, file)
            print(f"{file.name} begins:\n")
            print(*file.read_text(encoding="utf-8-sig").splitlines()[:4], sep="\n")

            show_preview(crm.tagging.preview(file))
            job = crm.tagging.apply(file, created_by="batch_tagging.py")
            show_job(crm, job)
            prove(crm, job)
            take_back(crm, job)


def write_list(crm: CRM, file: Path) -> None:
    """Write 100 members of three employees, one row for one employee only, and one row that cannot be done."""
    staff_ids = sorted(crm.provider.staff.serving())[:3]
    member_ids = {member_id for staff_id in staff_ids for member_id in crm.provider.members.ids(staff_id)}
    rows: list[tuple[str, ...]] = [
        (member_id, "", "客户等级/VIP；复购", "客户等级/普通") for member_id in islice(sorted(member_ids), 100)
    ]
    rows.append((next(iter(crm.provider.members.ids(staff_ids[0]))), staff_ids[0], "门店", ""))
    rows.append(("wmNobodyKnowsThisMember000000000", "", "客户等级/VIP", ""))
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows([("客户ID", "员工账号", "添加标签", "移除标签"), *rows])


def show_preview(preview: TagPreview) -> None:
    """Say what would be done; up to here nothing was sent."""
    print(f"\nPreview: {preview.rows} rows, {preview.members} members, {preview.relations} relations")
    print(f"  {preview.changes} change, {preview.no_ops} are as wanted already")
    print(f"  {preview.calls_writing} calls, {preview.seconds:.1f} s at the current limits")
    for name, count in preview.adding.items():
        print(f"  + {name}: {count}")
    for name, count in preview.removing.items():
        print(f"  - {name}: {count}")
    for problem in preview.problems:
        print(f"  ! {problem}")


def show_job(crm: CRM, job: Job) -> None:
    """Show the outcomes: every row has one at each employee it was meant for, so there may be more than relations."""
    print(f"\nJob {job.id} is {job.state}; {job.calls_spent} calls were spent; outcomes of rows at employees:")
    outcomes = Counter((row.outcome.value, row.reason or row.code) for row in crm.tagging.outcomes(job.id))
    for (outcome, why), count in outcomes.most_common():
        print(f"  {outcome:8}{count:5}  {why or ''}")


def prove(crm: CRM, job: Job) -> None:
    """Read every relation back."""
    proof = crm.tagging.verify(job.id)
    print(f"\nRead back: {proof.as_planned} of {proof.checked} relations as planned, {proof.differing} not")


def take_back(crm: CRM, job: Job) -> None:
    """Undo with a job of its own; what was as wanted before the job is left alone."""
    undone = crm.jobs.run(crm.jobs.undo(job.id, "batch_tagging.py").id)
    left = crm.tagging.preview([{"member_id": row.member_id, "staff_id": row.staff_id, "remove": row.added}
                                for row in crm.tagging.outcomes(job.id) if row.added])  # fmt: skip
    print(f"\nUndone by job {undone.id} ({undone.state}): {left.changes} of its tags are left")


if __name__ == "__main__":
    main()
