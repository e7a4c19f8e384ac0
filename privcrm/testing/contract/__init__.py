"""What every provider keeps, as tests to subclass.

::

    class TestMine(ProviderContract):
        @pytest.fixture
        def make_provider(self) -> MakeProvider:
            return lambda context: MyProvider(context)

``ProviderContract`` is the whole; ``TagsContract`` and its like are one area each. Tests of what the provider's own
capability table does not offer are skipped with that as the reason, and the refusal is tested instead. Where a vendor
differs, override a fixture; where it must break a rule, override the test and mark it ``xfail`` with a reason: a test
that is overridden or removed without one fails the contract.
"""

from privcrm.testing.contract.base import Contract, MakeProvider, Relation
from privcrm.testing.contract.capabilities import CapabilitiesContract
from privcrm.testing.contract.groups import GroupsContract
from privcrm.testing.contract.members import MembersContract
from privcrm.testing.contract.safety import SafetyContract
from privcrm.testing.contract.staff import StaffContract
from privcrm.testing.contract.tags import TagsContract


class ProviderContract(
    StaffContract, MembersContract, TagsContract, GroupsContract, CapabilitiesContract, SafetyContract
):
    """All of it."""


__all__ = [
    "CapabilitiesContract",
    "Contract",
    "GroupsContract",
    "MakeProvider",
    "MembersContract",
    "ProviderContract",
    "Relation",
    "SafetyContract",
    "StaffContract",
    "TagsContract",
]
