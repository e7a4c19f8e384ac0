"""The options that say how large a simulated company is."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

_USUAL: Final[Mapping[str, Mapping[str, int]]] = {
    "small": {"staff": 20, "members": 2000, "groups": 30},
    "large": {"staff": 4000, "members": 1_800_000, "groups": 9000},
}


def sized(command: Command) -> Command:
    """Give a command the options --seed, --scale, --staff, --members and --groups; ``size_of`` reads them."""
    options = (
        click.option("--seed", default=1, show_default=True, help="The same seed makes the same company."),
        click.option(
            "--scale",
            type=click.Choice(list(_USUAL)),
            default="small",
            show_default=True,
            help="A small company to look at, or one with 200 tags and, unless said otherwise, 1.8 million members.",
        ),
        _count("staff", 1, "How many employees."),
        _count("members", 0, "How many members."),
        _count("groups", 0, "How many customer groups."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def size_of(*, scale: str, **given: int | None) -> dict[str, Any]:
    """Return what makes the company: what was given, and what is usual at this scale for the rest."""
    size = {name: value for name, value in given.items() if value is not None}
    return {"scale": scale, **_USUAL[scale], **size}


def _count(name: str, least: int, told: str) -> Callable[[Command], Command]:
    usual = ", ".join(f"{scale}: {counts[name]}" for scale, counts in _USUAL.items())
    return click.option(f"--{name}", type=click.IntRange(min=least), show_default=usual, help=told)
