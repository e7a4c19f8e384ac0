"""Intercept rules of the memory provider."""

from collections.abc import Mapping
from typing import Any

from attrs import asdict, evolve

from privcrm.errors import Conflict, InputError, LimitReached, NotFound, PermissionDenied
from privcrm.models import DepartmentId, InterceptRule, InterceptRuleSpec, Pattern, RuleId, StaffId
from privcrm.provider.capabilities import Capabilities
from privcrm.provider.limits import LimitTable
from privcrm.provider.ports import RulesPort
from privcrm.sandbox.world import OUR_PROGRAM, intercepts
from privcrm.testing.memory import ids
from privcrm.testing.memory.door import NAME, Call, Door
from privcrm.testing.memory.staff import present

_PATTERNS = dict(enumerate(Pattern, 1))
_NUMBERS = {pattern: number for number, pattern in _PATTERNS.items()}


class MemoryRules(RulesPort):
    """Keeps rules; those of another program can be read, not changed."""

    def __init__(self, door: Door, capabilities: Capabilities, limits: LimitTable) -> None:
        super().__init__(NAME, capabilities)
        self._door = door
        self._limits = limits

    def list(self) -> tuple[InterceptRule, ...]:
        """Return the rules, whoever made them."""
        with self._door.reading("rules.list") as call:
            return tuple(_rule(call, rule) for rule in call.world.intercepts.living())

    def get(self, rule_id: str) -> InterceptRule:
        """Return one rule."""
        with self._door.reading("rules.get") as call:
            return _rule(call, _known(call, rule_id))

    def create(
        self,
        spec: InterceptRuleSpec,
        *,
        extra: Mapping[str, Any] | None = None,  # noqa: ARG002 - there is no vendor to pass it on to
    ) -> RuleId:
        """Make a rule."""
        self._check(spec)
        with self._door.writing("rules.create", staff_id=spec.staff_ids, department_id=spec.department_ids) as call:
            book = call.world.intercepts
            if sum(1 for _ in book.living()) >= self._limits["rules.company"].value:
                raise call.refuse(LimitReached, "rules_full", "the company has as many rules as it may have")
            blank = intercepts.InterceptRule(
                book.next_number, OUR_PROGRAM, "", (), (), spec.blocks, frozenset(), frozenset(), call.now
            )
            book.put(_with(call, blank, spec))
            return RuleId(ids.id_of(ids.RULE, blank.number))

    def update(
        self,
        rule_id: str,
        spec: InterceptRuleSpec,
        *,
        extra: Mapping[str, Any] | None = None,  # noqa: ARG002 - there is no vendor to pass it on to
    ) -> None:
        """Replace a rule of this program."""
        self._check(spec)
        with self._door.writing("rules.update", staff_id=spec.staff_ids, department_id=spec.department_ids) as call:
            call.world.intercepts.put(_with(call, _own(call, rule_id), spec))

    def delete(self, rule_id: str) -> None:
        """Delete a rule of this program."""
        with self._door.writing("rules.delete") as call:
            call.world.intercepts.put(evolve(_own(call, rule_id), deleted=True))

    def _check(self, spec: InterceptRuleSpec) -> None:
        names, words, word = (self._limits[f"rules.{one}"].value for one in ("name", "words", "word"))
        if not 0 < len(spec.name) <= names:
            raise InputError(f"name has {len(spec.name):,} characters, allowed are 1 to {names}")
        if not 0 < len(spec.words) <= words:
            raise InputError(f"words has {len(spec.words):,} items, allowed are 1 to {words}")
        if not all(0 < len(one) <= word for one in spec.words):
            raise InputError(f"a word of words has 1 to {word} characters")
        if not spec.staff_ids and not spec.department_ids:
            raise InputError("a rule needs staff_ids or department_ids")


def _known(call: Call, rule_id: str) -> intercepts.InterceptRule:
    rule = call.world.intercepts.find(ids.number_of(ids.RULE, rule_id))
    if rule is None or rule.deleted:
        raise call.refuse(NotFound, "unknown_rule", "no rule has this id")
    return rule


def _own(call: Call, rule_id: str) -> intercepts.InterceptRule:
    rule = _known(call, rule_id)
    if rule.maker != OUR_PROGRAM:
        raise call.refuse(PermissionDenied, "foreign_rule", "only who made a rule may change it")
    return rule


def _with(call: Call, rule: intercepts.InterceptRule, spec: InterceptRuleSpec) -> intercepts.InterceptRule:
    if any(other.name == spec.name and other.number != rule.number for other in call.world.intercepts.living()):
        raise call.refuse(Conflict, "name_taken", "a rule of that name is there already")
    return evolve(
        rule,
        name=spec.name,
        words=tuple(dict.fromkeys(spec.words)),
        kinds=tuple(sorted(_NUMBERS[one] for one in set(spec.patterns))),
        blocks=spec.blocks,
        staff=frozenset(present(call, one).number for one in spec.staff_ids),
        departments=frozenset(_department(call, one) for one in spec.department_ids),
    )


def _department(call: Call, department_id: str) -> int:
    found = [node.number for node in call.world.staff.departments if str(node.number) == department_id]
    if not found:
        raise call.refuse(NotFound, "unknown_department", "no department has this id")
    return found[0]


def _rule(call: Call, rule: intercepts.InterceptRule) -> InterceptRule:
    staff = call.world.staff
    spec = InterceptRuleSpec(
        rule.name,
        rule.words,
        rule.blocks,
        tuple(_PATTERNS[number] for number in rule.kinds),
        tuple(StaffId(staff[number].staff_id) for number in sorted(rule.staff)),
        tuple(DepartmentId(str(number)) for number in sorted(rule.departments)),
    )
    return InterceptRule(
        RuleId(ids.id_of(ids.RULE, rule.number)), rule.name, spec, rule.made_at, asdict(rule, recurse=False)
    )
