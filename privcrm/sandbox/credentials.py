"""How to reach the simulated company: what an administrator would copy from the console."""

from collections.abc import Mapping

import attrs

from privcrm.sandbox.wecom.apps import (
    CUSTOMER_CONTACT_AGENT,
    DIRECTORY_AGENT,
    OTHER_SYSTEM_AGENT,
    PLAIN_AGENT,
    App,
)
from privcrm.sandbox.wecom.company import Company


@attrs.frozen
class Credentials:
    """Company id and secrets of the default apps. None of it is ever printed by repr."""

    corp_id: str
    agent_id: int
    secret: str = attrs.field(repr=False)
    directory_secret: str = attrs.field(repr=False)
    plain_secret: str = attrs.field(repr=False)
    """Of an app without customer contact."""
    other_secret: str = attrs.field(repr=False)
    """Of the second system's app, which owns some tags."""
    callback_token: str = attrs.field(repr=False)
    callback_aes_key: str = attrs.field(repr=False)

    @classmethod
    def of(cls, company: Company) -> "Credentials":
        """Read them off a company."""
        secrets = {app.agent_id: app.secret for app in company.apps}
        ours = next(app for app in company.apps if app.agent_id == CUSTOMER_CONTACT_AGENT)
        return cls(
            corp_id=company.corp_id,
            agent_id=CUSTOMER_CONTACT_AGENT,
            secret=secrets[CUSTOMER_CONTACT_AGENT],
            directory_secret=secrets[DIRECTORY_AGENT],
            plain_secret=secrets[PLAIN_AGENT],
            other_secret=secrets[OTHER_SYSTEM_AGENT],
            callback_token=ours.callback_token,
            callback_aes_key=ours.callback_aes_key,
        )

    def environment(self, base_url: str) -> dict[str, str]:
        """Return the PRIVCRM_* variables for a program that uses this company."""
        return {
            "PRIVCRM_PROVIDER": "wecom",
            "PRIVCRM_WECOM_CORP_ID": self.corp_id,
            "PRIVCRM_WECOM_SECRET": self.secret,
            "PRIVCRM_WECOM_DIRECTORY_SECRET": self.directory_secret,
            "PRIVCRM_WECOM_AGENT_ID": str(self.agent_id),
            "PRIVCRM_WECOM_BASE_URL": base_url,
            "PRIVCRM_WECOM_CALLBACK_TOKEN": self.callback_token,
            "PRIVCRM_WECOM_CALLBACK_AES_KEY": self.callback_aes_key,
        }

    def flat(self) -> Mapping[str, str | int]:
        """Return the part that the first line of `sandbox serve` repeats at its top level."""
        names = ("corp_id", "secret", "directory_secret", "agent_id", "callback_token", "callback_aes_key")
        return {name: getattr(self, name) for name in names}


def app_row(app: App) -> dict[str, object]:
    """Return an app as the first line of `sandbox serve` shows it, secrets included."""
    names = ("agent_id", "name", "secret", "callback_token", "callback_aes_key")
    return {**{name: getattr(app, name) for name in names}, "roles": sorted(role.value for role in app.roles)}
