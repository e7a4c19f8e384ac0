"""What employees and members do about what is said to them, for contract tests of the memory provider."""

import pytest

from privcrm.testing import MemoryProvider
from privcrm.testing.contract.base import LoseAnswer
from privcrm.testing.contract.mass_messages import ConfirmMessage
from privcrm.testing.contract.moments import LikeMoment, PublishMoment
from privcrm.testing.contract.welcomes import AddMember
from tests.contract.wecom_speaking import rule_of_others


class MemorySpeaking:
    """Fixtures over ``provider``."""

    @pytest.fixture
    def lose_request(self, provider: MemoryProvider) -> LoseAnswer:
        return provider.lose_request

    @pytest.fixture
    def add_member(self, provider: MemoryProvider) -> AddMember:
        return lambda staff_id: provider.people.adds(staff_id)[1]

    @pytest.fixture
    def confirm_message(self, provider: MemoryProvider) -> ConfirmMessage:
        return provider.people.sends

    @pytest.fixture
    def publish_moment(self, provider: MemoryProvider) -> PublishMoment:
        return provider.people.publishes

    @pytest.fixture
    def like_moment(self, provider: MemoryProvider) -> LikeMoment:
        return provider.people.likes

    @pytest.fixture
    def foreign_rule_id(self, provider: MemoryProvider) -> str:
        provider.world.intercepts.put(rule_of_others())
        return "rule-0"

    @pytest.fixture
    def remote_file(self) -> tuple[str, str]:
        return "https://cdn.example/a.pdf", "0" * 32
