"""The conditions of a tag rule as they are written on a command line."""

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privcrm.models.tag_rule import Trigger

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def triggers(**given: Any) -> "Iterator[Trigger]":
    """Yield what the options of ``tag rule add`` mean; raises ``InputError`` and usage errors."""
    from privcrm.models import tag_rule

    if given["weekdays"] and not given["between"]:
        raise click.UsageError("--weekdays goes with --between HH:MM-HH:MM, which says of which hours")
    yield from map(tag_rule.StateContains, given["state_contains"])
    yield from map(tag_rule.ChannelIs, given["channel"])
    yield from map(tag_rule.JoinedGroup, given["joined_group"])
    yield from (tag_rule.JoinedGroup(tagged=tag) for tag in given["joined_tagged"])
    yield from (tag_rule.JoinedGroup(name_contains=text) for text in given["joined_named"])
    if given["between"]:
        start, _, end = given["between"].partition("-")
        yield tag_rule.AddedBetween(start, end, _weekdays(given["weekdays"]))
    yield from map(_fact, given["fact"])
    yield from map(_happened, given["happened"])
    yield from map(_segment, given["segment"])


def _weekdays(text: str) -> tuple[int, ...]:
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    wrong = next((name for name in names if name not in _WEEKDAYS), None)
    if wrong is not None:
        raise click.UsageError(f"--weekdays takes {','.join(_WEEKDAYS)}; {wrong!r} is none of them")
    return tuple(map(_WEEKDAYS.index, names))


def _fact(text: str) -> "Trigger":
    import re
    from datetime import date

    from privcrm.models.tag_rule import FactIs

    found = re.fullmatch(r"\s*([^=<>!]+?)\s*(>=|<=|!=|=|>|<)\s*(.+?)\s*", text)
    if found is None:
        raise click.UsageError("--fact takes a name, a comparison and a value, such as 'orders>=3' or 'level=\"gold\"'")
    name, comparison, value = found.groups()
    if len(value) > 1 and value[0] == value[-1] == '"':
        return FactIs(name, comparison, value[1:-1])
    for read in (int, float, date.fromisoformat):
        try:
            return FactIs(name, comparison, read(value))
        except ValueError:
            continue
    return FactIs(name, comparison, {"true": True, "false": False}.get(value, value))


def _happened(text: str) -> "Trigger":
    import re

    from privcrm.models.tag_rule import HappenedAtLeast

    found = re.fullmatch(r"\s*(\w+)\s*>=\s*(\d+)\s*/\s*(\d+)\s*", text)
    if found is None:
        raise click.UsageError("--happened takes an event, how often, and within how many days: 'MemberEdited>=3/30'")
    return HappenedAtLeast(found[1], int(found[2]), int(found[3]))


def _segment(text: str) -> "Trigger":
    from privcrm.models.segments import parse
    from privcrm.models.tag_rule import Matches

    return Matches(parse(text))
