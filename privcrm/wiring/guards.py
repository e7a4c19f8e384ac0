"""What stands before every write: read-only, the scope of a pilot, the kill switch."""

from typing import TYPE_CHECKING

from privcrm.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from privcrm.provider import Provider, WriteGuard, WriteScope
    from privcrm.wiring.opening import Opening

__all__ = ["write_guards"]


def write_guards(
    kind: "type[Provider]",
    opening: "Opening",
    *,
    read_only: bool,
    write_scope: "WriteScope | Mapping[str, Collection[str]] | None",
) -> "tuple[WriteGuard, ...]":
    """Return the guards of a company, in the order in which they are asked."""
    from privcrm.provider import KillSwitch, ReadOnly

    guards: list[WriteGuard] = []
    if read_only:
        guards.append(ReadOnly())
    if write_scope is not None:
        guards.append(_scope(kind, write_scope))
    if opening.target is not None:
        guards.append(KillSwitch(lambda: opening.once().switch.stopped()))  # noqa: PLW0108 - opens the store only when asked
    return tuple(guards)


def _scope(kind: "type[Provider]", given: "WriteScope | Mapping[str, Collection[str]]") -> "WriteScope":
    from privcrm.provider import WriteScope

    if isinstance(given, WriteScope):
        return given
    kinds = ("staff", "groups", "codes", "departments", "free")
    unknown = sorted(set(given) - set(kinds))
    if unknown:
        raise ConfigurationError(f"write_scope has no kind {unknown[0]!r}; known: {', '.join(kinds)}")
    sets = {name: frozenset(ids) for name, ids in given.items()}
    return WriteScope(parameters=kind.scope_parameters, **sets)
