"""The WeCom adapter keeps the contract over real HTTP, against the simulated company."""

from collections.abc import Iterator
from itertools import count

import pytest

from privcrm.clock import Clock
from privcrm.provider import CallRecord, ProviderContext, Settings
from privcrm.sandbox import Sandbox, VirtualClock
from privcrm.testing.contract import MakeProvider, ProviderContract
from privcrm.testing.contract.base import LoseAnswer, PassTime
from privcrm.testing.contract.callbacks import SealedRequest
from privcrm_wecom import WeComProvider
from privcrm_wecom.endpoints import ENDPOINTS
from tests.contract.wecom_people import WeComPeople
from tests.contract.wecom_speaking import WeComSpeaking
from tests.unit.wecom.callbacks import sealing
from tests.unit.wecom.callbacks.sealing import event_fields


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(members=600, clock=VirtualClock(auto_advance=True)) as sandbox:
        yield sandbox


class TestWeCom(WeComPeople, WeComSpeaking, ProviderContract):
    @pytest.fixture
    def app_kind(self, request: pytest.FixtureRequest) -> str:
        """No kind of app may do all: only the company's own open chats and list all served, others convert unionids."""
        needed = [name for marker in request.node.iter_markers("privcrm_needs") for name in marker.args]
        own = any("staff_chat" in name or name == "members.served" for name in needed)
        return "self_built" if own else "delegated"

    @pytest.fixture
    def sandbox(self, running: Sandbox, app_kind: str) -> Sandbox:
        running.reset()
        running.company.rules.change({"app_kind": app_kind})
        return running

    @pytest.fixture
    def clock(self, sandbox: Sandbox) -> Clock:
        return sandbox.clock

    @pytest.fixture
    def context(self, clock: Clock, records: list[CallRecord]) -> ProviderContext:
        """Pages so small that listings have several of them."""
        pages = ("message", "moment", "product", "link", "contact_code", "unassigned", "figures")
        limits = {f"{listing}_page": 2 for listing in pages}
        return ProviderContext(clock=clock, on_call=records.append, limits=limits)

    @pytest.fixture
    def make_provider(self, sandbox: Sandbox, app_kind: str) -> MakeProvider:
        roles = "customer_contact,messages,app_chats"
        values = {**sandbox.env, "PRIVCRM_WECOM_APP_KIND": app_kind, "PRIVCRM_WECOM_ROLES": roles}
        settings = Settings.from_environ(values, "PRIVCRM_WECOM_")
        return lambda context: WeComProvider.from_settings(settings, context)

    @pytest.fixture
    def strangers_unionid(self, sandbox: Sandbox) -> str:
        return sandbox.company.ids.union.encode(10**9)

    @pytest.fixture
    def pass_time(self, sandbox: Sandbox) -> PassTime:
        return sandbox.clock.advance

    @pytest.fixture
    def sealed_request(self, sandbox: Sandbox) -> SealedRequest:
        """Sealed from the vendor's documentation, with the token and the key of the simulated company."""
        credentials, nonces = sandbox.credentials, count()
        fields = event_fields(UserID="zhaoyi", ExternalUserID="wm1", WelcomeCode="a very private code")
        message = sealing.xml(**fields | {"ToUserName": credentials.corp_id})
        ciphertext = sealing.sealed(message, key=credentials.callback_aes_key, receive_id=credentials.corp_id)
        return lambda at: sealing.push(
            ciphertext, token=credentials.callback_token, timestamp=at, nonce=f"nonce{next(nonces)}"
        )

    @pytest.fixture
    def lose_answer(self, sandbox: Sandbox) -> LoseAnswer:
        return lambda operation: lose(sandbox, operation, "after")

    @pytest.fixture
    def lose_request(self, sandbox: Sandbox) -> LoseAnswer:
        return lambda operation: lose(sandbox, operation, "before")


def lose(sandbox: Sandbox, operation: str, when: str) -> None:
    used = [endpoint for endpoint in ENDPOINTS if operation in endpoint.used_by]
    for endpoint in [one for one in used if one.writes] or used:  # uploads count as reading
        sandbox.faults.add(endpoint.path, "reset", when=when)
