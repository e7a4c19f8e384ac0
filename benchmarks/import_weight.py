"""What starting costs: importing the package, naming CRM, and `privcrm --help`, against a bare interpreter and peers.

Whole processes, started in turn (A B C A B C …) so that a busy machine slows all of them alike; medians of the
differences. `PRIVCRM_BENCH_RUNS` sets the number of rounds.
"""

import os
import statistics
import subprocess
import sys
import time

from _report import report

RUNS = int(os.environ.get("PRIVCRM_BENCH_RUNS", "25"))

BARE_CLICK = """
import click
@click.group()
def bare(): pass
for name in ("sync", "tag", "segment", "serve", "check"):
    bare.command(name)(click.option("--company")(click.option("--limit", type=int)(lambda **options: None)))
bare(["--help"])
"""
OUR_HELP = "import sys; sys.argv = ['privcrm', '--help']; from privcrm.cli import main; main()"

PROGRAMS = {
    "interpreter": "pass",
    "import privcrm": "import privcrm",
    "import attrs": "import attrs",
    "from privcrm import CRM": "from privcrm import CRM",
    "bare click --help": BARE_CLICK,
    "privcrm --help": OUR_HELP,
}


def seconds(program: str) -> float:
    """Start a process, wait for its end, return the wall time."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begin


def measure() -> dict[str, list[float]]:
    """Time every program once in each round; the first round only warms the file cache."""
    rounds = [{name: seconds(program) for name, program in PROGRAMS.items()} for _ in range(RUNS + 1)][1:]
    return {name: [each[name] for each in rounds] for name in PROGRAMS}


def net(times: dict[str, list[float]], name: str) -> float:
    """Return the median cost over the bare interpreter of the same round."""
    return statistics.median(a - b for a, b in zip(times[name], times["interpreter"], strict=True))


def main() -> int:
    times = measure()
    name = "import_weight"
    cost = {program: net(times, program) for program in PROGRAMS}
    met = [
        report(name, "import privcrm, net milliseconds", cost["import privcrm"] * 1e3, target=5.0, runs=RUNS),
        report(name, "CRM over attrs", cost["from privcrm import CRM"] / cost["import attrs"], target=1.3, runs=RUNS),
        report(name, "help over bare click", cost["privcrm --help"] / cost["bare click --help"], target=1.3, runs=RUNS),
    ]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
