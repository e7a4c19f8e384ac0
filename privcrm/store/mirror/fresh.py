"""Relations of members who were not known: nothing is there to compare them with, so rows are made and put down.

This is how a store is filled, by the million: it is written for speed.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from attrs import frozen

from privcrm.store.bulk import Upsert
from privcrm.store.database import Connection, Row
from privcrm.store.mirror.entries import BEIJING, DAY, Entry
from privcrm.store.mirror.marks import EVERYBODY, Kind, Mark

__all__ = ["FOLLOW", "FOLLOW_TAG", "IDENTITY", "MEMBER", "Fresh", "Pair", "insert_fresh", "marks_of_fresh"]

Pair = tuple[int, int]
"""Numbers of a member and an employee."""

MEMBER: Final = Upsert(
    "member",
    ("company", "number", "member_id", "kind", "gender", "is_customer", "first_seen", "as_of", "details"),
    keys=2,
    kept=("member_id", "first_seen"),
)
FOLLOW: Final = Upsert(
    "follow",
    (
        *("company", "member", "staff", "created_at", "day", "add_way", "state", "operator_id", "live"),
        *("ended_at", "ended_how", "gone_at", "as_of", "digest", "last_tags", "details"),
    ),
    keys=3,
)
FOLLOW_TAG: Final = Upsert("follow_tag", ("company", "member", "staff", "tag"), keys=4)
IDENTITY: Final = Upsert(
    "identity", ("company", "kind", "value", "member", "source", "since"), keys=4, kept=("source", "since")
)


@frozen
class Fresh:
    """Relations of new members: the numbers of their tags, and the sealed details of member and follow, in order."""

    told: Mapping[Pair, Entry]
    tags: Mapping[str, int]
    member_details: Sequence[str]
    follow_details: Sequence[str]


def insert_fresh(connection: Connection, company: str, fresh: Fresh, now: float) -> None:
    """Write relations of new members."""
    members: list[Row] = []
    follows: list[Row] = []
    identities: list[Row] = []
    for ((member, staff), each), of_member, of_follow in zip(
        fresh.told.items(), fresh.member_details, fresh.follow_details, strict=True
    ):
        created_at = each.created_at
        members.append((company, member, each.member_id, each.kind, each.gender, 1, now, now, of_member))
        follows.append(
            (
                company,
                member,
                staff,
                created_at,
                (created_at + BEIJING) // DAY,
                each.add_way,
                each.state,
                each.operator_id,
                1,
                0,
                "",
                0.0,
                now,
                each.digest,
                "",
                of_follow,
            )
        )
        for kind, value in each.identities:
            identities.append((company, kind, value, member, "sync", now))
    MEMBER.insert(connection, list({row[1]: row for row in members}.values()))  # one may have several relations
    FOLLOW.insert(connection, follows)
    number_of = fresh.tags.__getitem__
    FOLLOW_TAG.insert(  # nothing is kept of rows that are made as they are taken
        connection,
        (
            (company, member, staff, tag)
            for (member, staff), each in fresh.told.items()
            for tag in sorted(map(number_of, each.tag_ids))
        ),
    )
    IDENTITY.insert(connection, sorted(set(identities)))


def marks_of_fresh(fresh: Fresh) -> list[Mark]:
    """Return what bitmaps must look at because of new members."""
    found: list[Mark] = []
    for (member, staff), each in fresh.told.items():
        found += [(Kind.TAG, str(fresh.tags[tag]), member) for tag in each.tag_ids]
        found += [
            (Kind.CUSTOMER, EVERYBODY, member),
            (Kind.STAFF, str(staff), member),
            (Kind.DAY, str((each.created_at + BEIJING) // DAY), member),
        ]
        if each.state:
            found.append((Kind.CHANNEL, each.state, member))
    return found
