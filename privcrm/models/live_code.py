"""Live codes (活码): printed once, with a target that changes."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from privcrm.models.content import Content
from privcrm.models.fields import checked
from privcrm.models.ids import CodeId, DepartmentId, GroupId, StaffId


class CodeScene(StrEnum):
    """Where a code is met."""

    QR_CODE = "qr_code"
    MINI_PROGRAM = "mini_program"


@frozen(slots=False, field_transformer=checked)
class ContactCodeSpec:
    """What a contact code (员工活码) is to do: whom it adds, and how.

    ``state`` is the channel mark that comes back with every member who used the code. ``exclusive`` lets a person
    add one employee only. ``style`` is the look of the button in a mini-program, by the vendor's number.

    A ``temporary`` code opens a chat without making a member of anybody; it is in no list. It expires after
    ``expires_in`` seconds, the chat after ``chat_expires_in``; ``unionid`` is the only person who may use it, and
    ``conclusions`` is what the chat is ended with. None, or nothing said, leaves these to the vendor.
    """

    staff_ids: tuple[StaffId, ...] = ()
    department_ids: tuple[DepartmentId, ...] = ()
    state: str = ""
    note: str = field(default="", repr=False)
    skip_confirmation: bool = True
    scene: CodeScene = CodeScene.QR_CODE
    exclusive: bool = False
    temporary: bool = False
    expires_in: int | None = None
    chat_expires_in: int | None = None
    unionid: str | None = field(default=None, repr=False)
    conclusions: Content = field(factory=Content)
    style: int | None = None


@frozen(slots=False)
class ContactCode:
    """A contact code as the vendor keeps it; ``qr_url`` is the address of its picture."""

    code_id: CodeId
    spec: ContactCodeSpec
    qr_url: str = ""
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


@frozen(slots=False, field_transformer=checked)
class GroupCodeSpec:
    """What a group code (群活码) is to do: which groups it fills, and whether new ones open when they are full.

    New groups are named ``base_name`` and a number that begins at ``base_number``.
    """

    group_ids: tuple[GroupId, ...]
    state: str = ""
    note: str = field(default="", repr=False)
    scene: CodeScene = CodeScene.QR_CODE
    opens_groups: bool = True
    base_name: str = ""
    base_number: int = 1


@frozen(slots=False)
class GroupCode:
    """A group code as the vendor keeps it; ``qr_url`` is the address of its picture, empty until it is read."""

    code_id: CodeId
    spec: GroupCodeSpec
    qr_url: str = ""
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)
