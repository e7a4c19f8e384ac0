"""``privcrm run``: the runner of the work kernel."""

import click

from privcrm.cli.application import app_option, chosen_crm
from privcrm.cli.failures import DONE, INTERRUPTED
from privcrm.cli.frame import Command, examples, pass_session
from privcrm.cli.interruption import stop_on_signal
from privcrm.cli.session import Session


@click.command(
    cls=Command,
    epilog=examples(
        "privcrm run", "privcrm run --once", "privcrm run --app shop.crm:crm --sync-at 03:00 --purge-at 04:00"
    ),
)
@click.option("--once", is_flag=True, help="Do what is due now and end.")
@app_option
@click.option("--sync-at", metavar="HH:MM", help="Read the company into the mirror every day at this Beijing time.")
@click.option(
    "--purge-at", metavar="HH:MM", help="Delete what is old every day at this Beijing time: see privcrm store purge."
)
@click.option(
    "--codes-at", metavar="HH:MM", help="Read all live codes back at this Beijing time, instead of at 03:30 and 04:00."
)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Threads that handle events.")
@pass_session
def run(
    session: Session,
    *,
    once: bool,
    app: str | None,
    sync_at: str | None,
    purge_at: str | None,
    codes_at: str | None,
    workers: int,
) -> int:
    """Run due jobs and timers until stopped, and with --app the handlers of events.

    Several may run at once, on one machine or on many with a PostgreSQL store: leases keep them apart. Ctrl-C and
    SIGTERM finish the send in flight and give back the leases.
    """
    from privcrm.jobs import Runner

    with chosen_crm(session, app) as crm, stop_on_signal() as stop:
        runner = Runner(crm.jobs, crm.clock)
        if sync_at:
            crm.sync.every(at=sync_at)
        if purge_at:
            crm.retention.every(at=purge_at)
        if codes_at:
            crm.live_codes.every_night(at=codes_at)
        if once:
            handled = crm.webhooks.work(stop) if app else 0
            worked = runner.run_once(stop) or handled > 0
            session.out.say("Done." if worked else "Nothing was due.")
            session.out.result({"worked": worked, "company": crm.provider.company})
            return INTERRUPTED if stop.is_set() else DONE
        session.out.line({"running": True, "company": crm.provider.company, "host": crm.provider.host})
        if app:
            crm.webhooks.start(workers)
        runner.run_forever(stop)
        crm.webhooks.stop()
        return DONE
