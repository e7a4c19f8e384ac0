"""The WeCom adapter keeps the contract over real HTTP, against the simulated company."""

from collections.abc import Iterator

import pytest

from privcrm.clock import Clock
from privcrm.provider import Settings
from privcrm.sandbox import Sandbox, VirtualClock
from privcrm.testing.contract import MakeProvider, ProviderContract
from privcrm_wecom import WeComProvider


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(members=600, clock=VirtualClock(auto_advance=True)) as sandbox:
        yield sandbox


class TestWeCom(ProviderContract):
    @pytest.fixture
    def sandbox(self, running: Sandbox) -> Sandbox:
        running.reset()
        running.company.rules.change({"app_kind": "delegated"})  # the only kind that may do all of it
        return running

    @pytest.fixture
    def clock(self, sandbox: Sandbox) -> Clock:
        return sandbox.clock

    @pytest.fixture
    def make_provider(self, sandbox: Sandbox) -> MakeProvider:
        values = {**sandbox.env, "PRIVCRM_WECOM_APP_KIND": "delegated"}
        settings = Settings.from_environ(values, "PRIVCRM_WECOM_")
        return lambda context: WeComProvider.from_settings(settings, context)

    @pytest.fixture
    def leaver_id(self, sandbox: Sandbox) -> str:
        owner = sandbox.world.staff[sandbox.world.groups.owner(0)]
        sandbox.act("staff_resigns", userid=owner.staff_id)
        return owner.staff_id

    @pytest.fixture
    def strangers_unionid(self, sandbox: Sandbox) -> str:
        return sandbox.company.ids.union.encode(10**9)
