"""The rows of a mirror in a form that two stores can be compared by: ids for numbers, no times, no keyed hashes."""

from typing import Any

from privcrm.store import Store

__all__ = ["rows_of"]

_MEMBER = "JOIN privcrm_member m ON m.company = x.company AND m.number = x.member"
_STAFF = "JOIN privcrm_staff s ON s.company = x.company AND s.number = x.staff"
_TAG = "JOIN privcrm_tag t ON t.company = x.company AND t.number = x.tag"

_ROWS = {
    "staff": "SELECT staff_id, shown_id, name, state, departments, position, activated, serves FROM privcrm_staff x",
    "member": "SELECT member_id, kind, gender, is_customer FROM privcrm_member x",
    "follow": (
        "SELECT s.staff_id, m.member_id, x.created_at, x.day, x.add_way, x.state, x.operator_id, x.live, x.ended_at,"
        f" x.ended_how, x.begun_at FROM privcrm_follow x {_MEMBER} {_STAFF}"
    ),
    "follow_tag": f"SELECT s.staff_id, m.member_id, t.tag_id FROM privcrm_follow_tag x {_MEMBER} {_STAFF} {_TAG}",
    "tag": "SELECT tag_id, name, group_id, sort, created_at FROM privcrm_tag x",
    "tag_group": "SELECT group_id, name, sort, created_at FROM privcrm_tag_group x",
    "identity": f"SELECT x.kind, m.member_id FROM privcrm_identity x {_MEMBER}",
    "group": "SELECT group_id, owner_id, name, lives, created_at, owner_state FROM privcrm_known_group x",
    "group_member": (
        "SELECT group_id, user_id, is_staff, joined_at, scene, invited_by, state FROM privcrm_known_group_member x"
    ),
    "department": "SELECT department_id, name, parent_id FROM privcrm_department x",
    "open": "SELECT part FROM privcrm_sync_part x",
    "seen": "SELECT part, page FROM privcrm_sync_seen x",
}


def rows_of(store: Store) -> dict[str, list[Any]]:
    """Return all rows, in order."""
    with store.database.connect() as connection:
        return {
            name: sorted(connection.all(f"{sql} WHERE x.company = ?", store.company)) for name, sql in _ROWS.items()
        }
