"""What members, administrators and accounts do that matters to handovers."""

from typing import Any

import attrs

from privcrm.sandbox.control.actions.doing import Doing, action, deed
from privcrm.sandbox.control.paging import BadRequest
from privcrm.sandbox.world import CONSOLE, OTHER_PROGRAM, Carries, Handover, HandoverState, Staff, StaffState, Terms

_SIDES = ("handover_userid", "takeover_userid")
_MARKS = ("verified", "blocked", "dormant")
_ACCOUNT_STATES = (StaffState.ACTIVE, StaffState.DISABLED, StaffState.WITHOUT_CUSTOMER_CONTACT)


def _anybody(doing: Doing, name: str) -> Staff:
    staff = doing.company.world.staff.find(doing.text(name))
    if staff is None:
        raise BadRequest(f"{name} names nobody of this company")
    return staff


@action
def member_refuses_transfer(doing: Doing) -> dict[str, Any]:
    """A member refuses to be handed over: external_userid, handover_userid or takeover_userid if several wait."""
    handovers = doing.company.world.handovers
    sides = {name: _anybody(doing, name).number for name in _SIDES if name in doing.params}

    def meant(handover: Handover) -> bool:
        terms = handover.terms
        return (
            handover.state is HandoverState.WAITING
            and sides.get("handover_userid", terms.giver) == terms.giver
            and sides.get("takeover_userid", terms.taker) == terms.taker
        )

    found = [handover for handover in handovers.of_member(doing.member()) if meant(handover)]
    if len(found) != 1:
        raise BadRequest(f"{len(found)} transfers of this member wait for an answer")
    handovers.refuse(found[0], at=doing.at)
    return {}


def _order(doing: Doing, maker: str, operator: Staff | None) -> None:
    """Begin to hand members over: handover_userid, takeover_userid, external_userids (or one external_userid)."""
    world, rules = doing.company.world, doing.company.rules
    giver, taker = _anybody(doing, "handover_userid"), doing.staff("takeover_userid")
    members = [doing.member_called(text) for text in doing.texts("external_userids")] or [doing.member()]
    for member in members:
        if not world.follows.holds(giver.number, member) or world.handovers.waiting(giver.number, member):
            raise BadRequest("the employee does not follow the member, or the member is being handed over")
    terms = Terms(
        giver.number,
        taker.number,
        giver.state is StaffState.LEFT,
        maker,
        doing.at,
        rules.takeover_seconds,
        operator=(operator or taker).number,
        carries=Carries(rules.transfer_carries),
    )
    for member in dict.fromkeys(members):
        world.handovers.order_member(terms, member)


@action
def admin_allocates_member(doing: Doing) -> dict[str, Any]:
    """An administrator hands members over: handover_userid, takeover_userid, external_userids, admin (a userid)."""
    _order(doing, CONSOLE, doing.staff("admin") if "admin" in doing.params else None)
    return {}


@deed("transfer")
def other_system_transfers(doing: Doing) -> dict[str, Any]:
    """Hand members over: handover_userid, takeover_userid, external_userids."""
    _order(doing, OTHER_PROGRAM, None)
    return {}


@action
def admin_allocates_group(doing: Doing) -> dict[str, Any]:
    """An administrator gives a group another owner by hand: chat_id, new_owner."""
    company, group, taker = doing.company, doing.group(), doing.staff("new_owner")
    left = company.world.staff[group.owner].state is StaffState.LEFT
    wait = company.rules.group_takeover_seconds
    company.world.handovers.order_group(Terms(group.owner, taker.number, left, CONSOLE, doing.at, wait), group.number)
    company.catch_up(doing.at)
    return {}


@action
def staff_account_changes(doing: Doing) -> dict[str, Any]:
    """An account changes: userid, and any of state, verified, blocked, dormant (no login for a year)."""
    marks = {name: doing.params[name] for name in _MARKS if name in doing.params}
    if not all(isinstance(value, bool) for value in marks.values()):
        raise BadRequest(f"{', '.join(_MARKS)} are true or false")
    staff = doing.staff()
    state = doing.text("state", staff.state.value)
    if state not in {allowed.value for allowed in _ACCOUNT_STATES}:
        raise BadRequest(f"state is one of {', '.join(allowed.value for allowed in _ACCOUNT_STATES)}")
    doing.company.world.staff.change(attrs.evolve(staff, state=StaffState(state), **marks))
    return {}
