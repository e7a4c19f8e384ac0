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
        _rule("members.staff", 5_000, Unit.ITEMS, "members of one employee who takes some over"),
        _rule("live_codes.page", 100, Unit.ITEMS, "page of LiveCodesPort.contact_codes"),
        _rule("live_codes.company", 100_000, Unit.ITEMS, "codes of the company"),
        _rule("live_codes.staff", 100, Unit.ITEMS, "people behind a contact code, departments counted"),
        _rule("live_codes.groups", 5, Unit.ITEMS, "groups of a group code"),
        _rule("live_codes.text", 30, Unit.CHARACTERS, "state, note or base name of a code"),
        _rule("live_codes.lifetime", 1_209_600, Unit.SECONDS, "temporary contact code, or the chat it opens"),
        _rule("handover_batch", 100, Unit.ITEMS, "members or groups of one transfer"),
        _rule("handover.message", 200, Unit.CHARACTERS, "message of a transfer"),
        _rule("handover.wait", 86_400, Unit.SECONDS, "transfer of a member"),
        _rule("handover.page", 100, Unit.ITEMS, "page of a listing of HandoverPort"),
        _rule("statistics.ids", 100, Unit.ITEMS, "departments or owners of one question"),
        _rule("statistics.page", 100, Unit.ITEMS, "page of StatisticsPort.groups_by_owner"),
        _rule("statistics.span", 30, Unit.ITEMS, "days of one question"),
        _rule("statistics.age", 180, Unit.ITEMS, "days back that figures are kept"),
    )
)
