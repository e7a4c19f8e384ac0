"""Ids turned into others, whatever the endpoint calls its lists: in batches, or one call for each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from privcrm.errors import NotFound
from privcrm.models import ConvertedId
from privcrm.provider import Endpoint
from privcrm_wecom import checks
from privcrm_wecom.convert import values

Call = Callable[[Endpoint, Mapping[str, Any]], Mapping[str, Any]]


@frozen
class Conversion:
    """One way from id to id.

    ``taken`` and ``found`` name the parameter that takes ids and the field that holds what they became. Batches answer
    rows under ``rows``, which repeat the id under ``key``. ``needs_app`` is set where the id of the source app has to
    go along, ``also`` is what always goes along. Ids that begin with ``without`` have no counterpart.
    """

    endpoint: Endpoint
    taken: str
    found: str
    rows: str = ""
    key: str = ""
    most: str = ""
    needs_app: bool = False
    also: Mapping[str, Any] = field(factory=dict[str, Any])
    without: str = ""

    def fixed(self, source_app: str) -> dict[str, Any]:
        """Return what goes along with every call."""
        if not self.needs_app:
            return dict(self.also)
        checks.given("source_app", source_app, self.endpoint.doc)
        return {"source_agentid": checks.whole("source_app", source_app, self.endpoint.doc)}


def converted(
    conversion: Conversion, ids: Sequence[str], source_app: str, size: int, call: Call
) -> tuple[ConvertedId, ...]:
    """Return the outcome for each id, in order; ``size`` is how many one call takes."""
    if not ids:
        return ()
    checks.ids("ids", ids, conversion.endpoint.doc)
    fixed = conversion.fixed(source_app)
    if not conversion.rows:
        return tuple(ConvertedId(one, _single(conversion, one, fixed, call)) for one in ids)
    found: dict[str, str] = {}
    for start in range(0, len(ids), size):
        answer = call(conversion.endpoint, {conversion.taken: [*ids[start : start + size]], **fixed})
        found |= _pairs(conversion, values.rows(answer.get(conversion.rows)))
    return tuple(ConvertedId(one, found.get(one)) for one in ids)


def _pairs(conversion: Conversion, rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    pairs = ((values.text(row.get(conversion.key)), values.text(row.get(conversion.found))) for row in rows)
    return {given: found for given, found in pairs if found}


def _single(conversion: Conversion, one: str, fixed: Mapping[str, Any], call: Call) -> str | None:
    if conversion.without and one.startswith(conversion.without):
        return None
    try:
        answer = call(conversion.endpoint, {conversion.taken: one, **fixed})
    except NotFound:
        return None
    return values.text(answer.get(conversion.found)) or None
