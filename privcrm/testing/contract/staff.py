"""The contract of ``StaffPort``."""

import pytest

from privcrm.errors import NotFound
from privcrm.models import staff_key
from privcrm.provider import Provider
from privcrm.testing.contract.base import Contract, needs


class StaffContract(Contract):
    """Reading employees and departments."""

    @needs("staff.list", "staff.get")
    def test_listed_staff_can_be_read(self, provider: Provider) -> None:
        """A listing and a single reading tell the same."""
        listed = next(iter(provider.staff.list()))
        read = provider.staff.get(listed.staff_id)
        assert (read.staff_id, read.state) == (listed.staff_id, listed.state)
        assert read.raw, "the vendor's answer is lost"

    @needs("staff.list")
    def test_nobody_is_listed_twice(self, provider: Provider) -> None:
        """Whoever works in several departments comes once."""
        keys = [staff_key(staff.staff_id) for staff in provider.staff.list()]
        assert keys
        assert len(keys) == len(set(keys))

    @needs("staff.get", "staff.list")
    def test_staff_ids_are_read_without_case(self, provider: Provider) -> None:
        """Vendors ignore the case of staff ids, so a port must not be stricter."""
        listed = next(iter(provider.staff.list()))
        assert staff_key(provider.staff.get(listed.staff_id.swapcase()).staff_id) == staff_key(listed.staff_id)

    @needs("staff.get")
    def test_unknown_staff_is_not_found(self, provider: Provider, unknown_id: str) -> None:
        """An unknown id is an error of its own class, with the vendor's code kept."""
        with pytest.raises(NotFound) as caught:
            provider.staff.get(unknown_id)
        assert caught.value.provider == provider.name
        assert caught.value.operation
        assert caught.value.code not in (None, 0, "")

    @needs("staff.departments")
    def test_departments_form_one_tree(self, provider: Provider) -> None:
        """Every parent is listed; only the root has none."""
        found = {node.department_id: node for node in provider.staff.departments()}
        roots = [node for node in found.values() if node.parent_id is None]
        assert len(roots) == 1
        assert all(node.parent_id in found for node in found.values() if node.parent_id is not None)

    @needs("staff.departments", "staff.department")
    def test_listed_departments_can_be_read(self, provider: Provider) -> None:
        """A listing and a single reading tell the same."""
        for listed in list(provider.staff.departments())[:3]:
            read = provider.staff.department(listed.department_id)
            assert (read.department_id, read.parent_id) == (listed.department_id, listed.parent_id)

    @needs("staff.department", "staff.departments")
    def test_unknown_department_is_not_found(self, provider: Provider) -> None:
        """A number that no department has."""
        unused = str(1 + max(int(node.department_id) for node in provider.staff.departments()))
        with pytest.raises(NotFound):
            provider.staff.department(unused)

    @needs("staff.departments", "staff.list")
    def test_a_department_includes_those_below_it(self, provider: Provider) -> None:
        """The root's staff are everybody, a department's are a part of them."""
        everybody = {staff.staff_id for staff in provider.staff.list()}
        departments = list(provider.staff.departments())
        root = next(node for node in departments if node.parent_id is None)
        assert {staff.staff_id for staff in provider.staff.list(root.department_id)} == everybody
        part = {staff.staff_id for staff in provider.staff.list(departments[-1].department_id)}
        assert part < everybody

    @needs("staff.ids", "staff.list")
    def test_ids_name_every_listed_employee(self, provider: Provider) -> None:
        """The cheap listing knows everybody whom the full one knows."""
        cheap = {staff_key(staff_id) for staff_id, _ in provider.staff.ids()}
        assert {staff_key(staff.staff_id) for staff in provider.staff.list()} <= cheap

    @needs("staff.serving", "staff.list")
    def test_serving_staff_are_employees(self, provider: Provider) -> None:
        """Customer contact is switched on for employees only, and not for all."""
        serving = {staff_key(staff_id) for staff_id in provider.staff.serving()}
        assert serving
        assert serving <= {staff_key(staff.staff_id) for staff in provider.staff.list()}
