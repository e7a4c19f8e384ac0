"""A tagging list, a CRM over SQLite, and the simulated company behind a real address that proves what came of it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from privcrm import CRM
from privcrm.sandbox import Sandbox, VirtualClock
from tests.store.databases import ready_file

from .processes import Workers

ADD, REMOVE = "客户等级/VIP", "客户等级/普通"
Relations = dict[tuple[str, str], set[str]]


class Shop:
    """One company, its CRM and its control plane."""

    def __init__(self, sandbox: Sandbox, crm: CRM, folder: Path) -> None:
        self.sandbox = sandbox
        self.crm = crm
        self.folder = folder

    def control(self, method: str, path: str, body: Any = None, /, **query: Any) -> Any:
        """Ask the control plane."""
        url = self.sandbox.control_url + path
        reply = requests.request(method, url, json=body, params=query, timeout=10)
        assert reply.ok, reply.text
        return reply.json()

    def state(self, kind: str) -> list[dict[str, Any]]:
        """Return all rows of one kind of state."""
        rows: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = self.control("GET", f"state/{kind}", limit=1000, **({"cursor": cursor} if cursor else {}))
            rows += page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                return rows

    def relations(self) -> Relations:
        """Return the full tag names on every relation, as the company itself has them."""
        names = {tag["tag_id"]: f"{tag['group_name']}/{tag['name']}" for tag in self.state("tags")}
        return {
            (follow["userid"], member["external_userid"]): {names[tag_id] for tag_id in follow["tag_id"]}
            for member in self.state("members")
            for follow in member["follows"]
        }

    def fault(self, kind: str, path: str = "*/mark_tag", **order: Any) -> None:
        """Order a fault."""
        self.control("POST", "faults", {"kind": kind, "path": path, **order})

    def calls(self, path: str) -> list[dict[str, Any]]:
        """Return the recorded calls whose path matches a glob."""
        return self.control("GET", "calls", path=path, limit=1000)["items"]


def members_of_active_staff(shop: Shop) -> list[str]:
    """Return members whose followers all have customer contact, so that every relation can be tagged."""
    able = {relation.userid for relation in shop.sandbox.company.relations()}
    followers: dict[str, set[str]] = {}
    for staff_id, member_id in shop.relations():
        followers.setdefault(member_id, set()).add(staff_id)
    return sorted(member_id for member_id, staff_ids in followers.items() if staff_ids <= able)


def write_list(shop: Shop, members: list[str]) -> tuple[Path, Relations]:
    """Write a list that adds one tag and removes another; return it with what must be true afterwards."""
    path = shop.folder / "list.csv"
    lines = [f"{member_id},{ADD},{REMOVE}" for member_id in members]
    path.write_text("\n".join(["客户ID,添加标签,移除标签", *lines]), encoding="utf-8-sig")
    wanted = {
        pair: (tags | {ADD}) - {REMOVE} if pair[1] in members else tags for pair, tags in shop.relations().items()
    }
    return path, wanted


@pytest.fixture(scope="session")
def server() -> Iterator[Sandbox]:
    with Sandbox(seed=5, staff=8, members=60, groups=2, clock=VirtualClock(auto_advance=True)) as sandbox:
        yield sandbox


@pytest.fixture
def open_shop(server: Sandbox, tmp_path: Path) -> Iterator[Callable[..., Shop]]:
    server.reset()
    opened: list[CRM] = []

    def shop(**options: Any) -> Shop:
        store = ready_file(tmp_path / "store.db")
        opened.append(CRM.from_env(server.env, store=store, clock=server.clock, **options))
        return Shop(server, opened[-1], tmp_path)

    yield shop
    for crm in opened:
        crm.close()


@pytest.fixture
def shop(open_shop: Callable[..., Shop]) -> Shop:
    return open_shop()


@pytest.fixture
def workers() -> Iterator[Callable[..., Workers]]:
    made: list[Workers] = []

    def make(*arguments: Any) -> Workers:
        made.append(Workers(*arguments))
        return made[-1]

    yield make
    for each in made:
        each.process.communicate(timeout=60)
