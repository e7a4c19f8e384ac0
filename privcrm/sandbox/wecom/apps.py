"""The apps of the simulated company: who may call what, from where, and whom they see."""

import base64
import hashlib
from enum import Enum

import attrs

from privcrm.sandbox.world import OTHER_PROGRAM, OUR_PROGRAM
from privcrm.sandbox.world.staff import ROOT


class Role(Enum):
    """What an app was allowed in the console."""

    CUSTOMER_CONTACT = "customer_contact"
    """Listed under 客户联系 - API - 可调用接口的应用."""
    CONTACT_SYNC = "contact_sync"
    """The contact-sync assistant (通讯录同步)."""


@attrs.define
class App:
    """One app. `visible` holds department numbers; an empty set of trusted addresses lets everybody in."""

    agent_id: int
    name: str
    secret: str = attrs.field(repr=False)
    maker: str
    """How the world knows this app as the maker of tags."""
    roles: frozenset[Role] = frozenset()
    visible: frozenset[int] = frozenset({ROOT})
    trusted_addresses: frozenset[str] = frozenset()
    enabled: bool = True
    callback_token: str = attrs.field(default="", repr=False)
    callback_aes_key: str = attrs.field(default="", repr=False)


def secret_for(seed: int, purpose: str, length: int = 43) -> str:
    """Return a secret that the seed decides; it opens nothing but this sandbox."""
    digest = hashlib.sha512(f"privcrm sandbox {seed} {purpose}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().replace("-", "x").replace("_", "y")[:length]


def _aes_key(seed: int, purpose: str) -> str:
    """Return 43 letters and digits that are 32 bytes of base64, as the vendor's EncodingAESKey is."""
    digest = hashlib.sha256(f"privcrm sandbox {seed} {purpose}".encode()).digest()
    return base64.b64encode(digest).decode().translate(str.maketrans("+/", "xy"))[:43]


def company_id(seed: int) -> str:
    """Return the company's id (ww and 16 hex digits)."""
    return "ww" + hashlib.sha256(f"privcrm sandbox {seed}".encode()).hexdigest()[:16]


CUSTOMER_CONTACT_AGENT = 1000002
DIRECTORY_AGENT = 1000003
PLAIN_AGENT = 1000004
OTHER_SYSTEM_AGENT = 1000005


def default_apps(seed: int) -> list[App]:
    """Return the apps a new company has: ours, the directory, one without customer contact, a second system's."""
    contact = frozenset({Role.CUSTOMER_CONTACT})
    rows = [
        (CUSTOMER_CONTACT_AGENT, "客户运营", OUR_PROGRAM, contact),
        (DIRECTORY_AGENT, "通讯录同步", "contact sync", frozenset({Role.CONTACT_SYNC})),
        (PLAIN_AGENT, "内部公告", "plain program", frozenset[Role]()),
        (OTHER_SYSTEM_AGENT, "旧 SCRM", OTHER_PROGRAM, contact),
    ]
    return [_app(seed, *row) for row in rows]


def _app(seed: int, agent: int, name: str, maker: str, roles: frozenset[Role]) -> App:
    token, key = secret_for(seed, f"callback token {agent}", 32), _aes_key(seed, f"aes key {agent}")
    secret = secret_for(seed, f"secret {agent}")
    return App(agent, name, secret, maker, roles, callback_token=token, callback_aes_key=key)
