"""Events of members and their relations to employees (developer.work.weixin.qq.com/document/path/92130)."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from privcrm.sandbox.wecom.callbacks.event import Elements, Event
from privcrm.sandbox.wecom.callbacks.events.audience import serves
from privcrm.sandbox.wecom.callbacks.events.rule import events_of
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.world import EndedBy, HandoverState
from privcrm.sandbox.world.happenings import ArchivingAgreed, HandoverEnded, MemberAdded, NotesEdited, RelationEnded

CUSTOMER = "change_external_contact"


def pair(company: Company, staff: int, member: int) -> Elements:
    """Return the elements that name an employee and a member."""
    return ("UserID", company.world.staff[staff].staff_id), ("ExternalUserID", company.ids.member(member))


def _of_member(company: Company, staff: int, member: int, at: int, change: str, **more: Any) -> Event:
    elements = (*pair(company, staff, member), *more.pop("elements", ()))
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
