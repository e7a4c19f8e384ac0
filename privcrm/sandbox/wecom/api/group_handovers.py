"""Groups handed from one owner to another (developer.work.weixin.qq.com/document/path/95703, 92127).

The codes for too many groups are not documented: 45009 for those of a day, 40128 for those of 90 days are guesses.
"""

from typing import Any

from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.endpoint import EMPTY_PARAMETER, USERID_MISSING, contact
from privcrm.sandbox.wecom.errors import TEXTS, Refusal
from privcrm.sandbox.wecom.fields import Field
from privcrm.sandbox.wecom.quotas import day_of
from privcrm.sandbox.wecom.transfers import MOST_AT_ONCE, recent, terms, unfit_giver, unfit_taker
from privcrm.sandbox.world import Group, Handover, HandoverState, Staff, StaffState


def onjob_transfer(call: Call) -> dict[str, Any]:
    """Give groups of owners who work here another owner."""
    return _hand_over(call, giver_left=False)


def transfer(call: Call) -> dict[str, Any]:
    """Give groups of leavers another owner."""
    return _hand_over(call, giver_left=True)


def _hand_over(call: Call, *, giver_left: bool) -> dict[str, Any]:
    taker = call.staff(call.args["new_owner"])
    unfit = unfit_taker(call, taker)
    if unfit and call.company.rules.transfer_unfit == "call":
        raise Refusal(unfit)
    failed: list[dict[str, Any]] = []
    for chat_id in call.args["chat_id_list"]:
        try:
            _hand_over_one(call, chat_id, taker, unfit, giver_left=giver_left)
        except Refusal as refusal:
            errmsg = TEXTS.get(refusal.errcode, "")
            failed.append({"chat_id": chat_id, "errcode": refusal.errcode, "errmsg": errmsg})
    return {"failed_chat_list": failed}


def _hand_over_one(call: Call, chat_id: str, taker: Staff, unfit: int, *, giver_left: bool) -> None:
    group = _group(call, chat_id)
    owner = call.world.staff[group.owner]
    last = last_handover(call, group.number)
    if last and last.state is HandoverState.WAITING:
        raise Refusal(90507)
    _check_owner(call, owner, last, giver_left=giver_left)
    if owner.number == taker.number:
        raise Refusal(90504)
    code = unfit or unfit_giver(call, owner)
    if code:
        raise Refusal(code)
    rules, handovers = call.company.rules, call.world.handovers
    if not giver_left and len(recent(call, handovers.of_group(group.number))) >= rules.transfers_per_group:
        raise Refusal(40128)
    pair = ("groups handed over", owner.number, taker.number)
    call.company.quotas.spend(pair, day_of(call.now), rules.groups_per_owner_and_day, 45009)
    handovers.order_group(terms(call, owner, taker, wait=rules.group_takeover_seconds), group.number)
    call.company.catch_up(call.now)


def _group(call: Call, chat_id: str) -> Group:
    number = call.company.ids.group.decode(chat_id)
    group = None if number is None else call.world.groups.find(number)
    if group is None:
        raise Refusal(90501)
    if group.dismissed_at is not None:
        raise Refusal(49008)
    if not call.company.sees(call.app, call.world.staff[group.owner]):
        raise Refusal(60011)
    return group


def _check_owner(call: Call, owner: Staff, last: Handover | None, *, giver_left: bool) -> None:
    """Refuse an owner for whom there is the other endpoint."""
    gone = owner.state is StaffState.LEFT
    if gone and not giver_left:
        raise Refusal(90502)
    if giver_left and not gone:
        raise Refusal(int(call.company.rules.group_inherited) if inherited(last) else 90500)


def last_handover(call: Call, group: int) -> Handover | None:
    """Return the last handover of a group that was not void."""
    found = [h for h in call.world.handovers.of_group(group) if h.state is not HandoverState.VOID]
    return found[-1] if found else None


def inherited(last: Handover | None) -> bool:
    """Whether a group came to its owner from a leaver."""
    return last is not None and last.terms.giver_left and last.state is HandoverState.DONE


_FIELDS = (Field("chat_id_list", list, EMPTY_PARAMETER, at_most=MOST_AT_ONCE), Field("new_owner", str, USERID_MISSING))

ENDPOINTS = (
    contact("groupchat/onjob_transfer", onjob_transfer, *_FIELDS, empty="failed_chat_list"),
    contact("groupchat/transfer", transfer, *_FIELDS, empty="failed_chat_list"),
)
