from hypothesis import given
from hypothesis import strategies as st

from privcrm.jobs import ItemDraft, OutcomeState
from privcrm.services.tagging.plan import Facts, plan_member, plan_unmatched
from privcrm.services.tagging.relation import Relation, Wish

A, B, C = 0, 1, 2


def told(items: list[ItemDraft]) -> list[tuple[str, str, tuple[int, ...], tuple[int, ...]]]:
    """Each item as (staff, what becomes of it, add, remove)."""
    relations = [(Relation.of_payload(item.payload), item.outcome) for item in items]
    return [
        (relation.staff_id, (outcome.reason or str(outcome.code)) if outcome else "send", relation.add, relation.remove)
        for relation, outcome in relations
    ]


def plan(wishes: list[Wish], facts: Facts | None) -> list[ItemDraft]:
    return list(plan_member("wm1", wishes, facts))


def test_a_member_is_tagged_at_every_follower():
    facts = Facts((("zhang", (A,)), ("li", ())))
    assert told(plan([Wish(2, None, (A, B))], facts)) == [("li", "send", (A, B), ()), ("zhang", "send", (B,), ())]


def test_a_row_that_names_its_staff_means_only_that_one_whatever_its_case():
    facts = Facts((("ZhangSan", ()), ("li", ())))
    assert told(plan([Wish(2, "zhangsan", (A,))], facts)) == [("ZhangSan", "send", (A,), ())]


def test_rows_of_one_member_become_one_change():
    facts = Facts((("li", (B,)),))
    items = plan([Wish(2, None, (A,)), Wish(5, "li", (C,), (B,))], facts)
    assert told(items) == [("li", "send", (A, C), (B,))]


def test_nothing_is_sent_for_what_is_as_wanted():
    items = plan([Wish(2, None, (A,), (B,))], Facts((("li", (A,)),)))
    assert told(items) == [("li", "no_change", (), ())]


def test_rows_that_contradict_each_other_fail_and_name_each_other():
    wishes = [Wish(2, None, (A,)), Wish(7, None, (), (A,)), Wish(9, None, (B,))]
    items = plan(wishes, Facts((("li", ()),)))
    assert [(item.key, item.outcome and item.outcome.code) for item in items] == [
        ("wm1 row 2/li", "contradiction"),
        ("wm1 row 7/li", "contradiction"),
        ("wm1/li", None),
    ]
    assert items[0].outcome is not None
    assert "rows 2, 7" in items[0].outcome.message
    assert Relation.of_payload(items[2].payload).add == (B,)


def test_rows_for_different_staff_do_not_contradict_each_other():
    wishes = [Wish(2, "li", (A,)), Wish(3, "zhang", (), (A,))]
    assert told(plan(wishes, Facts((("li", ()), ("zhang", (A,)))))) == [
        ("li", "send", (A,), ()),
        ("zhang", "send", (), (A,)),
    ]


def test_rows_that_cannot_be_done_say_why():
    wish = Wish(2, None, (A,))
    assert told(plan([wish], None)) == [("", "unknown_member", (A,), ())]
    assert told(plan([wish], Facts())) == [("", "unknown_member", (A,), ())]
    assert told(plan([wish], Facts(is_customer=False))) == [("", "group_only", (A,), ())]
    assert told(plan([Wish(3, "wang", (A,))], Facts((("li", ()),)))) == [("wang", "not_followed", (A,), ())]


def test_several_matches_are_listed_and_none_is_chosen():
    (item,) = plan_unmatched(Wish(4, None, (A,)), ["wm1", "wm2"])
    assert item.outcome is not None
    assert (item.outcome.code, item.outcome.state) == ("ambiguous", OutcomeState.FAILED)
    assert "wm1, wm2" in item.outcome.message
    (item,) = plan_unmatched(Wish(4, None, (A,)), [])
    assert item.outcome is not None
    assert item.outcome.code == "unknown_member"


TAGS = st.sets(st.integers(0, 5), max_size=4).map(lambda tags: tuple(sorted(tags)))
STAFF = st.sampled_from(["li", "wang", "zhang"])
FACTS = st.dictionaries(STAFF, TAGS, min_size=1).map(lambda follows: Facts(tuple(follows.items())))


@st.composite
def wish_lists(draw: st.DrawFn) -> list[Wish]:
    made: list[Wish] = []
    for row in range(draw(st.integers(1, 6))):
        add = draw(TAGS)
        remove = tuple(tag for tag in draw(TAGS) if tag not in add)
        made.append(Wish(row, draw(st.none() | STAFF), add, remove))
    return made


@given(wish_lists(), FACTS)
def test_every_row_gets_its_outcome_at_every_staff_it_means(wishes: list[Wish], facts: Facts):
    followers = [staff_id for staff_id, _ in facts.follows]
    expected = sorted(
        (wish.row, staff_id) for wish in wishes for staff_id in ([wish.staff_id] if wish.staff_id else followers)
    )
    items = plan(wishes, facts)
    found = [(wish.row, Relation.of_payload(item.payload)) for item in items for wish in _wishes(item)]
    assert sorted((row, relation.staff_id) for row, relation in found) == expected
    assert len({item.key for item in items}) == len(items)


@given(wish_lists(), FACTS)
def test_sending_what_is_planned_gives_what_is_wanted_and_undo_gives_what_was(wishes: list[Wish], facts: Facts):
    before = {staff_id: set(tags) for staff_id, tags in facts.follows}
    for item in plan(wishes, facts):
        relation = Relation.of_payload(item.payload)
        if item.outcome is None:
            after = (before[relation.staff_id] | set(relation.add)) - set(relation.remove)
            assert relation.is_fulfilled(after)
            assert after != before[relation.staff_id]
            back = relation.restored()
            assert (after | set(back.add)) - set(back.remove) == before[relation.staff_id]
        elif item.outcome.reason == "no_change":
            assert relation.is_fulfilled(before[relation.staff_id])


@given(wish_lists(), FACTS, st.randoms(use_true_random=False))
def test_the_same_facts_give_the_same_plan_in_any_order(wishes: list[Wish], facts: Facts, random):
    shuffled = list(facts.follows)
    random.shuffle(shuffled)
    assert plan(wishes, facts) == plan(wishes, Facts(tuple(shuffled)))


def _wishes(item: ItemDraft) -> tuple[Wish, ...]:
    return Relation.of_payload(item.payload).wishes
