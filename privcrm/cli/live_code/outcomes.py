"""What became of codes that were made, changed or deleted."""

from typing import TYPE_CHECKING, Any

from privcrm.cli.failures import DONE, SOME_FAILED
from privcrm.cli.live_code.seats import weights_are_idle
from privcrm.cli.live_code.words import MADE

if TYPE_CHECKING:
    from privcrm.cli.session import Session
    from privcrm.models.codes import GroupLiveCode, StaffLiveCode
    from privcrm.services.live_codes.making import CodeOutcome


def told_code(session: "Session", code: "StaffLiveCode | GroupLiveCode", outcome: "CodeOutcome") -> int:
    """Tell what became of a code that was made or changed, and what about it may not be meant."""
    from privcrm.models.codes import StaffLiveCode

    exit_code = told_outcome(session, outcome, shown=not _needs_the_link(code))
    if isinstance(code, StaffLiveCode) and weights_are_idle(code):
        session.out.note(
            "The vendor draws evenly from all who work, whatever their weights: a smaller --pool keeps to them."
        )
    if outcome.state.value == "created" and _needs_the_link(code):
        session.out.note("Print its permanent link: privcrm live-code qr {key} --link DOMAIN", key=outcome.key)
    return exit_code


def _needs_the_link(code: "StaffLiveCode | GroupLiveCode") -> bool:
    """Tell whether a print of the vendor's own picture, if there is one, does less than the code is to do."""
    from privcrm.models.codes import OverflowStrategy, Routing, StaffLiveCode

    if isinstance(code, StaffLiveCode):
        return code.routing is Routing.PULL
    return code.overflow.strategy in (OverflowStrategy.CHAIN, OverflowStrategy.IMAGES, OverflowStrategy.STAFF_FIRST)


def told_outcome(session: "Session", outcome: "CodeOutcome", *, shown: bool = True) -> int:
    """Tell what became of one code, with where to see its picture if that is ``shown``, and return the exit code."""
    out, state = session.out, session.translate(MADE[outcome.state.value])
    out.say("{key}: {state}", key=outcome.key, state=state)
    if outcome.message:
        out.say("{line}", line=session.retell(outcome.message))
    for staff_id, why in outcome.dropped.items():
        out.say("Left out, because the vendor refuses: {staff} ({why})", staff=staff_id, why=why)
    if not outcome.is_well and outcome.job_id:
        out.say("See privcrm job show {id}", id=outcome.job_id)
    if outcome.pictured and shown:
        out.note(
            "Its picture: privcrm live-code qr {key}   Its permanent link: privcrm live-code show {key}",
            key=outcome.key,
        )
    code = exit_code(outcome)
    out.result({**outcome_json(outcome), "exit_code": code})
    return code


def exit_code(*outcomes: "CodeOutcome") -> int:
    """Return 1 if something is left to do about one of them: a message says what."""
    return DONE if all(each.is_well and not each.message for each in outcomes) else SOME_FAILED


def outcome_json(outcome: "CodeOutcome") -> dict[str, Any]:
    """Return an outcome as ``--json`` prints it."""
    return {
        "key": outcome.key,
        "state": outcome.state.value,
        "message": outcome.message,
        "dropped": dict(outcome.dropped),
        "job_id": outcome.job_id,
        "pictured": outcome.pictured,
    }
