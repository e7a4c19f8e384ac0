"""Customers handed from one employee to another.

Pages 92124, 92125, 94088, 94081, 94082 of developer.work.weixin.qq.com/document/path/.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import attrs

from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.cursors import seal, unseal
from privcrm.sandbox.wecom.endpoint import CURSOR, EXTERNAL_USERID_MISSING, USERID_MISSING, contact
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import Field
from privcrm.sandbox.wecom.transfers import MOST_AT_ONCE, recent, terms, unfit_giver, unfit_taker
from privcrm.sandbox.world import CONSOLE, EndedBy, Handover, HandoverState, Staff, StaffState, Terms

_PAGE = 1000
_NO_RECORD = 5
_STATUS = {
    HandoverState.DONE: 1,
    HandoverState.WAITING: 2,
    HandoverState.REFUSED: 3,
    HandoverState.TAKER_FULL: 4,
}


@attrs.frozen
class _Order:
    """One call that hands customers over, with what is worked out once for all of them."""

    call: Call
    terms: Terms
    full: bool

    @classmethod
    def of(cls, call: Call, giver: Staff, taker: Staff) -> "_Order":
        most = call.company.rules.customers_per_staff
        held = sum(1 for _ in islice(call.world.follows.of_staff(taker.number), most))
        return cls(call, terms(call, giver, taker, wait=call.company.rules.takeover_seconds), held >= most)

    def begin(self, external_userid: str) -> None:
        """Begin to hand over one customer, or refuse."""
        member = self.call.member(external_userid)
        self._check(member)
        self.call.world.handovers.order_member(self.terms, member)

    def _check(self, member: int) -> None:
        world, rules = self.call.world, self.call.company.rules
        follow = world.follows.get(self.terms.giver, member)
        if follow is None or not follow.holds:
            raise Refusal(40131)
        if follow.ended_by is EndedBy.MEMBER:
            raise Refusal(84061)
        if world.handovers.waiting(self.terms.giver, member):
            raise Refusal(int(rules.transfer_running))
        if self._counts(member) >= rules.transfers_per_customer:
            raise Refusal(40128)
        if self.full and not world.follows.holds(self.terms.taker, member):
            raise Refusal(40099)

    def _counts(self, member: int) -> int:
        """Return how many transfers of a customer count against this one."""
        rules = self.call.company.rules
        if self.terms.giver_left and rules.leavers_transfers == "unlimited":
            return 0
        counted = recent(self.call, self.call.world.handovers.of_member(member))
        return sum(1 for h in counted if h.state is HandoverState.DONE or rules.transfers_counted == "started")


def _unfit(call: Call, giver: Staff, taker: Staff) -> int:
    if giver.number == taker.number:
        return 40130
    return unfit_giver(call, giver) or unfit_taker(call, taker)


def _hand_over(call: Call, giver: Staff, taker: Staff, unfit: int) -> dict[str, Any]:
    if unfit and call.company.rules.transfer_unfit == "call":
        raise Refusal(unfit)
    order = _Order.of(call, giver, taker)

    def outcome(external_userid: str) -> int:
        try:
            order.begin(external_userid)
        except Refusal as refusal:
            return refusal.errcode
        return 0

    texts: list[str] = call.args["external_userid"]
    return {"customer": [{"external_userid": text, "errcode": unfit or outcome(text)} for text in texts]}


def transfer_customer(call: Call) -> dict[str, Any]:
    """Begin to hand over customers of somebody who works here; a leaver is no valid giver."""
    giver, taker = call.staff(call.args["handover_userid"]), call.staff(call.args["takeover_userid"])
    return _hand_over(call, giver, taker, _unfit(call, giver, taker))


def resigned_transfer_customer(call: Call) -> dict[str, Any]:
    """Begin to hand over customers of a leaver; for anybody else every entry says 40097."""
    giver, taker = _anybody(call, "handover_userid"), call.staff(call.args["takeover_userid"])
    here = giver.state is not StaffState.LEFT
    return _hand_over(call, giver, taker, 40097 if here else _unfit(call, giver, taker))


def transfer(call: Call) -> dict[str, Any]:
    """Hand over one customer of anybody, as programs did before 2021; what stands in its way refuses the call."""
    giver, taker = _anybody(call, "handover_userid"), call.staff(call.args["takeover_userid"])
    unfit = _unfit(call, giver, taker)
    if unfit:
        raise Refusal(unfit)
    _Order.of(call, giver, taker).begin(call.args["external_userid"])
    return {}


def _anybody(call: Call, name: str) -> Staff:
    """Return an employee in the visible range, also one who left."""
    staff = call.world.staff.find(call.args[name])
    if staff is None:
        raise Refusal(int(call.company.rules.unknown_staff))
    if not call.company.sees(call.app, staff):
        raise Refusal(60011)
    return staff


def _told(call: Call, handover: Handover) -> bool:
    """Whether results tell of a handover: of a void one there is no record."""
    hidden = handover.terms.maker == CONSOLE and call.company.rules.console_transfers == "hidden"
    return handover.state in _STATUS and not hidden


def _progress(handover: Handover) -> dict[str, Any]:
    """Say how far a handover has come; the time is in the future while it waits, 0 when it failed."""
    at = handover.due_at if handover.state in (HandoverState.WAITING, HandoverState.DONE) else 0
    return {"status": _STATUS[handover.state], "takeover_time": at}


def _results(call: Call, *, giver_left: bool) -> dict[str, Any]:
    giver, taker = _anybody(call, "handover_userid"), _anybody(call, "takeover_userid")
    question = ["results", giver_left, giver.number, taker.number]
    (after,) = unseal(call.args.get("cursor", ""), question, (-1,))
    found = call.world.handovers.newest(giver.number, taker.number, giver_left=giver_left, after=after)
    rows = list(islice((h for h in found if _told(call, h)), _PAGE + 1))
    page = rows[:_PAGE]
    return {
        "customer": [
            {"external_userid": call.company.ids.member(h.member), **_progress(h)} for h in page if h.member is not None
        ],
        "next_cursor": seal(question, [page[-1].number]) if len(rows) > _PAGE else "",
    }


def transfer_result(call: Call) -> dict[str, Any]:
    """Tell how the customers of somebody who worked here then are being handed over."""
    return _results(call, giver_left=False)


def resigned_transfer_result(call: Call) -> dict[str, Any]:
    """Tell how the customers of a leaver are being handed over."""
    return _results(call, giver_left=True)


def get_transfer_result(call: Call) -> dict[str, Any]:
    """Tell how one customer is being handed over, as programs asked before 2021; 5 is no record."""
    giver, taker = _anybody(call, "handover_userid").number, _anybody(call, "takeover_userid").number
    member = call.member(call.args["external_userid"])
    rows = [
        handover
        for handover in call.world.handovers.of_member(member)
        if (handover.terms.giver, handover.terms.taker) == (giver, taker) and _told(call, handover)
    ]
    return _progress(rows[-1]) if rows else {"status": _NO_RECORD, "takeover_time": 0}


def get_unassigned_list(call: Call) -> dict[str, Any]:
    """List the customers of leavers that nobody took over, the latest leaver first.

    Older clients count pages with page_id; they get no cursor.
    """
    size: int = call.args.get("page_size") or _PAGE
    page_id: int = call.args.get("page_id", 0)
    cursor: str = call.args.get("cursor", "")
    by_number = bool(page_id) and not cursor
    place = unseal(cursor, ["unassigned"], (-1, -1, -1))
    found = _unassigned(call, place)
    rows = list(islice(found, page_id * size if by_number else 0, (page_id + 1) * size + 1 if by_number else size + 1))
    page, is_last = rows[:size], len(rows) <= size
    reply: dict[str, Any] = {
        "info": [
            {
                "handover_userid": leaver.staff_id,
                "external_userid": call.company.ids.member(member),
                "dimission_time": leaver.left_at or 0,
            }
            for leaver, member in page
        ],
        "is_last": is_last,
    }
    if by_number:
        return reply
    return {**reply, "next_cursor": "" if is_last else _behind(*page[-1])}


def _behind(leaver: Staff, member: int) -> str:
    return seal(["unassigned"], (leaver.left_at or 0, leaver.number, member))


def _unassigned(call: Call, place: tuple[int, ...]) -> Iterator[tuple[Staff, int]]:
    """Yield (leaver, customer) behind a place; it stays right if others leave or customers go meanwhile."""
    left_at, number, after = place
    world = call.world
    listed = call.company.rules.unassigned_while_waiting == "listed"
    for leaver in world.staff.leavers():
        key = (-(leaver.left_at or 0), leaver.number)
        if not call.company.sees(call.app, leaver) or (left_at >= 0 and key < (-left_at, number)):
            continue
        behind = after if key == (-left_at, number) else -1
        for member in world.follows.of_staff(leaver.number, behind):
            follow = world.follows.get(leaver.number, member)
            if follow and not follow.ended_by and (listed or not world.handovers.waiting(leaver.number, member)):
                yield leaver, member


_PAIR = (Field("handover_userid", str, USERID_MISSING), Field("takeover_userid", str, USERID_MISSING))
_CUSTOMERS = Field("external_userid", list, EXTERNAL_USERID_MISSING, at_most=MOST_AT_ONCE)
_CUSTOMER = Field("external_userid", str, EXTERNAL_USERID_MISSING)
_MESSAGE = Field("transfer_success_msg", str, at_most=200)

ENDPOINTS = (
    contact("transfer_customer", transfer_customer, *_PAIR, _CUSTOMERS, _MESSAGE, empty="customer"),
    contact("transfer_result", transfer_result, *_PAIR, CURSOR, empty="customer"),
    contact(
        "resigned/transfer_customer",
        resigned_transfer_customer,
        *_PAIR,
        _CUSTOMERS,
        empty="customer",
        alone_on=("handover_userid",),
    ),
    contact("resigned/transfer_result", resigned_transfer_result, *_PAIR, CURSOR, empty="customer"),
    contact("transfer", transfer, *_PAIR, _CUSTOMER, _MESSAGE),
    contact("get_transfer_result", get_transfer_result, *_PAIR, _CUSTOMER),
    contact(
        "get_unassigned_list",
        get_unassigned_list,
        Field("page_id", int, at_least=0),
        Field("page_size", int, at_least=1, at_most=_PAGE),
        CURSOR,
        empty="info",
    ),
)
