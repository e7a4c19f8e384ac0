"""Port: intercept rules."""

from collections.abc import Mapping
from typing import Any

from privcrm.models import InterceptRule, InterceptRuleSpec, RuleId
from privcrm.provider.ports._base import Port


class RulesPort(Port):
    """Keeps the words that employees may not write to members.

    Names, words and their number are bounded: what is too long or too many raises ``InputError`` before sending, a
    full set of rules ``LimitReached``. What another app made raises ``PermissionDenied`` or ``NotFound``.
    """

    area = "rules"

    def list(self) -> tuple[InterceptRule, ...]:
        """Return the rules of the company by id and name."""
        raise self._unsupported("list")

    def get(self, rule_id: str) -> InterceptRule:
        """Return one rule whole; an unknown id raises ``NotFound``."""
        raise self._unsupported("get")

    def create(self, spec: InterceptRuleSpec, *, extra: Mapping[str, Any] | None = None) -> RuleId:
        """Make a rule. Safe to repeat after a look-up: names are unique, an existing one raises ``Conflict``."""
        raise self._unsupported("create")

    def update(self, rule_id: str, spec: InterceptRuleSpec, *, extra: Mapping[str, Any] | None = None) -> None:
        """Replace a rule as a whole. Safe to repeat."""
        raise self._unsupported("update")

    def delete(self, rule_id: str) -> None:
        """Delete a rule. Cannot be undone."""
        raise self._unsupported("delete")
