"""A tour of every port: how members, tags, groups, codes, moments, messages and the rest are called.

    uv run python examples/tour_of_the_ports.py                        # a simulated company that it starts itself
    uv run privcrm sandbox serve --write-env sandbox.env               # or: one of yours, in another terminal
    set -a; . ./sandbox.env; set +a; uv run python examples/tour_of_the_ports.py

It writes, so it goes nowhere but to a simulated company. What employees and members do there (confirm, scan, resign) is
asked of the sandbox by `act`. Ports are the vendor itself: at once, and no memory of what was sent. For work that must
survive a crash use `crm.live_codes`, `crm.handover`, `crm.mass_messages` and `crm.moments`, which take care of intents.
"""

import base64
import os
import secrets
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import requests

from privcrm import CRM, models
from privcrm.models import Content, HandoverKind, Image, MediaPurpose, MemberId, StaffId
from privcrm.provider import Intent, Provider
from privcrm.sandbox import Sandbox, SandboxClock

DAY = 86_400
DOT = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg==")
PAGE = models.Link("https://example.com/spring", title="春季新品", description="周末到店有礼")


@dataclass
class Stage:
    """The company, its time, and three people: two employees, and a member whom the first one follows."""

    provider: Provider
    base_url: str
    clock: SandboxClock
    giver: StaffId
    taker: StaffId
    member: MemberId

    def act(self, name: str, **params: Any) -> dict[str, Any]:
        """Let somebody in the simulated company do something."""
        reply = requests.post(f"{self.base_url}/sandbox/actions/{name}", json=params, timeout=10)
        reply.raise_for_status()
        return reply.json()

    def now(self) -> int:
        return int(self.clock.time())

    def intent(self) -> Intent:
        """Return what is to be kept before a call that must not be repeated: if its answer is lost, `settle` it."""
        return Intent(key=secrets.token_hex(8), marker=secrets.token_hex(12), created_at=self.clock.time())

    def picture(self, purpose: MediaPurpose) -> str:
        return self.provider.media.upload(DOT, "picture.png", models.MediaKind.IMAGE, purpose).media_id


def main() -> None:
    with ExitStack() as stack:
        named = "PRIVCRM_WECOM_BASE_URL" in os.environ
        environ = dict(os.environ) if named else stack.enter_context(Sandbox()).env
        base_url = environ["PRIVCRM_WECOM_BASE_URL"].rstrip("/")
        if not requests.get(f"{base_url}/sandbox/", timeout=10).ok:
            raise SystemExit(f"{base_url} is no simulated company, and this tour writes")
        clock = SandboxClock(base_url)
        crm = stack.enter_context(CRM.from_env(environ, clock=clock))
        at = Stage(crm.provider, base_url, clock, *people(crm.provider))
        for step in (members, tags, groups, live_codes, media, mass_messages, welcomes, moments):
            step(at)
        for step in (rules, products, acquisition, handover, statistics):
            step(at)


def say(port: str, text: str) -> None:
    print(f"{port:<12} {text}")


def people(provider: Provider) -> tuple[StaffId, StaffId, MemberId]:
    """staff (员工): who serves members, and two of them who have no member in common."""
    following = {staff_id: list(provider.members.ids(staff_id)) for staff_id in provider.staff.serving()}
    giver = max(following, key=lambda staff_id: len(following[staff_id]))
    taker = next(one for one, theirs in following.items() if not set(theirs) & set(following[giver]))
    say("staff", f"{len(following)} employees serve members; {giver} has {len(following[giver])}")
    return giver, taker, following[giver][0]


def members(at: Stage) -> None:
    """members (客户)."""
    port = at.provider.members
    port.edit_remark(models.RemarkChange(at.giver, at.member, remark="老客户"))
    member = port.get(at.member)  # whole, with everybody who follows; `list` reads many at a time
    say("members", f"{len(list(port.list([at.giver])))} relations; one member is followed by {len(member.follows)}")


def tags(at: Stage) -> None:
    """tags (企业标签)."""
    port = at.provider.tags
    group = port.create(["到店", "未到店"], group_name="春季活动", intent=at.intent())
    port.mark(models.TagChange(at.giver, at.member, add=(group.tags[0].tag_id,)))
    follow = at.provider.members.get(at.member).followed_by(at.giver)
    carries = follow is not None and group.tags[0].tag_id in follow.tag_ids
    say("tags", f"one of {len(list(port.list()))} groups is new; the member carries 到店: {carries}")
    port.delete(group_ids=[group.group_id])


def groups(at: Stage) -> None:
    """groups (客户群)."""
    summaries = list(at.provider.groups.list())  # of leavers only when their ids are named
    group = at.provider.groups.get(summaries[0].group_id)
    say("groups", f"{len(summaries)} groups; the first has {len(group.members)} people")


def live_codes(at: Stage) -> None:
    """live_codes (活码): printed once; whom it adds, or which group it fills, can change."""
    port = at.provider.live_codes
    code = port.create_contact_code(models.ContactCodeSpec(staff_ids=(at.taker,), note="地铁站"), intent=at.intent())
    visitor = at.act("member_scans_contact_code", config_id=code.code_id)
    say("live_codes", f"who scans {code.code_id} adds {visitor['userid']}, with the state {visitor['state']}")
    group_id = next(iter(at.provider.groups.list())).group_id
    entry = port.create_group_code(models.GroupCodeSpec((group_id,), state="poster"), intent=at.intent())
    joined = at.act("member_scans_join_code", config_id=entry.code_id)
    say("live_codes", f"who scans {entry.code_id} joins {joined['chat_id']}")
    port.delete_contact_code(code.code_id)
    port.delete_group_code(entry.code_id)


def media(at: Stage) -> None:
    """media (素材): an upload is for one purpose, and expires after three days."""
    upload = at.provider.media.upload(DOT, "picture.png", models.MediaKind.IMAGE)
    size = len(at.provider.media.get(upload.media_id).content)
    stays = at.provider.media.upload_image(DOT, "picture.png")  # for mass messages
    say("media", f"{size} bytes came back as they went; {stays} stays")


def mass_messages(at: Stage) -> None:
    """messages (群发): nothing is sent before the employee confirms."""
    port, since = at.provider.messages, at.now() - 60
    said, to = Content("周末到店有礼", (PAGE,)), (at.member,)
    spec = models.MassMessageSpec(models.Channel.MEMBERS, said, at.giver, member_ids=to)
    message_id = port.create(spec, intent=at.intent()).message_id
    port.remind(message_id)
    at.act("staff_confirms_message", msgid=message_id, userid=at.giver)
    deliveries = [one.state.value for one in port.deliveries(message_id, at.giver)]
    listed = len(list(port.list(models.Channel.MEMBERS, created_after=since, created_before=at.now() + 60)))
    say("messages", f"{listed} mass message; {at.giver} delivered it: {deliveries}")
    port.send_to_staff(models.StaffMessage(Content("今日目标"), staff_ids=(at.giver,)))


def welcomes(at: Stage) -> None:
    """messages (欢迎语): within 20 seconds, by the code that the add event brings."""
    port, code = at.provider.messages, ""
    while not code:  # who uses WeCom, not WeChat, brings none
        code = at.act("member_adds_staff", userid=at.taker)["welcome_code"]
    port.welcome(code, Content("您好，欢迎"))
    template = port.create_group_welcome(Content("欢迎 %NICKNAME%", (PAGE,)), notify=False)
    say("messages", f"a newcomer is greeted; welcome for groups: {port.get_group_welcome(template).content.text}")
    port.delete_group_welcome(template)


def moments(at: Stage) -> None:
    """moments (朋友圈): made in the background, published by each employee who confirms."""
    port, picture = at.provider.moments, Image(at.picture(MediaPurpose.MOMENT))
    spec = models.MomentSpec(Content("新品到店", (picture,)), staff_ids=(at.giver,))
    job_id = port.create(spec, intent=at.intent())
    at.clock.advance(60)
    moment_id = port.job(job_id).moment_id or ""
    at.act("staff_confirms_moment", moment_id=moment_id, userid=at.giver)
    published = [task.staff_id for task in port.tasks(moment_id) if task.published]
    say("moments", f"published by {published}, seen by {len(list(port.viewers(moment_id, at.giver)))} members")


def rules(at: Stage) -> None:
    """rules (敏感词): what employees may not write to members."""
    rule_id = at.provider.rules.create(models.InterceptRuleSpec("不谈私单", ("私下转账",), staff_ids=(at.giver,)))
    say("rules", f"{[rule.name for rule in at.provider.rules.list()]}")
    at.provider.rules.delete(rule_id)


def products(at: Stage) -> None:
    """products (商品图册): a card with a price, in fen."""
    port = at.provider.products
    product_id = port.create(models.ProductSpec("春款外套", 19_900, (at.picture(MediaPurpose.PRODUCT),), code="COAT1"))
    say("products", f"{port.get(product_id).spec.price / 100:.2f} yuan; {len(list(port.list()))} in the album")
    port.delete(product_id)


def acquisition(at: Stage) -> None:
    """acquisition (获客链接): an address that brings members, paid for one by one."""
    port = at.provider.acquisition
    link = port.create(models.AcquisitionLinkSpec("春季投放", staff_ids=(at.taker,)))
    at.act("member_opens_link", link_id=link.link_id)
    came, quota = list(port.acquired(link.link_id)), port.quota()
    say("acquisition", f"{link.url} brought {len(came)}; {quota.balance} of {quota.total} left")
    port.delete(link.link_id)


def handover(at: Stage) -> None:
    """handover (继承): done after 24 hours unless the member refuses; one call on the job, another after leaving."""
    port = at.provider.handover
    port.transfer_members(HandoverKind.ON_JOB, at.giver, at.taker, [at.member], intent=at.intent(), message="您好")
    at.clock.advance(DAY + 60)
    states = [one.state.value for one in port.results(HandoverKind.ON_JOB, at.giver, at.taker)]
    at.act("staff_resigns", userid=at.giver)
    left = [one.member_id for one in port.unassigned() if one.staff_id == at.giver][:100]
    receipts = port.transfer_members(HandoverKind.DEPARTURE, at.giver, at.taker, left, intent=at.intent())
    accepted = sum(receipt.accepted for receipt in receipts)
    say("handover", f"on the job: {states}; after {at.giver} left: {accepted} of {len(left)} accepted")


def statistics(at: Stage) -> None:
    """statistics (统计): by whole days, ready the next morning; before that they read as zeros."""
    yesterday = at.now() - DAY - 120  # when this tour began
    at.clock.advance(2 * DAY)
    (figures,) = at.provider.statistics.staff(at.taker, yesterday, yesterday)
    (owned,) = at.provider.statistics.groups_by_day([at.taker], yesterday, yesterday)
    say("statistics", f"{at.taker} won {figures.members_added} members that day, and has {owned.groups} groups")


if __name__ == "__main__":
    main()
