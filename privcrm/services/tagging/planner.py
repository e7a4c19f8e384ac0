"""From a list of rows to the items of a job: rows and facts meet in the store, member by member, never in memory."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any, Final

from attrs import evolve

from privcrm.errors import InputError
from privcrm.jobs import ItemDraft
from privcrm.models import Member, staff_key
from privcrm.provider import Provider
from privcrm.services.tagging.cells import phone
from privcrm.services.tagging.names import TagLibrary, TagRef
from privcrm.services.tagging.options import TagOptions
from privcrm.services.tagging.plan import Facts, plan_member, plan_unmatched
from privcrm.services.tagging.presence import Presence, ReadBy, Sketch, facts_of
from privcrm.services.tagging.preview import Tally
from privcrm.services.tagging.problems import Problems
from privcrm.services.tagging.progress import PlanStage, Watch
from privcrm.services.tagging.reader import Source, name_of, read_rows
from privcrm.services.tagging.relation import TagTable, Wish
from privcrm.services.tagging.rows import Key, TagRow
from privcrm.store import Stage

Staged = tuple[str, dict[str, Any]]
Resolve = Callable[[str], tuple[TagRef, ...]]

# Scratch keys sort so that all rows still to be matched come before those of known members.
_UNMATCHED: Final = "k "
_MEMBER: Final = "m "
_AT_ONCE: Final = 1_000
# Who is missing from the pages (left, known from groups only, followed by somebody not serving) is asked for singly.
# More of them than this means a list of somebody else's ids, on which no more calls should be spent.
_LOOKUPS: Final = 100


class Planner:
    """Makes one plan; afterwards ``tally``, ``table``, ``presence`` and ``read_by`` tell about it."""

    def __init__(self, provider: Provider, source: Source, options: TagOptions, watch: Watch) -> None:
        self.presence = Presence(provider, watch)
        self.table = TagTable()
        self.tally = Tally(name_of(source))
        self.read_by = ReadBy.STAFF_PAGES
        self._library = TagLibrary(self.presence.tag_groups(), create=options.create_tags)
        self._source = source
        self._key = options.key
        self._watch = watch
        self._keys = Sketch()
        self._staff_named: set[str] = set()
        self._serving: frozenset[str] = frozenset()
        self._every_row_names_staff = True
        self._lookups = 0

    def read(self, stage: Stage) -> None:
        """Put the rows into ``stage``; raises ``InputError`` with everything that is wrong in the list."""
        problems = Problems(name_of(self._source))
        rows = self._watch.passing(PlanStage.READING_ROWS, read_rows(self._source, self._key, problems))
        stage.add_many(self._wishes(rows, problems))
        problems.refuse()

    def items(self, stage: Stage) -> Iterator[ItemDraft]:
        """Yield the items for the rows in ``stage``, in the order of member ids; ``stage`` is used up."""
        staff_ids = self._staff_to_read()
        if self._key is Key.MEMBER_ID:
            self.read_by = self.presence.choose(self._keys.distinct, staff_ids)
        if self.read_by is ReadBy.STAFF_PAGES:
            stage.add_many(self._stage_facts(staff_ids))
        for item in self._watch.passing(PlanStage.PLANNING, self._plan(stage)):
            self.tally.note(item)
            yield item

    # Rows

    def _wishes(self, rows: Iterator[TagRow], problems: Problems) -> Iterator[Staged]:
        for row in rows:
            wish = self._wish(row, problems)
            if wish is None:
                continue
            self.tally.rows += 1
            self._keys.add(row.key)
            if row.staff_id:
                self._staff_named.add(staff_key(row.staff_id))
            else:
                self._every_row_names_staff = False
            key = f"{_MEMBER}{row.key}" if self._key is Key.MEMBER_ID else _unmatched(row.key)
            yield key, {"wish": wish.to_list()}

    def _wish(self, row: TagRow, problems: Problems) -> Wish | None:
        before = problems.count
        add = self._numbers(row, row.add, self._library.to_add, "add (添加标签)", problems)
        remove = self._numbers(row, row.remove, self._library.to_remove, "remove (移除标签)", problems)
        for number in sorted(set(add) & set(remove)):
            problems.add(f"tag {self.table.refs[number].title!r} is in add and in remove; keep one", row=row.row)
        return None if problems.count > before else Wish(row.row, row.staff_id, add, remove)

    def _numbers(
        self, row: TagRow, cells: Iterable[str], resolve: Resolve, column: str, problems: Problems
    ) -> tuple[int, ...]:
        refs: list[TagRef] = []
        for cell in cells:
            try:
                refs += resolve(cell)
            except InputError as error:
                problems.add(str(error), row=row.row, column=column)
        return tuple(dict.fromkeys(map(self.table.number, refs)))

    # Facts

    def _staff_to_read(self) -> list[str]:
        serving = self.presence.serving()
        self._serving = frozenset(map(staff_key, serving))
        if not self._every_row_names_staff:
            return serving
        return [staff_id for staff_id in serving if staff_key(staff_id) in self._staff_named]

    def _stage_facts(self, staff_ids: list[str]) -> Iterator[Staged]:
        """Yield the relations of wanted members, and of those whom a phone or a unionid may mean."""
        for member in self._watch.passing(PlanStage.READING_MEMBERS, self.presence.relations(staff_ids)):
            if self._key is not Key.MEMBER_ID:
                yield from self._candidates(member)
            elif member.member_id not in self._keys:
                continue
            yield f"{_MEMBER}{member.member_id}", {"follows": facts_of(member, self.table).follows}

    def _candidates(self, member: Member) -> Iterator[Staged]:
        for follow in member.follows:
            keys = map(phone, follow.phones or ()) if self._key is Key.PHONE else filter(None, [member.unionid])
            for key in keys:
                if key in self._keys:
                    yield _unmatched(key), {"member": member.member_id, "staff": follow.staff_id}

    # Items

    def _plan(self, stage: Stage) -> Iterator[ItemDraft]:
        if self._key is not Key.MEMBER_ID:
            yield from self._match(stage)
        groups = ((member_id, wishes, facts) for member_id, wishes, facts in _members(stage) if wishes)
        if self.read_by is ReadBy.STAFF_PAGES:
            known = ((member, wishes, self._completed(member, wishes, facts)) for member, wishes, facts in groups)
        else:
            asked = self.presence.get_each((member_id, wishes) for member_id, wishes, _ in groups)
            known = ((member_id, wishes, self._told(member, wishes)) for member_id, wishes, member in asked)
        for member_id, wishes, facts in known:
            self.tally.members += facts is not None
            yield from plan_member(member_id, wishes, facts)

    def _match(self, stage: Stage) -> Iterator[ItemDraft]:
        """Put each row under the only member that its key means; yield the items of rows that mean none or several."""
        matched: list[Staged] = []
        for key, payloads in stage.groups():
            if not key.startswith(_UNMATCHED):
                break
            for wish in _wishes_in(payloads):
                found = sorted({entry["member"] for entry in payloads if _means(wish, entry)})
                if len(found) == 1:
                    matched.append((f"{_MEMBER}{found[0]}", {"wish": wish.to_list()}))
                else:
                    yield from plan_unmatched(wish, found)
            if len(matched) >= _AT_ONCE:
                stage.add_many(matched)
                matched.clear()
        stage.add_many(matched)

    def _completed(self, member_id: str, wishes: list[Wish], facts: Facts | None) -> Facts | None:
        """Return the facts of the pages; where they lack what a row is about, those of the member's own record."""
        told = {staff_key(staff_id) for staff_id, _ in facts.follows} if facts else set[str]()
        if told and all(not wish.staff_id or staff_key(wish.staff_id) in told for wish in wishes):
            return facts
        if self._lookups >= _LOOKUPS:
            return facts
        self._lookups += 1
        return self._told(self.presence.get(member_id), wishes)

    def _told(self, member: Member | None, wishes: list[Wish]) -> Facts | None:
        """Return what a member's own record tells.

        It lists employees without customer contact as well, which pages never do: they count only where a row names
        them, so that both ways of reading give one plan.
        """
        if member is None:
            return None
        meant = self._serving.union(staff_key(wish.staff_id) for wish in wishes if wish.staff_id)
        facts = facts_of(member, self.table)
        return evolve(facts, follows=tuple(follow for follow in facts.follows if staff_key(follow[0]) in meant))


def _unmatched(key: str) -> str:
    """Return a scratch key for a phone or a unionid, which is not kept in the clear even for minutes."""
    return _UNMATCHED + blake2b(key.encode(), digest_size=16).hexdigest()


def _means(wish: Wish, entry: Mapping[str, Any]) -> bool:
    """Return whether a candidate is one for this row: a row that names its employee means members of that one."""
    if "member" not in entry:
        return False
    return not wish.staff_id or staff_key(wish.staff_id) == staff_key(entry["staff"])


def _members(stage: Stage) -> Iterator[tuple[str, list[Wish], Facts | None]]:
    """Yield each member with the wishes and the facts that met under its id."""
    for key, payloads in stage.groups():
        if key.startswith(_MEMBER):
            told = (follow for entry in payloads for follow in entry.get("follows", ()))
            follows = tuple((staff_id, tuple(tags)) for staff_id, tags in told)
            yield key.removeprefix(_MEMBER), list(_wishes_in(payloads)), Facts(follows) if follows else None


def _wishes_in(payloads: list[dict[str, Any]]) -> Iterator[Wish]:
    return (Wish.of_list(entry["wish"]) for entry in payloads if "wish" in entry)
