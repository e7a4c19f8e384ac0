"""The chapters of the mirror: the company in a file, counted; and what events change in it without another reading."""

from typing import Final

from privcrm.cli.demo.proof import rows
from privcrm.cli.demo.story import Story

GROUP: Final = "客户等级"
TAG: Final = "VIP"
IN_A_GROUP: Final = f'HasTag("{GROUP}/{TAG}") & InAnyGroup()'
IN_NONE: Final = f'HasTag("{GROUP}/{TAG}") & ~InAnyGroup()'
CAMPAIGN: Final = "demo"


def mirror(story: Story) -> None:
    """Read the company into the store, count a segment, and compare with the company's own books."""
    story.chapter("5. The mirror: the whole company in the local store.")
    report = story.crm.sync.run()
    story.out.table(
        ("Members", "Relations", "Tags", "Groups", "Calls"),
        [(report.held.members, report.held.follows, report.held.tags, report.held.groups, report.counts.calls)],
    )
    found = {segment: set(story.crm.segments.ids(segment)) for segment in (IN_A_GROUP, IN_NONE)}
    booked = _booked(story)
    figures = [(segment, len(found[segment]), len(booked[segment])) for segment in found]
    story.out.table(("Segment", "Members", "The company's own books"), figures)
    story.told["mirror"] = {
        "members": report.held.members,
        "calls": report.counts.calls,
        "segments": [
            {"segment": segment, "selected": selected, "booked": count} for segment, selected, count in figures
        ],
    }
    story.proven = story.proven and found == booked


def _booked(story: Story) -> dict[str, set[str]]:
    """Return, past the library, who is a VIP of somebody who serves: in a group, and in none."""
    url = story.company.control_url
    tag_ids = {row["tag_id"] for row in rows(url, "tags") if (row["group_name"], row["name"]) == (GROUP, TAG)}
    serving = {row["userid"] for row in rows(url, "staff") if row["state"] == "active"}
    in_groups = {member for row in rows(url, "groups") for member in row["external_userid"]}
    tagged = {
        row["external_userid"]
        for row in rows(url, "members")
        for follow in row["follows"]
        if follow["userid"] in serving and follow["ended_at"] is None and not tag_ids.isdisjoint(follow["tag_id"])
    }
    return {IN_A_GROUP: tagged & in_groups, IN_NONE: tagged - in_groups}


def look_again(story: Story) -> None:
    """Count who came with the campaign: events brought them into the mirror, nothing was read anew."""
    arrived = story.crm.segments.count(f'FromChannel("{CAMPAIGN}")').members
    story.out.say("In the mirror without reading it again: {arrived} members of the campaign.", arrived=arrived)
    story.told["mirror"]["arrived"] = arrived
    story.proven = story.proven and arrived == story.told["events"]["heard"].get("MemberAdded")
