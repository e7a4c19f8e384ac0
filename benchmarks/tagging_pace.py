"""Whether a tagging job keeps the allowed pace: wall time against the ideal, and how often it runs into 45033.

Real time, real HTTP. The minute limit is lowered so that a minute's work shows the pace; the simulated vendor takes a
while for each call, so that calls overlap, and counts those in flight. `PRIVCRM_BENCH_SECONDS` is the ideal duration.
"""

import os
import sys
import tempfile
import time
from collections import Counter

from _report import report

from privcrm import CRM
from privcrm.provider import CallRecord
from privcrm.sandbox import Sandbox
from privcrm.services.tagging import TagRow

SECONDS = float(os.environ.get("PRIVCRM_BENCH_SECONDS", "60"))
MINUTE_LIMIT = 1_500
LATENCY_MS = 150
SHARE = 1.0
TAG = "客户等级/VIP"


def main() -> int:
    relations = int(SECONDS * MINUTE_LIMIT / 60)
    codes: Counter[object] = Counter()

    def on_call(call: CallRecord) -> None:
        if call.operation == "mark_tag":
            codes[call.code] += 1

    with (
        tempfile.TemporaryDirectory() as folder,
        Sandbox(seed=1, staff=20, members=relations * 2, groups=0) as sandbox,
        CRM.from_env(
            sandbox.env,
            store=f"sqlite:///{folder}/store.db",
            on_call=on_call,
            limits={"calls_per_minute": MINUTE_LIMIT},
            limits_share=SHARE,
        ) as crm,
    ):
        job, preview = crm.tagging.submit(untagged(sandbox, relations))
        sandbox.company.rules.change({"latency_ms": LATENCY_MS, "minute_limit": MINUTE_LIMIT})
        begin = time.perf_counter()
        job = crm.jobs.run(job.id)
        wall = time.perf_counter() - begin
    calls = codes.total()
    ideal = preview.changes / (MINUTE_LIMIT * SHARE) * 60
    details = {"calls": calls, "state": job.state, "latency_ms": LATENCY_MS, "minute_limit": MINUTE_LIMIT}
    met = [
        report("tagging_pace", "wall time over the allowed pace", wall / ideal, target=1.05, ideal_s=round(ideal, 1)),
        report("tagging_pace", "share of calls met with 45033", codes[45033] / calls, target=0.001, **details),
    ]
    return 0 if all(met) else 1


def untagged(sandbox: Sandbox, relations: int) -> list[TagRow]:
    """Return rows for so many relations, each with one employee named."""
    chosen = [relation for relation, _ in zip(sandbox.company.relations(), range(relations), strict=False)]
    return [TagRow(row, each.external_userid, each.userid, (TAG,)) for row, each in enumerate(chosen, 2)]


if __name__ == "__main__":
    sys.exit(main())
