"""Run every benchmark, one after another, and end with a table: ``make bench``, or ``python benchmarks/run.py NAME…``.

Each benchmark is a script of its own that prints one JSON object for each figure (see ``_report.py``). Figures are
ratios against a floor or a peer taken in the same run; a machine under other load blurs them. The exit code is 1 when a
target was missed.
"""

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
HELPERS = {"run.py", "stub.py"}


def main(names: list[str]) -> int:
    scripts = [path for path in sorted(HERE.glob("*.py")) if path.name not in HELPERS and not path.name.startswith("_")]
    chosen = [path for path in scripts if not names or path.stem in names]
    rows = [row for script in chosen for row in run(script)]
    width = max((len(f"{row['benchmark']}: {row['figure']}") for row in rows), default=0)
    for row in rows:
        target = "" if row["target"] is None else f"  {'≥' if row['kind'] == 'floor' else '≤'} {row['target']}"
        print(
            f"{row['benchmark']}: {row['figure']}".ljust(width),
            f"{row['value']:>12}{target}",
            "" if row["met"] else "  MISSED",
        )
    return 0 if rows and all(row["met"] for row in rows) else 1


def run(script: Path) -> list[dict]:
    print(f"== {script.stem}", file=sys.stderr, flush=True)
    output = subprocess.run([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, check=False)
    rows = [json.loads(line) for line in output.stdout.splitlines() if line.startswith('{"benchmark"')]
    if output.returncode not in (0, 1) or not rows:
        rows.append(
            {
                "benchmark": script.stem,
                "figure": f"exit code {output.returncode}",
                "value": 0,
                "target": None,
                "met": False,
            }
        )
    return rows


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
