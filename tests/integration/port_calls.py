"""A walk through every port method of WeCom on one simulated company, noting which endpoints each of them asked.

The order is that of a working day: what is read or changed was made before, by a port method as well.
"""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

from attrs import define, evolve, field

from privcrm.models import (
    AcquisitionLinkSpec,
    Channel,
    ContactCodeSpec,
    Content,
    GroupCodeSpec,
    HandoverKind,
    Image,
    InterceptRuleSpec,
    MassMessageSpec,
    MediaKind,
    MediaPurpose,
    MemberIdConversion,
    MomentSpec,
    Pages,
    ProductSpec,
    RemarkChange,
    StaffChatChange,
    StaffChatSpec,
    StaffIdConversion,
    StaffMessage,
    StrategyChange,
    StrategySpec,
    TagChange,
)
from privcrm.provider import CallRecord, Intent, ProviderContext, Settings
from privcrm.sandbox import Sandbox
from privcrm_wecom import WeComProvider
from tests.interop.files import PNG
from tests.unit.wecom.callbacks.sealing import AT, push, sealed, xml

DAY = 86_400
AREAS = sorted({name.partition(".")[0] for name in WeComProvider.capabilities})
OF_DELEGATED = {MemberIdConversion.PENDING, MemberIdConversion.TO_SERVICE, MemberIdConversion.UPGRADED}


@define
class Notes:
    """What a walk found out: the endpoints that each method asked, and which methods changed what ``look`` sees."""

    look: Callable[[], object] = lambda: None
    asked: dict[str, set[str]] = field(factory=dict)
    changed: set[str] = field(factory=set)
    calls: list[str] = field(factory=list)


class NotingPort:
    """A port whose methods are noted; listings are read to their end."""

    def __init__(self, port: Any, notes: Notes) -> None:
        self._port, self._notes = port, notes

    def __getattr__(self, name: str) -> Any:
        method, noted, notes = getattr(self._port, name), f"{self._port.area}.{name}", self._notes

        def call(*args: Any, **kwargs: Any) -> Any:
            notes.calls.clear()
            before = notes.look()
            answer = method(*args, **kwargs)
            answer = list(answer) if isinstance(answer, Pages | Iterator) else answer
            notes.asked.setdefault(noted, set()).update(name for name in notes.calls if name != "gettoken")
            if notes.look() != before:
                notes.changed.add(noted)
            return answer

        return call


class Walk:
    """One company seen through an app of some kind."""

    def __init__(self, sandbox: Sandbox, notes: Notes, kind: str) -> None:
        sandbox.company.rules.change({"app_kind": kind})

        def note(record: CallRecord) -> None:
            notes.calls.append(record.operation)

        roles = "customer_contact,messages,app_chats"
        environment = {**sandbox.env, "PRIVCRM_WECOM_APP_KIND": kind, "PRIVCRM_WECOM_ROLES": roles}
        self.provider = WeComProvider.from_settings(
            Settings.from_environ(environment, "PRIVCRM_WECOM_"), ProviderContext(clock=sandbox.clock, on_call=note)
        )
        self.sandbox = sandbox
        ports = {area: NotingPort(getattr(self.provider, area), notes) for area in AREAS}
        self.ports = SimpleNamespace(**ports)
        self.members: dict[str, list[str]] = {}
        for row in sandbox.company.relations():
            self.members.setdefault(row.userid, []).append(row.external_userid)
        self.giver = max(self.members, key=lambda one: len(self.members[one]))
        mine = set(self.members[self.giver])
        self.taker = next(one for one in self.members if one != self.giver and not mine & set(self.members[one]))
        self.member = next(
            r.external_userid for r in sandbox.company.relations() if r.userid == self.giver and r.unionid
        )

    @property
    def now(self) -> int:
        """Virtual unix seconds."""
        return int(self.sandbox.clock.time())

    def intent(self, marker: str = "") -> Intent:
        """Return an intent of this moment."""
        return Intent("key-1", marker, self.now)

    def number(self, member_id: str) -> int:
        """Return the member's number in the simulated world."""
        number = self.sandbox.company.ids.member_number(member_id)
        assert number is not None
        return number

    def upload(self, purpose: MediaPurpose = MediaPurpose.MESSAGE) -> str:
        """Upload a picture and return its id."""
        return self.ports.media.upload(PNG, "p.png", MediaKind.IMAGE, purpose).media_id


def walk(sandbox: Sandbox, look: Callable[[], object] = lambda: None) -> Notes:
    """Call every method, first as a self-built app, then what only delegated ones may."""
    notes = Notes(look)
    own = Walk(sandbox, notes, "self_built")
    for step in (staff, callbacks, members, strategies, tags, groups, live_codes, media, messages, staff_messages):
        step(own)
    for step in (moments, rules, products, acquisition, statistics, handover):
        step(own)
    without_a_port(own)
    own.provider.close()
    delegated = Walk(sandbox, notes, "delegated")
    as_delegated(delegated)
    delegated.provider.close()
    return notes


def staff(at: Walk) -> None:
    """Employees, departments and their ids."""
    port, person = at.ports.staff, at.sandbox.world.staff.find(at.giver)
    assert person is not None
    port.get(at.giver)
    port.list()
    port.list("1")
    port.departments()
    port.department("1")
    port.ids()
    port.serving()
    assert port.id_of_phone(person.phone) == at.giver
    assert port.id_of_mail(person.work_mail) == at.giver
    (openid,) = port.convert([at.giver], StaffIdConversion.OPENID)
    port.convert([openid.found], StaffIdConversion.FROM_OPENID)
    foreign = at.sandbox.company.scoped_ids.open_staff.encode(person.number)
    port.convert([foreign], StaffIdConversion.FROM_SERVICE, source_app="1000005")


def callbacks(at: Walk) -> None:
    """What the app is told, and what it answers."""
    port, told_by = at.ports.callbacks, at.sandbox.credentials
    port.addresses()
    assert "main" in {app.name for app in port.apps()}
    said = {"ToUserName": told_by.corp_id, "FromUserName": at.giver, "CreateTime": AT, "MsgType": "text", "MsgId": 1}
    ciphertext = sealed(xml(**said), key=told_by.callback_aes_key, receive_id=told_by.corp_id)
    opened = port.open(push(ciphertext, token=told_by.callback_token), since=AT, until=AT)
    event = port.read(opened.callbacks[0].text, app=opened.app)
    assert port.seal(opened, event, Content("ok"), at=AT).body


def members(at: Walk) -> None:
    """Members and their ids."""
    port, scoped = at.ports.members, at.sandbox.company.scoped_ids
    port.get(at.member)
    port.ids(at.giver)
    port.list([at.giver, at.taker])
    port.edit_remark(RemarkChange(at.giver, at.member, remark="老客户"))
    port.served()
    ids = {
        MemberIdConversion.OPENID: at.member,
        MemberIdConversion.FROM_SERVICE: scoped.service(at.number(at.member)),
        MemberIdConversion.FROM_MEETING: scoped.temporary[0].encode(at.number(at.member)),
        MemberIdConversion.FROM_FORM: scoped.temporary[1].encode(at.number(at.member)),
        MemberIdConversion.FROM_SHEET: scoped.temporary[2].encode(at.number(at.member)),
    }
    assert ids.keys() == set(MemberIdConversion) - OF_DELEGATED
    for conversion, given in ids.items():
        (one,) = port.convert([given], conversion, source_app="1000005")
        assert one.found


def strategies(at: Walk) -> None:
    """Strategies of members, with their tags, and of moments."""
    for port in (at.ports.members, at.ports.moments):
        made = port.create_strategy(StrategySpec("华东", (at.giver,), staff_ids=(at.giver,)))
        assert made in port.strategies()
        port.strategy(made)
        port.edit_strategy(made, StrategyChange(name="华南", add_staff_ids=(at.taker,)))
        assert len(port.strategy_range(made)) == 2
        if port is at.ports.members:
            strategy_tags(at, made)
        port.delete_strategy(made)


def strategy_tags(at: Walk, strategy_id: str) -> None:
    """Tags of a strategy."""
    port = at.ports.tags
    group = port.create_strategy_tags(strategy_id, ["到店"], group_name="来源")
    port.edit_strategy_tag(group.tags[0].tag_id, name="线上")
    assert [tag.name for one in port.strategy_tags(strategy_id) for tag in one.tags] == ["线上"]
    port.delete_strategy_tags(tag_ids=[group.tags[0].tag_id])


def tags(at: Walk) -> None:
    """Tags of the company."""
    port, intent = at.ports.tags, at.intent()
    group = port.create(["到店"], group_name="活动", intent=intent)
    port.settle(intent, ["到店"], group_name="活动")
    tag = group.tags[0].tag_id
    port.edit(tag, name="到店两次")
    port.mark(TagChange(at.giver, at.member, add=(tag,)))
    assert len(port.list(tag_ids=[tag])) == 1
    port.delete(tag_ids=[tag])


def groups(at: Walk) -> None:
    """Groups."""
    port, codec = at.ports.groups, at.sandbox.company.ids
    group_id = port.list()[0].group_id
    port.get(group_id)
    assert group_id in [summary.group_id for summary in port.list_all()]
    number = codec.group.decode(group_id)
    assert number is not None
    assert port.id_of_opengid(codec.open_group.encode(number)) == group_id


def live_codes(at: Walk) -> None:
    """Contact codes, temporary chats and group codes."""
    port, lost = at.ports.live_codes, at.intent("01JGMARKERMARKERMARKERMARK")
    spec = ContactCodeSpec(staff_ids=(at.giver,))
    code = port.create_contact_code(spec, intent=lost)
    assert code.code_id in port.contact_codes()
    port.settle_contact_code(lost)
    port.update_contact_code(code.code_id, evolve(code.spec, note="地铁站"))
    port.picture(port.get_contact_code(code.code_id).qr_url)
    port.delete_contact_code(code.code_id)
    temporary = port.create_contact_code(ContactCodeSpec(staff_ids=(at.giver,), temporary=True), intent=at.intent())
    visitor = at.sandbox.act("member_scans_contact_code", config_id=temporary.code_id)
    port.end_temporary_chat(at.giver, visitor["external_userid"])
    into = GroupCodeSpec((next(iter(at.provider.groups.list())).group_id,))
    group_code = port.create_group_code(into, intent=lost)
    port.settle_group_code(lost)
    port.update_group_code(group_code.code_id, evolve(into, note="海报"))
    port.get_group_code(group_code.code_id)
    port.delete_group_code(group_code.code_id)


def media(at: Walk) -> None:
    """Files."""
    port = at.ports.media
    port.get(at.upload())
    at.upload(MediaPurpose.MOMENT)
    port.upload_image(PNG, "p.png")
    job = port.fetch("https://example.com/film.mp4", "film.mp4", MediaKind.VIDEO, "0" * 32)
    at.sandbox.clock.advance(60)
    port.fetched(job, MediaKind.VIDEO)


def messages(at: Walk) -> None:
    """Mass messages, welcomes, and welcomes of groups."""
    port, intent = at.ports.messages, at.intent()
    spec = MassMessageSpec(Channel.MEMBERS, Content("周末到店有礼"), at.giver, member_ids=(at.member,))
    made = port.create(spec, intent=intent).message_id
    assert port.settle(intent, spec).result.message_id == made
    assert [one.message_id for one in port.list(Channel.MEMBERS, created_after=at.now - 60, created_before=at.now + 60)]
    port.remind(made)
    at.sandbox.act("staff_confirms_message", msgid=made, userid=at.giver)
    assert port.tasks(made)[0].sent
    port.deliveries(made, at.giver)
    port.cancel(port.create(spec, intent=at.intent()).message_id)
    codes = (at.sandbox.act("member_adds_staff", userid=at.giver)["welcome_code"] for _ in range(20))
    port.check_welcome(Content("您好"))
    port.welcome(next(filter(None, codes)), Content("您好"))
    template = port.create_group_welcome(Content("欢迎"))
    port.update_group_welcome(template, Content("您好"))
    port.get_group_welcome(template)
    port.delete_group_welcome(template)


def staff_messages(at: Walk) -> None:
    """Messages to employees."""
    port, intent = at.ports.messages, at.intent()
    sent = port.send_to_staff(StaffMessage(Content("今日目标"), staff_ids=(at.giver,)))
    port.recall_from_staff(sent.message_id)
    spec = StaffChatSpec((at.giver, at.taker), name="门店群", chat_id="shop1")
    chat = port.create_staff_chat(spec, intent=intent)
    port.settle_staff_chat(intent, spec)
    port.update_staff_chat(chat, StaffChatChange(name="旗舰店"))
    port.send_to_staff_chat(chat, Content("今日目标"))
    assert port.get_staff_chat(chat).name == "旗舰店"


def moments(at: Walk) -> None:
    """Moments."""
    port, intent = at.ports.moments, at.intent()
    spec = MomentSpec(Content("上新", (Image(at.upload(MediaPurpose.MOMENT)),)), staff_ids=(at.giver,))
    job = port.create(spec, intent=intent)
    at.sandbox.clock.advance(120)
    moment = port.job(job).moment_id
    assert moment in [one.moment_id for one in port.list(created_after=at.now - DAY, created_before=at.now + 60)]
    port.settle(intent, spec)
    port.tasks(moment)
    at.sandbox.act("staff_confirms_moment", moment_id=moment, userid=at.giver)
    port.audience(moment, at.giver)
    port.viewers(moment, at.giver)
    port.reactions(moment, at.giver)
    port.cancel(moment)


def rules(at: Walk) -> None:
    """Intercept rules."""
    port, spec = at.ports.rules, InterceptRuleSpec("私单", ("转账",), staff_ids=(at.giver,))
    rule = port.create(spec)
    port.update(rule, evolve(spec, name="不谈私单"))
    port.get(rule)
    port.list()
    port.delete(rule)


def products(at: Walk) -> None:
    """Product albums."""
    port, spec = at.ports.products, ProductSpec("春款外套", 19_900, (at.upload(MediaPurpose.PRODUCT),), "SKU1")
    product = port.create(spec)
    port.update(product, evolve(spec, price=9_900))
    port.get(product)
    port.list()
    port.delete(product)


def acquisition(at: Walk) -> None:
    """Acquisition links."""
    port, spec = at.ports.acquisition, AcquisitionLinkSpec("门店", staff_ids=(at.taker,))
    link = port.create(spec).link_id
    port.update(link, evolve(spec, name="春季投放"))
    port.get(link)
    port.list()
    came = at.sandbox.act("member_opens_link", link_id=link)
    wrote = at.sandbox.act("member_writes", userid=came["userid"], external_userid=came["external_userid"])
    assert port.acquired(link)
    port.chat(wrote["chat_key"])
    port.quota()
    port.figures(link, at.now - DAY, at.now)
    port.delete(link)


def statistics(at: Walk) -> None:
    """Figures."""
    port, day = at.ports.statistics, at.now - 2 * DAY
    port.staff(at.giver, day, day)
    port.departments(["1"], day, day)
    port.groups_by_owner([at.giver], day, day)
    port.groups_by_day([at.giver], day, day)


def handover(at: Walk) -> None:
    """Inheritance on the job and after a departure, each with what is on the way already."""
    port, one = at.ports.handover, at.members[at.giver][:1]
    owned = at.sandbox.act("staff_creates_group", userid=at.giver, name="销售群")["chat_id"]
    left = at.sandbox.act("staff_creates_group", userid=at.giver, name="老客户群")["chat_id"]
    port.transfer_groups(HandoverKind.ON_JOB, [owned], at.taker, intent=at.intent())
    port.settle_groups(at.intent(), [owned], at.taker)
    for kind in HandoverKind:
        for _ in range(2):
            port.transfer_members(kind, at.giver, at.taker, one, intent=at.intent())
        port.settle_members(at.intent(), kind, at.giver, at.taker, one)
        assert port.results(kind, at.giver, at.taker)
        if kind is HandoverKind.ON_JOB:
            at.sandbox.clock.advance(DAY + 60)
            at.sandbox.act("staff_resigns", userid=at.giver)
            one = [entry.member_id for entry in port.unassigned() if entry.staff_id == at.giver][:1]
    port.transfer_groups(HandoverKind.DEPARTURE, [left], at.taker, intent=at.intent())


def without_a_port(at: Walk) -> None:
    """What no port asks, and `call` reaches."""
    call = at.provider.call
    assert call("get_api_domain_ip")["ip_list"]
    assert call("agent_get", agentid=at.sandbox.credentials.agent_id)["name"]
    assert call("user_simplelist", department_id=1, fetch_child=1)["userlist"]


def as_delegated(at: Walk) -> None:
    """What only an app that a provider made for the company may ask."""
    port, company = at.ports.members, at.sandbox.company
    unionid = company.ids.unionid(at.number(at.member))
    assert port.id_of_unionid(unionid, "o1") == at.member
    for conversion in sorted(OF_DELEGATED):
        (one,) = port.convert([at.member], conversion)
        assert one.given == at.member
    at.ports.acquisition.permitted()
