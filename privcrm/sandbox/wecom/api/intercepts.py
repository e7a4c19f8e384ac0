"""Rules on what employees may write to customers (developer.work.weixin.qq.com/document/path/95097)."""

from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.endpoint import EMPTY_PARAMETER, contact
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import INVALID, Field, read_object
from privcrm.sandbox.wecom.ownership import own
from privcrm.sandbox.wecom.ranges import Range, read_range
from privcrm.sandbox.world.intercepts import InterceptRule
from privcrm.sandbox.world.scanning import people_behind

UNKNOWN, DELETED, TOO_LARGE, NAME_TAKEN, BAD_WORD, BAD_KIND = 41070, 41071, 41076, 41077, 41083, 41084
LONGEST_WORD, MOST_NODES, MOST_PEOPLE = 32, 1000, 10_000
KINDS = frozenset({1, 2, 3})
BLOCK, WARN = 1, 2


def add_intercept_rule(call: Call) -> dict[str, Any]:
    """Make a rule; here the semantic rules stand beside the words."""
    args, book = call.args, call.world.intercepts
    words, kinds = _words(args["word_list"]), _kinds(args.get("semantics_list"))
    people = _range(call, "applicable_range")
    if people.is_empty:
        raise Refusal(EMPTY_PARAMETER)
    if sum(1 for _ in book.living()) >= call.company.rules.intercept_rules_per_company:
        raise Refusal(41069)
    rule = InterceptRule(
        book.next_number,
        call.app.maker,
        _free_name(call, args["rule_name"]),
        words,
        kinds,
        args["intercept_type"] == BLOCK,
        frozenset(people.staff),
        frozenset(people.departments),
        int(call.now),
    )
    book.put(_not_too_large(call, rule))
    return {"rule_id": call.company.ids.rule.encode(rule.number)}


def _words(words: Sequence[str]) -> tuple[str, ...]:
    if not all(1 <= len(word) <= LONGEST_WORD for word in words):
        raise Refusal(BAD_WORD)
    return tuple(dict.fromkeys(words))


def _kinds(kinds: Iterable[int] | None) -> tuple[int, ...]:
    given = set(kinds or ())
    if not given <= KINDS:
        raise Refusal(BAD_KIND)
    return tuple(sorted(given))


def _free_name(call: Call, name: str, number: int | None = None) -> str:
    if any(rule.name == name and rule.number != number for rule in call.world.intercepts.living()):
        raise Refusal(NAME_TAKEN)
    return name


def _range(call: Call, name: str) -> Range:
    return read_range(call, call.args.get(name), most=MOST_NODES, too_many=TOO_LARGE)


def _not_too_large(call: Call, rule: InterceptRule) -> InterceptRule:
    if len(people_behind(call.world, sorted(rule.staff), sorted(rule.departments))) > MOST_PEOPLE:
        raise Refusal(TOO_LARGE)
    return rule


def _rule(call: Call) -> InterceptRule:
    """Return the rule named, whoever made it (41070, 41071)."""
    number = call.company.ids.rule.decode(call.args["rule_id"])
    rule = None if number is None else call.world.intercepts.find(number)
    if rule is None:
        raise Refusal(UNKNOWN)
    if rule.deleted:
        raise Refusal(DELETED)
    return rule


def _own(call: Call) -> InterceptRule:
    """Return the rule named if this app made it."""
    return own(call, _rule(call), UNKNOWN)


def get_intercept_rule_list(call: Call) -> dict[str, Any]:
    """List all rules, whoever made them."""
    encode = call.company.ids.rule.encode
    rules = call.world.intercepts.living()
    rows = [{"rule_id": encode(r.number), "rule_name": r.name, "create_time": r.made_at} for r in rules]
    return {"rule_list": rows}


def get_intercept_rule(call: Call) -> dict[str, Any]:
    """Answer one rule; of its range only what this app sees."""
    rule, company = _rule(call), call.company
    staff, seen = call.world.staff, company.departments_seen(call.app)
    kinds = {"semantics_list": list(rule.kinds)}
    row = {
        "rule_id": company.ids.rule.encode(rule.number),
        "rule_name": rule.name,
        "word_list": list(rule.words),
        **({"extra_rule": kinds} if company.rules.intercept_semantics == "extra_rule" else kinds),
        "intercept_type": BLOCK if rule.blocks else WARN,
        "applicable_range": {
            "user_list": [staff[n].staff_id for n in sorted(rule.staff) if company.sees(call.app, staff[n])],
            "department_list": [number for number in sorted(rule.departments) if number in seen],
        },
        "create_time": rule.made_at,
    }
    return {"rule": row}


def update_intercept_rule(call: Call) -> dict[str, Any]:
    """Change what is given of a rule; here the semantic rules stand in an object of their own."""
    rule, args = _own(call), call.args
    more, fewer = _range(call, "add_applicable_range"), _range(call, "remove_applicable_range")
    kinds = read_object((Field("semantics_list", list, items=int),), args.get("extra_rule")).get("semantics_list")
    changed = attrs.evolve(
        rule,
        name=_free_name(call, args.get("rule_name") or rule.name, rule.number),
        words=_words(args.get("word_list") or ()) or rule.words,
        kinds=rule.kinds if kinds is None else _kinds(kinds or ()),
        blocks=args.get("intercept_type", BLOCK if rule.blocks else WARN) == BLOCK,
        staff=(rule.staff | frozenset(more.staff)) - frozenset(fewer.staff),
        departments=(rule.departments | frozenset(more.departments)) - frozenset(fewer.departments),
    )
    if not changed.staff and not changed.departments:
        raise Refusal(EMPTY_PARAMETER)
    call.world.intercepts.put(_not_too_large(call, changed))
    return {}


def del_intercept_rule(call: Call) -> dict[str, Any]:
    """Delete a rule."""
    call.world.intercepts.put(attrs.evolve(_own(call), deleted=True))
    return {}


_ID = Field("rule_id", str, EMPTY_PARAMETER)
_NAME = Field("rule_name", str, EMPTY_PARAMETER, at_most=20)
_WORDS = Field("word_list", list, EMPTY_PARAMETER, at_most=300, too_long=41068)
_TYPE = Field("intercept_type", int, EMPTY_PARAMETER, at_least=BLOCK, at_most=WARN, too_long=INVALID)

ENDPOINTS = (
    contact(
        "add_intercept_rule",
        add_intercept_rule,
        _NAME,
        _WORDS,
        Field("semantics_list", list, items=int),
        _TYPE,
        Field("applicable_range", dict),
    ),
    contact("get_intercept_rule_list", get_intercept_rule_list, method="GET", empty="rule_list"),
    contact("get_intercept_rule", get_intercept_rule, _ID),
    contact(
        "update_intercept_rule",
        update_intercept_rule,
        _ID,
        attrs.evolve(_NAME, missing=None),
        attrs.evolve(_WORDS, missing=None),
        Field("extra_rule", dict),
        attrs.evolve(_TYPE, missing=None),
        Field("add_applicable_range", dict),
        Field("remove_applicable_range", dict),
    ),
    contact("del_intercept_rule", del_intercept_rule, _ID),
)
