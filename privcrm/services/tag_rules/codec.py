"""Rules as the store holds them."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from attrs import asdict

from privcrm.models.segments import HasFact, to_text
from privcrm.models.segments.stored import condition_of_text, text_of_condition
from privcrm.models.tag_rule import (
    AddedBetween,
    ChannelIs,
    FactIs,
    HappenedAtLeast,
    JoinedGroup,
    Matches,
    RuleTag,
    StateContains,
    TagRule,
    Trigger,
)

__all__ = ["dump_rule", "load_rule", "told"]

_PLAIN: Final[Mapping[str, Callable[..., Trigger]]] = {
    "StateContains": StateContains,
    "ChannelIs": ChannelIs,
    "JoinedGroup": JoinedGroup,
    "AddedBetween": AddedBetween,
    "HappenedAtLeast": HappenedAtLeast,
}


def dump_rule(rule: TagRule) -> str:
    """Return name, triggers and tags of a rule as JSON."""
    spec = {
        "name": rule.name,
        "when": [_dump(trigger) for trigger in rule.when],
        "add": [[tag.tag_id, tag.title] for tag in rule.add],
    }
    return json.dumps(spec, ensure_ascii=False)


def load_rule(row: tuple[Any, ...]) -> TagRule:
    """Return a rule from (id, spec, state, frozen, created_at, created_by)."""
    rule_id, text, *rest = row
    spec = json.loads(text)
    tags = tuple(RuleTag(*tag) for tag in spec["add"])
    return TagRule(spec["name"], tuple(map(_load, spec["when"])), tags, rule_id, *rest)


def told(trigger: Trigger) -> str:
    """Return a trigger as a line for people: no value of a fact stands in it."""
    match trigger:
        case Matches():
            return f"Matches({to_text(trigger.condition, ids=False)})"
        case FactIs():
            return f"FactIs({trigger.name} {trigger.comparison.value} …)"
        case _:
            given = ", ".join(f"{name}={value!r}" for name, value in asdict(trigger).items() if value not in ("", ()))
            return f"{type(trigger).__name__}({given})"


def _dump(trigger: Trigger) -> list[Any]:
    kind = type(trigger).__name__
    match trigger:
        case Matches() | FactIs():
            return [kind, text_of_condition(trigger.condition)]
        case _:
            return [kind, asdict(trigger)]


def _load(entry: list[Any]) -> Trigger:
    kind, given = entry
    if kind in _PLAIN:
        return _PLAIN[kind](**given)
    condition = condition_of_text(given)
    if kind == "FactIs" and isinstance(condition, HasFact) and condition.comparison and condition.value is not None:
        return FactIs(condition.name, condition.comparison, condition.value)
    return Matches(condition)
