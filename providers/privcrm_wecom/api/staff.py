"""Employees and departments (通讯录).

https://developer.work.weixin.qq.com/document/path/90196, 90201, 90208, 95350, 95351, 96067 and 92571; ids: 90202,
95402, 95884, 95895.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from privcrm.errors import InputError, NotFound
from privcrm.models import (
    ConvertedId,
    Department,
    DepartmentId,
    Page,
    Pages,
    Staff,
    StaffId,
    StaffIdConversion,
    staff_key,
)
from privcrm.provider import Endpoint
from privcrm.provider.ports import StaffPort
from privcrm.transport import Params
from privcrm_wecom import checks
from privcrm_wecom.api.area import Area
from privcrm_wecom.api.conversion import Conversion, converted
from privcrm_wecom.convert import staff as convert
from privcrm_wecom.convert import values
from privcrm_wecom.endpoints.staff import (
    DEPARTMENT_GET,
    DEPARTMENT_LIST,
    DEPARTMENT_SIMPLELIST,
    FOLLOW_USERS,
    OPEN_USERIDS,
    USER_GET,
    USER_LIST,
    USER_LIST_ID,
    USER_OF_MAIL,
    USER_OF_OPENID,
    USER_OF_PHONE,
    USER_OPENID,
)

_COMPANY_MAIL, _PERSONAL_MAIL = 1, 2
_SHORTEST_PHONE = 5
_CONVERSIONS = {
    StaffIdConversion.OPENID: Conversion(USER_OPENID, "userid", "openid"),
    StaffIdConversion.FROM_OPENID: Conversion(USER_OF_OPENID, "openid", "userid"),
    StaffIdConversion.FROM_SERVICE: Conversion(
        OPEN_USERIDS, "open_userid_list", "userid", "userid_list", "open_userid", "open_userids", needs_app=True
    ),
}


class WeComStaff(Area, StaffPort):
    """Every app may read what lies in its visible range (可见范围); only ``ids`` needs the role ``directory``."""

    def get(self, staff_id: str) -> Staff:
        """Return one employee; phone and mail are withheld from apps made after 2022-06-20."""
        checks.given("staff_id", staff_id, USER_GET.doc)
        return convert.staff(self._client.call(USER_GET, {"userid": staff_id}))

    def list(self, department_id: str | None = None) -> Iterator[Staff]:
        """Yield employees, one call for each department: too large an answer is refused (45029)."""
        return self._people_under(_number("department_id", department_id, DEPARTMENT_SIMPLELIST.doc))

    def departments(self, root_id: str | None = None) -> Iterator[Department]:
        """Yield departments."""
        answer = self._client.call(DEPARTMENT_LIST, {"id": _number("root_id", root_id, DEPARTMENT_LIST.doc)})
        return map(convert.department, values.rows(answer.get("department")))

    def department(self, department_id: str) -> Department:
        """Return one department."""
        number = _number("department_id", department_id, DEPARTMENT_GET.doc)
        answer = self._client.call(DEPARTMENT_GET, {"id": number})
        return convert.department(values.mapping(answer.get("department")))

    def ids(self) -> Iterator[tuple[StaffId, DepartmentId]]:
        """Yield (staff, department) pairs; needs the role ``directory`` (通讯录同步)."""
        return iter(Pages(self._id_pairs))

    def serving(self) -> Iterator[StaffId]:
        """Yield employees with customer contact; needs the role ``customer_contact``."""
        answer = self._client.call(FOLLOW_USERS, {})
        return (StaffId(entry) for entry in values.texts(answer.get("follow_user")))

    def id_of_phone(self, phone: str) -> StaffId | None:
        """Look a phone number up.

        When too many fail (20% of what the company may employ) the vendor closes the endpoint for a day.
        """
        wanted = Params({"mobile": phone})
        del phone  # local values show in tracebacks
        checks.at_most("phone", wanted["mobile"], self._limit("staff_phone"))
        if len(wanted["mobile"]) < _SHORTEST_PHONE:
            raise InputError(f"phone has fewer than {_SHORTEST_PHONE} bytes ({USER_OF_PHONE.doc})")
        return self._looked_up(USER_OF_PHONE, wanted)

    def id_of_mail(self, mail: str, *, personal: bool = False) -> StaffId | None:
        """Look a mail address up; failures count as those of ``id_of_phone`` do."""
        wanted = Params({"email": mail, "email_type": _PERSONAL_MAIL if personal else _COMPANY_MAIL})
        del mail
        checks.given("mail", wanted["email"], USER_OF_MAIL.doc)
        return self._looked_up(USER_OF_MAIL, wanted)

    def convert(
        self, ids: Sequence[str], conversion: StaffIdConversion, *, source_app: str = ""
    ) -> tuple[ConvertedId, ...]:
        """Convert ids; ``FROM_SERVICE`` is for self-built apps and wants the agent id of the ``source_app``.

        The others take one call for each id; an employee who has not bound WeChat has no openid.
        """
        way = _CONVERSIONS[conversion]
        return converted(way, ids, source_app, self._most(way.most) if way.most else 1, self._client.call)

    def _looked_up(self, endpoint: Endpoint, wanted: Params) -> StaffId | None:
        try:
            found = values.text(self._client.call(endpoint, wanted).get("userid"))
        except NotFound:
            return None
        return StaffId(found) if found else None

    def _people_under(self, root_id: str | None) -> Iterator[Staff]:
        seen: set[str] = set()
        for row in self._department_rows(root_id):
            for found in self._in_department(values.text(row.get("id"))):
                if staff_key(found.staff_id) not in seen:
                    seen.add(staff_key(found.staff_id))
                    yield found

    def _department_rows(self, root_id: str | None) -> Iterable[dict[str, Any]]:
        # The light listing is what the vendor recommends; the array itself is called department_id.
        return values.rows(self._client.call(DEPARTMENT_SIMPLELIST, {"id": root_id}).get("department_id"))

    def _in_department(self, department_id: str) -> Iterator[Staff]:
        answer = self._client.call(USER_LIST, {"department_id": department_id})
        return map(convert.staff, values.rows(answer.get("userlist")))

    def _id_pairs(self, cursor: str) -> Page[tuple[StaffId, DepartmentId]]:
        params = {"limit": self._most("staff_id_page"), **({"cursor": cursor} if cursor else {})}
        answer = self._client.call(USER_LIST_ID, params)
        pairs = tuple(
            (StaffId(values.text(row.get("userid"))), DepartmentId(values.text(row.get("department"))))
            for row in values.rows(answer.get("dept_user"))
        )
        return Page(pairs, values.text(answer.get("next_cursor")))


def _number(field: str, department_id: str | None, page: str) -> str | None:
    """Return the id of a department if it is a number: the vendor takes any other for the whole company."""
    if department_id is not None:
        checks.given(field, department_id, page)
        checks.whole(field, department_id, page)
    return department_id
