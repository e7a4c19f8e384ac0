"""Looking after codes: bringing the vendor in line, and saying why and how much."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import click

from privcrm.cli.failures import DONE, SOME_FAILED
from privcrm.cli.frame import Command, examples, pass_session
from privcrm.cli.live_code import group_views, staff_views
from privcrm.cli.live_code.notes import alarms_json, decisions_json, show_alarms, show_decisions
from privcrm.cli.progress import progress
from privcrm.cli.session import Session
from privcrm.errors import Conflict, InvalidArgument, NotFound, PreconditionFailed, PrivcrmError

if TYPE_CHECKING:
    from privcrm.crm import CRM
    from privcrm.services.live_codes.groups import GroupReconciled
    from privcrm.services.live_codes.staff import Reconciled
    from privcrm.store.live_codes.codes import CodeKind

CHECKING = "Reading codes back"
_ABOUT_ONE: Final = (Conflict, InvalidArgument, NotFound, PreconditionFailed)
"""What the vendor says of one code, and not of all that we ask."""
_STEPS: Final = ("views", "shown", "repeats", "withheld", "turned_away")


@click.command(
    cls=Command,
    epilog=examples(
        "privcrm live-code reconcile S001",
        "privcrm live-code reconcile S001 --shadow",
        "privcrm live-code reconcile --force --json",
    ),
)
@click.argument("key", required=False, metavar="[KEY]")
@click.option("--shadow", is_flag=True, help="Decide, and send nothing.")
@click.option("--force", is_flag=True, help="Read the vendor's codes first, and mend what others changed.")
@pass_session
def reconcile(session: Session, *, key: str | None, shadow: bool, force: bool) -> int:
    """Bring the vendor's codes in line with what they are to be: one, or all.

    Only what differs is written; without a difference nothing is called. A runner does this by itself, and reads all
    codes back every night.
    """
    rows: list[dict[str, Any]] = []
    is_well = True
    found: dict[str, Reconciled | GroupReconciled | PrivcrmError] = {}
    try:
        with session.crm() as crm, progress(session.out) as report:
            keys = [key] if key else living_keys(crm)
            for place, each in enumerate(keys, 1):
                try:
                    found[each] = crm.live_codes.reconcile(each, shadow=shadow, force=force)
                except _ABOUT_ONE as error:
                    if key:
                        raise
                    found[each] = error  # and the other codes are looked after all the same
                if not key:
                    report(CHECKING, place, len(keys))
    finally:  # below the bar; after an interruption what was done before it
        for each, done in found.items():
            told, is_good = _told_reconciled(session, each, done, named=not key, shadow=shadow)
            rows.append(told)
            is_well &= is_good
    code = DONE if is_well else SOME_FAILED
    session.out.result({"codes": rows, "exit_code": code})
    return code


@click.command(
    cls=Command,
    epilog=examples("privcrm live-code explain S001", "privcrm live-code explain welfare --json"),
)
@click.argument("key", metavar="KEY")
@pass_session
def explain(session: Session, *, key: str) -> None:
    """Say why a code leads where it leads: every seat or group with its figures, alarms, and the last decisions."""
    from privcrm.services.live_codes.groups.report import Explanation as OfGroups

    with session.crm() as crm:
        told = crm.live_codes.explain(key)
    if isinstance(told, OfGroups):
        group_views.show_explanation(session, told)
        found = group_views.explanation_json(told)
    else:
        staff_views.show_explanation(session, told)
        found = staff_views.explanation_json(told)
    show_alarms(session, told.alarms)
    show_decisions(session, told.decisions)
    found |= {"alarms": alarms_json(told.alarms), "decisions": decisions_json(told.decisions)}
    session.out.result(found)


@click.command(
    cls=Command,
    epilog=examples("privcrm live-code report S001", "privcrm live-code report welfare --json"),
)
@click.argument("key", metavar="KEY")
@pass_session
def report(session: Session, *, key: str) -> None:
    """Say who came by a code, to which employees or into which groups, and what became of the link's visitors."""
    from privcrm.services.live_codes.groups import GroupCodeReport

    with session.crm() as crm:
        told, funnel = crm.live_codes.report(key), crm.live_codes.funnel(key)
    if isinstance(told, GroupCodeReport):
        group_views.show_report(session, told)
        found = group_views.report_json(told)
    else:
        staff_views.show_report(session, told)
        found = staff_views.report_json(told)
    _show_funnel(session, funnel)
    show_alarms(session, told.alarms)
    session.out.result(found | {"funnel": funnel, "alarms": alarms_json(told.alarms)})


@click.command(
    cls=Command,
    epilog=examples(
        "privcrm live-code forecast", "privcrm live-code forecast welfare", "privcrm live-code forecast --until 20:00"
    ),
)
@click.argument("key", required=False, metavar="[KEY]")
@click.option("--until", metavar="HH:MM", help="Until when, Beijing time; 24 hours from now if nothing is said.")
@pass_session
def forecast(session: Session, *, key: str | None, until: str | None) -> int:
    """Say how many groups are needed if people keep coming as they do; exit code 1 if people have to make some."""
    from privcrm.store.live_codes.codes import CodeKind

    rows: list[dict[str, Any]] = []
    is_short = False
    with session.crm() as crm:
        at = _moment(crm, until)
        keys = [key] if key else living_keys(crm, CodeKind.GROUP)
        for each in keys:
            found, by_vendor = crm.live_codes.forecast(each, at), _opened_by_vendor(crm, each)
            group_views.show_forecast(session, each, found, by_vendor=by_vendor)
            rows.append({**group_views.forecast_json(each, found), "opened_by_vendor": by_vendor})
            is_short |= found.short_by > 0 and not by_vendor
    if not rows:
        session.out.say("Nothing yet.")
    code = SOME_FAILED if is_short else DONE
    session.out.result({"forecasts": rows, "exit_code": code})
    return code


def _told_reconciled(
    session: Session, key: str, done: "Reconciled | GroupReconciled | PrivcrmError", *, named: bool, shadow: bool
) -> tuple[dict[str, Any], bool]:
    """Tell what became of one code; return it as ``--json`` prints it, and whether all is well with it."""
    from privcrm.services.live_codes.groups import GroupReconciled

    if isinstance(done, PrivcrmError):
        session.out.error(f"{key}: {done}")
        return {"key": key, "error": type(done).__name__, "message": str(done)}, False
    if named:
        session.out.say("{key}:", key=key)
    if isinstance(done, GroupReconciled):
        group_views.show_reconciled(session, done, shadow=shadow)
        return group_views.reconciled_json(done), not done.empty
    staff_views.show_reconciled(session, done)
    return staff_views.reconciled_json(done), done.outcome.is_good


def _show_funnel(session: Session, funnel: dict[str, dict[str, int]]) -> None:
    """Show what became of the visitors of the permanent link; nothing where it was never visited."""
    session.out.table(
        ("Visits of the link", "All", "Shown", "Again", "Without a place", "Turned away"),
        ((day, *(counts.get(step, 0) for step in _STEPS)) for day, counts in funnel.items()),
    )


def living_keys(crm: "CRM", kind: "CodeKind | None" = None) -> list[str]:
    """Return the keys of the codes of a kind, or all, that were not deleted."""
    from privcrm.store.live_codes.codes import CodeLife

    return [each.key for each in crm.live_codes.list(kind) if each.life is not CodeLife.DELETED]


def _opened_by_vendor(crm: "CRM", key: str) -> bool:
    from privcrm.models.codes import GroupLiveCode, OverflowStrategy

    code = crm.live_codes.get(key).code
    return isinstance(code, GroupLiveCode) and code.overflow.strategy is OverflowStrategy.NATIVE


def _moment(crm: "CRM", until: str | None) -> float:
    """Return when it will be that time next in Beijing, or a day from now."""
    from privcrm.clock import VENDOR_TIME

    now = datetime.fromtimestamp(crm.clock.time(), VENDOR_TIME)
    if until is None:
        return (now + timedelta(days=1)).timestamp()
    try:
        time = datetime.strptime(until, "%H:%M").time()  # noqa: DTZ007 - a time of the day, in the zone of now
    except ValueError:
        raise click.BadParameter(f"{until!r} is no time as 20:00", param_hint="--until") from None
    at = datetime.combine(now.date(), time, VENDOR_TIME)
    return (at if at > now else at + timedelta(days=1)).timestamp()
