"""Where a company's settings come from: variables, an env file, or a profile of ``privcrm.toml``.

One company is described in one place. An env file or a profile that sets anything of a provider hides the process's
own variables of that provider, so that a command never writes to one company with the secret of another.
"""

import os
import stat
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from attrs import field, frozen

from privcrm.errors import ConfigurationError

CONFIG_FILE = "privcrm.toml"

_TRUE = ("1", "true", "yes", "on")
_FALSE = ("", "0", "false", "no", "off")
_SECRET_WORDS = ("SECRET", "TOKEN", "KEY", "KEYS", "PASSWORD")
_ARGUMENTS = ("store", "read_only", "write_scope", "limits_share", "limits", "timeout", "proxy", "ca_bundle")


@frozen
class CompanySettings:
    """One company as described: ``arguments`` are those of ``CRM.connect``, ``warnings`` one sentence each."""

    provider: str
    arguments: Mapping[str, Any] = field(repr=False)
    warnings: tuple[str, ...] = ()


def read_settings(
    environ: Mapping[str, str] | None = None,
    *,
    env_file: str | Path | None = None,
    profile: str | None = None,
    config: str | Path = CONFIG_FILE,
) -> CompanySettings:
    """Read one company's settings; raises ``ConfigurationError`` naming the variable, file or key, and the cure.

    ``environ`` stands in for the process's environment; ``profile`` falls back to ``PRIVCRM_PROFILE``.
    """
    variables = dict(os.environ if environ is None else environ)
    warnings: list[str] = []
    if env_file is not None:
        variables = _overlay(variables, read_env_file(env_file))
        warnings += _loose_mode(Path(env_file))
    profile = profile or variables.get("PRIVCRM_PROFILE")
    if profile:
        described = _from_profile(_profile(Path(config), profile), profile, variables)
    else:
        described = _from_variables(variables)
    return CompanySettings(str(described.pop("provider")), described, (*warnings, *_loose_secret_files(described)))


def read_env_file(path: str | Path) -> dict[str, str]:
    """Read ``NAME=value`` lines: ``#`` comments, an optional ``export``, and quotes around a value are understood."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigurationError(f"the env file {path} cannot be read: {reason}") from None
    return dict(_assignments(text, path))


def _assignments(text: str, path: str | Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        name, equals, value = stripped.removeprefix("export ").partition("=")
        if not equals or not name.strip().isidentifier():
            # The line itself stays out of the message: it may be a secret that lost its name.
            raise ConfigurationError(f"{path}, line {number}: not of the form NAME=value")
        yield name.strip(), _unquoted(value.strip())


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value


def _overlay(base: Mapping[str, str], on_top: Mapping[str, str]) -> dict[str, str]:
    """Put variables over others; a provider that is described on top is not described below."""
    described = {_family(name) for name in on_top} - {""}
    kept = {name: value for name, value in base.items() if _family(name) not in described}
    return kept | dict(on_top)


def _family(name: str) -> str:
    """Return the provider part of ``PRIVCRM_WECOM_SECRET``; empty for what belongs to no provider."""
    parts = name.split("_")
    general = name.removesuffix("_FILE").removeprefix("PRIVCRM_") in _GENERAL
    return parts[1] if parts[0] == "PRIVCRM" and len(parts) > 2 and not general else ""  # noqa: PLR2004 - PRIVCRM, provider, name


_GENERAL = ("PROVIDER", "PROFILE", "STORE", "STORE_KEYS", "READ_ONLY", "PROXY", "CA_BUNDLE")


def _from_variables(variables: Mapping[str, str]) -> dict[str, Any]:
    provider = _value(variables, "PRIVCRM_PROVIDER") or "wecom"
    prefix = f"PRIVCRM_{provider.upper()}_"
    described: dict[str, Any] = {
        name.removeprefix(prefix): value for name, value in variables.items() if name.startswith(prefix)
    }
    for argument in ("store", "proxy", "ca_bundle"):
        value = _value(variables, f"PRIVCRM_{argument.upper()}")
        if value:
            described[argument] = value
    described["read_only"] = _flag(_value(variables, "PRIVCRM_READ_ONLY"), "PRIVCRM_READ_ONLY")
    return described | {"provider": provider}


def _value(variables: Mapping[str, str], name: str) -> str:
    if name in variables:
        return variables[name].strip()
    path = variables.get(f"{name}_FILE")
    return _read_secret(Path(path), f"{name}_FILE") if path else ""


def _read_secret(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigurationError(f"{name} points to {path}, which cannot be read: {error.strerror}") from None


def _flag(text: str, name: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    # A misspelt "read only" must not end as permission to write.
    raise ConfigurationError(f"{name} is {text!r}: write 1 or 0")


def _profile(config: Path, profile: str) -> dict[str, Any]:
    try:
        parsed = tomllib.loads(config.read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror
        raise ConfigurationError(f"profile {profile!r} needs {config}, which cannot be read: {reason}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{config} is not valid TOML: {error}") from None
    profiles = parsed.get("profiles", {})
    if profile not in profiles:
        known = ", ".join(sorted(profiles)) or "none"
        raise ConfigurationError(f"{config} has no profile {profile!r}; it has: {known}")
    return cast("dict[str, Any]", profiles[profile])


def _from_profile(table: dict[str, Any], profile: str, variables: Mapping[str, str]) -> dict[str, Any]:
    described: dict[str, Any] = {"provider": table.pop("provider", "wecom")}
    described |= {name: table.pop(name) for name in _ARGUMENTS if name in table}
    described["read_only"] = _flag(str(described.get("read_only", "")), f"profiles.{profile}.read_only")
    apps = table.pop("apps", {})
    described |= _resolved(table, f"profiles.{profile}", variables)
    for app, keys in apps.items():
        described |= _resolved(_app_names(app, keys), f"profiles.{profile}.apps.{app}", variables)
    return described


def _app_names(app: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    """Name an app's settings as the environment does: the customer-contact app's stand without a prefix."""
    return dict(keys) if app == "contact" else {f"{app}_{name}": value for name, value in keys.items()}


def _resolved(table: Mapping[str, Any], where: str, variables: Mapping[str, str]) -> dict[str, str]:
    """Follow ``name_env`` references, keep ``name_file`` paths, and refuse secrets written into the file."""
    found: dict[str, str] = {}
    for key, value in table.items():
        name = key.upper()
        if name.endswith("_ENV"):
            found[name.removesuffix("_ENV")] = _referred(variables, str(value), f"{where}.{key}")
        elif name.endswith("_FILE") or name.split("_")[-1] not in _SECRET_WORDS:
            found[name] = str(value)
        else:
            raise ConfigurationError(
                f"{where}.{key} holds a secret in plain text: write {key}_file = 'PATH' or {key}_env = 'NAME' instead"
            )
    return found


def _referred(variables: Mapping[str, str], name: str, where: str) -> str:
    value = _value(variables, name)
    if not value:
        raise ConfigurationError(f"{where} refers to the variable {name}, which is not set")
    return value


def _loose_secret_files(described: Mapping[str, Any]) -> Iterator[str]:
    for name, path in described.items():
        if name.endswith("_FILE"):
            yield from _loose_mode(Path(str(path)))


def _loose_mode(path: Path) -> Iterator[str]:
    """Say so when others on this machine can read a file of secrets."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return  # a file that is missing is reported, better worded, by whoever reads it
    if os.name == "posix" and mode & 0o077:
        yield f"{path} holds secrets and others can read it (mode {mode:o}): chmod 600 {path}"
