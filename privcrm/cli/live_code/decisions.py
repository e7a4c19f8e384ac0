"""What was decided about a code and why, in words; ``--json`` keeps what is stored."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from privcrm.cli.live_code.words import DECISIONS, ROOMS, SEATS
from privcrm.cli.times import beijing

if TYPE_CHECKING:
    from privcrm.cli.session import Session
    from privcrm.store.live_codes.notes import Decision

NEXT_SHOWN: Final = 3
"""Of those who come next, the first."""


def what_was_decided(session: "Session", decision: "Decision") -> str:
    """Return what was decided, in the language of the session."""
    return session.translate(DECISIONS.get(decision.what, decision.what))


def why_it_was(session: "Session", decision: "Decision") -> str:
    """Return what led to it, with its figures: parts with semicolons between them."""
    tell: Callable[[Session, Any], list[str]] = _TOLD.get(decision.what, _plain)
    try:
        why = json.loads(decision.why)
    except ValueError:
        why, tell = decision.why, _asked_by if tell is _asked_by else _plain
    told = tell(session, why)
    return ("；" if session.lang == "zh" else "; ").join(filter(None, told))


def _pool(session: "Session", why: dict[str, Any]) -> list[str]:
    """Tell of the figures with which a pool was chosen."""
    say = session.translate
    seats = (f"{count} {say(SEATS.get(reason, reason))}" for reason, count in why["seats"].items())
    return [
        say("leads to {staff}", staff=", ".join(why["pool"]) or "-"),
        say("before: {staff}", staff=", ".join(why["was"]) or "-"),
        say("seats: {seats}", seats=", ".join(seats)),
        say("tier {tier}", tier=why["tier"]) if why["tier"] else "",
        say("the last tier stands in") if why["stands_in"] else "",
        say("next: {staff}", staff=", ".join(_next(session, *each) for each in why["order"][:NEXT_SHOWN])),
        say("on the way, at most: {people}", people=why["margin"]),
    ]


def _next(session: "Session", staff: str, share: float, today: int, cap: int | None) -> str:
    return session.translate(
        "{staff} (share {share}, today {today})" if cap is None else "{staff} (share {share}, today {today} of {cap})",
        **{"staff": staff, "share": f"{share:.2f}", "today": today} | ({} if cap is None else {"cap": cap}),
    )


def _generation(session: "Session", why: dict[str, Any]) -> list[str]:
    """Tell of a next group, or of why there is none."""
    inside = (f"{group} ({people})" for group, people in why.get("people", {}).items())
    return [
        session.retell(why["why"]),
        session.translate("strategy {strategy}", strategy=why["strategy"]),
        session.translate("next: {group}", group=why["target"]) if why["target"] else "",
        session.translate("inside: {groups}", groups=", ".join(inside)) if why.get("people") else "",
    ]


def _of_group(session: "Session", why: dict[str, Any] | list[Any]) -> list[str]:
    """Tell of one group what is known of it; of several only which they are."""
    if isinstance(why, list):
        return _plain(session, why)
    say = session.translate
    known: dict[str, Callable[[Any], str]] = {
        "group": str,
        "was": lambda state: say("before: {state}", state=say(ROOMS.get(state, state))),
        "home": lambda group: say("at home in {group}", group=group),
        "task": lambda task: say("task {task}", task=task),
        "number": lambda number: say("number {number}", number=str(number)),
        "wanted_name": lambda name: say("wanted name: {name}", name=name),
        "part": lambda part: say("Vendor's code {part}", part=part + 1) if part else "",
        "expires_at": lambda until: say("good until {until}", until=beijing(until)),
    }
    return [known[name](value) if name in known else f"{name}: {value}" for name, value in why.items()]


def _spares(session: "Session", why: dict[str, Any]) -> list[str]:
    return [session.translate("{spares} are left, {mark} are wanted", spares=why["spares"], mark=why["low_water"])]


def _listed(session: "Session", why: dict[str, list[str]]) -> list[str]:
    codes = ((session.translate("Vendor's code {part}", part=int(part) + 1), groups) for part, groups in why.items())
    return [f"{code}: {', '.join(groups)}" for code, groups in codes]


def _by_name(session: "Session", why: dict[str, str]) -> list[str]:
    """Tell for each employee what the vendor said."""
    return [f"{staff}: {session.retell(said)}" for staff, said in why.items()]


def _changed(session: "Session", why: list[Any]) -> list[str]:
    """Tell what somebody else changed: fields of a staff code, sentences about a group code."""
    return [
        session.retell(each) if isinstance(each, str) else f"{each[0]}: {each[1] or '-'} → {each[2] or '-'}"
        for each in why
    ]


def _rebound(session: "Session", why: dict[str, str]) -> list[str]:
    because = why["because"]
    return [session.translate(SEATS[because]) if because in SEATS else session.retell(because)]


def _asked_by(session: "Session", who: str) -> list[str]:
    return [session.translate("asked for by {who}", who=who)] if who else []


def _plain(session: "Session", why: dict[str, Any] | list[Any] | str | int) -> list[str]:
    """Tell of what has no shape of its own: ids, or names and values."""
    if isinstance(why, dict):
        return [f"{name}: {value}" for name, value in why.items()]
    return [", ".join(map(str, why))] if isinstance(why, list) else [session.retell(str(why))]


_TOLD: Final[Mapping[str, Callable[["Session", Any], list[str]]]] = {
    "pushed": _pool,
    "shadow": _pool,
    "barred": _by_name,
    "drift": _changed,
    "rebound": _rebound,
    "listed": _listed,
    "low_water": _spares,
    "own_way": _asked_by,
    **dict.fromkeys(("next_group", "no_next_group", "fell_back", "failed", "waits"), _generation),
    **dict.fromkeys(("adopted", "name_taken", "name_is_other", "second_home", "image", *ROOMS), _of_group),
}
