"""Where a company's settings come from: variables, an env file, or a profile of ``privcrm.toml``.

One company is described in one place. An env file or a profile that sets anything of a provider hides the process's
own variables of that provider, so that a command never writes to one company with the secret of another. Read-only is
a safety switch: any source can add it, none can take it away.
"""

import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from attrs import field, frozen

from privcrm.errors import ConfigurationError
from privcrm.provider.config import Secret, read_value_file
from privcrm.shield import shielded

CONFIG_FILE = "privcrm.toml"

_READ_ONLY = "PRIVCRM_READ_ONLY"
_TRUE = ("1", "true", "yes", "on")
_FALSE = ("", "0", "false", "no", "off")
_SECRET_WORDS = ("SECRET", "TOKEN", "KEY", "KEYS", "PASSWORD")
_FIXED_APPS = ("contact", "directory")
_ARGUMENTS = (
    *("store", "store_fields", "identity_space", "read_only", "write_scope"),
    *("limits_share", "limits", "timeout", "proxy", "ca_bundle"),
)


@frozen
class CompanySettings:
    """One company as described: ``arguments`` are those of ``CRM.connect``, ``warnings`` one sentence each."""

    provider: str
    arguments: Mapping[str, Any] = field(repr=False)
    warnings: tuple[str, ...] = ()


@shielded
def read_settings(
    environ: Mapping[str, str] | None = None,
    *,
    env_file: str | Path | None = None,
    profile: str | None = None,
    config: str | Path = CONFIG_FILE,
) -> CompanySettings:
    """Read one company's settings; raises ``ConfigurationError`` naming the variable, file or key, and the cure.

    ``environ`` stands in for the process's environment. ``profile`` falls back to ``PRIVCRM_PROFILE``: that of the env
    file if one is given, since a file that was named must not lose against what happens to be set. A profile beside an
    env file that describes a provider as well is refused.
    """
    ambient = dict(os.environ if environ is None else environ)
    if env_file is None:
        profile, sources = profile or ambient.get("PRIVCRM_PROFILE"), [ambient]
    else:
        named = read_env_file(env_file)
        profile, sources = profile or named.get("PRIVCRM_PROFILE"), [ambient, named]
        if profile and _describes_provider(named):
            raise ConfigurationError(
                f"profile {profile!r} and the env file {env_file} both describe a company: give one of them"
            )
    described = _described(_overlay(sources), profile, Path(config))
    described["read_only"] = any(
        [bool(described.get("read_only")), *(_flag(_value(one, _READ_ONLY), _READ_ONLY) for one in sources)]
    )
    warnings = [
        *(_loose_mode(Path(env_file)) if env_file is not None else ()),
        *_loose_secret_files(described),
    ]
    _put_store_keys(described)
    return CompanySettings(str(described.pop("provider")), described, tuple(warnings))


def _described(variables: Mapping[str, str], profile: str | None, config: Path) -> dict[str, Any]:
    """Return what profile or variables say; what they leave open of the store, proxy and CA bundle is filled in."""
    described = _from_profile(_profile(config, profile), profile, variables) if profile else _from_variables(variables)
    for argument in ("store", "store_fields", "identity_space", "proxy", "ca_bundle"):
        value = _value(variables, f"PRIVCRM_{argument.upper()}")
        if value:
            described.setdefault(argument, value)
    if not {"STORE_KEYS", "STORE_KEYS_FILE"} & described.keys():
        described |= {
            name.removeprefix("PRIVCRM_"): variables[name]
            for name in ("PRIVCRM_STORE_KEYS", "PRIVCRM_STORE_KEYS_FILE")
            if variables.get(name)
        }
    if "store_fields" in described:
        described["store_fields"] = _names(described["store_fields"])
    return described


def _names(given: Any) -> tuple[str, ...]:
    """Return names given as a comma list or, in a profile, as a list."""
    parts: list[Any] = given.split(",") if isinstance(given, str) else list(given)
    return tuple(name for name in (str(part).strip() for part in parts) if name)


def _put_store_keys(described: dict[str, Any]) -> None:
    """Put the store's keys, newest first, in place of the text or the path that gave them."""
    text, path = described.pop("STORE_KEYS", ""), described.pop("STORE_KEYS_FILE", "")
    if not text and path:
        text = read_value_file(path, "PRIVCRM_STORE_KEYS_FILE")
    keys = tuple(Secret(key) for key in re.split(r"[,\s]+", text) if key)
    if keys:
        described["store_keys"] = keys
    elif path:
        raise ConfigurationError(
            f"PRIVCRM_STORE_KEYS_FILE points to {path}, which is empty: put the store's keys there"
        )


@shielded
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


def _overlay(sources: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Put later variables over earlier ones; a provider that is described on top is not described below."""
    merged: dict[str, str] = {}
    for source in sources:
        families = {_family(name) for name in source} - {""}
        given = {name.removesuffix("_FILE") for name in source}
        kept = {
            name: value
            for name, value in merged.items()
            if _family(name) not in families and name.removesuffix("_FILE") not in given
        }
        merged = kept | dict(source)
    return merged


def _describes_provider(variables: Mapping[str, str]) -> bool:
    return "PRIVCRM_PROVIDER" in variables or any(map(_family, variables))


def _family(name: str) -> str:
    """Return the provider part of ``PRIVCRM_WECOM_SECRET``; empty for what belongs to no provider."""
    parts = name.split("_")
    general = name.removesuffix("_FILE").removeprefix("PRIVCRM_") in _GENERAL
    return parts[1] if parts[0] == "PRIVCRM" and len(parts) > 2 and not general else ""  # noqa: PLR2004 - PRIVCRM, provider, name


_GENERAL = (
    *("PROVIDER", "PROFILE", "STORE", "STORE_KEYS", "STORE_FIELDS", "IDENTITY_SPACE"),
    *("READ_ONLY", "PROXY", "CA_BUNDLE"),
)


def _from_variables(variables: Mapping[str, str]) -> dict[str, Any]:
    provider = _value(variables, "PRIVCRM_PROVIDER") or "wecom"
    prefix = f"PRIVCRM_{provider.upper()}_"
    described: dict[str, Any] = {
        name.removeprefix(prefix): value for name, value in variables.items() if name.startswith(prefix)
    }
    return described | {"provider": provider}


def _value(variables: Mapping[str, str], name: str) -> str:
    if name in variables:
        return variables[name].strip()
    path = variables.get(f"{name}_FILE")
    return read_value_file(path, f"{name}_FILE") if path else ""


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
    further = [app for app in apps if app not in _FIXED_APPS]
    if further:
        described["APPS"] = ",".join(further)
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
