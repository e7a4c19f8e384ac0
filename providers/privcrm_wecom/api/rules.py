"""Intercept rules (聊天敏感词). https://developer.work.weixin.qq.com/document/path/95097."""

from collections.abc import Mapping, Sequence
from typing import Any

from privcrm.errors import AnswerLost, InputError
from privcrm.models import InterceptRule, InterceptRuleSpec, RuleId, staff_key
from privcrm.provider.ports import RulesPort
from privcrm.transport import Params
from privcrm_wecom import checks
from privcrm_wecom.api.area import Area
from privcrm_wecom.convert import rules as convert
from privcrm_wecom.convert import values
from privcrm_wecom.endpoints.rules import RULE_ADD, RULE_DELETE, RULE_GET, RULE_LIST, RULE_UPDATE


class WeComRules(Area, RulesPort):
    """Needs the role ``customer_contact``; all apps read all rules, only the one that made one may change it.

    At most 100 rules a company, 300 words a rule, 32 characters a word, 10,000 employees a rule.
    """

    def list(self) -> tuple[InterceptRule, ...]:
        """Return the rules of the company, those of other apps included."""
        return tuple(map(convert.listed_rule, values.rows(self._client.call(RULE_LIST, {}).get("rule_list"))))

    def get(self, rule_id: str) -> InterceptRule:
        """Return one rule; of its people only those whom the app sees."""
        checks.given("rule_id", rule_id, RULE_GET.doc)
        return convert.rule(values.mapping(self._client.call(RULE_GET, {"rule_id": rule_id}).get("rule")))

    def create(self, spec: InterceptRuleSpec, *, extra: Mapping[str, Any] | None = None) -> RuleId:
        """Make a rule; too many are ``LimitReached`` (41069), a name in use is a ``Conflict`` (41077)."""
        extra = Params(extra or {})
        self._check(spec)
        answer = self._client.call(
            RULE_ADD,
            {
                **convert.rule_fields(spec),
                "semantics_list": convert.semantics(spec),
                "applicable_range": self._people("staff_ids", spec.staff_ids, spec.department_ids),
                **extra,
            },
        )
        made = values.text(answer.get("rule_id"))
        if not made:
            raise AnswerLost("the answer tells no rule_id", provider="wecom", operation=RULE_ADD.name)
        return RuleId(made)

    def update(self, rule_id: str, spec: InterceptRuleSpec, *, extra: Mapping[str, Any] | None = None) -> None:
        """Replace a rule: it is read first, because people can only be added and removed.

        People whom the app does not see are not among those read, so they stay.
        """
        extra = Params(extra or {})
        self._check(spec)
        present = self.get(rule_id).spec
        staff_ids, department_ids = (present.staff_ids, present.department_ids) if present is not None else ((), ())
        changes = {
            "add_applicable_range": self._people(
                "staff_ids", _beyond(spec.staff_ids, staff_ids), _beyond(spec.department_ids, department_ids)
            ),
            "remove_applicable_range": self._people(
                "removed staff_ids", _beyond(staff_ids, spec.staff_ids), _beyond(department_ids, spec.department_ids)
            ),
        }
        self._client.call(
            RULE_UPDATE,
            {
                "rule_id": rule_id,
                **convert.rule_fields(spec),
                # Elsewhere than in the call that makes a rule.
                "extra_rule": {"semantics_list": convert.semantics(spec)},
                **{name: people for name, people in changes.items() if people},
                **extra,
            },
        )

    def delete(self, rule_id: str) -> None:
        """Delete a rule."""
        checks.given("rule_id", rule_id, RULE_DELETE.doc)
        self._client.call(RULE_DELETE, {"rule_id": rule_id})

    def _check(self, spec: InterceptRuleSpec) -> None:
        checks.given("name", spec.name, RULE_ADD.doc)
        checks.at_most("name", spec.name, self._limit("rule_name"))
        # An empty list is ignored when a rule is changed: its words would stay.
        checks.given("words", spec.words, RULE_ADD.doc)
        checks.at_most("words", spec.words, self._limit("rule_words"))
        if not all(spec.words):
            raise InputError(f"words holds an empty word ({RULE_ADD.doc})")
        checks.at_most("a word of words", max(spec.words, key=len), self._limit("rule_word"))
        checks.given("staff_ids and department_ids", [*spec.staff_ids, *spec.department_ids], RULE_ADD.doc)

    def _people(self, field: str, staff_ids: Sequence[str], department_ids: Sequence[str]) -> dict[str, Any]:
        """Return a range; a list that would be empty is left out."""
        if staff_ids or department_ids:
            checks.ids(field, [*staff_ids, *department_ids], RULE_ADD.doc)
            checks.at_most(field, staff_ids, self._limit("rule_nodes"))
            checks.at_most("department_ids", department_ids, self._limit("rule_nodes"))
        departments = [checks.whole("department_ids", each, RULE_ADD.doc) for each in department_ids]
        people = {"user_list": [*staff_ids], "department_list": departments}
        return {name: some for name, some in people.items() if some}


def _beyond(ids: Sequence[str], known: Sequence[str]) -> list[str]:
    """Return those of ``ids`` that are not among the known ones; staff ids compare without case."""
    keys = set(map(staff_key, known))
    return [each for each in ids if staff_key(each) not in keys]
