"""Everybody whom the company serves, customer or not (developer.work.weixin.qq.com/document/path/99434)."""

import hashlib
from collections.abc import Iterator
from itertools import islice
from typing import Any

import attrs

from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.cursors import seal, unseal
from privcrm.sandbox.wecom.endpoint import CURSOR, Access, contact
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import Field
from privcrm.sandbox.world import StaffState

_PAGE = 1000
_CURSOR_SECONDS = 4 * 3600
_OF_STAFF, _IN_GROUP = 0, 1


@attrs.frozen
class _Contact:
    """Somebody in an employee's list or in a group; `place` is where the walk through both stands."""

    place: tuple[int, int, int]
    member: int
    staff: int
    added_at: int
    group: int | None = None


def contact_list(call: Call) -> dict[str, Any]:
    """Walk through all relations, then through all people in groups; cursor and temporary ids live four hours."""
    begun, *behind = unseal(call.args.get("cursor", ""), ["served"], (int(call.now * 1000), _OF_STAFF, -1, -1))
    if call.now * 1000 - begun > _CURSOR_SECONDS * 1000:
        raise Refusal(50100)
    limit: int = call.args.get("limit", _PAGE)
    rows = list(islice(_everybody(call, (behind[0], behind[1], behind[2])), limit + 1))
    page = rows[:limit]
    return {
        "info_list": [_row(call, begun, row) for row in page],
        "next_cursor": seal(["served"], (begun, *page[-1].place)) if len(rows) > limit else "",
    }


def _everybody(call: Call, behind: tuple[int, int, int]) -> Iterator[_Contact]:
    if behind[0] == _OF_STAFF:
        yield from _of_staff(call, behind[1], behind[2])
        behind = (_IN_GROUP, -1, -1)
    yield from _in_groups(call, behind[1], behind[2])


def _of_staff(call: Call, first: int, after: int) -> Iterator[_Contact]:
    for staff in call.company.employees_seen(call.app):
        if staff.number < first:
            continue
        for member in call.world.follows.of_staff(staff.number, after if staff.number == first else -1):
            follow = call.world.follows.get(staff.number, member)
            if follow:
                yield _Contact((_OF_STAFF, staff.number, member), member, staff.number, follow.added_at)


def _in_groups(call: Call, first: int, after: int) -> Iterator[_Contact]:
    """Yield the outsiders in groups; a group that changes between two pages goes on behind the same place."""
    for number in range(max(0, first), len(call.world.groups)):
        owner = call.world.staff[call.world.groups.owner(number)]
        hidden = owner.state is StaffState.LEFT or not call.company.sees(call.app, owner)
        if hidden or call.world.groups.dismissed(number):
            continue
        for place, person in enumerate(call.world.groups[number].people):
            if not person.is_staff and (number != first or place > after):
                yield _Contact((_IN_GROUP, number, place), person.number, owner.number, person.joined_at, number)


def _row(call: Call, begun: int, row: _Contact) -> dict[str, Any]:
    """Describe one contact: customers by id, others by a name that shows its first character only."""
    customer = any(follow.holds for follow in call.world.follows.of_member(row.member))
    temporary = hashlib.sha256(f"{call.company.seed} {begun} {row.member}".encode()).hexdigest()[:28]
    entry: dict[str, Any] = {"is_customer": customer, "tmp_openid": f"tmp{temporary}"}
    if customer:
        entry["external_userid"] = call.company.ids.member(row.member)
    else:
        entry["name"] = call.world.members[row.member].name[:1] + "**"
    if row.group is not None:
        entry["chat_id"] = call.company.ids.group.encode(row.group)
    return {**entry, "follow_userid": call.world.staff[row.staff].staff_id, "add_time": row.added_at}


ENDPOINTS = (
    contact(
        "contact_list",
        contact_list,
        CURSOR,
        Field("limit", int, at_least=1, at_most=_PAGE),
        access=Access.SELF_BUILT_CONTACT,
        empty="info_list",
    ),
)
