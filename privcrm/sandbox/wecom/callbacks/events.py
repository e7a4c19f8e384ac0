"""Which events follow from what happened, and who is told (developer.work.weixin.qq.com/document/path/92130, 97299)."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial, singledispatch
from typing import Any

from privcrm.sandbox.wecom.acquisition import balance, expiry
from privcrm.sandbox.wecom.apps import App, Role
from privcrm.sandbox.wecom.callbacks.event import Elements, Event, Value
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.wecom.groups import member_version
from privcrm.sandbox.world import EndedBy, Group, GroupMember, HandoverState, JoinedBy, Staff, StaffState
from privcrm.sandbox.world.acquisition import Link
from privcrm.sandbox.world.happenings import (
    ArchivingAgreed,
    DepartmentChanged,
    DownloadEnded,
    GroupChanged,
    HandoverEnded,
    Happening,
    LinkDeleted,
    LinkOpened,
    MemberAdded,
    MemberWrote,
    NotesEdited,
    RelationEnded,
    StaffChanged,
    TagEdited,
    TagsReordered,
)
from privcrm.sandbox.world.scanning import people_behind

CUSTOMER, GROUP, TAG, DIRECTORY, ACQUISITION = (
    "change_external_contact",
    "change_external_chat",
    "change_external_tag",
    "change_contact",
    "customer_acquisition",
)
_MESSAGES_TOLD = (3, 5, 10)
_DAYS_BEFORE_EXPIRY = (14, 7, 3, 2, 1)
_LITTLE = 20
_DAY = 86_400


@singledispatch
def events_of(happening: Happening, company: Company) -> Iterator[Event]:
    """Yield the events that follow from something that happened."""
    raise NotImplementedError(type(happening).__name__, company)


# Who is told


def in_charge(app: App) -> bool:
    """Whether an app may call customer contact, and so is told."""
    return Role.CUSTOMER_CONTACT in app.roles


def serves(company: Company, staff: int) -> Callable[[App], bool]:
    """Return whether an app is told of this employee's members and groups."""
    return lambda app: in_charge(app) and company.sees(app, company.world.staff[staff])


def _synchronises(app: App) -> bool:
    return Role.CONTACT_SYNC in app.roles


def _made(maker: str, app: App) -> bool:
    return app.maker == maker


# Members


def _pair(company: Company, staff: int, member: int) -> Elements:
    return ("UserID", company.world.staff[staff].staff_id), ("ExternalUserID", company.ids.member(member))


def _of_member(company: Company, staff: int, member: int, at: int, change: str, **more: Any) -> Event:
    elements = (*_pair(company, staff, member), *more.pop("elements", ()))
    return Event(name=CUSTOMER, change=change, at=at, elements=elements, to=serves(company, staff), **more)


@events_of.register
def _(happening: MemberAdded, company: Company) -> Iterator[Event]:
    follow, welcome = happening.follow, happening.welcome
    state = (("State", follow.channel),) if follow.channel else ()
    told = partial(_of_member, company, follow.staff, follow.member, happening.at)
    if happening.unverified and company.rules.half_add_events == "yes":
        yield told("add_half_external_contact", elements=state, welcome=welcome)
        welcome = None
    yield told("add_external_contact", elements=state, welcome=welcome)


@events_of.register
def _(happening: RelationEnded, company: Company) -> Iterator[Event]:
    change = "del_follow_user" if happening.by is EndedBy.MEMBER else "del_external_contact"
    yield _of_member(company, happening.staff, happening.member, happening.at, change)


@events_of.register
def _(happening: NotesEdited, company: Company) -> Iterator[Event]:
    yield _of_member(company, happening.staff, happening.member, happening.at, "edit_external_contact")


@events_of.register
def _(happening: ArchivingAgreed, company: Company) -> Iterator[Event]:
    yield _of_member(company, happening.staff, happening.member, happening.at, "msg_audit_approved")


@events_of.register
def _(happening: HandoverEnded, company: Company) -> Iterator[Event]:
    handover, before = happening.handover, happening.before
    terms, member = handover.terms, handover.member or 0
    reasons = {HandoverState.REFUSED: "customer_refused", HandoverState.TAKER_FULL: "customer_limit_exceed"}
    if handover.state in reasons:
        reason = (("FailReason", reasons[handover.state]),)
        yield _of_member(company, terms.taker, member, happening.at, "transfer_fail", elements=reason)
    if handover.state is not HandoverState.DONE:
        return
    knew = before is not None and before.ended_by in (None, EndedBy.MEMBER, EndedBy.TRANSFER)
    if not knew:
        yield _of_member(company, terms.taker, member, happening.at, "add_external_contact")
    if not terms.giver_left:
        source = (("Source", "DELETE_BY_TRANSFER"),)
        yield _of_member(company, terms.giver, member, happening.at, "del_external_contact", elements=source)


# Groups


@events_of.register
def _(happening: GroupChanged, company: Company) -> Iterator[Event]:
    before, after = happening.before, happening.after
    chat = (("ChatId", company.ids.group.encode(after.number)),)
    told = partial(Event, name=GROUP, at=happening.at, to=serves(company, after.owner))
    if before is None:
        yield told(change="create", elements=chat)
        return
    for elements in _differences(company, before, after, removed=happening.removed):
        yield told(change="update", elements=(*chat, *elements))
    if after.dismissed_at is not None and before.dismissed_at is None:
        yield told(change="dismiss", elements=chat)


def _differences(company: Company, before: Group, after: Group, *, removed: bool) -> Iterator[Elements]:
    """Yield what is told of each change: who came, who went, owner, name, notice."""
    old, new = ({(one.is_staff, one.number): one for one in group.people} for group in (before, after))
    come = [one for key, one in new.items() if key not in old]
    gone = [one for key, one in old.items() if key not in new]
    versions = (("LastMemVer", member_version(before)), ("CurMemVer", member_version(after)))
    if come:
        scene = 3 if come[0].joined_by is JoinedBy.SCAN else 0
        yield (("UpdateDetail", "add_member"), ("JoinScene", scene), ("QuitScene", 0), *_who(company, come), *versions)
    if gone:
        scene = int(removed)
        yield (("UpdateDetail", "del_member"), ("JoinScene", 0), ("QuitScene", scene), *_who(company, gone), *versions)
    for changed, detail in (("owner", "change_owner"), ("name", "change_name"), ("notice", "change_notice")):
        if getattr(before, changed) != getattr(after, changed):
            yield (("UpdateDetail", detail),)


def _who(company: Company, people: list[GroupMember]) -> Elements:
    staff, ids = company.world.staff, company.ids
    names = tuple(staff[one.number].staff_id if one.is_staff else ids.member(one.number) for one in people)
    return ("MemChangeCnt", len(people)), ("MemChangeList", names)


# Tags


@events_of.register
def _(happening: TagEdited, company: Company) -> Iterator[Event]:
    change = "create" if happening.made else "delete" if happening.deleted else "update"
    kind = "tag_group" if happening.is_group else "tag"
    elements = (("Id", company.ids.tag.encode(happening.number)), ("TagType", kind))
    yield Event(name=TAG, change=change, at=happening.at, elements=elements, to=in_charge)


@events_of.register
def _(happening: TagsReordered, company: Company) -> Iterator[Event]:
    group = "" if happening.group is None else company.ids.tag.encode(happening.group)
    yield Event(name=TAG, change="shuffle", at=happening.at, elements=(("Id", group),), to=in_charge)


# Acquisition


def _of_link(company: Company, link: Link, at: int, change: str, elements: Elements = ()) -> Event:
    told = (*elements, ("LinkId", company.ids.link.encode(link.number)))
    return Event(name=ACQUISITION, change=change, at=at, elements=told, to=partial(_made, link.maker))


@events_of.register
def _(happening: LinkOpened, company: Company) -> Iterator[Event]:
    state = (("State", happening.channel),)
    for change in ("open_profile", *(["friend_request"] if happening.leads else [])):
        yield _of_link(company, happening.link, happening.at, change, state)


@events_of.register
def _(happening: LinkDeleted, company: Company) -> Iterator[Event]:
    yield _of_link(company, happening.link, happening.at, "delete_link")


@events_of.register
def _(happening: MemberWrote, company: Company) -> Iterator[Event]:
    talk, visit = happening.talk, happening.talk.visit
    link = company.world.acquisition.find(visit.link)
    if link is None or visit.staff is None:
        return
    if happening.before == 0:
        pair = _pair(company, visit.staff, visit.person)
        yield _of_link(company, link, happening.at, "customer_start_chat", pair)
    key = (("ChatKey", company.ids.chat_key.encode(talk.number)),)
    for _ in (count for count in _MESSAGES_TOLD if happening.before < count <= talk.messages):
        yield _of_link(company, link, happening.at, "message_from_customer", key)


class BalanceWatch:
    """Notes when little, nothing, or something again is left of what was bought for links, and when it expires."""

    def __init__(self, company: Company, now: float) -> None:
        self._company = company
        self._left = balance(company)
        self._looked_at = now

    def look(self, now: float) -> Iterator[Event]:
        """Yield what is to be told since the last look."""
        before, self._left = self._left, balance(self._company)
        told = partial(Event, name=ACQUISITION, at=int(now), to=in_charge)
        if before >= _LITTLE > self._left:
            yield told(change="balance_low")
        if before > 0 == self._left:
            yield told(change="balance_exhausted")
        if before == 0 < self._left:
            yield told(change="balance_increased")
        since, self._looked_at = self._looked_at, now
        ends_at = expiry(since)
        for warned_at in (ends_at - days * _DAY for days in _DAYS_BEFORE_EXPIRY):
            if self._left and since < warned_at <= now:
                elements = (("ExpireTime", ends_at), ("ExpireQuotaNum", self._left))
                yield Event(name=ACQUISITION, change="quota_expire_soon", at=warned_at, elements=elements, to=in_charge)


# Employees and departments


@events_of.register
def _(happening: StaffChanged, company: Company) -> Iterator[Event]:
    before, after, at = happening.before, happening.after, happening.at
    yield from _directory_events(before, after, at)
    for app in company.apps:
        was = before is not None and has_app(company, app, before)
        yield from range_events(app, after, was=was, now=has_app(company, app, after), at=at)
    if before is not None and before.can_contact and not after.can_contact:
        yield from _dead_links(company, after, at)


def _directory_events(before: Staff | None, after: Staff, at: int) -> Iterator[Event]:
    """Yield what the directory is told; addresses set since August 2022 get no more than ids (90970)."""
    told = partial(Event, name=DIRECTORY, at=at, to=_synchronises)
    if before is None:
        elements: Elements = (("UserID", after.staff_id), ("Department", str(after.department)))
        yield told(change="create_user", elements=elements)
    elif after.state is StaffState.LEFT:
        yield told(change="delete_user", elements=(("UserID", before.staff_id),))
    else:
        changed = (("NewUserID", before.staff_id, after.staff_id), ("Department", before.department, after.department))
        new = tuple((name, str(now)) for name, was, now in changed if was != now)
        if new:
            yield told(change="update_user", elements=(("UserID", before.staff_id), *new))


def has_app(company: Company, app: App, staff: Staff) -> bool:
    """Whether an employee sees an app among his own."""
    gone = staff.state in (StaffState.LEFT, StaffState.DISABLED)
    return not gone and not _synchronises(app) and company.sees(app, staff)


def range_events(app: App, staff: Staff, *, was: bool, now: bool, at: int) -> Iterator[Event]:
    """Yield that an employee came into an app's visible range or left it (90240)."""
    if was == now:
        return
    name, elements = ("subscribe" if now else "unsubscribe"), (("AgentID", app.agent_id),)
    yield Event(name=name, at=at, elements=elements, to=lambda each: each is app, sender=staff.staff_id)


def _dead_links(company: Company, staff: Staff, at: int) -> Iterator[Event]:
    """Yield the links that lead to nobody any more because of one employee."""
    world = company.world
    for link in world.acquisition.after():
        below = {number for root in link.departments for number in world.staff.subtree(root)}
        if link.deleted or not (staff.number in link.staff or staff.department in below):
            continue
        if not any(world.staff[n].can_contact for n in people_behind(world, link.staff, link.departments)):
            yield _of_link(company, link, at, "link_unavailable")


@events_of.register
def _(happening: DepartmentChanged, company: Company) -> Iterator[Event]:
    del company  # the directory sees every department
    before, after = happening.before, happening.after
    told = partial(Event, name=DIRECTORY, at=happening.at, to=_synchronises)
    if after is None:
        yield told(change="delete_party", elements=(("Id", before.number if before else 0),))
    elif before is None or before.parent != after.parent:
        elements = (("Id", after.number), ("ParentId", str(after.parent)))
        yield told(change="update_party" if before else "create_party", elements=elements)


# Jobs, and what employees do in apps


@events_of.register
def _(happening: DownloadEnded, company: Company) -> Iterator[Event]:
    job = happening.download
    elements = (("JobId", company.ids.media_job.encode(job.number)),)
    yield Event(name="upload_media_job_finish", at=happening.at, elements=elements, to=partial(_made, job.maker))


def written(app: App, staff: Staff, text: str, number: int, at: int) -> Event:
    """Return a message that an employee writes to an app (90239)."""
    elements = (("Content", text), ("MsgId", number), ("AgentID", app.agent_id))
    return Event(name="text", kind="text", at=at, elements=elements, to=lambda each: each is app, sender=staff.staff_id)


def opened(app: App, staff: Staff, at: int) -> Event:
    """Return that an employee opens an app (90240)."""
    elements = (("EventKey", ""), ("AgentID", app.agent_id))
    return Event(name="enter_agent", at=at, elements=elements, to=lambda each: each is app, sender=staff.staff_id)


def anything(app: App, elements: Mapping[str, Value], at: int) -> Event:
    """Return an event made of any elements, for what nothing here brings about."""
    given = dict(elements)
    name, change, sender = (str(given.pop(key, "")) for key in ("Event", "ChangeType", "FromUserName"))
    rest, sender = tuple(given.items()), sender or "sys"
    return Event(name=name, change=change, at=at, elements=rest, to=lambda each: each is app, sender=sender)
