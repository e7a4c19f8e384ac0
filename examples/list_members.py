"""Write the members of a company as a CSV file to start from: fill in `add` and `remove`, then tag.

    uv run python examples/list_members.py > members.csv
    uv run python examples/list_members.py --env-file company.env --staff zhangsan > members.csv

Reads only. With the PRIVCRM_* variables of your company set (or in a file) it lists that company; without them, the
first twenty members of a simulated one.
"""

import argparse
import csv
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice

from privcrm import CRM
from privcrm.sandbox import Sandbox


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--env-file", help="a file of PRIVCRM_* variables")
    parser.add_argument("--staff", help="only the members of this employee")
    parser.add_argument("--limit", type=int, help="at most so many rows")
    options = parser.parse_args()
    with ExitStack() as stack:
        if options.env_file or os.environ.get("PRIVCRM_WECOM_CORP_ID"):
            crm = stack.enter_context(CRM.from_env(env_file=options.env_file, read_only=True))
        else:
            options.limit = options.limit or 20
            crm = stack.enter_context(CRM.from_env(stack.enter_context(Sandbox()).env, read_only=True))
        staff_ids: list[str] = [options.staff] if options.staff else list(crm.provider.staff.serving())
        write(islice(relations(crm, staff_ids), options.limit))


def relations(crm: CRM, staff_ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (member, employee) for every relation; a hundred of them cost one call."""
    for member in crm.provider.members.list(staff_ids):
        for follow in member.follows:
            yield member.member_id, follow.staff_id


def write(rows: Iterator[tuple[str, str]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["member_id", "staff_id", "add", "remove"])
    writer.writerows([member_id, staff_id, "", ""] for member_id, staff_id in rows)


if __name__ == "__main__":
    main()
