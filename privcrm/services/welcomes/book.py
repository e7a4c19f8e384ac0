"""Where it is kept what became of welcomes: one row for each add, decided once."""

from collections.abc import Generator, Iterator
from threading import Lock
from typing import Final, Protocol

from attrs import evolve

from privcrm.forks import reset_in_children
from privcrm.models.events import MemberAdded, MemberAddedUnconfirmed
from privcrm.services.welcomes.outcome import OPEN, WelcomeOutcome, WelcomeRecord
from privcrm.store import Database
from privcrm.store.database import Row, in_pages

MOST_IN_MEMORY: Final = 10_000
PAGE: Final = 1_000

_CONFIRMED, _UNCONFIRMED = MemberAdded.__name__, MemberAddedUnconfirmed.__name__
_MAY_HAVE_GREETED = (
    WelcomeOutcome.SENT,
    WelcomeOutcome.SENT_BY_OTHER,
    WelcomeOutcome.UNKNOWN,
    WelcomeOutcome.SENDING,
)
_GREETED = (WelcomeOutcome.SENT, WelcomeOutcome.SENT_BY_OTHER)
_UNDECIDED = (WelcomeOutcome.SENDING, WelcomeOutcome.UNKNOWN)


class Book(Protocol):
    """What welcomes are written into."""

    def find(self, key: str) -> WelcomeRecord | None:
        """Return what is known of an add."""
        ...

    def take(self, record: WelcomeRecord) -> bool:
        """Write a record where there is none or an open one; return whether it was written. It outlives the process."""
        ...

    def settle(self, record: WelcomeRecord) -> None:
        """Say how a welcome ended that is being sent. That it was sent overrules whatever was said meanwhile."""
        ...

    def was_greeted_unconfirmed(self, record: WelcomeRecord) -> bool:
        """Tell whether this employee and member had a welcome with an add that was not confirmed yet."""
        ...

    def between(self, since: int, until: int) -> Iterator[WelcomeRecord]:
        """Yield the records of adds in a span of unix seconds, ``until`` excluded, in order of time."""
        ...


class MemoryBook:
    """The book of a CRM without a store: the last adds of this process."""

    def __init__(self) -> None:
        self._records: dict[str, WelcomeRecord] = {}
        self.reset()
        reset_in_children(self)

    def reset(self) -> None:
        """Start with a new lock, after a fork."""
        self._lock = Lock()

    def find(self, key: str) -> WelcomeRecord | None:
        """Look it up."""
        return self._records.get(key)

    def take(self, record: WelcomeRecord) -> bool:
        """Keep it, and drop the oldest when there are too many."""
        with self._lock:
            known = self._records.get(record.key)
            if known is not None and known.outcome not in OPEN:
                return False
            self._records[record.key] = record
            if len(self._records) > MOST_IN_MEMORY:
                del self._records[next(iter(self._records))]
            return True

    def settle(self, record: WelcomeRecord) -> None:
        """Write over what is being sent."""
        with self._lock:
            known = self._records.get(record.key)
            if record.outcome is WelcomeOutcome.SENT or known is None or known.outcome in _UNDECIDED:
                self._records[record.key] = record
            if record.kind == _UNCONFIRMED and record.outcome in _GREETED:
                for later in [each for each in self._records.values() if _is_explained_by(record, each)]:
                    self._records[later.key] = evolve(later, outcome=WelcomeOutcome.GREETED_BEFORE)

    def was_greeted_unconfirmed(self, record: WelcomeRecord) -> bool:
        """Go through all."""
        with self._lock:
            return any(
                _same_pair(record, each) and each.kind == _UNCONFIRMED and each.outcome in _MAY_HAVE_GREETED
                for each in self._records.values()
            )

    def between(self, since: int, until: int) -> Iterator[WelcomeRecord]:
        """Go through a copy."""
        with self._lock:
            chosen = [each for each in self._records.values() if since <= each.at < until]
        return iter(sorted(chosen, key=lambda each: (each.at, each.key)))


class StoredBook:
    """The book in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, key: str) -> WelcomeRecord | None:
        """Look it up by its key."""
        with self._database.connect() as connection:
            row = connection.one(_FIND, self._database.company, key)
        return None if row is None else _record(row)

    def take(self, record: WelcomeRecord) -> bool:
        """Insert it, or write it over an open one."""
        sending = record.outcome is WelcomeOutcome.SENDING
        with self._database.transaction(durable=sending) as connection:
            return bool(connection.run(_TAKE, self._database.company, *_values(record), *OPEN))

    def settle(self, record: WelcomeRecord) -> None:
        """Write over what is being sent, and say of a later add of the two why it brought no code."""
        company = self._database.company
        with self._database.transaction() as connection:
            connection.run(
                "UPDATE privcrm_welcome SET app = ?, outcome = ?, code = ?, left_out = ?, seconds = ?, decided_at = ?"
                " WHERE company = ? AND key = ? AND (outcome IN (?, ?) OR ? = ?)",
                *(record.app, record.outcome, record.code, record.left_out, record.seconds or 0.0, record.decided_at),
                *(company, record.key, *_UNDECIDED, record.outcome, WelcomeOutcome.SENT),
            )
            if record.kind == _UNCONFIRMED and record.outcome in _GREETED:
                connection.run(
                    "UPDATE privcrm_welcome SET outcome = ?"
                    " WHERE company = ? AND subject = ? AND staff = ? AND kind = ? AND outcome = ? AND at >= ?",
                    *(WelcomeOutcome.GREETED_BEFORE, company, record.member_id, record.staff_id),
                    *(_CONFIRMED, WelcomeOutcome.NONE_OFFERED, record.at),
                )

    def was_greeted_unconfirmed(self, record: WelcomeRecord) -> bool:
        """Look among the adds of the two."""
        with self._database.connect() as connection:
            rows = connection.all(
                "SELECT outcome FROM privcrm_welcome WHERE company = ? AND subject = ? AND subject <> '' AND staff = ?"
                " AND kind = ? ORDER BY at DESC LIMIT 20",
                *(self._database.company, record.member_id, record.staff_id, _UNCONFIRMED),
            )
        return any(outcome in _MAY_HAVE_GREETED for (outcome,) in rows)

    def between(self, since: int, until: int) -> Generator[WelcomeRecord]:
        """Read page by page."""
        rows = in_pages(self._database, _BETWEEN, (self._database.company, until), (since, ""), PAGE)
        return (_record(row) for row in rows)


_NAMES = (
    *("at", "key", "kind", "app", "staff", "subject", "state"),
    *("rule", "outcome", "code", "left_out", "seconds", "decided_at"),
)
_COLUMNS = ", ".join(_NAMES)
# Put together from our own constants; values are always bound.
_FIND = f"SELECT {_COLUMNS} FROM privcrm_welcome WHERE company = ? AND key = ?"  # noqa: S608
_BETWEEN = (
    f"SELECT {_COLUMNS} FROM privcrm_welcome WHERE company = ? AND at < ? AND (at, key) > (?, ?)"  # noqa: S608
    " ORDER BY at, key LIMIT ?"
)
_TAKE = (
    f"INSERT INTO privcrm_welcome (company, {_COLUMNS}) VALUES (?{', ?' * len(_NAMES)})"  # noqa: S608
    f" ON CONFLICT (company, key) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _NAMES)}"
    f" WHERE privcrm_welcome.outcome IN ({', '.join('?' for _ in OPEN)})"
)


def _values(record: WelcomeRecord) -> tuple[object, ...]:
    return (
        *(record.at, record.key, record.kind, record.app, record.staff_id, record.member_id, record.state),
        *(record.rule, record.outcome, record.code, record.left_out, record.seconds or 0.0, record.decided_at),
    )


def _record(row: Row) -> WelcomeRecord:
    at, key, kind, app, staff, subject, state, rule, outcome, code, left_out, seconds, decided_at = row
    ours = outcome == WelcomeOutcome.SENT
    return WelcomeRecord(
        *(key, at, kind, app, staff, subject, state, rule, WelcomeOutcome(outcome), code, left_out),
        seconds=seconds if ours else None,
        decided_at=decided_at,
    )


def _same_pair(one: WelcomeRecord, other: WelcomeRecord) -> bool:
    return (one.staff_id, one.member_id) == (other.staff_id, other.member_id)


def _is_explained_by(record: WelcomeRecord, other: WelcomeRecord) -> bool:
    """Tell whether the welcome of an unconfirmed add is why another add brought no code."""
    return (
        other.kind == _CONFIRMED
        and other.outcome is WelcomeOutcome.NONE_OFFERED
        and other.at >= record.at
        and _same_pair(record, other)
    )
