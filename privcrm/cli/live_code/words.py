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

ROUTINGS: Final[Mapping[str, str]] = {"push": "the vendor", "pull": "our page"}

ON_EMPTY: Final[Mapping[str, str]] = {
    "keep_last": "stays as it was",
    "backup": "the last tier stands in",
    "redirect": "leads to another code",
    "closed": "says that nobody is there",
}

ON_FULL: Final[Mapping[str, str]] = {
    "waiting": "asks to wait for the next group",
    "redirect": "leads to another code",
    "closed": "says that all are full",
}

STRATEGIES: Final[Mapping[str, str]] = {
    "native": "opened by the vendor",
    "spare_pool": "spare groups that people make",
    "chain": "the next vendor's code",
    "images": "pictures that people upload",
    "staff_first": "an employee who is added first",
}

DECISIONS: Final[Mapping[str, str]] = {
    "pushed": "told the vendor whom it leads to",
    "shadow": "would tell the vendor whom it leads to",
    "barred": "left out whom the vendor refuses",
    "drift": "somebody else changed it at the vendor",
    "rebound": "led a visitor to another employee than before",
    "orphan": "a code may be left at the vendor",
    "seat_code_deleted": "deleted the code of a seat that was removed",
    "listed": "told the vendor which groups to fill",
    "adopted": "took up a group that the vendor opened",
    "name_taken": "took up a group of which the name is taken",
    "name_is_other": "took up a group of another name",
    "second_home": "somebody is in two groups",
    "spare_added": "a spare group was added",
    "spare_opened": "opened a spare group",
    "dismissed": "a group was dismissed",
    "image": "the picture of a group was kept",
    "low_water": "spare groups ran short",
    "next_group": "there is a next group",
    "no_next_group": "no next group is needed",
    "fell_back": "fell back to spare groups",
    "own_way": "its own way is tried again",
    "failed": "no next group came",
    "waits": "waits for people to make a group",
    "spare": "a group is spare",
    "open": "a group has room",
    "soft_full": "a group is nearly full",
    "scan_full": "a group is full for scans",
    "hard_full": "a group is full",
    "retired": "a group is out of use",
}
