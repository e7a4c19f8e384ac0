"""Small numbers for members, staff and tags: dense from 0 in each company, given once and never again."""

from collections.abc import Iterable
from itertools import count
from typing import Final

from privcrm.models.ids import staff_key
from privcrm.store.database import Connection, Database
from privcrm.store.lookup import Wanted, rows_by_text

__all__ = ["Numbers"]


MET_SECONDS: Final = 86_400.0

_BY_ID: Final = {kind: Wanted(f"{kind}_id, number", kind, f"{kind}_id") for kind in ("member", "staff", "tag")}


class Numbers:
    """Looks numbers up and gives new ones, inside the transaction of what they are for."""

    def __init__(self, database: Database) -> None:
        self._company = database.company

    def members(self, connection: Connection, member_ids: Iterable[str]) -> dict[str, int]:
        """Return the numbers of those of these members who are known."""
        return self._known(connection, "member", dict.fromkeys(member_ids))

    def staff(self, connection: Connection, staff_ids: Iterable[str]) -> dict[str, int]:
        """Return the numbers of those of these employees who are known, by the form in which ids are compared."""
        return self._known(connection, "staff", dict.fromkeys(map(staff_key, staff_ids)))

    def tags(self, connection: Connection, tag_ids: Iterable[str]) -> dict[str, int]:
        """Return the numbers of those of these tags that are known."""
        return self._known(connection, "tag", dict.fromkeys(tag_ids))

    def ensure_members(self, connection: Connection, member_ids: Iterable[str], now: float) -> dict[str, int]:
        """Return the numbers of these members; who is new is known from groups only until more is told."""
        numbers, new = self.with_new(connection, "member", dict.fromkeys(member_ids))
        connection.run_many(
            "INSERT INTO privcrm_member (company, number, member_id, first_seen, as_of) VALUES (?, ?, ?, ?, ?)",
            [(self._company, number, member_id, now, now) for member_id, number in new.items()],
        )
        return numbers | new

    def met(self, connection: Connection, member_ids: Iterable[str], now: float) -> None:
        """Note that members, where they are known, were there today, so that they are not forgotten as long unseen.

        Before ``ensure_members``: then whoever is just being forgotten gets a row again.
        """
        connection.run_many(
            "UPDATE privcrm_member SET as_of = ? WHERE company = ? AND number = ? AND as_of < ?",
            [
                (now, self._company, number, now - MET_SECONDS)
                for number in sorted(self.members(connection, member_ids).values())
            ],
        )

    def ensure_staff(self, connection: Connection, staff_ids: Iterable[str]) -> dict[str, int]:
        """Return the numbers of these employees by the compared form of their ids; new ones are noted by id only."""
        shown = {staff_key(staff_id): staff_id for staff_id in staff_ids}
        numbers, new = self.with_new(connection, "staff", shown)
        connection.run_many(
            "INSERT INTO privcrm_staff (company, number, staff_id, shown_id) VALUES (?, ?, ?, ?)",
            [(self._company, number, key, shown[key]) for key, number in new.items()],
        )
        return numbers | new

    def ensure_tags(self, connection: Connection, tag_ids: Iterable[str]) -> dict[str, int]:
        """Return the numbers of these tags; a new one has no name until the library tells."""
        numbers, new = self.with_new(connection, "tag", dict.fromkeys(tag_ids))
        connection.run_many(
            "INSERT INTO privcrm_tag (company, number, tag_id, group_id) VALUES (?, ?, ?, '')",
            [(self._company, number, tag_id) for tag_id, number in new.items()],
        )
        return numbers | new

    def with_new(self, connection: Connection, kind: str, ids: Iterable[str]) -> tuple[dict[str, int], dict[str, int]]:
        """Return the known numbers among these ids (compared forms, each once), and new ones for the rest.

        ``kind`` is ``member``, ``staff`` or ``tag``. Rows of the new ones must be written in the same transaction.
        """
        wanted = list(ids)
        known = self._known(connection, kind, wanted)
        missing = [each for each in wanted if each not in known]
        if not missing:
            return known, {}
        first = self._lock(connection, kind)
        if not connection.is_sqlite:  # somebody else may have numbered them while the lock was waited for
            known |= self._known(connection, kind, missing)
            missing = [each for each in missing if each not in known]
        connection.run(
            "UPDATE privcrm_counter SET value = ? WHERE company = ? AND name = ?",
            first + len(missing),
            self._company,
            kind,
        )
        return known, dict(zip(missing, count(first), strict=False))

    def _lock(self, connection: Connection, kind: str) -> int:
        """Return the next free number; until the transaction ends, nobody else is given one."""
        row = connection.one(
            "INSERT INTO privcrm_counter (company, name, value) VALUES (?, ?, 0)"
            " ON CONFLICT (company, name) DO UPDATE SET value = privcrm_counter.value RETURNING value",
            self._company,
            kind,
        )
        return 0 if row is None else int(row[0])

    def _known(self, connection: Connection, kind: str, ids: Iterable[str]) -> dict[str, int]:
        return dict(rows_by_text(connection, _BY_ID[kind], self._company, ids))
