"""``privcrm tag apply --segment``: the rows of a list made from a segment."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from privcrm.crm import CRM
    from privcrm.services.tagging import TagRow


def see_source(file: str | None, segment: str | None, tags: tuple[str, ...], key: str) -> None:
    """Raise a usage error unless it is clear whom the tags are for and what they are."""
    if file and segment:
        raise click.UsageError("FILE and --segment exclude each other: a segment brings its own members")
    if not (file or segment):
        raise click.UsageError("name a FILE, or a segment with --segment EXPR and --add or --remove")
    if segment and not tags:
        raise click.UsageError("--segment wants --add TAG or --remove TAG")
    if tags and not segment:
        raise click.UsageError("--add and --remove go with --segment: a FILE has its own columns for tags")
    if segment and key != "member_id":
        raise click.UsageError("--key says how a FILE names its members: leave it out with --segment")


def rows_of(crm: "CRM", segment: str, add: tuple[str, ...], remove: tuple[str, ...]) -> "Iterator[TagRow]":
    """Return a row for each member of a segment, streamed: at every employee who follows."""
    from privcrm.services.tagging import TagRow

    members = crm.segments.ids(segment)
    return (TagRow(row, member_id, add=add, remove=remove) for row, member_id in enumerate(members, 1))
