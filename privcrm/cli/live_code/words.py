"""Codes of services in words, for people; ``--json`` keeps the codes."""

from collections.abc import Mapping
from typing import Final

KINDS: Final[Mapping[str, str]] = {"staff": "employees", "group": "groups"}

LIVES: Final[Mapping[str, str]] = {
    "wanted": "not at the vendor yet",
    "draft": "draft",
    "open": "in use",
    "deleted": "deleted",
}

SEATS: Final[Mapping[str, str]] = {
    "free": "free",
    "left": "has left",
    "disabled": "disabled",
    "without_contact": "without customer contact",
    "missing": "not listed by the vendor any more",
    "barred": "refused by the vendor",
    "offline": "taken out",
    "outside_hours": "outside the hours",
    "total_cap": "total cap reached",
    "daily_cap": "daily cap reached",
    "ramp": "new account: enough for today",
    "soft_cap": "nearly at the cap",
}

ROOMS: Final[Mapping[str, str]] = {
    "spare": "spare",
    "open": "has room",
    "soft_full": "nearly full",
    "scan_full": "full for scans",
    "hard_full": "full",
    "retired": "out of use",
}

PUSHES: Final[Mapping[str, str]] = {
    "unchanged": "Nothing to change; the vendor was not called.",
    "confirmed": "Read back, and as it should be.",
    "pushed": "Changed at the vendor.",
    "shadow": "Decided only: nothing was sent.",
    "deferred": "Waits for its turn: too soon after the last change, or the calls of this hour are spent.",
    "empty": "Nobody is free; the vendor keeps the pool of before.",
    "busy": "Another process is at it.",
    "stale": "Another process took over.",
    "unknown": "The answer was lost; it is read back next time.",
    "forbidden": "Not sent: read-only, outside the write scope, or stopped.",
    "unreachable": "The vendor could not be reached.",
    "refused": "The vendor refused it.",
    "gone": "The vendor has no such code any more.",
    "not_made": "The vendor has no code yet; create makes it.",
}

MADE: Final[Mapping[str, str]] = {
    "created": "created",
    "kept": "kept here, not at the vendor yet",
    "unchanged": "unchanged",
    "changed": "changed",
    "missing": "in no row; it stays",
    "deleted": "deleted",
    "orphaned": "deleted here, not at the vendor",
    "waiting": "waiting",
    "unknown": "unknown",
    "failed": "failed",
}

ALARMS: Final[Mapping[str, str]] = {
    "nobody_free": "Nobody is free",
    "seat_barred": "An employee is refused by the vendor",
    "drift": "Somebody else changed it at the vendor",
    "gone": "The vendor has no such code any more",
    "push_budget": "The calls of this hour are spent",
    "refused": "The vendor refuses to change it",
    "stranger": "Somebody came with its state by another way",
    "no_new_group": "No new group came",
    "no_spare": "No spare group is left",
    "low_water": "Spare groups run short",
    "burst": "Very many come at once",
    "crowd": "Very many ask at once",
    "no_group": "No group can be listed",
}
