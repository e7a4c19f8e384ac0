"""A code that never runs dry: 450 people scan one picture, and the group behind it is followed by a second and a third.

    uv run python examples/live_code_overflow.py

In a simulated company, over real HTTP: people scan, the company tells of it by callbacks, and the live code counts who
is inside, adopts the groups that the company opens, and keeps its list of groups in order. At the end the company's own
books say whether somebody was lost.
"""

import tempfile
from collections import Counter

from privcrm import CRM
from privcrm.jobs import Runner
from privcrm.models import GroupId, StaffId
from privcrm.models.codes import GroupCapacity, GroupLiveCode, OverflowPolicy
from privcrm.sandbox import Sandbox, VirtualClock
from privcrm.web import WebhookServer

PEOPLE = 450
AT_A_TIME = 15
SCAN_CAP = 200


def main() -> None:
    clock = VirtualClock(auto_advance=True)  # the vendor's limits hold, but nobody waits for them
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandbox(clock=clock) as company,
        CRM.from_env(company.env, store=f"sqlite:///{folder}/crm.db", clock=clock) as crm,
        WebhookServer(crm.webhooks.asgi) as server,
    ):
        company.set_callback(f"http://127.0.0.1:{server.port}/wecom")
        runner = Runner(crm.jobs, crm.clock)  # looks after the code; in earnest: privcrm run
        make_code(crm, company)
        look_after(crm, runner)
        came = let_people_scan(crm, company, runner)
        show_groups(crm)
        compare(crm, came)


def make_code(crm: CRM, company: Sandbox) -> None:
    """Make a group live code over one empty group; from then on groups are opened by the vendor."""
    owner = StaffId(min(crm.provider.staff.serving()))
    first = company.act("staff_creates_group", userid=owner, name="福利群1")["chat_id"]
    code = GroupLiveCode(
        "welfare",
        (GroupId(first),),
        overflow=OverflowPolicy(prefix="福利群"),
        capacity=GroupCapacity(scan_cap=SCAN_CAP),
        owner_id=owner,
    )
    print("the code is", crm.live_codes.create(code, who="live_code_overflow.py").state)


def let_people_scan(crm: CRM, company: Sandbox, runner: Runner) -> Counter[str]:
    """Let people scan the one picture, some at a time, and return how many came into which group."""
    (vendor_code,) = crm.live_codes.get("welfare").vendor_codes
    came: Counter[str] = Counter()
    while came.total() < PEOPLE:
        for _ in range(AT_A_TIME):
            came[company.act("member_scans_join_code", config_id=vendor_code.vendor_id)["chat_id"]] += 1
        company.flush_callbacks()
        crm.webhooks.work()  # in earnest: crm.webhooks.start()
        look_after(crm, runner)
    while crm.webhooks.inbox.summary().new:  # what the company's books did not show yet is looked at again
        look_after(crm, runner)
        crm.webhooks.work()
    while runner.run_once():
        pass
    return came


def look_after(crm: CRM, runner: Runner) -> None:
    """Let two seconds pass, and do what is due by then."""
    crm.clock.sleep(2)
    runner.run_once()


def show_groups(crm: CRM) -> None:
    report = crm.live_codes.groups.report("welfare")
    for room in report.rooms:
        inside = f"{room.seats:3} of {room.scan_cap} inside, {room.joined:3} of them by the code"
        print(f"  {room.name}: {inside}; {room.state}")
    print(f"  next: {report.next_name}; unprepared until a person ticks its task: {len(report.unprepared)}")


def compare(crm: CRM, came: Counter[str]) -> None:
    """Compare with the company itself: is anybody lost, or a group above the cap?"""
    counted = {room.group_id: room for room in crm.live_codes.groups.report("welfare").rooms}
    for group_id, joined in came.items():
        inside = len(crm.provider.groups.get(GroupId(group_id)).members)
        if (inside, joined) != (counted[group_id].seats, counted[group_id].joined) or inside > SCAN_CAP:
            raise SystemExit(f"group {group_id} holds {inside} people, {joined} of whom scanned")
    print(f"{came.total()} people scanned, {len(came)} groups hold them all")


if __name__ == "__main__":
    main()
