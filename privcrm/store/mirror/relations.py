"""Writing relations by the thousand: members, follows, tags, identities, and marks for the bitmaps.

What is as it was (by its digest) is not written. A relation that an event ended stays ended whatever a listing says,
because vendors go on listing a member who deleted the employee; only one that began later is a new one.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from attrs import define, field, frozen

from privcrm.models.ids import staff_key
from privcrm.store.database import Connection, Database, Row, in_pages
from privcrm.store.lookup import Wanted, rows_by_number
from privcrm.store.mirror.deleted_tags import DeletedTags
from privcrm.store.mirror.entries import Entry, PlainSealer, Sealer, day_of
from privcrm.store.mirror.fresh import (
    FOLLOW,
    FOLLOW_TAG,
    IDENTITY,
    MEMBER,
    Fresh,
    Pair,
    insert_fresh,
    marks_of_fresh,
)
from privcrm.store.mirror.marks import EVERYBODY, Kind, Mark, Marks
from privcrm.store.mirror.numbers import Numbers
from privcrm.store.mirror.truth import DELETED_BY_MEMBER

__all__ = ["Ended", "Relations", "Written"]

EXPECTED_A_PAGE: Final = 2_000

_KEPT: Final = "digest, live, created_at, add_way, state, operator_id, ended_at, ended_how, gone_at, as_of, begun_at"
_FOLLOWS_OF: Final = Wanted(f"member, staff, {_KEPT}", "follow", "member")
_TAGS_OF: Final = Wanted("member, staff, tag", "follow_tag", "member")
_ID_OF: Final = Wanted("number, member_id", "member", "number")


@define
class Written:
    """What became of a batch; ``seen`` are the numbers (member, employee) of all its entries.

    Of the ``changed``, ``retagged`` have other tags than before and ``revised`` other fields; both may be.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    retagged: int = 0
    revised: int = 0
    seen: list[Pair] = field(factory=list[Pair], repr=False)


@frozen
class Ended:
    """How a relation ended, as an event told: ``at`` is unix seconds by the vendor's clock."""

    at: int
    how: str


@frozen
class _Kept:
    """What is kept of a relation; the day is 0 and the channel "" while it does not live."""

    digest: str
    live: bool
    created_at: int
    add_way: int
    state: str
    operator_id: str
    ended_at: int
    ended_how: str
    gone_at: float
    as_of: float
    begun_at: int


@define
class _Batch:
    """Rows on their way into the tables."""

    now: float
    members: dict[int, Entry] = field(factory=dict[int, Entry])
    follows: list[tuple[Pair, Entry, Ended]] = field(factory=list[tuple[Pair, Entry, Ended]])
    tags_on: list[Row] = field(factory=list[Row])
    tags_off: list[Row] = field(factory=list[Row])
    identities: dict[Row, None] = field(factory=dict[Row, None])
    marks: list[Mark] = field(factory=list[Mark])


class Relations:
    """The relations of a company. Every method works inside the transaction whose connection it is given."""

    def __init__(self, database: Database, sealer: Sealer | None = None) -> None:
        self._company = database.company
        self._sealer = sealer or PlainSealer()
        self._numbers = Numbers(database)
        self._marks = Marks(database)
        self._deleted_tags = DeletedTags(database)

    def put(
        self,
        connection: Connection,
        entries: Iterable[Entry],
        now: float,
        *,
        read_at: float | None = None,
        thorough: bool = False,
    ) -> Written:
        """Write what a listing told; of two entries for one relation the later one counts.

        What was written after ``read_at`` (unix seconds) is newer than the listing and stays. ``thorough`` looks at
        what is kept even where the digest is the same.
        """
        self.lock(connection)
        latest = {(each.member_id, staff_key(each.staff_id)): each for each in entries}
        known, new = self._numbers.with_new(connection, "member", dict.fromkeys([member for member, _ in latest]))
        staff = self._numbers.ensure_staff(connection, dict.fromkeys([each.staff_id for each in latest.values()]))
        fresh: dict[Pair, Entry] = {}
        met: dict[Pair, Entry] = {}
        for (member_id, key), entry in latest.items():
            number = new.get(member_id)
            if number is None:
                met[known[member_id], staff[key]] = entry
            else:
                fresh[number, staff[key]] = entry
        written = Written(added=len(fresh), seen=[*fresh, *met])
        if fresh:
            self._insert(connection, fresh, now)
        if met:
            self._compare(connection, met, written, now, (read_at, thorough))
        return written

    def _insert(self, connection: Connection, fresh: Mapping[Pair, Entry], now: float) -> None:
        tags = self._numbers.ensure_tags(connection, chain.from_iterable([each.tag_ids for each in fresh.values()]))
        batch = Fresh(
            fresh,
            tags,
            self._sealed(connection, [(pair[0], each.member_details) for pair, each in fresh.items()]),
            self._sealed(connection, [(pair[0], each.follow_details) for pair, each in fresh.items()]),
        )
        insert_fresh(connection, self._company, batch, now)
        if self._marks.are_wanted(connection):
            self._marks.put(connection, marks_of_fresh(batch))

    def _compare(
        self,
        connection: Connection,
        met: Mapping[Pair, Entry],
        written: Written,
        now: float,
        how: tuple[float | None, bool],
    ) -> None:
        """Write what differs of members who are known."""
        read_at, thorough = how
        kept = self._kept(connection, dict.fromkeys(member for member, _ in met))
        damaged = self._damaged(connection, met, kept) if thorough else set[Pair]()
        changed: dict[Pair, Entry] = {}
        for pair, entry in met.items():
            before = kept.get(pair)
            if before is None:
                written.added += 1
                changed[pair] = entry
            elif (_is_unchanged(before, entry) and pair not in damaged) or _is_newer(before, read_at, now):
                written.unchanged += 1
            else:
                written.changed += 1
                changed[pair] = entry
        if changed:
            self._write(connection, changed, kept, now, written)

    def end(self, connection: Connection, staff_id: str, member_id: str, ended: Ended, now: float) -> bool:
        """Let a relation be ended, as an event told; return whether it was news.

        A relation that is not known is noted as ended, so that no listing makes it look alive. An end from before the
        relation began is passed over.
        """
        self.lock(connection)
        pair = self._pair(connection, staff_id, member_id, now)
        before = self._locked(connection, pair)
        if before is not None and max(before.created_at, before.begun_at, before.ended_at + 1) > ended.at:
            return False
        if before is None:
            self._insert_bare(connection, pair, now)
        self._stop(connection, [pair])
        self._set(connection, pair, "live = 0, ended_at = ?, ended_how = ?, as_of = ?", ended.at, ended.how, now)
        self._marks.put(connection, [(Kind.DELETED_STAFF, EVERYBODY, pair[0])])
        return True

    def begin(self, connection: Connection, staff_id: str, member_id: str, at: int, now: float) -> bool:
        """Let a relation live (again) because of an add that an event told; return whether that was news.

        What it carries is left to the next ``put``. An add from before the relation ended is passed over.
        """
        self.lock(connection)
        pair = self._pair(connection, staff_id, member_id, now)
        before = self._locked(connection, pair)
        if before is not None and (before.ended_at > at or before.begun_at >= at):
            return False
        if before is not None and before.live:  # an end from before this add may still be on its way
            self._set(connection, pair, "begun_at = ?", at)
            return False
        if before is None:
            self._insert_bare(connection, pair, now)
        created_at = (before.created_at if before else 0) or at
        self._set(
            connection,
            pair,
            "live = 1, ended_at = 0, ended_how = '', gone_at = 0, digest = '', last_tags = '', created_at = ?, day = ?,"
            " begun_at = ?, as_of = ?",
            *(created_at, day_of(created_at), at, now),
        )
        connection.run(
            "UPDATE privcrm_member SET is_customer = 1 WHERE company = ? AND number = ?", self._company, pair[0]
        )
        marks_ = _marks_of(pair, day_of(created_at), before.state if before else "")
        self._marks.put(connection, [*marks_, (Kind.DELETED_STAFF, EVERYBODY, pair[0])])
        return True

    def vanish(
        self, connection: Connection, pairs: Sequence[Pair], now: float, *, listed_at: float | None = None
    ) -> int:
        """Mark relations (numbers of member and employee) that the vendor lists no more; return how many lived.

        What was written after ``listed_at`` (unix seconds), when the listing began, stays. One that had ended before is
        marked as well: then it may be forgotten.
        """
        self.lock(connection)
        kept = self._kept(connection, {member for member, _ in pairs})
        missing = [
            each
            for each in pairs
            if (before := kept.get(each)) and not before.gone_at and not _is_newer(before, listed_at, now)
        ]
        gone = [each for each in missing if kept[each].live]
        self._stop(connection, gone)
        connection.run_many(
            "UPDATE privcrm_follow SET live = 0, gone_at = ?, digest = CASE WHEN live = 1 THEN '' ELSE digest END"
            " WHERE company = ? AND member = ? AND staff = ?",
            [(now, self._company, *pair) for pair in missing],
        )
        return len(gone)

    def retag(
        self,
        connection: Connection,
        staff_id: str,
        member_id: str,
        *,
        add: Iterable[str] = (),
        remove: Iterable[str] = (),
        now: float = 0.0,
    ) -> None:
        """Note the tags that we put on a live relation and took off it: the vendor tells nobody of its own writes.

        A listing that was read before ``now`` (unix seconds) does not undo it.
        """
        self.lock(connection)
        pair = self._touch(connection, staff_id, member_id, now)
        if pair is None:
            return
        on = self._numbers.ensure_tags(connection, add).values()
        off = self._numbers.tags(connection, remove).values()
        FOLLOW_TAG.run(connection, [(self._company, *pair, tag) for tag in on])
        self._take_off(connection, [(self._company, *pair, tag) for tag in off])
        self._marks.put(connection, [(Kind.TAG, str(tag), pair[0]) for tag in (*on, *off)])

    # -- reading

    def staff_with_live(self, connection: Connection) -> set[int]:
        """Return the numbers of the employees who have a live relation."""
        found = connection.all(
            "SELECT s.number FROM privcrm_staff s WHERE s.company = ? AND EXISTS"
            " (SELECT 1 FROM privcrm_follow f WHERE f.company = s.company AND f.staff = s.number AND f.live = 1)",
            self._company,
        )
        return {number for (number,) in found}

    def pair(self, connection: Connection, staff_id: str, member_id: str) -> Pair | None:
        """Return the numbers of a member and an employee who are both known."""
        row = connection.one(
            "SELECT m.number, s.number FROM privcrm_member m JOIN privcrm_staff s ON s.company = m.company"
            " WHERE m.company = ? AND m.member_id = ? AND s.staff_id = ?",
            *(self._company, member_id, staff_key(staff_id)),
        )
        return None if row is None else (row[0], row[1])

    def expected_of(self, database: Database, staff: int) -> Iterator[int]:
        """Yield the numbers of the members in an employee's list, page by page: also who deleted the employee."""
        rows = in_pages(
            database,
            "SELECT member FROM privcrm_follow WHERE company = ? AND staff = ? AND gone_at = 0"
            f" AND (live = 1 OR ended_how = '{DELETED_BY_MEMBER}') AND member > ? ORDER BY member LIMIT ?",
            (self._company, staff),
            (-1,),
            EXPECTED_A_PAGE,
        )
        return (member for (member,) in rows)

    def member_ids(self, connection: Connection, numbers: Iterable[int]) -> dict[int, str]:
        """Return the ids of members by their numbers."""
        return dict(rows_by_number(connection, _ID_OF, self._company, numbers))

    def lock(self, connection: Connection) -> None:
        """Let one writer at a time compare and write: SQLite has but one anyway."""
        if not connection.is_sqlite:
            connection.run("SELECT pg_advisory_xact_lock(hashtext(?))", f"privcrm relations {self._company}")

    def _damaged(self, connection: Connection, pairs: Mapping[Pair, Entry], kept: Mapping[Pair, _Kept]) -> set[Pair]:
        """Return the relations that are not as their entries tell, whatever their digests say."""
        held = self._tags(connection, pairs.keys() & kept.keys())
        tags = self._numbers.tags(connection, (tag for entry in pairs.values() for tag in entry.tag_ids))
        return {
            pair
            for pair, entry in pairs.items()
            if (before := kept.get(pair)) is not None
            and not (
                _has_same_fields(before, entry)
                and held.get(pair, set()) == ({tags.get(tag) for tag in entry.tag_ids} if before.live else set())
            )
        }

    def _kept(self, connection: Connection, members: Iterable[int]) -> dict[Pair, _Kept]:
        found: dict[Pair, _Kept] = {}
        rows = rows_by_number(connection, _FOLLOWS_OF, self._company, members)
        for member, staff, *rest in rows:
            found[member, staff] = _Kept(*rest)
        return found

    def _locked(self, connection: Connection, pair: Pair) -> _Kept | None:
        self._set(connection, pair, "live = live")
        return self._kept(connection, [pair[0]]).get(pair)

    def _tags(self, connection: Connection, pairs: Iterable[Pair]) -> dict[Pair, set[int]]:
        wanted = set(pairs)
        found: dict[Pair, set[int]] = {}
        members = dict.fromkeys(member for member, _ in wanted)
        for member, staff, tag in rows_by_number(connection, _TAGS_OF, self._company, members):
            if (member, staff) in wanted:
                found.setdefault((member, staff), set()).add(tag)
        return found

    def _pair(self, connection: Connection, staff_id: str, member_id: str, now: float) -> Pair:
        member = self._numbers.ensure_members(connection, [member_id], now)[member_id]
        return member, self._numbers.ensure_staff(connection, [staff_id])[staff_key(staff_id)]

    # -- writing

    def _write(
        self,
        connection: Connection,
        changed: Mapping[Pair, Entry],
        kept: Mapping[Pair, _Kept],
        now: float,
        written: Written,
    ) -> None:
        tags = self._numbers.ensure_tags(connection, (tag for entry in changed.values() for tag in entry.tag_ids))
        held = self._tags(connection, changed.keys() & kept.keys())
        batch = _Batch(now)
        for pair, entry in changed.items():
            wears = {tags[tag] for tag in entry.tag_ids}
            had, before = held.get(pair, set[int]()), kept.get(pair)
            self._add(batch, pair, entry, before, (had, wears))
            if before is not None:
                written.retagged += bool(before.live) and had != wears
                written.revised += not (before.live and had != wears) or not _has_same_fields(before, entry)
        MEMBER.run(connection, self._member_rows(connection, batch))
        FOLLOW.run(connection, self._follow_rows(connection, batch, tags))
        self._deleted_tags.remember(connection, batch.tags_off)
        self._take_off(connection, batch.tags_off)
        FOLLOW_TAG.run(connection, batch.tags_on)
        IDENTITY.run(connection, list(batch.identities))
        self._marks.put(connection, batch.marks)

    def _add(
        self, batch: _Batch, pair: Pair, entry: Entry, before: _Kept | None, tags: tuple[set[int], set[int]]
    ) -> None:
        """Take one entry into the batch; ``tags`` are those held so far, and those that the entry tells."""
        company, (member, staff) = self._company, pair
        held, wears = tags
        ended = _how_it_ended(before, entry)
        batch.members[member] = entry
        batch.follows.append((pair, entry, ended))
        shall = set[int]() if ended.at else wears
        batch.tags_on += [(company, member, staff, tag) for tag in shall - held]
        batch.tags_off += [(company, member, staff, tag) for tag in held - shall]
        for kind, value in entry.identities:
            batch.identities[company, kind, value, member, "sync", batch.now] = None
        batch.marks += [(Kind.TAG, str(tag), member) for tag in shall ^ held]
        if before is None or not before.live or before.created_at != entry.created_at or before.state != entry.state:
            batch.marks += _marks_of(pair, day_of(entry.created_at), entry.state)
            if before is not None:
                batch.marks += _marks_of(pair, day_of(before.created_at), before.state)
                batch.marks.append((Kind.DELETED_STAFF, EVERYBODY, member))

    def _member_rows(self, connection: Connection, batch: _Batch) -> list[Row]:
        sealed = self._sealed(connection, [(number, entry.member_details) for number, entry in batch.members.items()])
        company, now = self._company, batch.now
        return [
            (company, number, entry.member_id, entry.kind, entry.gender, 1, now, now, details)
            for (number, entry), details in zip(batch.members.items(), sealed, strict=True)
        ]

    def _follow_rows(self, connection: Connection, batch: _Batch, tags: Mapping[str, int]) -> list[Row]:
        sealed = self._sealed(connection, [(pair[0], entry.follow_details) for pair, entry, _ in batch.follows])
        company, now = self._company, batch.now
        return [
            (
                company,
                *pair,
                entry.created_at,
                day_of(entry.created_at),
                entry.add_way,
                entry.state,
                entry.operator_id,
                int(not ended.at),
                ended.at,
                ended.how,
                0.0,
                now,
                entry.digest,
                json.dumps(sorted(tags[tag] for tag in entry.tag_ids)) if ended.at else "",
                details,
            )
            for (pair, entry, ended), details in zip(batch.follows, sealed, strict=True)
        ]

    def _sealed(self, connection: Connection, texts: list[tuple[int, str]]) -> list[str]:
        given = [each for each in texts if each[1]]  # most stores keep none
        if not given:
            return [""] * len(texts)
        sealed = iter(self._sealer.seal(connection, given))
        return [next(sealed) if text else "" for _, text in texts]

    def _stop(self, connection: Connection, pairs: Sequence[Pair]) -> None:
        """Move the tags of relations that are about to end into their memory, and mark what they were counted in."""
        held = self._tags(connection, pairs)
        kept = self._kept(connection, {member for member, _ in pairs})
        connection.run_many(
            "UPDATE privcrm_follow SET last_tags = ? WHERE company = ? AND member = ? AND staff = ?",
            [(json.dumps(sorted(tags)), self._company, *pair) for pair, tags in held.items()],
        )
        self._take_off(connection, [(self._company, *pair, tag) for pair, tags in held.items() for tag in tags])
        found = [(pair, kept[pair]) for pair in pairs if pair in kept]
        gone = [mark for pair, each in found for mark in _marks_of(pair, day_of(each.created_at), each.state)]
        self._marks.put(
            connection, [*gone, *((Kind.TAG, str(tag), pair[0]) for pair, tags in held.items() for tag in tags)]
        )

    def _insert_bare(self, connection: Connection, pair: Pair, now: float) -> None:
        connection.run(
            "INSERT INTO privcrm_follow (company, member, staff, state, as_of) VALUES (?, ?, ?, '', ?)",
            self._company,
            *pair,
            now,
        )

    def _touch(self, connection: Connection, staff_id: str, member_id: str, now: float) -> Pair | None:
        """Let the next listing write a live relation whatever it says; return the relation, None if none lives."""
        row = connection.one(
            "UPDATE privcrm_follow SET digest = '', as_of = CASE WHEN ? > 0 THEN ? ELSE as_of END WHERE company = ?"
            " AND member = (SELECT number FROM privcrm_member WHERE company = ? AND member_id = ?)"
            " AND staff = (SELECT number FROM privcrm_staff WHERE company = ? AND staff_id = ?)"
            " AND live = 1 RETURNING member, staff",
            *(now, now, self._company, self._company, member_id, self._company, staff_key(staff_id)),
        )
        return None if row is None else (row[0], row[1])

    def _set(self, connection: Connection, pair: Pair, what: str, *values: object) -> None:
        connection.run(
            f"UPDATE privcrm_follow SET {what} WHERE company = ? AND member = ? AND staff = ?",
            *values,
            self._company,
            *pair,
        )

    def _take_off(self, connection: Connection, rows: Sequence[Row]) -> None:
        connection.run_many(
            "DELETE FROM privcrm_follow_tag WHERE company = ? AND member = ? AND staff = ? AND tag = ?", rows
        )


def _is_unchanged(before: _Kept, entry: Entry) -> bool:
    stays_ended = bool(before.ended_at) and entry.created_at <= before.ended_at
    return before.digest == entry.digest != "" and not before.gone_at and (before.live or stays_ended)


def _has_same_fields(before: _Kept, entry: Entry) -> bool:
    told = (entry.created_at, entry.add_way, entry.state, entry.operator_id)
    return told == (before.created_at, before.add_way, before.state, before.operator_id)


def _is_newer(before: _Kept, read_at: float | None, now: float) -> bool:
    """Tell whether a relation was written after the listing was read; a time to come says only that clocks were set."""
    return read_at is not None and read_at < before.as_of <= now


def _how_it_ended(before: _Kept | None, entry: Entry) -> Ended:
    if before is None or not before.ended_at or entry.created_at > before.ended_at:
        return Ended(0, "")
    return Ended(before.ended_at, before.ended_how)


def _marks_of(pair: Pair, day: int, state: str) -> list[Mark]:
    member, staff = pair
    found: list[Mark] = [
        (Kind.CUSTOMER, EVERYBODY, member),
        (Kind.STAFF, str(staff), member),
        (Kind.DAY, str(day), member),
    ]
    return [*found, (Kind.CHANNEL, state, member)] if state else found
