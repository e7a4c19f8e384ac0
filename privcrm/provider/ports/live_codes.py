"""Port: entries whose target changes."""

from collections.abc import Collection, Mapping
from typing import Any

from privcrm.models import CodeId, ContactCode, ContactCodeSpec, Download, GroupCode, GroupCodeSpec, Pages
from privcrm.provider.intents import Intent, Settled
from privcrm.provider.ports._base import Port


class LiveCodesPort(Port):
    """Keeps the vendor's permanent entries: contact codes lead to staff, group codes into groups.

    Creating is not safe to repeat: it takes an ``intent`` whose ``marker`` becomes the code's ``state`` where the spec
    leaves that empty, and raises ``OutcomeUnknown`` when the answer is lost; the ``settle_…`` method finds out.

    What a spec holds too much of (people, groups, characters of a ``state`` or ``note``) raises ``InputError`` before
    sending; too many codes in the company, or people behind one code with departments counted, raise
    ``LimitReached``. What another app made raises ``NotFound`` or ``PermissionDenied``.
    """

    area = "live_codes"

    def contact_codes(
        self, *, created_after: int | None = None, created_before: int | None = None, cursor: str = ""
    ) -> Pages[CodeId]:
        """List the contact codes created from one second up to but without another; temporary ones are not listed.

        Without a span the vendor chooses one: give both to be sure.
        """
        raise self._unsupported("contact_codes")

    def get_contact_code(self, code_id: str) -> ContactCode:
        """Return a contact code; an unknown id raises ``NotFound``."""
        raise self._unsupported("get_contact_code")

    def create_contact_code(
        self, spec: ContactCodeSpec, *, intent: Intent, extra: Mapping[str, Any] | None = None
    ) -> ContactCode:
        """Make a contact code; ``spec`` names staff or departments, else ``InputError``.

        So does a ``state`` other than the intent's marker: a code is found by its state if the answer is lost. Staff
        who are disabled or without customer contact raise ``PreconditionFailed``.
        """
        raise self._unsupported("create_contact_code")

    def settle_contact_code(self, intent: Intent, *, claimed: Collection[str] = (), temporary: bool = False) -> Settled:
        """Find out whether ``create_contact_code`` happened; ``Done.result`` is the ``ContactCode``.

        A marker that the intent made up is proof by itself: the code that carries it is the one, whatever else of it
        differs by now. A marker that is a state of one's own may be on others as well: compare, and give what is not
        the one as ``claimed``, where the ids already known to belong to other intents stand. Whether a ``temporary``
        code was made cannot be told, for these are in no list; nor can it without a marker.
        """
        raise self._unsupported("settle_contact_code")

    def update_contact_code(
        self, code_id: str, spec: ContactCodeSpec, *, extra: Mapping[str, Any] | None = None
    ) -> None:
        """Replace everything about a contact code that can change; the printed picture stays valid. Safe to repeat.

        A change of ``scene``, ``temporary`` or ``exclusive`` raises ``InputError``: these are fixed when a code is
        made. What a spec leaves to the vendor (None, no conclusions, an empty ``state``) stays as it is: the order of a
        code may have had its state from the intent.
        """
        raise self._unsupported("update_contact_code")

    def delete_contact_code(self, code_id: str) -> None:
        """Delete a contact code: whoever scans it afterwards finds nothing. Cannot be undone."""
        raise self._unsupported("delete_contact_code")

    def get_group_code(self, code_id: str) -> GroupCode:
        """Return a group code with the groups that are behind it now; an unknown id raises ``NotFound``."""
        raise self._unsupported("get_group_code")

    def create_group_code(
        self, spec: GroupCodeSpec, *, intent: Intent, extra: Mapping[str, Any] | None = None
    ) -> GroupCode:
        """Make a group code over existing groups; no group raises ``InputError``.

        ``qr_url`` may be empty in the result, ``get_group_code`` tells it. Write the id down: it is in no list.
        """
        raise self._unsupported("create_group_code")

    def settle_group_code(self, intent: Intent, *, claimed: Collection[str] = ()) -> Settled:
        """Find out whether ``create_group_code`` happened; vendors without a list of group codes cannot tell."""
        raise self._unsupported("settle_group_code")

    def update_group_code(self, code_id: str, spec: GroupCodeSpec, *, extra: Mapping[str, Any] | None = None) -> None:
        """Replace the whole of a group code, groups included; an empty ``state`` stays as it is. Safe to repeat.

        Two writers lose each other's groups: read, change and write under one lock, then read back.
        """
        raise self._unsupported("update_group_code")

    def delete_group_code(self, code_id: str) -> None:
        """Delete a group code; the groups stay. Cannot be undone."""
        raise self._unsupported("delete_group_code")

    def picture(self, qr_url: str) -> Download:
        """Fetch the picture of a code from the address in its ``qr_url``: a PNG or JPEG file, of 2 MiB at most.

        An address that is not the vendor's raises ``InputError`` before anything is sent. Safe to repeat.
        """
        raise self._unsupported("picture")

    def end_temporary_chat(self, staff_id: str, member_id: str) -> None:
        """End the chat that a temporary contact code opened; where none is open ``NotFound`` is raised.

        After a lost answer end it again: ``NotFound`` then means that it is over.
        """
        raise self._unsupported("end_temporary_chat")
