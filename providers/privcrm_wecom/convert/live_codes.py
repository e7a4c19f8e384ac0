"""Contact codes and group codes."""

from typing import Any, cast

from privcrm.models import (
    CodeId,
    CodeScene,
    ContactCode,
    ContactCodeSpec,
    Content,
    DepartmentId,
    GroupCode,
    GroupCodeSpec,
    GroupId,
    StaffId,
)
from privcrm_wecom.content import content_of
from privcrm_wecom.convert.values import flag, mapping, number, text, texts

SINGLE, SEVERAL = 1, 2
"""The type of a contact code; it cannot change later."""

_VENDORS_OWN = frozenset({"config_id", "qr_code"})
_SCENES = {CodeScene.MINI_PROGRAM: 1, CodeScene.QR_CODE: 2}


def scene_number(scene: CodeScene) -> int:
    """Return the vendor's number of a scene."""
    return _SCENES[scene]


def contact_code(row: dict[str, Any]) -> ContactCode:
    """Return a contact code; what belongs to temporary ones is told of no other."""
    temporary, in_mini_program = flag(row.get("is_temp")), number(row.get("scene")) == _SCENES[CodeScene.MINI_PROGRAM]
    spec = ContactCodeSpec(
        staff_ids=cast("tuple[StaffId, ...]", texts(row.get("user"))),
        department_ids=cast("tuple[DepartmentId, ...]", texts(row.get("party"))),
        state=text(row.get("state")),
        note=text(row.get("remark")),
        skip_confirmation=flag(row.get("skip_verify"), default=True),
        scene=_scene(row),
        exclusive=flag(row.get("is_exclusive")),
        temporary=temporary,
        expires_in=(number(row.get("expires_in")) or None) if temporary else None,
        chat_expires_in=(number(row.get("chat_expires_in")) or None) if temporary else None,
        unionid=(text(row.get("unionid")) or None) if temporary else None,
        conclusions=content_of(mapping(row.get("conclusions"))) if temporary else Content(),
        style=(number(row.get("style")) or None) if in_mini_program and not temporary else None,
    )
    return ContactCode(CodeId(text(row.get("config_id"))), spec, text(row.get("qr_code")), row)


def group_code(row: dict[str, Any]) -> GroupCode:
    """Return a group code; for mini-programs ``qr_url`` is the address of the plugin."""
    first = number(row.get("room_base_id"))
    spec = GroupCodeSpec(
        group_ids=cast("tuple[GroupId, ...]", texts(row.get("chat_id_list"))),
        state=text(row.get("state")),
        note=text(row.get("remark")),
        scene=_scene(row),
        opens_groups=flag(row.get("auto_create_room"), default=True),
        base_name=text(row.get("room_base_name")),
        base_number=1 if first is None else first,
    )
    return GroupCode(CodeId(text(row.get("config_id"))), spec, text(row.get("qr_code")), row)


def group_code_fields(spec: GroupCodeSpec, state: str) -> dict[str, Any]:
    """Return the whole of a group code, what is empty too.

    What an update leaves out falls back to a default, or stays as it was: sources differ, so nothing is left out.
    """
    return {
        "scene": scene_number(spec.scene),
        "remark": spec.note,
        "auto_create_room": int(spec.opens_groups),
        "room_base_name": spec.base_name,
        "room_base_id": spec.base_number,
        "chat_id_list": [*spec.group_ids],
        "state": state,
    }


def beside_the_spec(code: GroupCode) -> dict[str, Any]:
    """Return what was read of a group code beyond what a spec says, without what only the vendor writes."""
    return {name: value for name, value in code.raw.items() if name not in _VENDORS_OWN and value is not None}


def _scene(row: dict[str, Any]) -> CodeScene:
    known = {wire: scene for scene, wire in _SCENES.items()}
    return known.get(number(row.get("scene")) or 0, CodeScene.QR_CODE)
