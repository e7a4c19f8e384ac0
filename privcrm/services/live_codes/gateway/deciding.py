"""What many visits at once are answered, inside one transaction: each by the kind of the code that it is at."""

import logging
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from attrs import define, field

from privcrm.errors import PrivcrmError, StoreError
from privcrm.models.codes import GroupLiveCode, OverflowStrategy
from privcrm.services.live_codes.gateway.asked import ADMITTED, Asked
from privcrm.services.live_codes.gateway.at_code import AtCode, Means, Outcome
from privcrm.services.live_codes.gateway.gate import stand_at_gate
from privcrm.services.live_codes.gateway.to_rooms import lead_to_rooms
from privcrm.services.live_codes.gateway.to_staff import lead_to_staff
from privcrm.services.live_codes.gateway.to_vendor import lead_to_vendor
from privcrm.services.live_codes.gateway.turned_away import refuse
from privcrm.services.live_codes.gateway.visits import Decision, Page
from privcrm.services.live_codes.specs import load_group_code
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeKind, CodeLife
from privcrm.store.live_codes.funnel import Step

__all__ = ["Deciding"]

log = logging.getLogger("privcrm.gateway")

_UNREADABLE: Final = (PrivcrmError, ValueError, LookupError, TypeError, AttributeError, ExceptionGroup)
"""What a code raises that was written by somebody else, or by a later version."""
_SPECS_KEPT: Final = 2_048


@define(eq=False)
class Deciding:
    """Answers visits to any number of codes; one object serves one transaction.

    With ``looks`` nothing is written, counted or reserved.
    """

    _means: Means
    _connection: Connection
    _now: float
    _looks: bool = False
    outcome: Outcome = field(factory=Outcome)

    def run(self, asked: Sequence[Asked]) -> None:
        """Settle every visit, or move it on to another code."""
        at_code: dict[int, list[Asked]] = {}
        for each in asked:
            at_code.setdefault(each.number or self._number_of(each), []).append(each)
        for number, visits in sorted(at_code.items()):  # in one order: two processes must not wait for each other
            self._decide(number, visits)
        if not self._looks:
            self._means.tables.funnel.count(self._connection, self.outcome.counts)

    def _number_of(self, asked: Asked) -> int:
        row = self._means.tables.rows.get(self._connection, asked.key)
        return row.number if row else 0

    def _decide(self, number: int, asked: Sequence[Asked]) -> None:
        row = self._means.tables.rows.of_number(self._connection, number)
        if row is None or row.life is CodeLife.DELETED:
            # A code that others lead to may not be there yet.
            page = Page.ENDED if row else Page.PREPARING
            for each in asked:
                each.answer(Decision(page, each.key or (row.key if row else ""), row.name if row else ""))
            return
        try:
            _decide_at(AtCode(self._means, self._connection, self._now, self._looks, self.outcome, row), asked)
        except StoreError:
            raise
        except _UNREADABLE as error:  # one code must not take the others with it; a driver's errors are none of these
            log.error("live code %s cannot be shown: %s", row.key, type(error).__name__)  # noqa: TRY400
            for each in asked:
                each.answer(Decision(Page.UNAVAILABLE, row.key, row.name))


def _decide_at(code: AtCode, asked: Sequence[Asked]) -> None:
    code.count(Step.VIEWS, sum(not each.visit.commits for each in asked))
    admitted = [each for each in asked if each.alternative is ADMITTED and not _has_no_gate(code, each)]
    for each in asked:
        if (alternative := each.alternative) is not None:
            refuse(code, each, alternative)
    if not admitted:
        return
    if code.row.life is CodeLife.WANTED:
        code.prepare(admitted)
    elif code.row.kind is CodeKind.STAFF:
        lead_to_staff(code, admitted)
    else:
        _lead_to_groups(code, admitted, _group_code(code.row.spec))


def _has_no_gate(code: AtCode, asked: Asked) -> bool:
    """Answer somebody who says that he comes when there is nothing to wait for: he looks again, and is shown in."""
    if not asked.visit.commits or code.row.life is CodeLife.DRAFT:
        return False
    asked.answer(code.decision(Page.PREPARING, why="no gate"))
    return True


def _lead_to_groups(code: AtCode, asked: Sequence[Asked], spec: GroupLiveCode) -> None:
    if code.row.life is CodeLife.DRAFT:
        if spec.gate.min_start:
            stand_at_gate(code, asked, spec.gate.min_start)
        else:
            code.prepare(asked)
        return
    match spec.overflow.strategy:
        case OverflowStrategy.STAFF_FIRST:
            for each in asked:
                code.count(Step.SHOWN)
                code.count(Step.VIA_STAFF)
                each.move(spec.staff_code)
        case OverflowStrategy.CHAIN | OverflowStrategy.IMAGES:
            lead_to_rooms(code, asked, spec)
        case _:
            lead_to_vendor(code, asked, spec)


@lru_cache(maxsize=_SPECS_KEPT)
def _group_code(spec: str) -> GroupLiveCode:
    return load_group_code(spec)
