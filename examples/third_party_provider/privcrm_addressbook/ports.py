"""The two areas that an address book has: our people, and theirs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from privcrm.errors import InputError, NotFound
from privcrm.models import Follow, Member, MemberId, Page, Pages, RemarkChange, Staff, StaffId
from privcrm.provider import Capabilities
from privcrm.provider.ports import MembersPort, StaffPort

from .book import Book, Row

NAME = "addressbook"

Observe = Callable[[str, str | int], None]
AskGuards = Callable[[str, Mapping[str, Any]], None]


def _not_found(operation: str, what: str) -> NotFound:
    return NotFound(f"no such {what} in the book", provider=NAME, operation=operation, code=f"no_{what}")


class AddressBookStaff(StaffPort):
    """Keepers."""

    def __init__(self, book: Book, capabilities: Capabilities, observe: Observe) -> None:
        super().__init__(NAME, capabilities)
        self._book = book
        self._observe = observe

    def get(self, staff_id: str) -> Staff:
        """Return one keeper."""
        row = self._book.keeper(staff_id)
        self._observe("staff.get", 0 if row else "no_keeper")
        if row is None:
            raise _not_found("staff.get", "keeper")
        return _staff(row)

    def list(self, department_id: str | None = None) -> Iterator[Staff]:
        """Yield all keepers; a book has no departments, so asking for one finds nothing."""
        self._observe("staff.list", 0)
        if department_id is not None:
            raise _not_found("staff.list", "department")
        return map(_staff, self._book.keepers)

    def serving(self) -> Iterator[StaffId]:
        """Yield all keepers: whoever is in the book may keep contacts."""
        self._observe("staff.serving", 0)
        return (StaffId(row["id"]) for row in self._book.keepers)


class AddressBookMembers(MembersPort):
    """Contacts."""

    def __init__(
        self, book: Book, capabilities: Capabilities, observe: Observe, ask_guards: AskGuards, page: int
    ) -> None:
        super().__init__(NAME, capabilities)
        self._book = book
        self._observe = observe
        self._ask_guards = ask_guards
        self._page = page

    def get(self, member_id: str) -> Member:
        """Return one contact."""
        row = self._book.contact(member_id)
        self._observe("members.get", 0 if row else "no_contact")
        if row is None:
            raise _not_found("members.get", "contact")
        return _member(row)

    def ids(self, staff_id: str) -> Iterator[MemberId]:
        """Yield the contacts of a keeper."""
        known = self._book.keeper(staff_id) is not None
        self._observe("members.ids", 0 if known else "no_keeper")
        if not known:
            raise _not_found("members.ids", "keeper")
        return (MemberId(row["id"]) for row in self._book.kept_by(staff_id))

    def list(self, staff_ids: Sequence[str], cursor: str = "") -> Pages[Member]:
        """List contacts; the cursor is a place in the list."""
        wanted = tuple(staff_ids)
        return Pages(lambda place: self._page_at(wanted, int(place or 0)), cursor)

    def edit_remark(self, change: RemarkChange, *, extra: Mapping[str, Any] | None = None) -> None:
        """Write what a keeper notes about a contact; ``extra`` goes into the file as it is."""
        noted = {"remark": change.remark, "description": change.description}
        changes = {name: text for name, text in noted.items() if text is not None} | dict(extra or {})
        if not changes:
            raise InputError("edit_remark was given nothing to change")
        self._ask_guards("members.edit_remark", {"staff_id": change.staff_id})
        kept = {row["id"]: row for row in self._book.kept_by(change.staff_id)}
        row = kept.get(change.member_id)
        self._observe("members.edit_remark", 0 if row else "no_contact")
        if row is None:
            raise _not_found("members.edit_remark", "contact")
        self._book.note(row, changes)

    def _page_at(self, staff_ids: Sequence[str], start: int) -> Page[Member]:
        if not staff_ids:
            return Page(())
        self._observe("members.list", 0)
        rows = [row for staff_id in staff_ids for row in self._book.kept_by(staff_id)]
        end = start + self._page
        return Page(tuple(map(_member, rows[start:end])), str(end) if end < len(rows) else "")


def _staff(row: Row) -> Staff:
    return Staff(StaffId(row["id"]), name=row.get("name", ""), raw=row)


def _member(row: Row) -> Member:
    follow = Follow(
        StaffId(row["keeper"]),
        remark=row.get("remark", ""),
        description=row.get("description", ""),
        # Absent is not empty: a contact without the key was never asked for a phone.
        phones=tuple(row["phones"]) if "phones" in row else None,
        raw=row,
    )
    return Member(MemberId(row["id"]), name=row.get("name", ""), follows=(follow,), raw=row)
