"""Which writes are let through: read-only mode, a pilot's write scope, the kill switch."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol, cast

from attrs import field, frozen

from privcrm.errors import OutOfScope, WriteForbidden
from privcrm.provider.endpoint import Endpoint


class WriteGuard(Protocol):
    """Asked by the transport before every write, whoever makes it."""

    def check(self, endpoint: Endpoint, params: Mapping[str, Any]) -> None:
        """Return if the write may go out, raise ``WriteForbidden`` if not."""
        ...


@frozen
class ReadOnly:
    """Lets no write through."""

    def check(self, endpoint: Endpoint, params: Mapping[str, Any]) -> None:
        """Raise ``WriteForbidden``."""
        del params
        raise WriteForbidden(f"{endpoint.name} was not sent: this CRM is read-only (PRIVCRM_READ_ONLY)")


@frozen
class WriteScope:
    """Lets a write through only if everything it names is inside the scope: how a company pilots one shop.

    Each set holds ids of one kind. A write whose endpoint is not known is refused, and so is one that names nothing
    where its endpoint takes ids (``Endpoint.ids``), because its reach is not known; and one that names there something
    of a kind for which there is no set: a department beside an employee of the scope, a printed code that is to lead
    there. ``free`` are endpoints (names) that pass all the same. ``parameters`` tells under which request parameters
    the adapter's vendor puts ids of each kind ("staff", "groups", "codes", "departments"): whatever stands there,
    however deep, must be inside as well.
    """

    parameters: Mapping[str, Collection[str]]
    staff: frozenset[str] | None = field(default=None)
    groups: frozenset[str] | None = field(default=None)
    codes: frozenset[str] | None = field(default=None)
    departments: frozenset[str] | None = field(default=None)
    free: frozenset[str] = frozenset()

    def check(self, endpoint: Endpoint, params: Mapping[str, Any]) -> None:
        """Raise ``WriteForbidden`` unless the ids in ``params`` lie inside the scope."""
        if endpoint.name in self.free:
            return
        if not endpoint.known:
            raise WriteForbidden(f"{endpoint.name} was not sent: it is not known to be inside the write scope")
        limited = self._limited()
        named = [kind for kind, names in endpoint.ids.items() if _decisive(params, names)]
        if not any(kind in limited for kind in named):
            raise WriteForbidden(
                f"{endpoint.name} was not sent: it names none of {', '.join(limited)}, the write scope"
            )
        beside = next((kind for kind in named if kind not in limited), None)
        if beside:
            raise OutOfScope(f"{endpoint.name} was not sent: it names {beside}, of which the write scope holds none")
        for kind, inside in limited.items():
            names = {*self.parameters.get(kind, ()), *(name.rpartition(".")[2] for name in endpoint.ids.get(kind, ()))}
            for one in _ids(params, names):
                if _key(kind, one) not in inside:
                    raise OutOfScope(f"{endpoint.name} was not sent: {one} is outside the write scope")

    def covers(self, kind: str, identifier: str) -> bool:
        """Return whether a write that names this id and no other would pass: for plans, which ask before they send."""
        limited = self._limited()
        return not limited or _key(kind, identifier) in limited.get(kind, ())

    def _limited(self) -> dict[str, frozenset[str]]:
        kinds = {"staff": self.staff, "groups": self.groups, "codes": self.codes, "departments": self.departments}
        return {kind: frozenset(_key(kind, one) for one in ids) for kind, ids in kinds.items() if ids is not None}


@frozen
class KillSwitch:
    """Lets no write through while ``stopped`` says so; that callable reads the store, so every process obeys it."""

    stopped: Callable[[], bool]

    def check(self, endpoint: Endpoint, params: Mapping[str, Any]) -> None:
        """Raise ``WriteForbidden`` while the switch is on."""
        del params
        if self.stopped():
            raise WriteForbidden(f"{endpoint.name} was not sent: `privcrm stop` is in force; `privcrm start` lifts it")


def _key(kind: str, identifier: str) -> str:
    """Return the form in which ids are compared: those of staff without case, all others exactly."""
    return identifier.lower() if kind == "staff" else identifier


def _decisive(params: Mapping[str, Any], names: Collection[str]) -> bool:
    """Return whether an id stands where the endpoint takes it; the same name deeper down is not what it goes by."""
    return any(True for name in names for _ in _plain(_at(params, name)))


def _at(params: object, name: str) -> object:
    """Return what stands at a name, or at the end of names with dots between them."""
    for part in name.split("."):
        params = cast("Mapping[str, object]", params).get(part) if isinstance(params, Mapping) else None
    return params


def _ids(value: object, names: Collection[str]) -> Iterator[str]:
    """Yield the ids that stand under those names, however deep, as they were given."""
    if isinstance(value, Mapping):
        for name, inner in cast("Mapping[str, object]", value).items():
            if name in names:
                yield from _plain(inner)
            yield from _ids(inner, names)
    elif isinstance(value, list | tuple):
        for inner in cast("Sequence[object]", value):
            yield from _ids(inner, names)


def _plain(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from value.split("|")  # how vendors write several ids in one text; no id holds a bar
    elif isinstance(value, int):
        yield str(value)
    elif isinstance(value, list | tuple):
        for entry in cast("Sequence[object]", value):
            yield from _plain(entry)
    elif value is not None:
        yield f"<{type(value).__name__}>"  # no id that we can read, so none that lies inside
