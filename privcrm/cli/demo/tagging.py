"""The first chapters: a list, the tagging, the proof."""

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from privcrm.cli.demo.proof import differences
from privcrm.cli.demo.story import Story
from privcrm.cli.jobs import as_json, run_job
from privcrm.cli.tag_preview import preview_json, show_preview

LEVELS = ("VIP", "重要", "普通", "潜在")
_GROUP = "客户等级"
_HEAD = 5

READERS = {
    "before": "the company's own books, before",
    "after": "the company's own books, now",
    "library": "privcrm, now",
}


def show_list(story: Story) -> None:
    """Write the list of members to tag, and show how it begins."""
    path = story.folder / "members.csv"
    columns = ("客户ID", "添加标签", "移除标签") if story.session.lang == "zh" else ("member_id", "add", "remove")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(_rows(story))
    story.chapter("1. A list: {rows} members, each with the one level that it shall have.", rows=story.members)
    story.out.table(columns, islice(_rows(story), _HEAD))
    story.told["company"] = story.company.credentials.corp_id
    story.told["members"] = story.members


def _rows(story: Story) -> Iterator[tuple[str, str, str]]:
    """Deal the levels out in turn: one to add, the others to take off."""
    seen = dict.fromkeys(relation.external_userid for relation in story.company.company.relations())
    for number, member_id in enumerate(islice(seen, story.members)):
        level = LEVELS[number % len(LEVELS)]
        others = "；".join(f"{_GROUP}/{other}" for other in LEVELS if other != level)
        yield member_id, f"{_GROUP}/{level}", others


def tag_members(story: Story) -> None:
    """Show what the list would do, then do it over HTTP."""
    story.chapter("2. What it would do. Nothing is sent yet.")
    job, preview = story.crm.tagging.submit(story.folder / "members.csv", created_by="demo")
    show_preview(story.session, story.crm, preview)
    story.told["preview"] = preview_json(preview)
    story.told["proof"] = {"before": _witnessed(story)}
    story.chapter(
        "3. Doing it, over HTTP to {host}. Waiting for the vendor's limits takes virtual time.",
        host=story.company.base_url,
    )
    job, _ = run_job(story.session, story.crm, job.id, wait=True)
    story.told["job"] = as_json(job)
    translate = story.session.translate
    ended = [(translate(state.value), count) for state, count in job.counts.items() if count]
    story.out.table(("Outcome", "Relations"), ended)
    story.out.say("{calls} calls spent.", calls=job.calls_spent)


def prove(story: Story) -> None:
    """Read the result back twice: past the library, and through it."""
    story.chapter("4. The proof: read back.")
    proof = story.told["proof"]
    proof["after"] = _witnessed(story)
    verified = story.crm.tagging.verify(story.told["job"]["job_id"])
    proof["library"] = _figures(verified.checked, verified.differing)
    story.out.table(
        ("Read from", "Relations checked", "As planned", "Different"),
        ((story.session.translate(name), *proof[key].values()) for key, name in READERS.items()),
    )
    story.proven = all(proof[key]["checked"] and not proof[key]["differing"] for key in ("after", "library"))


def _witnessed(story: Story) -> dict[str, int]:
    """Count, past the library, how many relations are as the list wants them."""
    checked, wrong = differences(story.company.control_url, wanted(story.folder / "members.csv"))
    return _figures(checked, len(wrong))


def _figures(checked: int, differing: int) -> dict[str, int]:
    return {"checked": checked, "as_planned": checked - differing, "differing": differing}


def wanted(path: Path) -> dict[str, tuple[set[str], set[str]]]:
    """Read the list again, without the library: member id to the tags wanted and not wanted."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return {member_id: (set(add.split("；")), set(remove.split("；"))) for member_id, add, remove in rows}
