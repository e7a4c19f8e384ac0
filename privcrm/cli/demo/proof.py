"""The sandbox's own books, read with nothing but the standard library: a witness that shares no code with privcrm."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

Wanted = Mapping[str, tuple[set[str], set[str]]]
"""Member id to the tags (``Group/Tag``) that must and must not be there."""

_PAGE = 1000


def differences(control_url: str, wanted: Wanted) -> tuple[int, list[str]]:
    """Return how many relations were checked, and which (``staff/member``) are not as wanted."""
    names = {row["tag_id"]: f"{row['group_name']}/{row['name']}" for row in rows(control_url, "tags")}
    serving = {row["userid"] for row in rows(control_url, "staff") if row["state"] == "active"}
    checked = 0
    wrong: list[str] = []
    for staff_id, member_id, tag_ids in _relations(control_url):
        if member_id not in wanted or staff_id not in serving:
            continue
        checked += 1
        present = {names[tag_id] for tag_id in tag_ids}
        add, remove = wanted[member_id]
        if not add <= present or remove & present:
            wrong.append(f"{staff_id}/{member_id}")
    return checked, wrong


def _relations(control_url: str) -> Iterator[tuple[str, str, list[str]]]:
    for member in rows(control_url, "members"):
        for follow in member["follows"]:
            if follow["ended_at"] is None:
                yield follow["userid"], member["external_userid"], follow["tag_id"]


def rows(control_url: str, what: str) -> Iterator[dict[str, Any]]:
    """Yield every row of one kind of state, page by page."""
    cursor = ""
    while True:
        query = urlencode({"cursor": cursor, "limit": _PAGE})
        with urlopen(f"{control_url}state/{what}?{query}", timeout=30) as answer:  # noqa: S310 - our own loopback address
            page = json.load(answer)
        yield from page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            return
