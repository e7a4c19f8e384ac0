"""Entry tags of a code: a tag rule on its states, so that hits, jobs and taking back are those of every rule."""

from collections.abc import Callable, Iterable
from typing import Final

from privcrm.models.codes import StaffLiveCode
from privcrm.models.tag_rule import ChannelIs, TagRule
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.tag_rules import TagRules
from privcrm.store.live_codes.codes import CodeLife, CodeRow

__all__ = ["RULE_PREFIX", "EntryTags", "are_kept"]

RULE_PREFIX: Final = "live-code:"
_MAKER: Final = "live codes"


class EntryTags:
    """Keeps one tag rule for each code that has entry tags."""

    def __init__(self, book: CodeBook, rules: Callable[[], TagRules]) -> None:
        self._book = book
        self._tag_rules = rules

    def keep(self, row: CodeRow, code: StaffLiveCode) -> TagRule | None:
        """Make, change or end the rule of a code; the same again changes nothing. Return it, None for no rule.

        It holds for the states that the vendor's codes carry by now: call it again when more are made. What was put
        stays put. Raises ``InputError`` for a tag that is not there, and as ``TagRules.add`` does.
        """
        with self._book.database.connect() as connection:
            parts = self._book.vendor.of_code(connection, row.number)
        states = [each.state for each in parts if each.state]
        wanted = code.entry_tags if states and row.life is not CodeLife.DELETED else ()
        now = self._rule(row)
        if now is None and not wanted:
            return None
        when = tuple(ChannelIs(state) for state in dict.fromkeys(states))
        if now is not None and wanted and now.when == when and _puts(now, wanted):
            return now
        if now is not None:
            self._rules.remove(now.id, take_back=False, removed_by=_MAKER, apply=False)
        return self._rules.add(RULE_PREFIX + row.key, when, wanted, created_by=_MAKER) if wanted else None

    @property
    def _rules(self) -> TagRules:
        return self._tag_rules()

    def _rule(self, row: CodeRow) -> TagRule | None:
        return next((each for each in self._rules.list() if each.name == RULE_PREFIX + row.key), None)


def are_kept(rules: Iterable[TagRule], code: StaffLiveCode) -> bool:
    """Tell whether one of these rules puts the entry tags of a code; so it is for a code without any."""
    # A rule ends before one for other tags is made, and follows tags that are renamed: that it is there is enough.
    return not code.entry_tags or any(each.name == RULE_PREFIX + code.key for each in rules)


def _puts(rule: TagRule, wanted: tuple[str, ...]) -> bool:
    """Tell whether a rule puts just these tags, each named by id, by name, or by group and name."""
    known = [{tag.tag_id, tag.title, tag.title.rpartition("/")[2]} for tag in rule.add]
    return len(known) == len(wanted) and all(name in names for name, names in zip(wanted, known, strict=True))
