"""``privcrm group``: customer groups and the tags that the company keeps of them."""

from getpass import getuser
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from privcrm.cli.frame import Group, examples, jsonl_option, pass_session
from privcrm.cli.session import Session

if TYPE_CHECKING:
    from privcrm.services.groups import TaggedGroup


@click.group(cls=Group, epilog=examples("privcrm group list", "privcrm group tag GROUP --add VIP"))
def group() -> None:
    """Customer groups: list, tag."""


@group.command(
    epilog=examples(
        "privcrm group tag GROUP --add VIP --add 华东",
        "privcrm group tag GROUP --add VIP --remove 新群",
    )
)
@click.argument("group_id", metavar="GROUP")
@click.option("--add", multiple=True, metavar="TAG", help="Put a tag on the group; may be given several times.")
@click.option("--remove", multiple=True, metavar="TAG", help="Take a tag off the group; may be given several times.")
@click.option("--force", is_flag=True, help="Believe the id of a group that the mirror does not know.")
@pass_session
def tag(session: Session, /, group_id: str, *, add: tuple[str, ...], remove: tuple[str, ...], force: bool) -> None:
    """Put tags on a group and take others off it.

    These tags are the company's own: vendors have none for groups. Segments can ask for them at once.
    """
    with session.crm() as crm:
        tags = crm.group_tags.put(group_id, add, remove, who=getuser(), force=force)
    session.out.say("{group}: {tags}", group=group_id, tags="; ".join(tags) or session.translate("no tags"))
    session.out.result({"group_id": group_id, "tags": list(tags)})


@group.command(
    "list", epilog=examples("privcrm group list", "privcrm group list --tag VIP", "privcrm group list --jsonl")
)
@click.option("--tag", metavar="TAG", help="Only groups that carry this tag.")
@click.option("--limit", type=click.IntRange(min=0), default=100, show_default=True, help="Only the first so many.")
@jsonl_option("Every group as a JSON line, without a limit.")
@pass_session
def list_(session: Session, tag: str | None, limit: int, jsonl: str | None) -> None:
    """List the groups that the mirror knows, with their tags."""
    with session.crm() as crm:
        groups = crm.group_tags.list(tag)
        if jsonl:
            session.out.lines(jsonl, map(_row, groups))
            return
        shown = list(islice(groups, limit))
        more = next(groups, None) is not None
    session.out.table(
        ("Group", "Name", "Owner", "Tags"),
        ((each.group_id, each.name, each.owner_id, "; ".join(each.tags)) for each in shown),
    )
    if not shown:
        session.out.say("Nothing yet.")
    if more:
        session.out.note("There are more: --jsonl lists them all.")
    session.out.result({"groups": [_row(each) for each in shown], "more": more})


def _row(each: "TaggedGroup") -> dict[str, Any]:
    return {"group_id": each.group_id, "name": each.name, "owner_id": each.owner_id, "tags": list(each.tags)}
