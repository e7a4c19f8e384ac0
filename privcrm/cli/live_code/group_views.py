"""What is told of codes that lead to groups."""

import re
from typing import TYPE_CHECKING, Any

from privcrm.cli.live_code.words import ROOMS
from privcrm.cli.times import beijing, iso

if TYPE_CHECKING:
    from privcrm.cli.session import Session
    from privcrm.services.live_codes.groups.forecast import Forecast
    from privcrm.services.live_codes.groups.reconciling import GroupReconciled
    from privcrm.services.live_codes.groups.report import Explanation, GroupCodeReport, RoomReport


def show_reconciled(session: "Session", done: "GroupReconciled", *, shadow: bool) -> None:
    """Say what a reconciliation did."""
    out = session.out
    if done.is_quiet:
        out.say("Nothing to change; the vendor was not called.")
    elif shadow and done.pushed:
        out.say("Decided only: nothing was sent.")
    elif done.pushed:
        out.say("Changed at the vendor.")
    out.facts(
        [
            *((_part(session, part), ", ".join(listed)) for part, listed in done.listed.items()),
            ("Opened by the vendor, taken up", ", ".join(done.adopted)),
            ("Changed by others", "; ".join(done.drift)),
        ]
    )
    if done.empty:
        out.say("No group is left to list: the vendor's list stays as it was. Add groups.")


def reconciled_json(done: "GroupReconciled") -> dict[str, Any]:
    """Return it as ``--json`` prints it."""
    return {
        "key": done.key,
        "listed": {str(part): list(listed) for part, listed in done.listed.items()},
        "pushed": list(done.pushed),
        "adopted": list(done.adopted),
        "drift": list(done.drift),
        "empty": list(done.empty),
    }


def show_report(session: "Session", told: "GroupCodeReport") -> None:
    """Say where each group stands."""
    out, unprepared = session.out, len(told.unprepared)
    pictured = any(each.picture_until for each in told.rooms)
    out.table(
        (
            *("Group", "Name", "State", "Inside", "By scanning", "Joined", "On the way", "Prepared"),
            *(("Picture until",) if pictured else ()),
        ),
        (_row(session, each, pictured=pictured) for each in told.rooms),
    )
    out.facts(
        [
            ("People inside", told.seats),
            ("Spare groups", told.counts.spare),
            ("Groups out of use", told.counts.retired or ""),
            ("Next group", told.next_name),
        ]
    )
    if unprepared:
        out.say("Groups unprepared: {count}. See privcrm task list", count=unprepared)


def report_json(told: "GroupCodeReport") -> dict[str, Any]:
    """Return it as ``--json`` prints it."""
    return {
        "key": told.key,
        "life": told.life.value,
        "strategy": told.strategy.value,
        "seats": told.seats,
        "next_name": told.next_name,
        "unprepared": list(told.unprepared),
        "counts": {
            "spare": told.counts.spare,
            "with_room": told.counts.with_room,
            "full": told.counts.full,
            "retired": told.counts.retired,
        },
        "groups": [_room_json(each) for each in told.rooms],
    }


def show_explanation(session: "Session", told: "Explanation") -> None:
    """Say why a code stands as it does."""
    session.out.table(("Group", "Why"), (_group_and_why(session.retell(line)) for line in told.groups))
    session.out.facts([("Next group", told.next_group)])


def explanation_json(told: "Explanation") -> dict[str, Any]:
    """Return it as ``--json`` prints it."""
    return {"key": told.key, "groups": list(told.groups), "next_group": told.next_group}


def show_forecast(session: "Session", key: str, found: "Forecast", *, by_vendor: bool) -> None:
    """Say how long the groups last; ``by_vendor``: more are opened without anybody's doing."""
    out, until = session.out, beijing(found.until)
    out.say(
        "{key}: at {rate} joins an hour, {joins} come until {until}.",
        key=key,
        rate=f"{found.rate:.0f}",
        joins=found.joins,
        until=until,
    )
    out.facts(
        [
            ("New groups needed", found.groups_needed),
            ("Spare groups", found.spares),
            ("Groups to make", "" if by_vendor else found.short_by),
            ("Low water", "" if by_vendor else found.low_water),
            ("Last seat taken", beijing(found.dry_at)),
        ]
    )
    if by_vendor:
        out.say("The vendor opens new groups by itself; spare groups are for when it does not.")


def forecast_json(key: str, found: "Forecast") -> dict[str, Any]:
    """Return it as ``--json`` prints it."""
    return {
        "key": key,
        "rate_per_hour": found.rate,
        "until": iso(found.until),
        "joins": found.joins,
        "groups_needed": found.groups_needed,
        "spares": found.spares,
        "short_by": found.short_by,
        "low_water": found.low_water,
        "dry_at": iso(found.dry_at),
    }


def _row(session: "Session", room: "RoomReport", *, pictured: bool) -> tuple[object, ...]:
    return (
        room.group_id or _part(session, room.part),
        room.name,
        session.translate(ROOMS[room.state.value]),
        room.seats,
        room.scan_cap,
        room.joined,
        room.on_the_way,
        session.translate("yes" if room.is_prepared else "no"),
        *([beijing(room.picture_until)] if pictured else []),
    )


def _room_json(room: "RoomReport") -> dict[str, Any]:
    return {
        "group_id": room.group_id,
        "name": room.name,
        "state": room.state.value,
        "part": room.part,
        "seats": room.seats,
        "scan_cap": room.scan_cap,
        "hard_cap": room.hard_cap,
        "capacity_source": room.capacity_source,
        "joined": room.joined,
        "on_the_way": room.on_the_way,
        "handed_out": room.handed_out,
        "is_prepared": room.is_prepared,
        "picture_until": iso(room.picture_until),
    }


def _group_and_why(line: str) -> list[str]:
    """Return a group and why it stands as it does; between them is the colon of either language."""
    return re.split(r": |：", line, maxsplit=1)


def _part(session: "Session", part: int) -> str:
    return session.translate("Vendor's code {part}", part=part + 1)
