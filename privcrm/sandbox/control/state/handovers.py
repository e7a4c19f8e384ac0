"""Handovers of members and groups."""

from typing import Any

from privcrm.sandbox.control.paging import Query, page
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.world import Handover


def _handover_row(company: Company, handover: Handover) -> dict[str, Any]:
    world, ids, terms = company.world, company.ids, handover.terms
    return {
        "handover_userid": world.staff[terms.giver].staff_id,
        "takeover_userid": world.staff[terms.taker].staff_id,
        "external_userid": None if handover.member is None else ids.member(handover.member),
        "chat_id": None if handover.group is None else ids.group.encode(handover.group),
        "kind": "resigned" if terms.giver_left else "onjob",
        "state": handover.state.value,
        "started_at": terms.at,
        "takeover_time": handover.due_at,
        "ended_at": handover.ended_at,
        "made_by": terms.maker,
        "transfer_success_msg": terms.message,
    }


def handovers(company: Company, query: Query) -> dict[str, Any]:
    """List handovers of members and groups, oldest first, ended ones included."""
    book = company.world.handovers
    return page(
        query,
        book.after,
        place=lambda handover: handover.number,
        row=lambda handover: _handover_row(company, handover),
        count=len(book),
    )
