"""The rules of the memory provider that are figures; ``ProviderContext.limits`` overrides them like a vendor's."""

from privcrm.provider import Confidence, Limit, LimitTable, Unit

_SOURCE = "privcrm.testing.memory: rules chosen for tests, of the usual size"


def _rule(name: str, value: int, unit: Unit, scope: str) -> Limit:
    return Limit(name, value, unit, scope, _SOURCE, "2026-11-21", Confidence.HIGH)


LIMITS = LimitTable(
    (
        _rule("members.page", 100, Unit.ITEMS, "page of MembersPort.list"),
        _rule("groups.page", 100, Unit.ITEMS, "page of GroupsPort.list"),
        _rule("tags.name", 30, Unit.CHARACTERS, "name of a tag or a tag group"),
        _rule("tags.library", 10_000, Unit.ITEMS, "tags of the company"),
        _rule("tags.relation", 3_000, Unit.ITEMS, "tags on one relation"),
    )
)
