"""Shops: where staff, groups and codes belong."""

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from privcrm.errors import InputError
from privcrm.models.fields import instance_of
from privcrm.models.ids import DepartmentId, StaffId

__all__ = ["Shop"]

LONGEST_CODE = 100


def _code(instance: object, attribute: Any, value: str) -> None:
    del instance, attribute
    if not instance_of(str, "Shop.code", value).strip() or value != value.strip() or len(value) > LONGEST_CODE:
        raise InputError(f"Shop.code takes 1 to {LONGEST_CODE} characters without spaces at the ends")


def _texts(value: Mapping[str, str]) -> Mapping[str, str]:
    return {str(name): str(text) for name, text in value.items()}


def _ids(value: Any) -> tuple[Any, ...]:
    if isinstance(value, str):
        raise InputError("Shop takes several ids, a text was given: put one into a list")
    return tuple(dict.fromkeys(map(str, value)))


@frozen(slots=False)
class Shop:
    """A shop (门店) by its ``code``; ``attributes`` are whatever else the company notes of it, as texts.

    Its staff are those named in ``staff_ids``, and those of ``department_ids`` and of all departments below them.
    Raises ``InputError`` for a code that is empty or too long.
    """

    code: str = field(validator=_code)
    name: str = ""
    region: str = ""
    manager_id: StaffId = StaffId("")
    attributes: Mapping[str, str] = field(factory=dict[str, str], converter=_texts, hash=False)
    department_ids: tuple[DepartmentId, ...] = field(default=(), converter=_ids)
    staff_ids: tuple[StaffId, ...] = field(default=(), converter=_ids)
