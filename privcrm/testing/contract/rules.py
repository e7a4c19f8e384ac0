"""The contract of ``RulesPort``."""

from collections.abc import Iterator

import pytest
from attrs import evolve

from privcrm.errors import AnswerLost, Conflict, InputError, NotFound, PermissionDenied
from privcrm.models import InterceptRuleSpec, Pattern, RuleId, StaffId
from privcrm.provider import CallRecord, Provider
from privcrm.testing.contract.base import Contract, LoseAnswer, Relation, needs


def _named(provider: Provider, name: str) -> list[RuleId]:
    return [rule.rule_id for rule in provider.rules.list() if rule.name == name]


class RulesContract(Contract):
    """Keeping the words that employees may not write."""

    @pytest.fixture
    def rule_spec(self, relation: Relation) -> InterceptRuleSpec:
        """A rule with words and a pattern, for one employee."""
        words, patterns = ("稳赚", "sure profit"), (Pattern.PHONE_NUMBER,)
        return InterceptRuleSpec("contract", words, True, patterns, (StaffId(relation.staff_id),))

    @pytest.fixture
    def rule_id(self, provider: Provider, rule_spec: InterceptRuleSpec) -> Iterator[RuleId]:
        """That rule, made, and removed afterwards."""
        made = provider.rules.create(rule_spec)
        yield made
        if made in {rule.rule_id for rule in provider.rules.list()}:
            provider.rules.delete(made)

    @pytest.fixture
    def foreign_rule_id(self) -> str:
        """A rule that another program of the company made; override it where there can be one."""
        pytest.skip("no other program made a rule")

    @needs("rules.update", "rules.delete")
    def test_rules_of_others_stay(self, provider: Provider, rule_spec: InterceptRuleSpec, foreign_rule_id: str) -> None:
        """Only who made a rule may change it; whether it is told that it exists is the vendor's business."""
        with pytest.raises((PermissionDenied, NotFound)):
            provider.rules.update(foreign_rule_id, rule_spec)
        with pytest.raises((PermissionDenied, NotFound)):
            provider.rules.delete(foreign_rule_id)

    @needs("rules.create", "rules.get", "rules.list")
    def test_a_rule_is_read_as_it_was_made(
        self, provider: Provider, rule_spec: InterceptRuleSpec, rule_id: RuleId
    ) -> None:
        """Whole by id, and by name in the list."""
        found = provider.rules.get(rule_id)
        assert (found.rule_id, found.name, found.spec) == (rule_id, rule_spec.name, rule_spec)
        assert found.raw, "the vendor's answer is lost"
        assert _named(provider, rule_spec.name) == [rule_id]

    @needs("rules.create")
    def test_names_of_rules_are_unique(self, provider: Provider, rule_spec: InterceptRuleSpec, rule_id: RuleId) -> None:
        """A second rule of that name is a conflict, whatever it holds."""
        with pytest.raises(Conflict):
            provider.rules.create(evolve(rule_spec, words=("another",)))
        assert _named(provider, rule_spec.name) == [rule_id]

    @needs("rules.create", "rules.list")
    def test_a_rule_whose_answer_is_lost_is_found_by_its_name(
        self, provider: Provider, rule_spec: InterceptRuleSpec, lose_answer: LoseAnswer
    ) -> None:
        """It is not made twice, and the look-up finds it."""
        lose_answer("rules.create")
        with pytest.raises(AnswerLost):
            provider.rules.create(rule_spec)
        (made,) = _named(provider, rule_spec.name)
        provider.rules.delete(made)

    @needs("rules.update", "rules.get", "rules.create", "staff.serving")
    def test_a_rule_is_replaced_as_a_whole(
        self, provider: Provider, rule_spec: InterceptRuleSpec, rule_id: RuleId
    ) -> None:
        """Name, words, patterns and people are those of the new one, as often as it is said."""
        people = [one for one in provider.staff.serving() if one not in rule_spec.staff_ids][:1]
        changed = InterceptRuleSpec("contract, changed", ("包赚",), False, (), tuple(people))
        for _ in range(2):
            provider.rules.update(rule_id, changed)
            assert provider.rules.get(rule_id).spec == changed

    @needs("rules.delete", "rules.get", "rules.create")
    def test_a_deleted_rule_is_not_found(
        self, provider: Provider, rule_spec: InterceptRuleSpec, rule_id: RuleId
    ) -> None:
        """It leaves the list, and its name is free again."""
        provider.rules.delete(rule_id)
        with pytest.raises(NotFound):
            provider.rules.get(rule_id)
        provider.rules.delete(provider.rules.create(rule_spec))
        assert not _named(provider, rule_spec.name)

    @needs("rules.get", "rules.update", "rules.delete")
    def test_unknown_rules_are_not_found(
        self, provider: Provider, rule_spec: InterceptRuleSpec, unknown_id: str
    ) -> None:
        """Reading, changing and deleting what is not there."""
        for use in (
            lambda: provider.rules.get(unknown_id),
            lambda: provider.rules.update(unknown_id, rule_spec),
            lambda: provider.rules.delete(unknown_id),
        ):
            with pytest.raises(NotFound):
                use()

    @needs("rules.create", "rules.update")
    def test_rules_out_of_bounds_are_refused(
        self, provider: Provider, rule_spec: InterceptRuleSpec, records: list[CallRecord]
    ) -> None:
        """No name, no words, nobody, too long, too many: known before sending, for old rules as for new ones."""
        sent = len(records)
        wrong = [
            evolve(rule_spec, name=""),
            evolve(rule_spec, name="长" * 1000),
            evolve(rule_spec, words=()),
            evolve(rule_spec, words=("",)),
            evolve(rule_spec, words=("长" * 1000,)),
            evolve(rule_spec, words=tuple(f"word {number}" for number in range(10_000))),
            evolve(rule_spec, staff_ids=(), department_ids=()),
        ]
        for bad in wrong:
            with pytest.raises(InputError):
                provider.rules.create(bad)
            with pytest.raises(InputError):
                provider.rules.update("some rule", bad)
        assert len(records) == sent
