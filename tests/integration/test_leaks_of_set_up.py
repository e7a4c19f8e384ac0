"""No secret in an error's frames when set-up fails, a call is interrupted, or the store breaks."""

import sqlite3
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from privcrm import CRM
from privcrm.clock import SystemClock
from privcrm.errors import ConfigurationError, MissingExtra, PrivcrmError, StoreError
from privcrm.provider import Endpoint, ProviderContext, Secret
from privcrm.settings import read_env_file, read_settings
from privcrm.store import open_store
from privcrm.transport.session import HttpSession
from privcrm_wecom import WeComApp, WeComConfig, WeComProvider

from .conftest import Shop

SECRET = "S3cretS3cretS3cretS3cret"
BASE: dict[str, Any] = {"corp_id": "ww1", "secret": SECRET}
VARIABLES = {"PRIVCRM_WECOM_CORP_ID": "ww1", "PRIVCRM_WECOM_SECRET": SECRET}


def shown(error: BaseException) -> str:
    """Return all that a crash reporter would send, the frames of this file left out: they hold what was put in."""
    parts: list[str] = []
    link: BaseException | None = error
    while link is not None:
        told = traceback.TracebackException.from_exception(link, capture_locals=True)
        told.stack = traceback.StackSummary.from_list([frame for frame in told.stack if frame.filename != __file__])
        parts += [*told.format(chain=False), repr(link), repr(vars(link))]
        link = link.__cause__ or link.__context__
    return "\n".join(parts)


def connect(**settings: Any) -> CRM:
    return CRM.connect("wecom", **(BASE | settings))


SET_UPS: dict[str, Callable[[], object]] = {
    "misspelt": lambda: connect(agentid="1"),
    "evil base URL": lambda: connect(base_url="http://evil.example"),
    "no company": lambda: connect(corp_id=None),
    "no such provider": lambda: CRM.connect("wecmo", **BASE),
    "proxy of no kind": lambda: connect(proxy=f"ftp://u:{SECRET}@h:1"),
    "proxy without a port": lambda: connect(proxy=f"http://u:{SECRET}@h:nowhere"),
    "variables": lambda: CRM.from_env({"PRIVCRM_WECOM_SECRET": SECRET}),
    "flag": lambda: read_settings(VARIABLES | {"PRIVCRM_READ_ONLY": "ja"}),
    "overrides": lambda: CRM.from_env(VARIABLES, directory_secret=SECRET, agentid=1),
    "database of no kind": lambda: connect(store=f"mysql://u:{SECRET}@127.0.0.1:1/db").jobs,
    "database down": lambda: connect(store=f"postgresql://u:{SECRET}@127.0.0.1:1/db").jobs,
    "database address": lambda: open_store(f"{SECRET}@nowhere", clock=SystemClock()),
    "session": lambda: HttpSession("https://vendor.example", proxy=f"http://u:{SECRET}@h:nowhere"),
    "half a company": lambda: WeComConfig("ww1", (WeComApp("main", Secret(SECRET)),), "http://evil.example"),
}


@pytest.mark.parametrize("case", SET_UPS)
def test_a_failed_set_up_shows_no_secret(case: str) -> None:
    with pytest.raises((ConfigurationError, StoreError, MissingExtra, PrivcrmError)) as caught:
        SET_UPS[case]()
    assert SECRET not in shown(caught.value)


@pytest.mark.parametrize("line", ["no equals sign", "a-b=c"])
def test_a_broken_env_file_shows_no_secret(tmp_path: Path, line: str) -> None:
    path = tmp_path / "e"
    path.write_text(f"PRIVCRM_WECOM_SECRET={SECRET}\n{line}\n")
    with pytest.raises(ConfigurationError) as caught:
        read_env_file(path)
    assert SECRET not in shown(caught.value)


def test_a_secret_in_the_profile_file_is_refused_without_showing_it(tmp_path: Path) -> None:
    path = tmp_path / "privcrm.toml"
    path.write_text(f'[profiles.a]\nprovider = "wecom"\nsecret = "{SECRET}"\n')
    with pytest.raises(ConfigurationError) as caught:
        read_settings({}, profile="a", config=path)
    assert SECRET not in shown(caught.value)


def test_a_context_does_not_show_the_password_of_its_proxy() -> None:
    assert SECRET not in repr(ProviderContext(proxy=f"http://u:{SECRET}@h:1"))


def test_what_could_not_be_made_can_be_shown() -> None:
    assert "not set up" in repr(WeComProvider.__new__(WeComProvider)) + repr(WeComConfig.__new__(WeComConfig))


def issued(shop: Shop) -> list[str]:
    return [shop.sandbox.credentials.secret, *shop.sandbox.company.tokens._issued]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_an_interruption_shows_no_token(shop: Shop, monkeypatch: Any, interruption: type[BaseException]) -> None:
    shop.crm.provider.call("get_corp_tag_list")

    def interrupt(*_: object, **__: object) -> None:
        raise interruption

    monkeypatch.setattr("urllib3.connection.HTTPConnection.getresponse", interrupt)
    with pytest.raises(interruption) as caught:
        shop.crm.provider.call("get_corp_tag_list")
    text = shown(caught.value)
    assert [token for token in issued(shop) if token in text] == []


@pytest.mark.parametrize("event", ["INSERT", "DELETE"])
def test_a_store_that_fails_shows_no_token(open_shop: Callable[..., Shop], event: str) -> None:
    shop = open_shop()
    if event == "DELETE":
        shop.crm.provider.call("get_corp_tag_list")
        shop.fault(path="*/externalcontact/*", kind="errcode", errcode=40014, probability=1.0)
    assert shop.crm.store.switch.stopped() is False
    with sqlite3.connect(shop.folder / "store.db") as database:
        database.execute(f"CREATE TRIGGER broken BEFORE {event} ON privcrm_token BEGIN SELECT RAISE(FAIL, 'disk'); END")
    with pytest.raises(StoreError) as caught:
        shop.crm.provider.call("get_corp_tag_list")
    text = shown(caught.value)
    assert issued(shop)
    assert [token for token in issued(shop) if token in text] == []


class _Peeking:
    def check(self, endpoint: Endpoint, params: Mapping[str, Any]) -> None:
        raise KeyboardInterrupt


def test_an_interruption_before_sending_shows_no_text(open_shop: Callable[..., Shop]) -> None:
    del open_shop
    provider = WeComProvider(
        WeComConfig("ww1", (WeComApp("main", Secret(SECRET)),)), ProviderContext(guards=(_Peeking(),))
    )
    with pytest.raises(KeyboardInterrupt) as caught:
        provider.call("remark", userid="a", external_userid="b", remark=SECRET)
    assert SECRET not in shown(caught.value)
