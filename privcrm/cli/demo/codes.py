"""The chapter of live codes: people scan one picture, a group fills, and the next one is there."""

from typing import TYPE_CHECKING, Final

from privcrm.cli.demo.proof import rows
from privcrm.cli.demo.story import Story
from privcrm.cli.live_code.words import ROOMS

if TYPE_CHECKING:
    from privcrm.jobs import Runner
    from privcrm.services.live_codes.groups import GroupCodeReport

KEY: Final = "welfare"
PREFIX: Final = "福利群"
SCAN_CAP: Final = 20
"""At how many people a group of the demo lets no scan in; in earnest it is 200."""
PEOPLE: Final = 45
AT_A_TIME: Final = 9


def fill_groups(story: Story) -> None:
    """Let people scan one code, some at a time, while callbacks arrive over real HTTP; then compare with the books."""
    from privcrm.jobs import Runner
    from privcrm.web import AsgiApp, WebhookServer

    crm, company = story.crm, story.company
    story.chapter(
        "7. A live code: {people} people scan one picture; a group is full at {cap}, and the next one opens.",
        people=PEOPLE,
        cap=SCAN_CAP,
    )
    company.company.rules.change({"join_scan_cap": SCAN_CAP})
    runner = Runner(crm.jobs, story.clock)
    _make(story)
    _look_after(story, runner)
    (vendor_code,) = crm.live_codes.get(KEY).vendor_codes
    with WebhookServer(AsgiApp(crm.webhooks.handle, hold_seconds=0)) as server:
        company.set_callback(f"http://127.0.0.1:{server.port}/")
        for scanned in range(AT_A_TIME, PEOPLE + 1, AT_A_TIME):
            for _ in range(AT_A_TIME):
                company.act("member_scans_join_code", config_id=vendor_code.vendor_id)
            company.flush_callbacks()
            _look_after(story, runner)
            inside = ", ".join(f"{each.name} {each.seats}" for each in crm.live_codes.groups.report(KEY).rooms)
            story.out.say("{scanned} have scanned. Inside: {inside}", scanned=scanned, inside=inside)
    _prove(story, crm.live_codes.groups.report(KEY), vendor_code.vendor_id)


def _make(story: Story) -> None:
    from privcrm.models import GroupId
    from privcrm.models.codes import GroupCapacity, GroupLiveCode, OverflowPolicy

    owner = min(story.crm.provider.staff.serving())
    first = story.company.act("staff_creates_group", userid=owner, name=f"{PREFIX}1")["chat_id"]
    story.crm.live_codes.create(
        GroupLiveCode(
            KEY,
            (GroupId(first),),
            overflow=OverflowPolicy(prefix=PREFIX),
            capacity=GroupCapacity(SCAN_CAP, source="the sandbox's switch"),
            owner_id=owner,
        ),
        who="demo",
    )


def _look_after(story: Story, runner: "Runner") -> None:
    """Handle what arrived, and what falls due within the next two seconds of virtual time."""
    while story.crm.webhooks.inbox.summary().new:
        if not story.crm.webhooks.work():
            story.clock.advance(1.0)
    story.clock.advance(2.0)
    while runner.run_once():
        pass


def _prove(story: Story, report: "GroupCodeReport", config_id: str) -> None:
    """Compare each group with the company's own books: who came by the code, and how many are inside."""
    url = story.company.control_url
    came = next(row["came"] for row in rows(url, "live_codes") if row["config_id"] == config_id)
    people = {row["chat_id"]: len(row["userid"]) + len(row["external_userid"]) for row in rows(url, "groups")}
    story.out.table(
        ("Group", "State", "Inside", "Joined", "The company's own books"),
        (
            (
                *(each.name, story.session.translate(ROOMS[each.state.value]), each.seats, each.joined),
                f"{people[each.group_id]} / {came.get(each.group_id, 0)}",
            )
            for each in report.rooms
        ),
    )
    story.out.say(
        "{joined} of {people} came in. {tasks} groups wait for what no program can do: privcrm task list",
        joined=sum(each.joined for each in report.rooms),
        people=PEOPLE,
        tasks=len(report.unprepared),
    )
    groups = [
        {
            "name": each.name,
            "state": each.state.value,
            "inside": each.seats,
            "joined": each.joined,
            "booked_inside": people[each.group_id],
            "booked_joined": came.get(each.group_id, 0),
        }
        for each in report.rooms
    ]
    story.told["live_code"] = {"people": PEOPLE, "scan_cap": SCAN_CAP, "groups": groups}
    as_booked = all(
        (each["inside"], each["joined"]) == (each["booked_inside"], each["booked_joined"]) for each in groups
    )
    in_order = [each.name for each in report.rooms] == [f"{PREFIX}{number}" for number in range(1, len(groups) + 1)]
    within = all(each.seats <= SCAN_CAP for each in report.rooms)
    story.proven = story.proven and as_booked and in_order and within and sum(came.values()) == PEOPLE
