"""``privcrm run``: the runner of the work kernel."""

import click

from privcrm.cli.failures import DONE, INTERRUPTED
from privcrm.cli.frame import Command, examples, pass_session
from privcrm.cli.interruption import stop_on_signal
from privcrm.cli.session import Session


@click.command(cls=Command, epilog=examples("privcrm run", "privcrm run --once"))
@click.option("--once", is_flag=True, help="Do what is due now and end.")
@pass_session
def run(session: Session, *, once: bool) -> int:
    """Run due jobs and timers until stopped.

    Several may run at once, on one machine or on many with a PostgreSQL store: leases keep them apart. Ctrl-C and
    SIGTERM finish the send in flight and give back the leases.
    """
    from privcrm.jobs import Runner

    with session.crm() as crm, stop_on_signal() as stop:
        runner = Runner(crm.jobs, crm.clock)
        if once:
            worked = runner.run_once(stop)
            session.out.say("Done." if worked else "Nothing was due.")
            session.out.result({"worked": worked, "company": crm.provider.company})
            return INTERRUPTED if stop.is_set() else DONE
        session.out.line({"running": True, "company": crm.provider.company, "host": crm.provider.host})
        runner.run_forever(stop)
        return DONE
