"""Both databases, and a company of five members in them."""

import random

import pytest

from privcrm.clock import ManualClock
from privcrm.models import Tag, TagGroup
from privcrm.services.segments import Segments
from privcrm.store import Store
from privcrm.store.mirror.entries import Entry
from privcrm.store.mirror.library import Library
from privcrm.store.mirror.numbers import Numbers
from privcrm.store.mirror.relations import Relations
from tests.store.fixtures import clock, store, url

__all__ = ["clock", "store", "url"]

DAY = 86_400


@pytest.fixture
def company(store: Store, clock: ManualClock) -> Store:
    """Lend a store with: wm0 … wm3 at ann, wm1 also at bob; wm4 in a group only. Tags as in ``LIBRARY``."""
    now = int(clock.time())
    entries = [
        Entry("wm0", "Ann", created_at=now, state="door", tag_ids=("t-vip",)),
        Entry("wm1", "Ann", created_at=now - 5 * DAY, tag_ids=("t-vip", "t-old")),
        Entry("wm1", "bob", created_at=now - 100 * DAY, tag_ids=("t-gold",)),
        Entry("wm2", "Ann", created_at=now - 200 * DAY, tag_ids=("t-old",)),
        Entry("wm3", "Ann", created_at=0),
    ]
    with store.database.transaction() as connection:
        Library(store.database).put(connection, library(), now, whole=True)
        Relations(store.database).put(connection, entries, now)
        Numbers(store.database).ensure_members(connection, ["wm4"], now)
        connection.run(
            "INSERT INTO privcrm_known_group"
            " (company, group_id, owner_id, name, versions, current_to, noted_at, lives)"
            " VALUES (?, 'room', '', 'The room', '[]', 0, 0, 1)",
            store.company,
        )
        connection.run_many(
            "INSERT INTO privcrm_known_group_member (company, group_id, user_id, is_staff) VALUES (?, 'room', ?, 0)",
            [(store.company, member) for member in ("wm2", "wm4")],
        )
        connection.run(
            "INSERT INTO privcrm_group_tag (company, group_id, name) VALUES (?, 'room', 'quiet')", store.company
        )
    return store


def library(*, vip: str = "VIP", without: str = "") -> list[TagGroup]:
    """Return the tags of the company; ``vip`` is what one of them is called, ``without`` an id that is left out."""
    groups = {"g-level": [("t-vip", vip), ("t-gold", "Gold")], "g-life": [("t-old", "Old"), ("t-gold2", "Gold")]}
    names = {"g-level": "Level", "g-life": "Life"}
    return [
        TagGroup(
            group_id=group_id,
            name=names[group_id],
            tags=tuple(
                Tag(tag_id=tag_id, name=name, group_id=group_id, group_name=names[group_id])
                for tag_id, name in tags
                if tag_id != without
            ),
        )
        for group_id, tags in groups.items()
        if group_id != without
    ]


@pytest.fixture
def segments(company: Store) -> Segments:
    return Segments(company, random.Random(1))
