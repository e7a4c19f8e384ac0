"""Command lines as processes of their own, and the simulated company's books."""

import csv
import json
import subprocess
import sys
import urllib.request

from tests.forking import python

PRIVCRM = [sys.executable, "-m", "privcrm"]
"""The command line as Python itself runs it, which takes a second to load."""


def privcrm(*args, cwd, timeout=60, **more):
    """Run a command line to its end."""
    return subprocess.run(
        python("-m", "privcrm", *args), cwd=cwd, capture_output=True, text=True, timeout=timeout, check=False, **more
    )


def started(*args, cwd, **more):
    """Start a command line and return the process."""
    return subprocess.Popen(
        python("-m", "privcrm", *args), cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more
    )


class Company:
    """A simulated company served by another process."""

    def __init__(self, process, env_file):
        self.process = process
        self.env_file = env_file
        self.first_line = json.loads(process.stdout.readline())
        self.secrets = {
            value for name, value in self.first_line["env"].items() if name.endswith(("SECRET", "TOKEN", "KEY"))
        }

    def books(self, path, **query):
        """Read one page of the control plane."""
        pairs = "&".join(f"{name}={value}" for name, value in query.items())
        with urllib.request.urlopen(f"{self.first_line['control_url']}{path}?{pairs}", timeout=10) as answer:
            return json.load(answer)

    def reset(self):
        """Begin anew from the seed."""
        self.tell("reset")

    def tell(self, where, *, method="POST", **what):
        """Send something to the control plane."""
        address = f"{self.first_line['control_url']}{where}"
        request = urllib.request.Request(address, data=json.dumps(what).encode(), method=method)
        urllib.request.urlopen(request, timeout=10).close()

    def relations(self):
        """Return (member, staff) → names of tags, for living relations with employees who serve."""
        names = {row["tag_id"]: f"{row['group_name']}/{row['name']}" for row in self.books("state/tags")["items"]}
        serving = {row["userid"] for row in self.books("state/staff", limit=1000)["items"] if row["state"] == "active"}
        return {
            (member["external_userid"], follow["userid"]): {names[tag_id] for tag_id in follow["tag_id"]}
            for member in self.books("state/members", limit=1000)["items"]
            for follow in member["follows"]
            if follow["ended_at"] is None and follow["userid"] in serving
        }

    def writes(self):
        """Return how many tagging calls have arrived."""
        return sum("mark_tag" in row["path"] for row in self.books("calls", limit=1000)["items"])

    def write_list(self, path, count, add="客户等级/VIP", remove="客户等级/普通"):
        """Write a list of members to tag, and return their ids."""
        members = list(dict.fromkeys(member for member, _ in self.relations()))[:count]
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([("member_id", "add", "remove"), *((member, add, remove) for member in members)])
        return members
