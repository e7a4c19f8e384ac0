"""Who may hand over to whom, how often, and on which terms (developer.work.weixin.qq.com/document/path/92125)."""

from collections.abc import Iterable
from datetime import date

from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.quotas import day_of
from privcrm.sandbox.world import Carries, Handover, HandoverState, Staff, StaffState, Terms

MOST_AT_ONCE = 100
"""Customers or groups in one call."""
_WINDOW_DAYS = 90
_YEAR = 365 * 86_400


def unfit_taker(call: Call, taker: Staff) -> int:
    """Return the code for an employee who can take nothing over, else 0."""
    dormant = taker.dormant and call.company.rules.login_conditions == "checked"
    reasons = (
        (taker.state is StaffState.DISABLED, 41054),
        (not taker.can_contact, 84074),
        (taker.blocked, 40143),
        (not taker.verified, 40098),
        (dormant, 40205),
    )
    return next((code for holds, code in reasons if holds), 0)


def unfit_giver(call: Call, giver: Staff) -> int:
    """Return the code for an employee from whom nothing can be taken over, else 0."""
    rules = call.company.rules
    long_gone = giver.left_at is not None and call.now - giver.left_at > _YEAR
    if giver.blocked:
        return 40143
    if giver.dormant and rules.login_conditions == "checked":
        return 40205
    return 40205 if long_gone and rules.old_leavers == "refused" else 0


def terms(call: Call, giver: Staff, taker: Staff, *, wait: int) -> Terms:
    """Return the terms on which a call hands over."""
    rules = call.company.rules
    return Terms(
        giver.number,
        taker.number,
        giver.state is StaffState.LEFT,
        call.app.maker,
        int(call.now),
        wait,
        operator=(giver if rules.transfer_operator == "handover" else taker).number,
        carries=Carries(rules.transfer_carries),
        message=call.args.get("transfer_success_msg", ""),
    )


def recent(call: Call, handovers: Iterable[Handover]) -> list[Handover]:
    """Return the on-job handovers of the last 90 days of the calendar, void ones left out."""
    today = date.fromisoformat(day_of(call.now))

    def counts(handover: Handover) -> bool:
        age = (today - date.fromisoformat(day_of(handover.terms.at))).days
        return age < _WINDOW_DAYS and not handover.terms.giver_left and handover.state is not HandoverState.VOID

    return [handover for handover in handovers if counts(handover)]
