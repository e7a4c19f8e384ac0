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
        _rule("messages.page", 100, Unit.ITEMS, "page of a listing of MessagesPort"),
        _rule("messages.span", 2_678_400, Unit.SECONDS, "span of MessagesPort.list"),
        _rule("messages.recipients", 10_000, Unit.ITEMS, "members or groups of a mass message"),
        _rule("messages.text", 2_000, Unit.CHARACTERS, "text of a message, welcome or moment"),
        _rule("messages.attachments", 9, Unit.ITEMS, "attachments of a message or welcome"),
        _rule("messages.reminders", 3, Unit.ITEMS, "reminders of a mass message in 24 hours"),
        _rule("messages.welcome_life", 20, Unit.SECONDS, "welcome code"),
        _rule("messages.group_welcome", 1, Unit.ITEMS, "attachments of a group welcome"),
        _rule("messages.group_welcomes", 100, Unit.ITEMS, "group welcomes of the company"),
        _rule("moments.page", 100, Unit.ITEMS, "page of a listing of MomentsPort"),
        _rule("moments.span", 2_592_000, Unit.SECONDS, "span of MomentsPort.list"),
        _rule("moments.pictures", 9, Unit.ITEMS, "pictures of a moment"),
        _rule("moments.job_life", 86_400, Unit.SECONDS, "job that makes a moment"),
        _rule("media.size", 20_971_520, Unit.BYTES, "upload"),
        _rule("media.life", 259_200, Unit.SECONDS, "upload"),
        _rule("media.job_life", 3_600, Unit.SECONDS, "job that fetches a file"),
        _rule("rules.company", 100, Unit.ITEMS, "rules of the company"),
        _rule("rules.name", 20, Unit.CHARACTERS, "name of a rule"),
        _rule("rules.words", 300, Unit.ITEMS, "words of a rule"),
        _rule("rules.word", 32, Unit.CHARACTERS, "word of a rule"),
        _rule("products.page", 100, Unit.ITEMS, "page of ProductsPort.list"),
        _rule("products.description", 300, Unit.CHARACTERS, "description of a product"),
        _rule("products.pictures", 9, Unit.ITEMS, "pictures of a product"),
    )
)
