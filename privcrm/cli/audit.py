"""``privcrm audit``: who did what, and when."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from privcrm.cli.frame import Command, examples, jsonl_option, pass_session
from privcrm.cli.session import Session
from privcrm.cli.times import beijing, iso

if TYPE_CHECKING:
    from privcrm.store.audit import AuditEntry


@click.command(
    cls=Command,
    epilog=examples("privcrm audit", "privcrm audit --job JOB", "privcrm audit --after 120 --jsonl"),
)
@click.option("--job", default="", metavar="ID", help="Only what concerns one job.")
@click.option("--after", default=0, metavar="NUMBER", help="Only entries behind this number.")
@click.option("--limit", type=click.IntRange(min=0), default=100, show_default=True, help="Only the newest so many.")
@jsonl_option("Every entry as a JSON line, without a limit.")
@pass_session
def audit(session: Session, job: str, after: int, limit: int, jsonl: str | None) -> None:
    """Who did what, and when: every plan, approval, run, stop and undo. Entries are never changed or deleted."""
    with session.crm() as crm:
        if jsonl:
            session.out.lines(jsonl, map(_row, crm.audit.entries(job_id=job, after=after)))
            return
        shown = crm.audit.newest(limit, job_id=job, after=after)
        session.out.table(
            ("No.", "Beijing time", "Who", "What", "Job", "Details"),
            ((row.number, beijing(row.at), row.who, row.what, row.job_id, _text(row.details)) for row in shown),
        )
        if not shown:
            session.out.say("Nothing yet.")
        session.out.result({"entries": [_row(entry) for entry in shown]})


def _row(entry: "AuditEntry") -> dict[str, Any]:
    return {
        "number": entry.number,
        "at": iso(entry.at),
        "who": entry.who,
        "what": entry.what,
        "job_id": entry.job_id,
        "details": dict(entry.details),
    }


def _text(details: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in details.items() if value not in ("", None))
