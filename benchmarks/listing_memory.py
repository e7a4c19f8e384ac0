"""Memory of listing 100,000 members: what the process holds at the end, over what it held after the first thousand.

The simulated company runs in a process of its own. `PRIVCRM_BENCH_MEMBERS` scales it.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from _report import report

from privcrm import CRM

MEMBERS = int(os.environ.get("PRIVCRM_BENCH_MEMBERS", "100000"))
FIRST = 1_000
MEGABYTE = 1 << 20
SERVE = [sys.executable, "-m", "privcrm", "sandbox", "serve", "--staff", "200", "--members", str(MEMBERS)]


def resident() -> float:
    """Return the memory that this process holds now, in megabytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


def listing(crm: CRM) -> tuple[int, float, float]:
    """Return how many relations there are, and the memory after the first of them and at the end."""
    staff = list(crm.provider.staff.serving())
    relations, after_first = 0, 0.0
    for relations, _ in enumerate(crm.provider.members.list(staff), 1):
        if relations == FIRST:
            after_first = resident()
    return relations, after_first, resident()


def main() -> int:
    server = subprocess.Popen(SERVE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        first_line = json.loads(server.stdout.readline())
        with CRM.from_env(first_line["env"], limits_share=1.0) as crm:
            begin = time.perf_counter()
            relations, after_first, at_end = listing(crm)
            seconds = time.perf_counter() - begin
    finally:
        server.terminate()
        server.wait()
    facts = {"members": MEMBERS, "relations": relations, "megabytes": round(at_end, 1), "seconds": round(seconds, 1)}
    met = report(
        "listing_memory", "growth behind the first thousand, megabytes", at_end - after_first, target=5, **facts
    )
    return 0 if met and relations > MEMBERS else 1


if __name__ == "__main__":
    sys.exit(main())
