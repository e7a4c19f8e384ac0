"""Those for whom there is no place: not admitted, nobody of the staff free, no group with room."""

from collections.abc import Sequence

from privcrm.models.codes import GroupLiveCode, OnEmpty, OnFull
from privcrm.services.live_codes.gateway.asked import Asked
from privcrm.services.live_codes.gateway.at_code import AtCode
from privcrm.services.live_codes.gateway.ports import StaffAnswer
from privcrm.services.live_codes.gateway.visits import Page
from privcrm.store.live_codes.funnel import Step

__all__ = ["no_room", "nobody_free", "refuse"]


def refuse(code: AtCode, asked: Asked, alternative: str) -> None:
    """Show somebody who was not admitted the code that is meant for him, or say so."""
    code.count(Step.REFUSED)
    asked.was_refused = True
    if alternative:
        asked.move(alternative, enters=False)
    else:
        asked.answer(code.decision(Page.REFUSED, why="not admitted"))


def nobody_free(code: AtCode, asked: Asked, answer: StaffAnswer) -> None:
    """Do as a staff code wants it where nobody is free."""
    code.count(Step.TURNED_AWAY)
    code.count(Step.NOBODY)
    if answer.on_empty is OnEmpty.REDIRECT:
        asked.move(answer.redirect_to)
    else:
        asked.answer(code.decision(Page.CLOSED, why=answer.why))


def no_room(code: AtCode, asked: Sequence[Asked], spec: GroupLiveCode, why: str) -> None:
    """Do as a group code wants it where no group has room, and have another one opened."""
    code.outcome.short.add(code.row.key)
    code.count(Step.TURNED_AWAY, len(asked))
    code.count(Step.NO_ROOM, len(asked))
    for each in asked:
        if spec.on_full is OnFull.REDIRECT:
            each.move(spec.redirect_to)
        else:
            page = Page.WAITING if spec.on_full is OnFull.WAITING else Page.FULL
            each.answer(code.decision(page, why=why))
