"""What becomes of the sends of a cancelled job that may have left, and that nobody will look up any more."""

from privcrm.jobs.items import Items
from privcrm.jobs.journal import Journal
from privcrm.jobs.model import Outcome, OutcomeState
from privcrm.jobs.records import Records
from privcrm.store.database import Connection, Database

__all__ = ["write_off"]

_LOST = Outcome.unknown("the job was cancelled before this was looked up", reason="cancelled")


def write_off(connection: Connection, database: Database, job_id: str, now: float) -> None:
    """End the items of open sends as unknown; the caller holds the lease. ``now`` is unix seconds."""
    journal = Journal(database, job_id)
    sends = journal.open(connection)
    seqs = [seq for send in sends for seq in send.seqs]
    Items(database, job_id).finish(connection, [(seq, _LOST, 1) for seq in seqs], now)
    journal.close(connection, [send.number for send in sends], "unknown")
    Records(database).shift(connection, job_id, {OutcomeState.PLANNED: -len(seqs), OutcomeState.UNKNOWN: len(seqs)})
