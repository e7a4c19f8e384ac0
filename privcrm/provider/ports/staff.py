"""Port: employees and departments."""

from collections.abc import Iterator, Sequence

from privcrm.models import ConvertedId, Department, DepartmentId, Staff, StaffId, StaffIdConversion
from privcrm.provider.ports._base import Port


class StaffPort(Port):
    """Reads the directory."""

    area = "staff"

    def get(self, staff_id: str) -> Staff:
        """Return one employee; an id unknown to the vendor or invisible to the app raises ``NotFound``."""
        raise self._unsupported("get")

    def list(self, department_id: str | None = None) -> Iterator[Staff]:
        """Yield the employees of a department and those below it, each once; None means all that the app may see.

        An employee who works in several departments comes once. An unknown department raises ``NotFound``.
        """
        raise self._unsupported("list")

    def departments(self, root_id: str | None = None) -> Iterator[Department]:
        """Yield the department ``root_id`` and all below it; None means all that the app may see."""
        raise self._unsupported("departments")

    def department(self, department_id: str) -> Department:
        """Return one department; an unknown id raises ``NotFound``."""
        raise self._unsupported("department")

    def ids(self) -> Iterator[tuple[StaffId, DepartmentId]]:
        """Yield (staff, department) pairs of the whole company; a person in two departments comes twice."""
        raise self._unsupported("ids")

    def serving(self) -> Iterator[StaffId]:
        """Yield the ids of employees with customer contact switched on, within the app's visible range."""
        raise self._unsupported("serving")

    def id_of_phone(self, phone: str) -> StaffId | None:
        """Return the employee with this phone number in the directory, or None; vendors block those who guess."""
        raise self._unsupported("id_of_phone")

    def id_of_mail(self, mail: str, *, personal: bool = False) -> StaffId | None:
        """Return the employee with this company (or ``personal``) mail address, or None; vendors block guessing."""
        raise self._unsupported("id_of_mail")

    def convert(
        self, ids: Sequence[str], conversion: StaffIdConversion, *, source_app: str = ""
    ) -> tuple[ConvertedId, ...]:
        """Return for each of these ids, in their order, what it is elsewhere; more than one call takes are split.

        ``source_app`` is the vendor's id of the app that the ids come from, where a conversion needs it. An id that
        cannot be converted is no error, see ``ConvertedId``.
        """
        raise self._unsupported("convert")
