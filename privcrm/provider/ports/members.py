"""Port: members and the relations through which staff follow them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from privcrm.models import (
    ConvertedId,
    Member,
    MemberId,
    MemberIdConversion,
    Pages,
    RemarkChange,
    ServedContact,
)
from privcrm.provider.ports._strategies import Strategies


class MembersPort(Strategies):
    """Reads members, edits what staff noted about them."""

    area = "members"

    def get(self, member_id: str) -> Member:
        """Return a member with all relations that the app may see.

        An id of another company or app, and a member whom no visible employee follows, raise ``NotFound``.
        """
        raise self._unsupported("get")

    def ids(self, staff_id: str) -> Iterator[MemberId]:
        """Yield the members whom an employee follows; nobody is an empty listing, not an error.

        An employee unknown to the vendor or invisible to the app raises ``NotFound``.
        """
        raise self._unsupported("ids")

    def list(self, staff_ids: Sequence[str], cursor: str = "") -> Pages[Member]:
        """List relations of these employees in bulk: one entry for each, as a ``Member`` with a single follow.

        More ids than one call takes are split; ``cursor`` resumes a listing of the same ids in the same order.
        No employees, or employees who follow nobody, list nothing and are no error; unknown ids among known ones are
        passed over by the vendor.
        """
        raise self._unsupported("list")

    def edit_remark(self, change: RemarkChange, *, extra: Mapping[str, Any] | None = None) -> None:
        """Overwrite the given fields of a relation; fields left None stay as they are. Safe to repeat.

        No relation raises ``NotFound``; nothing to change raises ``InputError`` before sending.
        """
        raise self._unsupported("edit_remark")

    def id_of_unionid(self, unionid: str, openid: str) -> MemberId | None:
        """Return the member behind a unionid, or None; ``openid`` is the same person's in the linked account."""
        raise self._unsupported("id_of_unionid")

    def convert(
        self, ids: Sequence[str], conversion: MemberIdConversion, *, source_app: str = ""
    ) -> tuple[ConvertedId, ...]:
        """Return for each of these ids, in their order, what it is elsewhere; more than one call takes are split.

        ``source_app`` is the vendor's id of the app that the ids come from, where a conversion needs it. An id that
        cannot be converted is no error, see ``ConvertedId``.
        """
        raise self._unsupported("convert")

    def served(self, cursor: str = "") -> Pages[ServedContact]:
        """List everybody whom employees serve, customers or not.

        A new listing gives out new temporary ids; ``cursor`` resumes one for a few hours only.
        """
        raise self._unsupported("served")
