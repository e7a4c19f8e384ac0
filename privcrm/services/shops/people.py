"""Whom and what a list of shops names: departments and employees as the mirror knows them."""

from collections.abc import Iterable, Mapping, Sequence

from privcrm.errors import InputError
from privcrm.models import Department, DepartmentId, StaffId, staff_key
from privcrm.services.files.sentences import say

__all__ = ["People"]


class People:
    """Looks departments up by id, name or ``Parent/Name``, and employees by id.

    What the mirror knows nothing of at all, because it was not synchronised yet, is taken as it is written.
    """

    def __init__(self, departments: Sequence[Department], staff: Mapping[str, str]) -> None:
        """``staff`` gives each id as it is shown, by the form in which ids are compared."""
        self._staff = staff
        self._ids = {each.department_id for each in departments}
        self._named: dict[str, list[DepartmentId]] = {}
        names = {each.department_id: each.name for each in departments}
        for each in departments:
            self._named.setdefault(each.name, []).append(each.department_id)
            if each.parent_id is not None and each.parent_id in names:
                self._named.setdefault(f"{names[each.parent_id]}/{each.name}", []).append(each.department_id)

    def department(self, text: str) -> DepartmentId:
        """Return the department that is meant; raises ``InputError`` for one that is unknown or one of several."""
        if text in self._ids or not self._ids:
            return DepartmentId(text)
        found = self._named.get(text, [])
        if not found:
            raise InputError(
                say("department {name!r} is unknown; write its id or name, or run privcrm sync first", name=text)
            )
        if len(found) > 1:
            what = say(
                "{count} departments are called {name!r}; write Parent/Name, or an id: {ids}",
                count=len(found),
                name=text,
                ids=_some(found),
            )
            raise InputError(what)
        return found[0]

    def employee(self, text: str) -> StaffId:
        """Return the employee that is meant, as the id is shown; raises ``InputError`` for one that is unknown."""
        shown = self._staff.get(staff_key(text), "" if self._staff else text)
        if not shown:
            raise InputError(say("employee {id!r} is unknown; correct the id, or run privcrm sync first", id=text))
        return StaffId(shown)


def _some(ids: Iterable[str]) -> str:
    shown = sorted(ids)
    return ", ".join(shown[:5]) + (", …" if len(shown) > 5 else "")  # noqa: PLR2004 - enough to choose from
