"""What people do with live codes and handovers, for the contract of WeCom: through the sandbox's control plane."""

import pytest

from privcrm.models import MemberIdConversion, StaffId
from privcrm.sandbox import Sandbox
from privcrm.sandbox.control.paging import BadRequest
from privcrm.testing.contract import Relation


class WeComPeople:
    """Fixtures over ``sandbox``."""

    @pytest.fixture
    def leaver_id(self, sandbox: Sandbox):
        owner = sandbox.world.staff[sandbox.world.groups.owner(0)]
        sandbox.act("staff_resigns", userid=owner.staff_id)
        return owner.staff_id

    @pytest.fixture
    def scan_contact_code(self, sandbox: Sandbox):
        def scan(code_id: str) -> Relation | None:
            try:
                found = sandbox.act("member_scans_contact_code", config_id=code_id)
            except BadRequest:
                return None
            relation = {name: found[name] for name in ("userid", "external_userid")}
            if found["pending"]:
                sandbox.act("staff_accepts", **relation)
            return Relation(StaffId(relation["userid"]), relation["external_userid"])

        return scan

    @pytest.fixture
    def scan_group_code(self, sandbox: Sandbox):
        def scan(code_id: str) -> str:
            try:
                return sandbox.act("member_scans_join_code", config_id=code_id)["chat_id"]
            except BadRequest:
                return ""

        return scan

    @pytest.fixture
    def fill_groups(self, sandbox: Sandbox):
        def fill() -> None:
            smallest = min(len(group.people) for group in sandbox.world.groups)
            sandbox.company.rules.change({"join_scan_cap": smallest})

        return fill

    @pytest.fixture
    def refuse_transfer(self, sandbox: Sandbox):
        return lambda relation: sandbox.act("member_refuses_transfer", external_userid=relation.member_id)

    @pytest.fixture
    def open_group(self, sandbox: Sandbox):
        ids = sandbox.company.ids
        return ids.open_group.encode(0), ids.group.encode(0)

    @pytest.fixture
    def member_conversion(self):
        """The ids of a provider's app: the only way that takes many at once and is known of everybody."""
        return MemberIdConversion.UPGRADED

    @pytest.fixture
    def reachable_staff(self, sandbox: Sandbox):
        staff = sandbox.world.staff[0]
        return staff.staff_id, staff.phone, staff.work_mail
