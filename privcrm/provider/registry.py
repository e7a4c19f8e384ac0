"""Providers by name: found through entry points, loaded when first used."""

import difflib
from collections.abc import Iterable
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from attrs import frozen

from privcrm.errors import ConfigurationError, UnknownProvider
from privcrm.provider.provider import Provider

ENTRY_POINT_GROUP = "privcrm.providers"


@frozen
class Installed:
    """A provider that is installed; ``error`` says why it cannot be loaded, in one sentence."""

    name: str
    target: str
    distribution: str
    version: str
    error: str = ""


def load_provider(name: str | type[Provider]) -> type[Provider]:
    """Return the class of a provider given by name, as ``module:Class``, or as the class itself.

    Only that one is imported. An unknown name raises ``UnknownProvider`` with the nearest known one; a provider that
    cannot be imported raises ``ConfigurationError`` with the reason.
    """
    if isinstance(name, type):
        return name
    if ":" in name:
        return _checked(name, _import(name))
    found = {entry.name: entry for entry in _entries()}
    if name not in found:
        raise UnknownProvider(_unknown(name, found))
    return _checked(name, _load(found[name]))


def installed_providers() -> list[Installed]:
    """Return every installed provider, the broken ones with their error; loads all of them."""
    return sorted((_describe(entry) for entry in _entries()), key=lambda row: row.name)


def _entries() -> Iterable[EntryPoint]:
    return entry_points(group=ENTRY_POINT_GROUP)


def _load(entry: EntryPoint) -> object:
    try:
        return entry.load()
    except Exception as error:
        raise ConfigurationError(f"the provider {entry.name!r} ({entry.value}) cannot be loaded: {error!r}") from error


def _import(target: str) -> object:
    module, _, attribute = target.partition(":")
    try:
        return getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(f"the provider {target!r} cannot be loaded: {error!r}") from error


def _checked(name: str, loaded: object) -> type[Provider]:
    if isinstance(loaded, type) and issubclass(loaded, Provider):
        return loaded
    raise ConfigurationError(f"the provider {name!r} is no subclass of privcrm.provider.Provider")


def _unknown(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    names = ", ".join(sorted(known))
    return f"no provider {name!r} is installed (installed: {names}).{hint} Reinstall if you have just added it."


def _describe(entry: EntryPoint) -> Installed:
    origin = entry.dist
    error = ""
    try:
        _checked(entry.name, _load(entry))
    except ConfigurationError as problem:
        error = str(problem)
    return Installed(entry.name, entry.value, origin.name if origin else "", origin.version if origin else "", error)
