"""A company of any size in a store: members with skewed tags, a third of them in groups; and what segments ask of it.

One tag is worn by 45 % of the members, one by 12 %, 198 others by ever fewer: five tags a member. Nothing is kept in
memory but the members of one stretch.
"""

import math
import random
from collections.abc import Iterator

from privcrm.models.segments import AddedWithin, HasTag, InAnyGroup
from privcrm.store import Store
from privcrm.store.mirror.entries import day_of

STAFF, GROUPS, TAGS, DAYS, STRETCH = 4_000, 9_000, 200, 1_095, 50_000

TAGGED = HasTag("tag 0") & ~HasTag("tag 1") & ~InAnyGroup()
"""Half a million of 1.8 million members."""

NEW = TAGGED & AddedWithin(days=90)


def member_id(number: int) -> str:
    return f"woAJ2GCAAAXtWyujaWJHDDGi{number:08d}"


def shares() -> list[float]:
    rest = [1 / (place + 10) for place in range(3, TAGS + 1)]
    scale = 4.4 / sum(rest)
    return [0.45, 0.12, *(min(0.5, scale * each) for each in rest)]


def fill(store: Store, members: int, now: int) -> int:
    """Write so many members with all that they have, and return how many tags they wear."""
    rng, company, worn = random.Random(5), store.company, 0
    with store.database.transaction() as connection:
        connection.run_many(
            "INSERT INTO privcrm_tag (company, number, tag_id, name, group_id) VALUES (?, ?, ?, ?, 'g')",
            [(company, tag, f"tag {tag}", f"tag {tag}") for tag in range(TAGS)],
        )
        connection.run_many(
            "INSERT INTO privcrm_staff (company, number, staff_id, shown_id) VALUES (?, ?, ?, ?)",
            [(company, staff, f"s{staff}", f"s{staff}") for staff in range(STAFF)],
        )
        connection.run_many(
            "INSERT INTO privcrm_known_group (company, group_id, owner_id, name, versions, current_to, noted_at, lives)"
            " VALUES (?, ?, '', '', '[]', 0, 0, 1)",
            [(company, f"r{group}") for group in range(GROUPS)],
        )
        connection.run_many(
            "INSERT INTO privcrm_counter (company, name, value) VALUES (?, ?, ?)",
            [(company, "member", members), (company, "staff", STAFF), (company, "tag", TAGS)],
        )
    for start in range(0, members, STRETCH):
        stretch = range(start, min(start + STRETCH, members))
        wearing = sorted(_wearing(rng, stretch))
        worn += len(wearing)
        with store.database.transaction() as connection:
            connection.run_many(
                "INSERT INTO privcrm_member (company, number, member_id, is_customer) VALUES (?, ?, ?, 1)",
                [(company, number, member_id(number)) for number in stretch],
            )
            connection.run_many(
                "INSERT INTO privcrm_follow (company, member, staff, created_at, day, state, live)"
                " VALUES (?, ?, ?, ?, ?, '', 1)",
                [
                    (company, number, number % STAFF, at, day_of(at))
                    for number in stretch
                    for at in (now - rng.randrange(DAYS * 86_400),)
                ],
            )
            connection.run_many(
                "INSERT INTO privcrm_follow_tag (company, member, staff, tag) VALUES (?, ?, ?, ?)",
                [(company, member, member % STAFF, tag) for member, tag in wearing],
            )
            connection.run_many(
                "INSERT INTO privcrm_known_group_member (company, group_id, user_id, is_staff) VALUES (?, ?, ?, 0)",
                [(company, f"r{number % GROUPS}", member_id(number)) for number in stretch if rng.random() < 0.3],
            )
    return worn


def _wearing(rng: random.Random, stretch: range) -> Iterator[tuple[int, int]]:
    for tag, share in enumerate(shares()):
        log_of_rest = math.log1p(-share)
        member = stretch.start - 1
        while True:
            member += 1 + int(math.log(1 - rng.random()) / log_of_rest)
            if member >= stretch.stop:
                break
            yield member, tag
