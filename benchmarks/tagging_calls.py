"""What it costs in vendor calls to know the present tags: the way that the plan chooses, against one `get` a member.

Counted on the wire (`on_call`), over real HTTP to the simulated company; nothing is marked.
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator

from _report import report

from privcrm import CRM
from privcrm.sandbox import Sandbox, VirtualClock
from privcrm.services.tagging import TagPreview, TagRow

TAG = "客户等级/VIP"


def measure(members: int, staff: int, wanted: int) -> tuple[TagPreview, int]:
    """Plan the tagging of some members of a company; return the plan and the reading calls seen on the wire."""
    calls: Counter[str] = Counter()
    clock = VirtualClock(auto_advance=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandbox(seed=1, staff=staff, members=members, groups=0, clock=clock) as sandbox,
        CRM.from_env(
            sandbox.env,
            store=f"sqlite:///{folder}/store.db",
            clock=clock,
            on_call=lambda call: calls.update([call.operation]),
        ) as crm,
    ):
        preview = crm.tagging.preview(rows(sandbox, members, wanted))
    return preview, sum(count for operation, count in calls.items() if operation != "gettoken")


def rows(sandbox: Sandbox, members: int, wanted: int) -> Iterator[TagRow]:
    step = members // wanted
    for number in range(wanted):
        yield TagRow(number + 2, sandbox.company.ids.member(number * step), add=(TAG,))


def main() -> int:
    met: list[bool] = []
    for wanted, members, staff, target in ((10_000, 10_000, 50, 0.05), (100, 100_000, 400, 1.1)):
        preview, calls = measure(members, staff, wanted)
        figure = f"reading calls over one-by-one, {wanted:,} of {members:,}"
        details = {"calls": calls, "one_by_one": wanted, "read_by": preview.read_by, "then_to_send": preview.changes}
        met.append(report("tagging_calls", figure, calls / wanted, target=target, **details))
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
