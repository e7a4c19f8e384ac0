"""``privcrm stop`` and ``privcrm start``: the kill switch of one company."""

from getpass import getuser

import click

from privcrm.cli.frame import Command, examples, pass_session
from privcrm.cli.session import Session


@click.command(cls=Command, epilog=examples("privcrm stop", "privcrm stop --reason 'wrong list'"))
@click.option("--reason", default="", help="Why; kept in the audit.")
@pass_session
def stop(session: Session, reason: str) -> None:
    """Halt every write of every process of this company.

    Takes effect before the next write, also of jobs that are running now. Reads go on. Lifted by privcrm start.
    """
    with session.crm() as crm:
        crm.store.switch.stop(reason, getuser())
        session.out.say("Stopped: no process writes to {company} until `privcrm start`.", company=crm.provider.company)
        session.out.result({"stopped": True, "company": crm.provider.company, "reason": reason})


@click.command(cls=Command, epilog=examples("privcrm start"))
@pass_session
def start(session: Session) -> None:
    """Lift the stop.

    Jobs that were halted are paused; privcrm job resume takes each of them up again.
    """
    with session.crm() as crm:
        crm.store.switch.start(getuser())
        session.out.say("Started: {company} may be written to again.", company=crm.provider.company)
        session.out.result({"stopped": False, "company": crm.provider.company})
