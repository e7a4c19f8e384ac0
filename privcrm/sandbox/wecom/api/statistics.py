"""Statistics by day (developer.work.weixin.qq.com/document/path/92132, 92133).

Today, and yesterday until some hour of the morning, read as zeros: the vendor works the figures out at night.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import attrs

from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.endpoint import contact
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import INVALID, Args, Field, read_object
from privcrm.sandbox.wecom.quotas import BEIJING
from privcrm.sandbox.world import Group, Staff, StaffState
from privcrm.sandbox.world.figures import ContactFigures, Day, GroupFigures, total

_DAY = 86_400
_REACH = 180
_NOBODY_VALID, _TOO_MANY_PEOPLE = 40031, 81017
_MOST = 100


def _day(now: float) -> Day:
    return Day(int(datetime.fromtimestamp(now, BEIJING).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()))


def _days(call: Call, begin: int, end: int) -> list[Day]:
    """Return the days asked for. Refuses a span too long, too old, turned round, or in the future (40058)."""
    today = _day(call.now).begin
    first, last = _day(begin).begin, _day(end).begin
    days = [Day(time) for time in range(first, last + 1, _DAY)] if last - first < _REACH * _DAY else []
    if not 0 < len(days) <= call.company.rules.statistics_days or first < today - _REACH * _DAY or last > today:
        raise Refusal(INVALID)
    return days


def _ready(call: Call, day: Day) -> bool:
    return call.now >= day.end + call.company.rules.figures_ready_hour * 3600


def get_user_behavior_data(call: Call) -> dict[str, Any]:
    """Sum up what employees did with customers, day by day: several employees make one row a day."""
    args = call.args
    if not args.get("userid") and not args.get("partyid"):
        raise Refusal(INVALID)
    days = _days(call, args["start_time"], args["end_time"])
    staff = _staff_asked_for(call, args)
    return {"behavior_data": [_behavior_row(call, staff, day) for day in days]}


def _staff_asked_for(call: Call, args: Args) -> list[Staff]:
    """Return the employees named and those of the departments. Refuses invisible ones (60011) and nobody (40031)."""
    named = [staff for staff in map(call.world.staff.find, args.get("userid", ())) if staff is not None]
    known = {department.number for department in call.world.staff.departments}
    roots = [number for number in args.get("partyid", ()) if number in known]
    below = {number for root in roots for number in call.world.staff.subtree(root)}
    if below - call.company.departments_seen(call.app) or any(not call.company.sees(call.app, s) for s in named):
        raise Refusal(60011)
    inside = [staff for staff in call.world.staff if staff.department in below]
    found = {staff.number: staff for staff in (*named, *inside)}
    if not found:
        raise Refusal(_NOBODY_VALID)
    return list(found.values())


def _behavior_row(call: Call, staff: Sequence[Staff], day: Day) -> dict[str, Any]:
    ready = _ready(call, day)
    figures = total(ContactFigures, (_behavior(call, one, day) for one in staff if ready))
    row = {
        "stat_time": day.begin,
        "chat_cnt": figures.chats,
        "message_cnt": figures.messages,
        "negative_feedback_cnt": figures.losses,
        "new_apply_cnt": figures.requests,
        "new_contact_cnt": figures.new,
    }
    if not figures.chats:
        return row
    answered, minutes = round(figures.answered / figures.chats, 2), figures.minutes // figures.chats
    return {**row, "reply_percentage": answered, "avg_reply_time": minutes}


def _behavior(call: Call, staff: Staff, day: Day) -> ContactFigures:
    works = staff.can_contact or (staff.state is StaffState.LEFT and day.end <= (staff.left_at or 0))
    talks = works and any(call.world.follows.of_staff(staff.number))
    return call.world.figures.of_staff(staff.number, day, talks=talks)


def groupchat_statistic(call: Call) -> dict[str, Any]:
    """Sum up groups over some days, one row an owner."""
    args = call.args
    days = _asked_days(call)
    order, falling = _ORDER[args.get("order_by", 1)], not args.get("order_asc")
    rows = [(owner, _span(_daily(call, groups, days))) for owner, groups in _groups_by_owner(call).items()]
    rows.sort(key=lambda row: (order(row[1]), row[0]), reverse=falling)
    offset: int = args.get("offset", 0)
    page = rows[offset : offset + args.get("limit", 500)]
    return {
        "total": len(rows),
        "next_offset": min(len(rows), offset + len(page)) if page else len(rows),
        "items": [{"owner": call.world.staff[owner].staff_id, "data": _group_row(figures)} for owner, figures in page],
    }


_ORDER: dict[int, Callable[[GroupFigures], int]] = {
    1: lambda figures: figures.new_groups,
    2: lambda figures: figures.groups,
    3: lambda figures: figures.new_members,
    4: lambda figures: figures.members,
}


def groupchat_statistic_by_day(call: Call) -> dict[str, Any]:
    """Sum up the groups of some owners, one row a day."""
    days = _asked_days(call)
    groups = [group for owned in _groups_by_owner(call).values() for group in owned]
    rows = zip(days, _daily(call, groups, days), strict=True)
    return {"items": [{"stat_time": day.begin, "data": _group_row(figures)} for day, figures in rows]}


def _asked_days(call: Call) -> list[Day]:
    begin: int = call.args["day_begin_time"]
    return _days(call, begin, call.args.get("day_end_time", begin))


def _groups_by_owner(call: Call) -> dict[int, list[Group]]:
    """Return the groups of the owners asked for, or of everybody in range if that are not too many (81017)."""
    filter_ = read_object((Field("userid_list", list, at_most=_MOST),), call.args.get("owner_filter"))
    owners = _owners(call, filter_.get("userid_list", []))
    found: dict[int, list[Group]] = {}
    for number in range(len(call.world.groups)):
        owner = call.world.groups.owner(number)
        if owner in owners:
            found.setdefault(owner, []).append(call.world.groups[number])
    return found


def _owners(call: Call, userids: Sequence[str]) -> set[int]:
    if not userids:
        seen = {staff.number for staff in call.company.employees_seen(call.app)}
        if len(seen) > call.company.rules.visible_people_limit:
            raise Refusal(_TOO_MANY_PEOPLE)
        return seen
    named = {
        staff.number for staff in map(call.world.staff.find, userids) if staff and call.company.sees(call.app, staff)
    }
    if not named:
        raise Refusal(_NOBODY_VALID)
    return named


def _daily(call: Call, groups: Iterable[Group], days: Sequence[Day]) -> list[GroupFigures]:
    """Return the figures of some groups together, day by day."""
    rows = [call.world.figures.of_group(group, days) for group in groups]
    return [
        total(GroupFigures, (row[place] for row in rows)) if _ready(call, day) else GroupFigures()
        for place, day in enumerate(days)
    ]


def _span(figures: Sequence[GroupFigures]) -> GroupFigures:
    """Return the figures of some days as one row: what was new adds up, totals are the last day's."""
    new = {"new_groups": sum(f.new_groups for f in figures), "new_members": sum(f.new_members for f in figures)}
    return attrs.evolve(figures[-1], **new)


def _group_row(figures: GroupFigures) -> dict[str, int]:
    names = zip(_GROUP_NAMES, attrs.astuple(figures), strict=True)
    return {**dict(names), "migrate_trainee_chat_cnt": 0}


_GROUP_NAMES = (
    "new_chat_cnt",
    "chat_total",
    "chat_has_msg",
    "new_member_cnt",
    "member_total",
    "member_has_msg",
    "msg_total",
)
_TIME_MOST = 2**36
_BEHAVIOR = (
    Field("userid", list, at_most=_MOST),
    Field("partyid", list, at_most=_MOST, items=int),
    Field("start_time", int, INVALID, at_least=0, at_most=_TIME_MOST),
    Field("end_time", int, INVALID, at_least=0, at_most=_TIME_MOST),
)
_SPAN = (
    Field("day_begin_time", int, INVALID, at_least=0, at_most=_TIME_MOST),
    Field("day_end_time", int, at_least=0, at_most=_TIME_MOST),
    Field("owner_filter", dict),
)

ENDPOINTS = (
    contact("get_user_behavior_data", get_user_behavior_data, *_BEHAVIOR, empty="behavior_data"),
    contact(
        "groupchat/statistic",
        groupchat_statistic,
        *_SPAN,
        Field("order_by", int, at_least=1, at_most=4),
        Field("order_asc", int, at_least=0, at_most=1),
        Field("offset", int, at_least=0),
        Field("limit", int, at_least=1, at_most=1000),
        empty="items",
    ),
    contact("groupchat/statistic_group_by_day", groupchat_statistic_by_day, *_SPAN, empty="items"),
)
