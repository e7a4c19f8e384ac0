"""What employees and members do about what is said to them, for contract tests of WeCom."""

import pytest

from privcrm.sandbox import Sandbox
from privcrm.sandbox.world import EPOCH, OTHER_PROGRAM
from privcrm.sandbox.world.intercepts import InterceptRule
from privcrm.testing.contract.acquisition import MemberWrites, OpenLink
from privcrm.testing.contract.mass_messages import ConfirmMessage
from privcrm.testing.contract.moments import LikeMoment, PublishMoment
from privcrm.testing.contract.welcomes import AddMember


def rule_of_others() -> InterceptRule:
    return InterceptRule(0, OTHER_PROGRAM, "theirs", ("word",), (), True, frozenset({0}), frozenset(), EPOCH)


class WeComSpeaking:
    """Fixtures that act through the control plane of the sandbox."""

    @pytest.fixture
    def add_member(self, sandbox: Sandbox) -> AddMember:
        return lambda staff_id: sandbox.act("member_adds_staff", userid=staff_id)["welcome_code"]

    @pytest.fixture
    def confirm_message(self, sandbox: Sandbox) -> ConfirmMessage:
        def confirm(message_id: str, staff_id: str) -> None:
            sandbox.act("staff_confirms_message", msgid=message_id, userid=staff_id)

        return confirm

    @pytest.fixture
    def publish_moment(self, sandbox: Sandbox) -> PublishMoment:
        def publish(moment_id: str, staff_id: str) -> None:
            sandbox.act("staff_confirms_moment", moment_id=moment_id, userid=staff_id)

        return publish

    @pytest.fixture
    def like_moment(self, sandbox: Sandbox) -> LikeMoment:
        def like(moment_id: str, staff_id: str, member_id: str) -> None:
            who = {"userid": staff_id, "external_userid": member_id}
            sandbox.act("member_reacts_to_moment", moment_id=moment_id, do="like", **who)

        return like

    @pytest.fixture
    def foreign_rule_id(self, sandbox: Sandbox) -> str:
        sandbox.world.intercepts.put(rule_of_others())
        return sandbox.company.ids.rule.encode(0)

    @pytest.fixture
    def remote_file(self) -> tuple[str, str]:
        return "https://cdn.example/a.pdf", "0" * 32

    @pytest.fixture
    def open_link(self, sandbox: Sandbox) -> OpenLink:
        def come(link_id: str, state: str) -> str:
            return sandbox.act("member_opens_link", link_id=link_id, customer_channel=state)["external_userid"]

        return come

    @pytest.fixture
    def member_writes(self, sandbox: Sandbox) -> MemberWrites:
        def write(staff_id: str, member_id: str) -> str:
            return sandbox.act("member_writes", userid=staff_id, external_userid=member_id)["chat_key"]

        return write
