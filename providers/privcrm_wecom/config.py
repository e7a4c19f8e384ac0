"""What the WeCom console gives you: one company, its apps and their secrets."""

from attrs import field, frozen

from privcrm.errors import ConfigurationError, WrongApp
from privcrm.provider import Secret, Settings
from privcrm.transport import check_base_url

PUBLIC_BASE_URL = "https://qyapi.weixin.qq.com"
ROLES = ("customer_contact", "directory", "messages")

_WHERE = {
    "customer_contact": (
        "SECRET",
        "the secret of an app listed in the console under 客户联系 → API → 可调用接口的应用",
    ),
    "directory": ("DIRECTORY_SECRET", "the secret shown in the console under 管理工具 → 通讯录同步"),
    "messages": ("SECRET", "the secret of a self-built app, with its AGENT_ID"),
}


@frozen
class WeComApp:
    """One app of the company: every app has its own secret, token, and callback token and key.

    ``roles`` says what it may do: ``customer_contact``, ``directory`` (通讯录同步), ``messages``. Callback tokens and
    keys are tuples because two of each are accepted while they are being rotated; the first is current.
    """

    name: str
    secret: Secret
    agent_id: str = ""
    roles: frozenset[str] = frozenset({"customer_contact", "messages"})
    callback_tokens: tuple[Secret, ...] = ()
    callback_keys: tuple[Secret, ...] = ()


@frozen(repr=False)
class WeComConfig:
    """One company at WeCom. ``base_url`` is scheme, host and port; ``prefix`` is used in messages only."""

    corp_id: str
    apps: tuple[WeComApp, ...]
    base_url: str = field(default=PUBLIC_BASE_URL, converter=check_base_url)
    prefix: str = "PRIVCRM_WECOM_"

    @classmethod
    def from_settings(cls, settings: Settings) -> "WeComConfig":
        """Read ``CORP_ID``, ``SECRET``, ``DIRECTORY_SECRET``, ``AGENT_ID``, ``BASE_URL`` and the callback settings.

        What is missing or malformed raises ``ConfigurationError`` that names the setting.
        """
        corp_id = settings.require("CORP_ID", "the company's id (企业ID), at the foot of 我的企业 → 企业信息")
        secret = Secret(settings.require("SECRET", _WHERE["customer_contact"][1]))
        main = WeComApp(
            "main",
            secret,
            settings.get("AGENT_ID", ""),
            callback_tokens=settings.secrets("CALLBACK_TOKEN"),
            callback_keys=settings.secrets("CALLBACK_AES_KEY"),
        )
        directory = Secret(settings.get("DIRECTORY_SECRET", ""))
        apps = (main, WeComApp("directory", directory, roles=frozenset({"directory"}))) if directory else (main,)
        return cls(corp_id, apps, settings.get("BASE_URL", "") or PUBLIC_BASE_URL, settings.prefix)

    def __attrs_post_init__(self) -> None:
        if not self.corp_id or not self.apps:
            raise ConfigurationError("a WeCom company needs its corp_id and at least one app with a secret")
        if len({app.name for app in self.apps}) < len(self.apps):
            raise ConfigurationError("two apps of this company have the same name")
        unknown = sorted(role for app in self.apps for role in app.roles if role not in ROLES)
        if unknown:
            raise ConfigurationError(f"no role is called {unknown[0]!r}; known: {', '.join(ROLES)}")

    def __repr__(self) -> str:
        # Also of one that could not be made: a traceback shows it.
        return f"<WeComConfig {getattr(self, 'corp_id', 'not set up')}>"

    def app_for(self, role: str, operation: str) -> WeComApp:
        """Return the app that may do this; none raises ``WrongApp``, which names the setting.

        For what every app may do, an app with customer contact goes first: new directory secrets may no longer read
        details (48009).
        """
        if role == "any":
            return next((app for app in self.apps if "customer_contact" in app.roles), self.apps[0])
        for app in self.apps:
            if role in app.roles:
                return app
        setting, what = _WHERE[role]
        raise WrongApp(f"{operation} needs an app with the role {role!r}: set {self.prefix}{setting}, {what}")

    def app_named(self, name: str) -> WeComApp:
        """Return an app by name; an unknown one raises ``ConfigurationError``."""
        for app in self.apps:
            if app.name == name:
                return app
        raise ConfigurationError(f"no app is called {name!r}; configured: {', '.join(app.name for app in self.apps)}")
