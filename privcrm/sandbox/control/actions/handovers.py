"""What members, administrators and accounts do that matters to handovers."""

from typing import Any

from privcrm.sandbox.control.actions.doing import Doing, action, deed
from privcrm.sandbox.control.paging import BadRequest
from privcrm.sandbox.world import CONSOLE, OTHER_PROGRAM, Carries, Handover, HandoverState, Staff, StaffState, Terms

_SIDES = ("handover_userid", "takeover_userid")


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
    doing.company.tell_handover(handovers.refuse(found[0], at=doing.at))
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
