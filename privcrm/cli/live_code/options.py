"""The options that say what a live code is to be: of both kinds, of those that lead to employees, and to groups."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

COUNT: Final = click.IntRange(min=0)
AT_LEAST_ONE: Final = click.IntRange(min=1)

# The names are those of the models, which check what is given: here they only have to be known without importing them.
ROUTINGS: Final = ("push", "pull")
ON_EMPTY: Final = ("keep_last", "backup", "redirect", "closed")
ON_FULL: Final = ("waiting", "redirect", "closed")
STRATEGIES: Final = ("native", "spare_pool", "chain", "images", "staff_first")
SPREADS: Final = ("fill_first", "least_filled", "weighted", "sticky")

_COMMON: Final = (
    click.option("--name", metavar="TEXT", help="What people call it."),
    click.option("--note", metavar="TEXT", help="A note of at most 30 characters, kept at the vendor."),
    click.option("--zone", metavar="ZONE", help="Time zone of its days and hours; Asia/Shanghai if nothing is said."),
    click.option("--redirect-to", metavar="KEY", help="With --on-empty or --on-full redirect: the code shown instead."),
)
_STAFF: Final = (
    click.option("--pool", type=AT_LEAST_ONE, metavar="K", help="Employees that the vendor draws from at a time."),
    click.option("--routing", type=click.Choice(ROUTINGS), help="Who chooses: the vendor (push), or our page (pull)."),
    click.option("--on-empty", type=click.Choice(ON_EMPTY), help="What it does when nobody is free."),
    click.option("--tag", "tags", multiple=True, metavar="TAG", help="Put on whoever comes; may be repeated."),
    click.option("--remark", metavar="TEXT", help="Remark of whoever comes: {name}, {code} and {day} are filled in."),
    click.option("--welcome", metavar="TEXT", help="What whoever comes is greeted with."),
    click.option("--sticky-days", type=COUNT, metavar="N", help="Days for which a visitor stays with his employee."),
    click.option("--closed-on", multiple=True, metavar="DAY", help="A day (2026-10-01) on which it is closed."),
    click.option("--confirm/--no-confirm", default=None, help="Whether employees confirm each contact."),
)
_GROUP: Final = (
    click.option("--strategy", type=click.Choice(STRATEGIES), help="How it comes by its next group."),
    click.option("--prefix", metavar="TEXT", help="What its groups are called, before the number."),
    click.option("--first-number", type=COUNT, metavar="N", help="Number of its first group."),
    click.option("--listed", type=AT_LEAST_ONE, metavar="N", help="Groups open to scans at a time."),
    click.option("--margin", type=COUNT, metavar="N", help="Seats kept for people on their way."),
    click.option("--soft-full", type=click.IntRange(1, 100), metavar="PERCENT", help="When the next one is asked for."),
    click.option("--scan-cap", type=AT_LEAST_ONE, metavar="N", help="People from whom on a group lets no scan in."),
    click.option("--hard-cap", type=AT_LEAST_ONE, metavar="N", help="People whom a group holds at all."),
    click.option("--spread", type=click.Choice(SPREADS), help="Which group with room a visitor is shown."),
    click.option("--burst", type=AT_LEAST_ONE, metavar="N", help="Joins a minute of one group; the rest go elsewhere."),
    click.option("--min-start", type=COUNT, metavar="N", help="People without whom it does not start: see open."),
    click.option("--on-full", type=click.Choice(ON_FULL), help="What a visitor sees when no group has room."),
    click.option("--owner", metavar="ID", help="Employee who is asked to make and prepare groups."),
    click.option("--staff-code", metavar="KEY", help="With --strategy staff_first: the code that leads to employees."),
    click.option("--low-water", type=COUNT, metavar="N", help="Spare groups below which an alarm is raised."),
    click.option("--within", type=AT_LEAST_ONE, metavar="SECONDS", help="How soon a new group has to be there."),
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
