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

from privcrm.testing.contract.acquisition import AcquisitionContract
from privcrm.testing.contract.base import Contract, MakeProvider, Relation
from privcrm.testing.contract.callbacks import CallbacksContract
from privcrm.testing.contract.capabilities import CapabilitiesContract
from privcrm.testing.contract.contact_codes import ContactCodesContract
from privcrm.testing.contract.conversions import ConversionsContract
from privcrm.testing.contract.group_codes import GroupCodesContract
from privcrm.testing.contract.group_handover import GroupHandoverContract
from privcrm.testing.contract.groups import GroupsContract
from privcrm.testing.contract.handover import HandoverContract
from privcrm.testing.contract.mass_messages import MassMessagesContract
from privcrm.testing.contract.media import MediaContract
from privcrm.testing.contract.member_strategies import MemberStrategiesContract
from privcrm.testing.contract.members import MembersContract
from privcrm.testing.contract.moment_strategies import MomentStrategiesContract
from privcrm.testing.contract.moments import MomentsContract
from privcrm.testing.contract.products import ProductsContract
from privcrm.testing.contract.rules import RulesContract
from privcrm.testing.contract.safety import SafetyContract
from privcrm.testing.contract.staff import StaffContract
from privcrm.testing.contract.staff_messages import StaffChatsContract, StaffMessagesContract
from privcrm.testing.contract.statistics import StatisticsContract
from privcrm.testing.contract.tags import TagsContract
from privcrm.testing.contract.welcomes import WelcomesContract


class ProviderContract(
    StaffContract,
    MembersContract,
    TagsContract,
    GroupsContract,
    ContactCodesContract,
    GroupCodesContract,
    HandoverContract,
    GroupHandoverContract,
    StatisticsContract,
    ConversionsContract,
    MemberStrategiesContract,
    CapabilitiesContract,
    SafetyContract,
    MassMessagesContract,
    WelcomesContract,
    StaffMessagesContract,
    StaffChatsContract,
    MomentsContract,
    MomentStrategiesContract,
    MediaContract,
    RulesContract,
    ProductsContract,
    AcquisitionContract,
    CallbacksContract,
):
    """All of it."""


__all__ = [
    "AcquisitionContract",
    "CallbacksContract",
    "CapabilitiesContract",
    "ContactCodesContract",
    "Contract",
    "ConversionsContract",
    "GroupCodesContract",
    "GroupHandoverContract",
    "GroupsContract",
    "HandoverContract",
    "MakeProvider",
    "MassMessagesContract",
    "MediaContract",
    "MemberStrategiesContract",
    "MembersContract",
    "MomentStrategiesContract",
    "MomentsContract",
    "ProductsContract",
    "ProviderContract",
    "Relation",
    "RulesContract",
    "SafetyContract",
    "StaffChatsContract",
    "StaffContract",
    "StaffMessagesContract",
    "StatisticsContract",
    "TagsContract",
    "WelcomesContract",
]
