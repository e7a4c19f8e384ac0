"""Events of acquisition links (developer.work.weixin.qq.com/document/path/97299)."""

from collections.abc import Iterator
from functools import partial

from privcrm.sandbox.wecom.acquisition import balance, expiry
from privcrm.sandbox.wecom.callbacks.event import Elements, Event
from privcrm.sandbox.wecom.callbacks.events.audience import in_charge, made_by
from privcrm.sandbox.wecom.callbacks.events.members import pair
from privcrm.sandbox.wecom.callbacks.events.rule import events_of
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.world import Staff
from privcrm.sandbox.world.acquisition import Link
from privcrm.sandbox.world.happenings import LinkDeleted, LinkOpened, MemberWrote
from privcrm.sandbox.world.scanning import people_behind

ACQUISITION = "customer_acquisition"
_MESSAGES_TOLD = (3, 5, 10)
_DAYS_BEFORE_EXPIRY = (14, 7, 3, 2, 1)
_LITTLE = 20
_DAY = 86_400


def _of_link(company: Company, link: Link, at: int, change: str, elements: Elements = ()) -> Event:
    told = (*elements, ("LinkId", company.ids.link.encode(link.number)))
    return Event(name=ACQUISITION, change=change, at=at, elements=told, to=made_by(link.maker))


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
        both = pair(company, visit.staff, visit.person)
        yield _of_link(company, link, happening.at, "customer_start_chat", both)
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


def dead_links(company: Company, staff: Staff, at: int) -> Iterator[Event]:
    """Yield the links that lead to nobody any more because of one employee."""
    world = company.world
    for link in world.acquisition.after():
        below = {number for root in link.departments for number in world.staff.subtree(root)}
        if link.deleted or not (staff.number in link.staff or staff.department in below):
            continue
        if not any(world.staff[n].can_contact for n in people_behind(world, link.staff, link.departments)):
            yield _of_link(company, link, at, "link_unavailable")
