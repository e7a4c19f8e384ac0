"""In which bitmaps members are counted."""

from collections.abc import Sequence
from typing import Any

from privcrm.store import Connection
from privcrm.store.database import marks
from privcrm.store.mirror.marks import EVERYBODY, Kind, Mark

__all__ = ["memberships"]


def memberships(connection: Connection, company: str, numbers: Sequence[int]) -> list[Mark]:
    """Return every bitmap in which one of these members may be: it is to drop them once their rows are gone."""
    if not numbers:
        return []
    wanted, found = marks(numbers), set[Mark]()
    for number in numbers:
        found |= {(kind, EVERYBODY, number) for kind in (Kind.CUSTOMER, Kind.ANY_GROUP, Kind.DELETED_STAFF)}
    mine: tuple[Any, ...] = (company, *numbers)
    for member, staff, day, state in connection.all(
        f"SELECT member, staff, day, state FROM privcrm_follow WHERE company = ? AND member IN ({wanted})", *mine
    ):
        keys = ((Kind.STAFF, str(staff)), (Kind.DAY, str(day)), (Kind.CHANNEL, state))
        found |= {(kind, key, member) for kind, key in keys}
    for member, tag in connection.all(
        f"SELECT member, tag FROM privcrm_follow_tag WHERE company = ? AND member IN ({wanted})", *mine
    ):
        found.add((Kind.TAG, str(tag), member))
    for member, group_id in connection.all(
        "SELECT m.number, g.group_id FROM privcrm_member m"
        " JOIN privcrm_known_group_member g ON g.company = m.company AND g.user_id = m.member_id"
        f" WHERE m.company = ? AND m.number IN ({wanted})",
        *mine,
    ):
        found.add((Kind.GROUP, group_id, member))
    return sorted(found)
