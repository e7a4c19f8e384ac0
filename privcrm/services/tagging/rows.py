"""What a caller asks for: one row for each line of the list."""

from enum import StrEnum

from attrs import field, frozen


class Key(StrEnum):
    """By what the rows name their members; a phone or a unionid is looked up, and several matches are never guessed."""

    MEMBER_ID = "member_id"
    PHONE = "phone"
    UNIONID = "unionid"


@frozen
class TagRow:
    r"""One line of a tagging list.

    ``row`` is the line's number as a spreadsheet shows it. ``key`` is a member id, a phone or a unionid, as
    ``TagOptions.key`` says, and never shows in a ``repr``. Without ``staff_id`` the row is meant for every employee
    who follows the member. ``add`` and ``remove`` hold names as written: ``Group/Tag`` or ``Tag``, ``\/`` for a slash
    in a name; an entry may hold several, separated by ``;``.
    """

    row: int
    key: str = field(repr=False)
    staff_id: str | None = None
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
