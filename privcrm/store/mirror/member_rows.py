"""From the numbers of members to their ids, and to those who follow them, page by page."""

from collections.abc import Generator, Iterable, Iterator
from itertools import chain, islice
from typing import Final

from privcrm.models.ids import MemberId, StaffId
from privcrm.store.database import Database, marks

__all__ = ["MemberRows"]

ASKED_AT_ONCE: Final = 500


class MemberRows:
    """Looks members of a company up by their numbers, which come in order; whoever was erased is left out."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._company = database.company

    def ids(self, numbers: Iterable[int]) -> Iterator[MemberId]:
        """Yield the ids of these members."""
        return chain.from_iterable(map(self._ids, _pages(numbers)))

    def followers(self, numbers: Iterable[int]) -> Generator[tuple[MemberId, StaffId]]:
        """Yield the live relations of these members: member and employee."""
        for some in _pages(numbers):
            with self._database.connect() as connection:
                yield from connection.all(
                    "SELECT m.member_id, s.shown_id FROM privcrm_follow f"
                    " JOIN privcrm_member m ON m.company = f.company AND m.number = f.member"
                    " JOIN privcrm_staff s ON s.company = f.company AND s.number = f.staff"
                    f" WHERE f.company = ? AND f.member IN ({marks(some)}) AND f.live = 1 ORDER BY f.member, f.staff",
                    *(self._company, *some),
                )

    def with_followers(self, numbers: Iterable[int]) -> Generator[tuple[MemberId, list[StaffId]]]:
        """Yield the ids of these members, each with the employees who follow."""
        for some in _pages(numbers):
            staff: dict[MemberId, list[StaffId]] = {member_id: [] for member_id in self.ids(some)}
            for member_id, staff_id in self.followers(some):
                staff.setdefault(member_id, []).append(staff_id)
            yield from staff.items()

    def _ids(self, numbers: list[int]) -> list[MemberId]:
        with self._database.connect() as connection:
            rows = connection.all(
                "SELECT member_id FROM privcrm_member"
                f" WHERE company = ? AND number IN ({marks(numbers)}) ORDER BY number",
                *(self._company, *numbers),
            )
        return [member_id for (member_id,) in rows]


def _pages(numbers: Iterable[int]) -> Generator[list[int]]:
    source = iter(numbers)
    while some := list(islice(source, ASKED_AT_ONCE)):
        yield some
