"""Staff codes: a visitor is led to an employee, whose place he holds where we choose."""

from collections.abc import Sequence

from privcrm.services.live_codes.gateway.asked import Asked
from privcrm.services.live_codes.gateway.at_code import AtCode
from privcrm.services.live_codes.gateway.hall import Sent
from privcrm.services.live_codes.gateway.ports import StaffAnswer
from privcrm.services.live_codes.gateway.turned_away import nobody_free
from privcrm.services.live_codes.gateway.visits import Visit
from privcrm.store.live_codes.codes import CodeLife

__all__ = ["lead_to_staff"]


def lead_to_staff(code: AtCode, asked: Sequence[Asked]) -> None:
    """Lead visitors to employees."""
    if code.row.life is CodeLife.DRAFT:
        code.prepare(asked)
        return
    for each in asked:
        answer, holds = _choose(code, each.visit)
        picture = None if answer.part is None else code.picture_of(answer.part)
        if picture is not None:
            code.show(each, Sent(answer.target, answer.why, answer.repeats, holds), picture, left=answer.left)
        elif answer.part is not None:
            code.prepare([each])
        else:
            nobody_free(code, each, answer)


def _choose(code: AtCode, visit: Visit) -> tuple[StaffAnswer, bool]:
    """Choose for a visitor, and say whether he holds his place."""
    staff, connection, row, now = code.means.staff, code.connection, code.row, code.now
    if code.looks:
        return staff.preview(connection, row, visit.visitor.mark, now), True
    seconds = staff.holds_for(row)
    if seconds and not code.means.newcomers.may_hold(visit, row.number, now, now + seconds):
        return staff.spread(connection, row, code.means.rng, now), False
    answer = staff.answer(connection, row, visit.visitor.mark, now)
    if answer.part is None:
        code.means.newcomers.leave(visit, row.number)
    return answer, True
