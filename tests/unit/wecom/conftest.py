"""One company over mocked HTTP, on a clock that moves only when told to."""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
import responses

from privcrm.clock import ManualClock
from privcrm.provider import CallRecord, ProviderContext, Secret
from privcrm_wecom import WeComApp, WeComConfig, WeComProvider

BASE = "https://qyapi.weixin.qq.com/cgi-bin/"
SECRET = "S3cretS3cretS3cretS3cretS3cretS3cretS3cret1"


class Vendor:
    """What the vendor will answer, and what it was asked."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self.mock = mock
        self.tokens = 0

    def answers(self, path: str, *answers: Any, method: str = "POST") -> None:
        """Answer one after another, the last one for ever; an int is an errcode, an exception is raised."""
        left = list(answers)

        def reply(_: Any) -> Any:
            answer = left.pop(0) if len(left) > 1 else left[0]
            if isinstance(answer, BaseException):
                raise answer
            if isinstance(answer, tuple):
                return answer
            body = {"errcode": answer, "errmsg": f"code {answer}"} if isinstance(answer, int) else answer
            return 200, {}, json.dumps(body)

        self.mock.add_callback(method, BASE + path, callback=reply, content_type=None)

    def serve_tokens(self) -> None:
        """Answer every token call with T1, T2, …, each padded to the usual length."""

        def reply(_: Any) -> Any:
            self.tokens += 1
            return 200, {}, json.dumps({"access_token": token(self.tokens), "expires_in": 7200})

        self.mock.add_callback("GET", BASE + "gettoken", callback=reply)

    def asked(self, path: str) -> list[Any]:
        """Return the requests to a path."""
        return [call.request for call in self.mock.calls if (call.request.url or "").startswith(BASE + path)]


def token(number: int) -> str:
    return f"T{number}" + "tokenTOKENtoken-_" * 12


@pytest.fixture(name="token")
def token_of() -> Callable[[int], str]:
    return token


@pytest.fixture
def secret() -> str:
    return SECRET


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def bare_vendor(mock: responses.RequestsMock) -> Vendor:
    return Vendor(mock)


@pytest.fixture
def vendor(bare_vendor: Vendor) -> Vendor:
    bare_vendor.serve_tokens()
    return bare_vendor


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def records() -> list[CallRecord]:
    return []


@pytest.fixture
def company(clock: ManualClock, records: list[CallRecord]) -> Callable[..., WeComProvider]:
    def make(*, apps: tuple[WeComApp, ...] = (WeComApp("main", Secret(SECRET)),), **context: Any) -> WeComProvider:
        settings = {"clock": clock, "random": Random(1), "on_call": records.append} | context
        return WeComProvider(WeComConfig("ww1", apps), ProviderContext(**settings))

    return make


@pytest.fixture
def bodies(vendor: Vendor) -> Callable[[str], list[Any]]:
    """Return the JSON bodies sent to a path."""
    return lambda path: [json.loads(request.body) for request in vendor.asked(path)]
