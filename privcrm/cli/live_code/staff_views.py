"""What is told of codes that lead to employees."""

from typing import TYPE_CHECKING, Any

from privcrm.cli.live_code.words import ON_EMPTY, PUSHES, SEATS
from privcrm.cli.times import beijing, iso

if TYPE_CHECKING:
    from privcrm.cli.session import Session
    from privcrm.models.codes import Seat
    from privcrm.services.live_codes.staff.results import CodeReport, Explanation, Reconciled
    from privcrm.services.live_codes.staff.verdicts import Verdict


def show_seats(session: "Session", seats: "tuple[Seat, ...]") -> None:
    """Show how seats are set."""
    session.out.table(
        ("Employee", "Weight", "Daily cap", "Total cap", "Hours", "Tier", "Works"),
        (
            (
                *(seat.staff_id, seat.weight, _bound(seat.daily_cap), _bound(seat.total_cap), _hours(seat), seat.tier),
                session.translate("yes" if seat.online else "no"),
            )
            for seat in seats
        ),
    )


def seat_json(seat: "Seat") -> dict[str, Any]:
    """Return a seat as ``--json`` prints it."""
    return {
        "staff_id": seat.staff_id,
        "weight": seat.weight,
        "daily_cap": seat.daily_cap,
        "total_cap": seat.total_cap,
        "windows": [{"start": each.start, "end": each.end, "days": list(each.days)} for each in seat.windows],
        "tier": seat.tier,
        "online": seat.online,
        "ramp": {"since": seat.ramp.since, "caps": list(seat.ramp.caps)} if seat.ramp else None,
    }


def show_reconciled(session: "Session", done: "Reconciled") -> None:
    """Say what a reconciliation did."""
    out = session.out
    out.say("{line}", line=session.translate(PUSHES[done.outcome.value]))
    out.facts(
        [
            ("Leads to", ", ".join(done.pool)),
            ("Calls", done.calls or ""),
            ("Next look", beijing(done.due)),
            *((f"{session.translate('Refused')}: {staff}", why) for staff, why in done.dropped.items()),
            *(
                (f"{session.translate('Changed by others')}: {each.field}", f"{each.kept or '-'} → {each.found or '-'}")
                for each in done.drift
            ),
        ]
    )


def reconciled_json(done: "Reconciled") -> dict[str, Any]:
    """Return it as ``--json`` prints it."""
    return {
        "key": done.key,
        "outcome": done.outcome.value,
        "pool": list(done.pool),
        "calls": done.calls,
        "dropped": dict(done.dropped),
        "drift": [{"field": each.field, "kept": each.kept, "found": each.found} for each in done.drift],
        "due": iso(done.due),
    }


def show_explanation(session: "Session", told: "Explanation") -> None:
    """Say why a code leads to whom it leads."""
    out, desired = session.out, told.desired
    out.table(
        ("Employee", "State", "Tier", "Weight", "Served", "Share", "Today", "Cap", "Soft cap"),
        (_row(session, each) for each in desired.seats),
    )
    out.facts(
        [
            ("Leads to", ", ".join(desired.pool)),
            ("At the vendor", ", ".join(told.at_vendor) + (" ?" if told.unsure else "")),
            ("Removed, but their codes still work", _leaving(told)),
            ("If nobody is free", _if_nobody(session, desired.empty)),
            ("People a minute", f"{told.rate:.2f}"),
            ("Told after", session.translate("{seconds} s", seconds=f"{told.lag:.1f}")),
            ("On the way, at most", desired.margin),
            ("Calls left in this hour", told.pushes_left),
            ("Next look", beijing(told.next_look or None)),
        ]
    )


def explanation_json(told: "Explanation") -> dict[str, Any]:
    """Return it as ``--json`` prints it."""
    desired = told.desired
    return {
        "key": told.key,
        "pool": list(desired.pool),
        "at_vendor": list(told.at_vendor),
        "leaving": {vendor_id: list(staff_ids) for vendor_id, staff_ids in told.leaving.items()},
        "unsure": told.unsure,
        "stands_in": desired.stands_in,
        "on_empty": desired.empty,
        "margin": desired.margin,
        "rate_per_minute": told.rate,
        "lag_seconds": told.lag,
        "calls_left": told.pushes_left,
        "next_look": iso(told.next_look or None),
        "seats": [
            {
                "staff_id": each.staff_id,
                "reason": each.reason.value,
                "told": each.told,
                "tier": each.tier,
                "weight": each.weight,
                "served": each.served,
                "share": each.share,
                "today": each.today,
                "held": each.held,
                "cap": each.cap,
                "soft_cap": each.soft,
                "changes_at": iso(each.changes_at),
            }
            for each in desired.seats
        ],
    }


def show_report(session: "Session", told: "CodeReport") -> None:
    """Say what a code gave to whom."""
    out = session.out
    out.say("{total} came since {since}.", total=told.total, since=told.since)
    out.table(
        ("Employee", "Tier", "Adds", "Wanted", "Got"),
        ((each.staff_id, each.tier, each.total, _percent(each.wanted), _percent(each.got)) for each in told.seats),
    )
    out.table(
        ("Without a seat", "Adds"),
        sorted(told.others.items()),
    )
    out.table(
        ("Over the cap", "Employee", "Adds", "Cap"),
        ((each.day, each.staff_id, each.adds, each.cap) for each in told.overshoots),
    )
    out.facts([("Removed, but their codes still work", _leaving(told))])


def report_json(told: "CodeReport") -> dict[str, Any]:
    """Return it as ``--json`` prints it."""
    return {
        "key": told.key,
        "since": told.since,
        "total": told.total,
        "on_empty": told.on_empty.value,
        "seats": [
            {
                "staff_id": each.staff_id,
                "tier": each.tier,
                "days": dict(each.days),
                "total": each.total,
                "wanted": each.wanted,
                "got": each.got,
            }
            for each in told.seats
        ],
        "others": dict(told.others),
        "leaving": {vendor_id: list(staff_ids) for vendor_id, staff_ids in told.leaving.items()},
        "overshoots": [
            {"day": each.day, "staff_id": each.staff_id, "adds": each.adds, "cap": each.cap} for each in told.overshoots
        ],
    }


def _if_nobody(session: "Session", on_empty: str | None) -> str:
    """Return what is done where nobody is free, "" where somebody is."""
    return f"{session.translate(ON_EMPTY[on_empty])} ({on_empty})" if on_empty else ""


def _leaving(told: "Explanation | CodeReport") -> str:
    return ", ".join(sorted(staff_id for staff_ids in told.leaving.values() for staff_id in staff_ids))


def _row(session: "Session", each: "Verdict") -> tuple[object, ...]:
    state = session.translate(SEATS[each.reason.value]) + (f": {each.told}" if each.told else "")
    cap, soft = _bound(each.cap), _bound(each.soft)
    return (each.staff_id, state, each.tier, each.weight, each.served, f"{each.share:.2f}", each.today, cap, soft)


def _bound(cap: int | None) -> object:
    return "-" if cap is None else cap


def _hours(seat: "Seat") -> str:
    return ", ".join(f"{_days(each.days)}{each.start}-{each.end}" for each in seat.windows) or "-"


def _days(days: tuple[int, ...]) -> str:
    """Return days as ``--seat`` takes them, nothing for all of them."""
    if len(set(days)) == 7:  # noqa: PLR2004 - the days of a week
        return ""
    runs: list[list[int]] = []
    for day in sorted(set(days)):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return "+".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs) + "@"


def _percent(part: float) -> str:
    return f"{part:.1%}"
