"""The settings of a provider as arguments give them."""

from typing import TYPE_CHECKING

from privcrm.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from privcrm.provider import Secret, Settings

__all__ = ["provider_settings", "refuse_unread"]


def provider_settings(provider: str, given: "Mapping[str, str | int | Secret | None]") -> "Settings":
    """Return what was given as the settings that a provider reads."""
    from privcrm.provider import Secret, Settings

    values = {
        name.upper(): value.reveal() if isinstance(value, Secret) else str(value)
        for name, value in given.items()
        if value is not None
    }
    return Settings(values, prefix=f"PRIVCRM_{provider.upper()}_")


def refuse_unread(provider: str, settings: "Settings") -> None:
    """A misspelt setting must not be passed over: the company would quietly run without it."""
    from difflib import get_close_matches

    for name in settings.unread:
        near = get_close_matches(name, settings.known, n=1)
        hint = f"did you mean {near[0].lower()!r}?" if near else f"it has: {', '.join(settings.known).lower()}"
        raise ConfigurationError(f"{provider} has no setting {name.lower()!r} ({settings.prefix}{name}); {hint}")
