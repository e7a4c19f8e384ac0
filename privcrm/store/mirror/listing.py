"""Writing what listings tell of relations, by the thousand: members, follows, tags, identities, and marks.

What is as it was (by its digest) is not written. A relation that an event ended stays ended whatever a listing says,
because vendors go on listing a member who deleted the employee; only one that began later is a new one.
"""

import json
from collections.abc import Iterable, Mapping
from itertools import chain

from attrs import define, field

from privcrm.models.ids import staff_key
from privcrm.store.database import Connection, Database, Row
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
from privcrm.store.mirror.kept import Ended, Kept, marks_of
from privcrm.store.mirror.marks import EVERYBODY, Kind, Mark
from privcrm.store.mirror.numbers import Numbers
from privcrm.store.mirror.relation_rows import RelationRows

__all__ = ["Listing", "Written"]

_LIVES = Ended(0, "")


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


class Listing(RelationRows):
    """Takes entries in. Every method works inside the transaction whose connection it is given."""

    def __init__(self, database: Database, sealer: Sealer | None = None) -> None:
        super().__init__(database)
        self._sealer = sealer or PlainSealer()
        self._numbers = Numbers(database)
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
        kept = self.kept(connection, dict.fromkeys(member for member, _ in met))
        damaged = self._damaged(connection, met, kept) if thorough else set[Pair]()
        changed: dict[Pair, Entry] = {}
        for pair, entry in met.items():
            before = kept.get(pair)
            if before is None:
                written.added += 1
                changed[pair] = entry
            elif (before.is_as(entry) and pair not in damaged) or before.is_newer(read_at, now):
                written.unchanged += 1
            else:
                written.changed += 1
                changed[pair] = entry
        if changed:
            self._write(connection, changed, kept, now, written)

    def _damaged(self, connection: Connection, pairs: Mapping[Pair, Entry], kept: Mapping[Pair, Kept]) -> set[Pair]:
        """Return the relations that are not as their entries tell, whatever their digests say."""
        held = self.tags(connection, pairs.keys() & kept.keys())
        tags = self._numbers.tags(connection, (tag for entry in pairs.values() for tag in entry.tag_ids))
        return {
            pair
            for pair, entry in pairs.items()
            if (before := kept.get(pair)) is not None
            and not (
                before.has_fields_of(entry)
                and held.get(pair, set()) == ({tags.get(tag) for tag in entry.tag_ids} if before.live else set())
            )
        }

    def _write(
        self,
        connection: Connection,
        changed: Mapping[Pair, Entry],
        kept: Mapping[Pair, Kept],
        now: float,
        written: Written,
    ) -> None:
        tags = self._numbers.ensure_tags(connection, (tag for entry in changed.values() for tag in entry.tag_ids))
        held = self.tags(connection, changed.keys() & kept.keys())
        batch = _Batch(now)
        for pair, entry in changed.items():
            wears = {tags[tag] for tag in entry.tag_ids}
            had, before = held.get(pair, set[int]()), kept.get(pair)
            self._add(batch, pair, entry, before, (had, wears))
            if before is not None:
                written.retagged += bool(before.live) and had != wears
                written.revised += not (before.live and had != wears) or not before.has_fields_of(entry)
        MEMBER.run(connection, self._member_rows(connection, batch))
        FOLLOW.run(connection, self._follow_rows(connection, batch, tags))
        self._deleted_tags.remember(connection, batch.tags_off)
        self.take_off(connection, batch.tags_off)
        FOLLOW_TAG.run(connection, batch.tags_on)
        IDENTITY.run(connection, list(batch.identities))
        self._marks.put(connection, batch.marks)

    def _add(
        self, batch: _Batch, pair: Pair, entry: Entry, before: Kept | None, tags: tuple[set[int], set[int]]
    ) -> None:
        """Take one entry into the batch; ``tags`` are those held so far, and those that the entry tells."""
        company, (member, staff) = self._company, pair
        held, wears = tags
        ended = (before.ended_still(entry) if before else None) or _LIVES
        batch.members[member] = entry
        batch.follows.append((pair, entry, ended))
        shall = set[int]() if ended.at else wears
        batch.tags_on += [(company, member, staff, tag) for tag in shall - held]
        batch.tags_off += [(company, member, staff, tag) for tag in held - shall]
        for kind, value in entry.identities:
            batch.identities[company, kind, value, member, "sync", batch.now] = None
        batch.marks += [(Kind.TAG, str(tag), member) for tag in shall ^ held]
        if before is None or not before.live or before.created_at != entry.created_at or before.state != entry.state:
            batch.marks += marks_of(pair, day_of(entry.created_at), entry.state)
            if before is not None:
                batch.marks += marks_of(pair, day_of(before.created_at), before.state)
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
