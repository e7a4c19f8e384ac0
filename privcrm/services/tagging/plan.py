"""The plan of a tagging job: a pure function from wishes and facts to items."""

from collections.abc import Callable, Iterator, Sequence

from attrs import evolve, frozen

from privcrm.jobs import ItemDraft, Outcome
from privcrm.models import staff_key
from privcrm.services.files.sentences import say
from privcrm.services.tagging.relation import Relation, Wish

UNKNOWN_MEMBER = "unknown_member"
NOT_FOLLOWED = "not_followed"
GROUP_ONLY = "group_only"
NO_CHANGE = "no_change"
CONTRADICTION = "contradiction"
AMBIGUOUS = "ambiguous"
OUT_OF_SCOPE = "out_of_scope"


@frozen
class Facts:
    """What is known of one member: by whom followed, and which of the job's tags hang on each relation.

    ``follows`` holds (staff id, tag numbers). A person known only from groups has no follow and is no customer.
    """

    follows: tuple[tuple[str, tuple[int, ...]], ...] = ()
    is_customer: bool = True

    def tags_at(self, staff_id: str) -> tuple[int, ...] | None:
        """Return the job's tags on the relation with that employee; None where there is none."""
        wanted = staff_key(staff_id)
        return next((tags for follower, tags in self.follows if staff_key(follower) == wanted), None)


def _everywhere(staff_id: str) -> bool:
    del staff_id
    return True


def plan_member(
    member_id: str, wishes: Sequence[Wish], facts: Facts | None, in_scope: Callable[[str], bool] = _everywhere
) -> Iterator[ItemDraft]:
    """Yield the items of one member; ``facts`` is None for a member whom the vendor does not know.

    One item for each relation that some row is meant for, and one for each row that cannot be done. Relations of
    employees who are not ``in_scope`` (a pilot's write scope) are left as they are.
    """
    if facts is None:
        yield from _rows_fail(
            member_id, wishes, Outcome.failed(UNKNOWN_MEMBER, say("no such member for this app, or left"))
        )
    elif not facts.follows:
        reason = Outcome.failed(UNKNOWN_MEMBER, say("no employee with customer contact follows this member (any more)"))
        yield from _rows_fail(member_id, wishes, reason if facts.is_customer else Outcome.skipped(GROUP_ONLY))
    else:
        yield from _plan_relations(member_id, wishes, facts, in_scope)


def _plan_relations(
    member_id: str, wishes: Sequence[Wish], facts: Facts, in_scope: Callable[[str], bool]
) -> Iterator[ItemDraft]:
    followers = {staff_key(staff_id) for staff_id, _ in facts.follows}
    strangers = [wish for wish in wishes if wish.staff_id and staff_key(wish.staff_id) not in followers]
    yield from _rows_fail(
        member_id, strangers, Outcome.failed(NOT_FOLLOWED, say("this employee does not follow the member"))
    )
    for staff_id, present in sorted(facts.follows):
        meant = [wish for wish in wishes if not wish.staff_id or staff_key(wish.staff_id) == staff_key(staff_id)]
        if meant:
            for item in _plan_relation(member_id, staff_id, meant, present):
                may = item.outcome is not None or in_scope(staff_id)
                yield item if may else evolve(item, outcome=Outcome.skipped(OUT_OF_SCOPE))


def _plan_relation(
    member_id: str, staff_id: str, wishes: Sequence[Wish], present: tuple[int, ...]
) -> Iterator[ItemDraft]:
    clashing = _clashing(wishes)
    if clashing:
        rows = ", ".join(str(wish.row) for wish in clashing)
        outcome = Outcome.failed(CONTRADICTION, say("rows {rows} add and remove the same tag", rows=say(rows)))
        at_this_staff = [evolve(wish, staff_id=staff_id) for wish in clashing]
        yield from _rows_fail(member_id, at_this_staff, outcome)
    agreeing = tuple(wish for wish in wishes if wish not in clashing)
    if agreeing:
        yield _item(member_id, staff_id, agreeing, present)


def _item(member_id: str, staff_id: str, wishes: tuple[Wish, ...], present: tuple[int, ...]) -> ItemDraft:
    touched = {tag for wish in wishes for tag in (*wish.add, *wish.remove)}
    relation = Relation(member_id, staff_id, wishes, tuple(tag for tag in present if tag in touched))
    outcome = None if relation.add or relation.remove else Outcome.skipped(NO_CHANGE)
    key = f"{member_id}/{staff_key(staff_id)}"
    return ItemDraft(key, relation.to_payload(), subject=member_id, outcome=outcome)


def _clashing(wishes: Sequence[Wish]) -> list[Wish]:
    """Return the rows that add what another row removes, and those others."""
    added = {tag for wish in wishes for tag in wish.add}
    removed = {tag for wish in wishes for tag in wish.remove}
    both = added & removed
    return [wish for wish in wishes if both.intersection((*wish.add, *wish.remove))]


def _rows_fail(member_id: str, wishes: Sequence[Wish], outcome: Outcome) -> Iterator[ItemDraft]:
    for wish in wishes:
        relation = Relation(member_id, wish.staff_id or "", (wish,))
        key = f"{member_id} row {wish.row}/{staff_key(relation.staff_id)}".lstrip()
        yield ItemDraft(key, relation.to_payload(), subject=member_id, outcome=outcome)


def plan_unmatched(row: Wish, candidates: Sequence[str]) -> Iterator[ItemDraft]:
    """Yield the item of a row whose phone or unionid belongs to nobody or to several members: never guessed."""
    if candidates:
        message = say("several members match: {members}; name one by its member_id", members=say(", ".join(candidates)))
        yield from _rows_fail("", [row], Outcome.failed(AMBIGUOUS, message))
    else:
        yield from _rows_fail("", [row], Outcome.failed(UNKNOWN_MEMBER, say("no member has this phone or unionid")))
