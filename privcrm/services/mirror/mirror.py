"""What is known of follows and groups: callbacks keep it true, and a sweep compares it with what the vendor lists.

It only keeps: what may overwrite what is decided by those who write, see ``follows``, ``rosters`` and ``sweep``.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from attrs import field, frozen

from privcrm.models import Group, GroupId, MemberId, OwnerState, StaffId
from privcrm.store.database import Connection

__all__ = ["VERSIONS_KEPT", "KnownFollow", "KnownGroup", "Mirror", "Roster"]

VERSIONS_KEPT = 8

Roster = Mapping[str, bool]
"""Who is in a group: whether they are staff, by id; staff ids in the form under which they are compared."""


@frozen
class KnownFollow:
    """A relation that is or was; ``staff_id`` in the form under which it is compared.

    ``since`` is when it began or ended by the vendor's clock, ``noted_at`` when that was written here.
    """

    staff_id: StaffId
    member_id: MemberId
    since: int
    noted_at: float
    lives: bool = True


@frozen
class KnownGroup:
    """A group that is or was.

    ``versions`` are the last of its list of members, ours at the end. Whatever happened to the list before
    ``current_to`` (the vendor's clock) is in it. ``noted_at`` is when something was written here.
    """

    group_id: GroupId
    owner_id: str = ""
    name: str = field(default="", repr=False)
    versions: tuple[str, ...] = ()
    current_to: int = 0
    noted_at: float = 0.0
    lives: bool = True

    @property
    def version(self) -> str:
        """The version of the list that is kept, "" for none."""
        return self.versions[-1] if self.versions else ""

    def with_version(self, version: str) -> tuple[str, ...]:
        """Return the versions to keep once the list has this one."""
        return self.versions if version in ("", self.version) else (*self.versions, version)[-VERSIONS_KEPT:]


class Mirror(Protocol):
    """Follows and groups as far as they are known. Listings are streamed in the order of ids."""

    def staff(self) -> dict[str, int]:
        """Return how many members each employee had, who was ever listed to the end."""
        ...

    def follows(self, staff_id: str) -> Iterator[KnownFollow]:
        """Yield the relations of an employee, ended ones that are still remembered among them."""
        ...

    def groups(self) -> Iterator[KnownGroup]:
        """Yield the groups that live."""
        ...

    def group_and_roster(self, group_id: str) -> tuple[KnownGroup, Roster] | None:
        """Return a group, dismissed or not, and who is in it, as they are at one moment."""
        ...

    def swept_at(self) -> float | None:
        """Return the time as of which everything was listed last; None if that never came to its end."""
        ...

    def erased(self, member_ids: Iterable[str]) -> set[str]:
        """Return those of these members who were erased: nothing of them is to be kept or told."""
        ...

    # Inside a transaction; what is read there by an id stays as it is until the transaction ends.

    def follow(self, connection: Connection, staff_id: str, member_id: str) -> KnownFollow | None:
        """Return a relation, ended or not."""
        ...

    def group(self, connection: Connection, group_id: str) -> KnownGroup | None:
        """Return a group, dismissed or not."""
        ...

    def roster(self, connection: Connection, group_id: str) -> dict[str, bool]:
        """Return who is in a group."""
        ...

    def staff_among(self, connection: Connection, user_ids: Collection[str]) -> set[str]:
        """Return those of these ids that are known to be staff, in the form under which they are compared."""
        ...

    def put_follows(self, connection: Connection, follows: Sequence[KnownFollow]) -> None:
        """Write relations, in place of what is there."""
        ...

    def put_staff(self, connection: Connection, staff_id: str, follows: int, forget_before: float) -> None:
        """Note that an employee was listed to the end; relations that ended and were noted before go."""
        ...

    def without_erased(self, connection: Connection, roster: Roster) -> Roster:
        """Return a roster without those members who were erased."""
        ...

    def put_group(self, connection: Connection, group: KnownGroup) -> None:
        """Write a group, in place of what is there; its roster stays."""
        ...

    def put_roster(self, connection: Connection, group_id: str, roster: Roster) -> None:
        """Write who is in a group, in place of who was."""
        ...

    def put_details(self, connection: Connection, group: Group, owner_state: OwnerState | None) -> None:
        """Write when a group was made and how its people came, as it was read; the owner's state only if told."""
        ...

    def move(self, connection: Connection, group_id: str, joined: Roster, left: Collection[str]) -> None:
        """Let people come into a group and leave it."""
        ...

    def put_swept_at(self, connection: Connection, at: float) -> None:
        """Note that everything was listed as of then."""
        ...
