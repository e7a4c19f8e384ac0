"""The chapter of events: people act, and what they do arrives."""

from collections import Counter
from typing import TYPE_CHECKING

from privcrm.cli.demo.mirror import CAMPAIGN
from privcrm.cli.demo.story import Story

if TYPE_CHECKING:
    from privcrm.events import Event

NEWCOMERS = 5
EXPECTED = {
    "MemberAdded": NEWCOMERS,
    "MemberDeletedStaff": 1,
    "GroupMembersJoined": 1,
    "GroupMembersLeft": 1,
    "TagCreated": 2,
}
"""What has to arrive, once each, whatever comes twice: a new tag comes with its group."""


def receive(story: Story) -> None:
    """Receive what people do over real HTTP, some of it twice, greet who is new, and count."""
    from privcrm.events import Event
    from privcrm.models import Content
    from privcrm.services.welcomes import WelcomeRule
    from privcrm.web import AsgiApp, WebhookServer

    heard: list[Event] = []
    crm, company = story.crm, story.company
    crm.on(Event, name="demo")(heard.append)
    crm.welcomes.add(WelcomeRule("demo", Content("您好，欢迎！")))
    with WebhookServer(AsgiApp(crm.webhooks.handle, hold_seconds=0)) as server:
        url = f"http://127.0.0.1:{server.port}/"
        story.chapter("6. People act, and it arrives at {url}; about every second callback comes twice.", url=url)
        company.set_callback(url)
        company.faults.add("callback/*", "duplicate", probability=0.5)
        _act(story)
        company.flush_callbacks()
    while crm.webhooks.inbox.summary().new:
        if not crm.webhooks.work():
            story.clock.advance(1.0)
    _show(story, heard)


def _act(story: Story) -> None:
    """Let a few people do what people do."""
    act = story.company.act
    relation = next(story.company.company.relations())
    act("crowd_adds_staff", userid=relation.userid, count=NEWCOMERS, state=CAMPAIGN)
    act("member_deletes_staff", userid=relation.userid, external_userid=relation.external_userid)
    chat_id = next(iter(story.crm.provider.groups.list())).group_id
    joined = act("group_changes", chat_id=chat_id, joins="new")
    act("member_leaves_group", chat_id=chat_id, external_userid=joined["external_userid"])
    act("admin_edits_tag", group_name="活动", name="直播")


def _show(story: Story, heard: "list[Event]") -> None:
    counts = Counter(type(event).__name__ for event in heard)
    health, sent = story.crm.webhooks.health(), Counter(each.outcome.value for each in story.crm.welcomes.outcomes())
    story.out.table(("Event", "Times"), sorted(counts.items()))
    story.out.say(
        "{deliveries} deliveries, {stored} kept, {repeated} known already; {greeted} of {newcomers} greeted in time.",
        deliveries=health["stored"] + health["repeated"],
        stored=health["stored"],
        repeated=health["repeated"],
        greeted=sent["sent"],
        newcomers=NEWCOMERS,
    )
    story.told["events"] = {
        "heard": dict(counts),
        "stored": health["stored"],
        "repeated": health["repeated"],
        "welcomes": dict(sent),
    }
    offered = sent["sent"] + sent["none_offered"]  # people of other companies bring no code
    story.proven = story.proven and counts == Counter(EXPECTED) and offered == NEWCOMERS and sent["sent"] > 0
