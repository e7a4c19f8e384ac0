"""What the WeCom console gives you: one company, its apps and their secrets."""

import re
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from attrs import field, frozen

from privcrm.errors import ConfigurationError, WrongApp
from privcrm.provider import Secret, Settings
from privcrm.transport import check_base_url
from privcrm_wecom.callbacks.pairs import paired

PUBLIC_BASE_URL = "https://qyapi.weixin.qq.com"
ROLES = ("customer_contact", "directory", "messages", "app_chats")
KINDS = ("self_built", "delegated", "system")

# Names of apps that stand for others already, and "contact" for the main one in privcrm.toml.
_TAKEN = ("main", "contact", "directory")
_NAME = re.compile("[A-Za-z][A-Za-z0-9_]*")

_LISTED = "the secret of an app listed in the console under 客户联系 → API → 可调用接口的应用"
_WHERE = {
    "customer_contact": ("SECRET", _LISTED),
    "self_built_contact": ("SECRET", f"{_LISTED}, and made by the company itself (自建应用)"),
    "acquisition": ("SECRET", f"{_LISTED}; the secret of 客户联系 itself is refused here"),
    "self_built": ("SECRET", "the secret of an app that the company made itself (自建应用)"),
    "delegated": (
        "APP_KIND",
        "to delegated, with the secret of an app that a provider made for the company (代开发应用)",
    ),
    "directory": ("DIRECTORY_SECRET", "the secret shown in the console under 管理工具 → 通讯录同步"),
    "messages": (
        "AGENT_ID",
        "with the SECRET of the app that is to speak; both stand on the app's page in the console",
    ),
    "app_chats": (
        "ROLES",
        "to hold app_chats, for an app of the company itself whose visible range is the root (根部门)",
    ),
}
# What is asked of an app beyond one granted role: (granted role, kinds of app).
_NEEDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "self_built_contact": ("customer_contact", ("self_built",)),
    "acquisition": ("customer_contact", ("self_built", "delegated")),
    "self_built": ("", ("self_built",)),
    "delegated": ("", ("delegated",)),
    "app_chats": ("app_chats", ("self_built",)),
}


@frozen
class WeComApp:
    """One app of the company: every app has its own secret, token, and callback token and key.

    ``roles`` says what it may do: ``customer_contact``, ``directory`` (通讯录同步), ``messages``, ``app_chats`` (an app
    that sees the whole company). ``kind`` is ``self_built`` (自建), ``delegated`` (代开发) or ``system`` (the secret of
    客户联系 itself, which old companies still use).

    Callback tokens and keys are tuples that belong together by place (one of either goes with all of the other):
    several are accepted while they are being rotated; the first is current. ``callback_path`` is where on our server
    the app is told of things, "" where its token has to tell. ``callback_receive_ids`` are the ids that callbacks may
    be sealed for: by default the company's; that of an app of a provider (suite id); "" for a smart bot.
    """

    name: str
    secret: Secret
    agent_id: str = ""
    roles: frozenset[str] = frozenset({"customer_contact", "messages"})
    callback_tokens: tuple[Secret, ...] = ()
    callback_keys: tuple[Secret, ...] = ()
    kind: str = "self_built"
    callback_path: str = ""
    callback_receive_ids: tuple[str, ...] = ()
    setting: str = ""
    """What stands before the names of its settings."""

    @property
    def callback_pairs(self) -> tuple[tuple[Secret, Secret], ...]:
        """Tokens with their keys; what does not fit raises ``ConfigurationError``."""
        return paired(self.callback_tokens, self.callback_keys, self.setting)

    def may(self, role: str) -> bool:
        """Return whether calls that need this role may be made with this app."""
        if role == "messages" and not self.agent_id:
            return False
        granted, kinds = _NEEDS.get(role, (role, KINDS))
        return self.kind in kinds and (granted in self.roles if granted else "directory" not in self.roles)


@frozen(repr=False)
class WeComConfig:
    """One company at WeCom. ``base_url`` is scheme, host and port; ``prefix`` is used in messages only.

    Apps of a provider (``delegated``) and of the company itself see the same people under other ids: of both kinds in
    one company, beside the directory's secret, raise ``ConfigurationError``.
    """

    corp_id: str
    apps: tuple[WeComApp, ...]
    base_url: str = field(default=PUBLIC_BASE_URL, converter=check_base_url)
    prefix: str = "PRIVCRM_WECOM_"

    @classmethod
    def from_settings(cls, settings: Settings) -> "WeComConfig":
        """Read ``CORP_ID``, ``SECRET``, ``DIRECTORY_SECRET``, ``AGENT_ID``, ``BASE_URL`` and the callback settings.

        ``APP_KIND`` and ``ROLES`` (a comma list) describe the app of ``SECRET``, see ``WeComApp``. ``APPS`` names
        further apps (a comma list); what is set for one of them has its name before it, as in ``SHOP_SECRET``.

        What is missing or malformed raises ``ConfigurationError`` that names the setting.
        """
        corp_id = settings.require("CORP_ID", "the company's id (企业ID), at the foot of 我的企业 → 企业信息")
        apps = [_app(settings, "main", "")]
        apps += [_app(settings, name, f"{name.upper()}_") for name in _names(settings)]
        if settings.get("DIRECTORY_SECRET", ""):
            apps.append(_directory(settings))
        else:
            _refuse_directory(settings)
        return cls(corp_id, tuple(apps), settings.get("BASE_URL", "") or PUBLIC_BASE_URL, settings.prefix)

    def __attrs_post_init__(self) -> None:
        if not self.corp_id or not self.apps:
            raise ConfigurationError("a WeCom company needs its corp_id and at least one app with a secret")
        if len({app.name for app in self.apps}) < len(self.apps):
            raise ConfigurationError("two apps of this company have the same name")
        unknown = sorted(role for app in self.apps for role in app.roles if role not in ROLES)
        if unknown:
            raise ConfigurationError(f"no role is called {unknown[0]!r}; known: {', '.join(ROLES)}")
        unknown = sorted(app.kind for app in self.apps if app.kind not in KINDS)
        if unknown:
            raise ConfigurationError(f"no kind of app is called {unknown[0]!r}; known: {', '.join(KINDS)}")
        if len({app.kind == "delegated" for app in self.apps if "directory" not in app.roles}) > 1:
            raise ConfigurationError(
                "an app that a provider made (delegated) and one of the company itself are told other ids for the same "
                "people, so one configuration cannot hold both: give each a configuration and a store of its own"
            )

        _check_told_apart(self.apps)

    def __repr__(self) -> str:
        # Also of one that could not be made: a traceback shows it.
        return f"<WeComConfig {getattr(self, 'corp_id', 'not set up')}>"

    def app_for(self, role: str, operation: str, named: str = "") -> WeComApp:
        """Return the app that may do this, of all or the one ``named``; none raises ``WrongApp``: it names the setting.

        For what every app may do, an app with customer contact goes first: new directory secrets may no longer read
        details (48009).
        """
        apps = [self.app_named(named)] if named else self.apps
        if role == "any":
            return next((app for app in apps if "customer_contact" in app.roles), apps[0])
        for app in apps:
            if app.may(role):
                return app
        setting, what = _WHERE[role]
        raise WrongApp(f"{operation} needs an app with the role {role!r}: set {self.prefix}{setting}, {what}")

    def app_named(self, name: str) -> WeComApp:
        """Return an app by name; an unknown one raises ``ConfigurationError``."""
        for app in self.apps:
            if app.name == name:
                return app
        raise ConfigurationError(f"no app is called {name!r}; configured: {', '.join(app.name for app in self.apps)}")


def _check_told_apart(apps: Sequence[WeComApp]) -> None:
    """Refuse two apps of which nothing tells which one is meant: told at one path, or signed with one token."""
    for app in apps:
        if app.callback_path and not app.callback_path.startswith("/"):
            raise ConfigurationError(f"{app.setting}CALLBACK_PATH is the path of an address and begins with /")
    for one, other in combinations([app for app in apps if app.callback_pairs], 2):
        here, there = f"{one.setting}CALLBACK_", f"{other.setting}CALLBACK_"
        if one.callback_path and one.callback_path == other.callback_path:
            raise ConfigurationError(
                f"{here}PATH and {there}PATH are the same: give each app a path of its own, or none"
            )
        both_have_paths = one.callback_path and other.callback_path
        if not both_have_paths and set(one.callback_tokens) & set(other.callback_tokens):
            raise ConfigurationError(
                f"{here}TOKEN and {there}TOKEN hold the same token, so it does not tell the apps apart: change one, or "
                f"set {here}PATH and {there}PATH"
            )


def _app(settings: Settings, name: str, before: str) -> WeComApp:
    return WeComApp(
        name,
        Secret(settings.require(f"{before}SECRET", _WHERE["customer_contact"][1])),
        settings.get(f"{before}AGENT_ID", ""),
        _roles(settings.get(f"{before}ROLES", "")),
        kind=settings.get(f"{before}APP_KIND", "") or "self_built",
        **_callbacks(settings, before),
        callback_receive_ids=_receive_ids(settings.get(f"{before}CALLBACK_RECEIVE_ID", "")),
    )


def _directory(settings: Settings) -> WeComApp:
    secret = Secret(settings.get("DIRECTORY_SECRET", ""))
    return WeComApp("directory", secret, roles=frozenset({"directory"}), **_callbacks(settings, "DIRECTORY_"))


def _callbacks(settings: Settings, before: str) -> Mapping[str, Any]:
    return {
        "callback_tokens": settings.secrets(f"{before}CALLBACK_TOKEN"),
        "callback_keys": settings.secrets(f"{before}CALLBACK_AES_KEY"),
        "callback_path": settings.get(f"{before}CALLBACK_PATH", ""),
        "setting": f"{settings.prefix}{before}",
    }


def _refuse_directory(settings: Settings) -> None:
    for name in ("DIRECTORY_CALLBACK_TOKEN", "DIRECTORY_CALLBACK_AES_KEY", "DIRECTORY_CALLBACK_PATH"):
        if settings.get(name, ""):
            settings.require("DIRECTORY_SECRET", f"{settings.prefix}{name} belongs to {_WHERE['directory'][1]}")


def _names(settings: Settings) -> tuple[str, ...]:
    """Return the names of further apps, each of which has to make the name of a variable."""
    names = _listed(settings.get("APPS", ""))
    if len({name.lower() for name in names}) < len(names):
        raise ConfigurationError(f"{settings.prefix}APPS names an app twice")
    for name in names:
        if not _NAME.fullmatch(name) or name.lower() in _TAKEN:
            raise ConfigurationError(
                f"{settings.prefix}APPS names an app {name!r}: take letters, digits and underscores, a letter first, "
                f"and none of {', '.join(_TAKEN)}"
            )
    return names


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _receive_ids(text: str) -> tuple[str, ...]:
    """Return receive ids; the word ``none`` stands for the empty one."""
    return tuple("" if one == "none" else one for one in _listed(text))


def _roles(text: str) -> frozenset[str]:
    return frozenset(_listed(text)) or frozenset({"customer_contact", "messages"})
