"""The relations of a company: what listings tell of them, and what is told of single ones."""

from collections.abc import Iterable, Sequence

from privcrm.models.ids import staff_key
from privcrm.store.database import Connection
from privcrm.store.mirror.entries import day_of
from privcrm.store.mirror.fresh import FOLLOW_TAG, Pair
from privcrm.store.mirror.kept import Ended, marks_of
from privcrm.store.mirror.listing import Listing, Written
from privcrm.store.mirror.marks import EVERYBODY, Kind

__all__ = ["Ended", "Relations", "Written"]


class Relations(Listing):
    """The relations of a company. Every method works inside the transaction whose connection it is given."""

    def end(self, connection: Connection, staff_id: str, member_id: str, ended: Ended, now: float) -> bool:
        """Let a relation be ended, as an event told; return whether it was news.

        A relation that is not known is noted as ended, so that no listing makes it look alive. An end from before the
        relation began is passed over.
        """
        self.lock(connection)
        pair = self._pair(connection, staff_id, member_id, now)
        before = self.locked(connection, pair)
        if before is not None and max(before.created_at, before.begun_at, before.ended_at + 1) > ended.at:
            return False
        if before is None:
            self.insert_bare(connection, pair, now)
        self.stop(connection, [pair])
        self.change(connection, pair, "live = 0, ended_at = ?, ended_how = ?, as_of = ?", ended.at, ended.how, now)
        self._marks.put(connection, [(Kind.DELETED_STAFF, EVERYBODY, pair[0])])
        return True

    def begin(self, connection: Connection, staff_id: str, member_id: str, at: int, now: float) -> bool:
        """Let a relation live (again) because of an add that an event told; return whether that was news.

        What it carries is left to the next ``put``. An add from before the relation ended is passed over.
        """
        self.lock(connection)
        pair = self._pair(connection, staff_id, member_id, now)
        before = self.locked(connection, pair)
        if before is not None and (before.ended_at > at or before.begun_at >= at):
            return False
        if before is not None and before.live:  # an end from before this add may still be on its way
            self.change(connection, pair, "begun_at = ?", at)
            return False
        if before is None:
            self.insert_bare(connection, pair, now)
        created_at = (before.created_at if before else 0) or at
        self.change(
            connection,
            pair,
            "live = 1, ended_at = 0, ended_how = '', gone_at = 0, digest = '', last_tags = '', created_at = ?, day = ?,"
            " begun_at = ?, as_of = ?",
            *(created_at, day_of(created_at), at, now),
        )
        connection.run(
            "UPDATE privcrm_member SET is_customer = 1 WHERE company = ? AND number = ?", self._company, pair[0]
        )
        marks_ = marks_of(pair, day_of(created_at), before.state if before else "")
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
        kept = self.kept(connection, {member for member, _ in pairs})
        missing = [
            each
            for each in pairs
            if (before := kept.get(each)) and not before.gone_at and not before.is_newer(listed_at, now)
        ]
        gone = [each for each in missing if kept[each].live]
        self.stop(connection, gone)
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
        wanted, unwanted = dict.fromkeys(add), dict.fromkeys(remove)
        pair, numbers = self.pair_and_tags(connection, staff_id, member_id, [*wanted, *unwanted])
        if pair is None or not self.touch(connection, pair, now):
            return
        if new := [each for each in wanted if each not in numbers]:
            numbers |= self._numbers.ensure_tags(connection, new)
        on = [numbers[each] for each in wanted]
        off = [numbers[each] for each in unwanted if each in numbers]
        FOLLOW_TAG.run(connection, [(self._company, *pair, tag) for tag in on])
        self.take_off(connection, [(self._company, *pair, tag) for tag in off])
        self._marks.put(connection, [(Kind.TAG, str(tag), pair[0]) for tag in (*on, *off)])

    def _pair(self, connection: Connection, staff_id: str, member_id: str, now: float) -> Pair:
        member = self._numbers.ensure_members(connection, [member_id], now)[member_id]
        return member, self._numbers.ensure_staff(connection, [staff_id])[staff_key(staff_id)]
