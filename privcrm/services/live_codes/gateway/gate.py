"""Launch gates: a draft waits until enough people would come, and each is counted once."""

from collections.abc import Sequence
from typing import Final

from privcrm.services.live_codes.gateway.asked import Asked
from privcrm.services.live_codes.gateway.at_code import AtCode
from privcrm.services.live_codes.gateway.visits import Page, Visit
from privcrm.store.live_codes.funnel import Step

__all__ = ["stand_at_gate"]

GATE_SECONDS: Final = 3600.0
"""For so long a newcomer who signed up is one of those of his address."""
SAID_SECONDS: Final = 900.0
"""For so long it is remembered that somebody signed up who does not count yet: his page looks again within a minute."""
GATE_PART: Final = 10
"""Newcomers of one address are one in so many of those wanted: each of several processes lets through so many."""


def stand_at_gate(code: AtCode, asked: Sequence[Asked], wanted: int) -> None:
    """Say how many would come, after who says it now."""
    visitors = code.means.tables.visitors
    if not code.looks:
        # A script would leave a row for each time that it signs up. First of all, lest two wait for each other's rows.
        if any(each.visit.commits for each in asked):
            visitors.forget_said(code.connection, code.number, code.now - SAID_SECONDS)
        for each in asked:
            _hear(code, each.visit, wanted)
    committed = visitors.committed(code.connection, code.number)
    if committed >= wanted:
        code.outcome.gathered.add(code.row.key)
    for each in asked:
        visitor = each.visit.visitor
        said = not visitor.is_new and visitors.has_committed(code.connection, code.number, visitor.mark)
        code.count(Step.GATED, int(not each.visit.commits))
        each.answer(code.decision(Page.GATE, why="gate", committed=committed, wanted=wanted, has_committed=said))


def _hear(code: AtCode, visit: Visit, wanted: int) -> None:
    """Count who says that he comes; of too many newcomers of one address keep that, until he looks again later."""
    visitors, mark, now = code.means.tables.visitors, visit.visitor.mark, code.now
    if visit.visitor.is_new:
        return
    if not visit.commits:
        is_counted = not visit.visitor.is_young and visitors.confirm(code.connection, code.number, mark, now)
        code.count(Step.COMMITTED, int(is_counted))
    elif code.means.newcomers.may_hold(visit, code.number, now, now + GATE_SECONDS, most=max(1, wanted // GATE_PART)):
        code.count(Step.COMMITTED, int(visitors.commit(code.connection, code.number, mark, now)))
    else:
        code.count(Step.WITHHELD, int(visitors.say(code.connection, code.number, mark, now)))
