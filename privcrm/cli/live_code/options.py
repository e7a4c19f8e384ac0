"""The options that say what a live code is to be: of both kinds, of those that lead to employees, and to groups."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import click

from privcrm.cli.frame import option_of

F = TypeVar("F", bound=Callable[..., Any])

COUNT: Final = click.IntRange(min=0)
AT_LEAST_ONE: Final = click.IntRange(min=1)

# The names are those of the models, which check what is given: here they only have to be known without importing them.
ROUTINGS: Final = ("push", "pull")
ON_EMPTY: Final = ("keep_last", "backup", "redirect", "closed")
ON_FULL: Final = ("waiting", "redirect", "closed")
STRATEGIES: Final = ("native", "spare_pool", "chain", "images", "staff_first")
SPREADS: Final = ("fill_first", "least_filled", "weighted", "sticky")

TO_EMPLOYEES: Final = "Options of codes that lead to employees"
TO_GROUPS: Final = "Options of codes that lead to groups"

_staff, _group = option_of(TO_EMPLOYEES), option_of(TO_GROUPS)

_COMMON: Final = (
    click.option("--name", metavar="TEXT", help="What people call it."),
    click.option("--note", metavar="TEXT", help="A note of at most 30 characters, kept at the vendor."),
    click.option("--zone", metavar="ZONE", help="Time zone of its days and hours; Asia/Shanghai if nothing is said."),
    click.option("--redirect-to", metavar="KEY", help="With --on-empty or --on-full redirect: the code shown instead."),
)
_STAFF: Final = (
    _staff(
        "--pool", type=AT_LEAST_ONE, metavar="K", help="Employees that the vendor draws from at a time; 2 at first."
    ),
    _staff(
        "--routing", type=click.Choice(ROUTINGS), help="Who chooses: the vendor (push, at first), or our page (pull)."
    ),
    _staff(
        "--on-empty",
        type=click.Choice(ON_EMPTY),
        help="If nobody is free: nothing changes (keep_last, at first), the last tier (backup), another "
        "code (redirect), or a page says so (closed).",
    ),
    _staff("--tag", "tags", multiple=True, metavar="TAG", help="Put on whoever comes; may be repeated."),
    _staff("--remark", metavar="TEXT", help="Remark of whoever comes: {name}, {code} and {day} are filled in."),
    _staff("--welcome", metavar="TEXT", help="What whoever comes is greeted with."),
    _staff("--sticky-days", type=COUNT, metavar="N", help="Days for which a visitor stays with his employee."),
    _staff("--closed-on", multiple=True, metavar="DAY", help="A day (2026-10-01) on which it is closed."),
    _staff("--confirm/--no-confirm", default=None, help="Whether employees confirm each contact; not at first."),
)
_GROUP: Final = (
    _group(
        "--strategy",
        type=click.Choice(STRATEGIES),
        help="The next group: opened by the vendor (native, at first), made beforehand (spare_pool), "
        "the next vendor's code (chain), uploaded pictures (images), or told by an employee "
        "(staff_first).",
    ),
    _group("--prefix", metavar="TEXT", help="What its groups are called, before the number."),
    _group("--first-number", type=COUNT, metavar="N", help="Number of its first group; 1 at first."),
    _group("--listed", type=AT_LEAST_ONE, metavar="N", help="Groups open to scans at a time; 2 at first."),
    _group("--margin", type=COUNT, metavar="N", help="Seats kept for people on their way; 10 at first."),
    _group(
        "--soft-full",
        type=click.IntRange(1, 100),
        metavar="PERCENT",
        help="When the next one is asked for, in percent of --scan-cap; 90 at first.",
    ),
    _group(
        "--scan-cap", type=AT_LEAST_ONE, metavar="N", help="People from whom on a group lets no scan in; 200 at first."
    ),
    _group("--hard-cap", type=AT_LEAST_ONE, metavar="N", help="People whom a group holds at all; 500 at first."),
    _group(
        "--spread",
        type=click.Choice(SPREADS),
        help="Which group with room is shown: the oldest (fill_first, at first), the emptiest "
        "(least_filled), by free seats (weighted), or the same as before (sticky).",
    ),
    _group(
        "--burst",
        type=AT_LEAST_ONE,
        metavar="N",
        help="Joins a minute of one group, the rest go elsewhere; 100 at first.",
    ),
    _group("--min-start", type=COUNT, metavar="N", help="People without whom it does not start: see open."),
    _group(
        "--on-full",
        type=click.Choice(ON_FULL),
        help="If no group has room: asked to wait (waiting, at first), another code (redirect), or told "
        "that all are full (closed).",
    ),
    _group("--owner", metavar="ID", help="Employee who is asked to make and prepare groups."),
    _group("--staff-code", metavar="KEY", help="With --strategy staff_first: the code that leads to employees."),
    _group("--low-water", type=COUNT, metavar="N", help="Spare groups below which an alarm is raised."),
    _group(
        "--within", type=AT_LEAST_ONE, metavar="SECONDS", help="How soon a new group has to be there; 600 at first."
    ),
)

OF_STAFF: Final = frozenset(
    {"pool", "routing", "on_empty", "tags", "remark", "welcome", "sticky_days", "closed_on", "confirm"}
)
OF_GROUPS: Final = frozenset(
    {
        *("strategy", "prefix", "first_number", "listed", "margin", "soft_full", "scan_cap", "hard_cap", "spread"),
        *("burst", "min_start", "on_full", "owner", "staff_code", "low_water", "within"),
    }
)


def what_it_is(command: F) -> F:
    """Add all options that say what a code is to be; they arrive as ``**wanted``, None or () where not given."""
    for option in reversed((*_COMMON, *_STAFF, *_GROUP)):
        command = option(command)
    return command


def given(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that were given."""
    return {name: value for name, value in wanted.items() if value not in (None, ())}


def refuse_foreign(options: Mapping[str, Any], foreign: frozenset[str], leads_to: str) -> None:
    """Raise a usage error for options that make sense for the other kind of code only."""
    wrong = sorted(foreign & set(options))
    if wrong:
        names = ", ".join(f"--{_spelt(name)}" for name in wrong)
        raise click.UsageError(f"{names}: not for a code that leads to {leads_to}")


def _spelt(name: str) -> str:
    return {"tags": "tag"}.get(name, name).replace("_", "-")
