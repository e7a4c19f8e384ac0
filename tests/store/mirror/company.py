"""A small company whose mirror and whose naive double are changed together."""

from datetime import date, timedelta
from itertools import count

from attrs import define, field
from hypothesis import strategies as st

from privcrm.clock import ManualClock
from privcrm.models.segments import (
    AddedAfter,
    AddedBefore,
    AddedWithin,
    And,
    Condition,
    DeletedStaff,
    FollowedBy,
    FromChannel,
    GroupOnly,
    HasAnyTagOf,
    HasFact,
    HasTag,
    InAnyGroup,
    InGroup,
    InGroupTagged,
    InRegion,
    InShop,
    Not,
    Or,
    evaluate,
)
from privcrm.models.shop import Shop
from privcrm.store import Store
from privcrm.store.mirror.entries import Entry, day_of
from privcrm.store.mirror.marks import EVERYBODY, Kind, Marks
from privcrm.store.mirror.numbers import Numbers
from privcrm.store.mirror.relations import Ended, Relations
from privcrm.store.mirror.shops import Shops

DAY = 86_400
NOW = 1_800_000_000
EPOCH = date(1970, 1, 1)
TODAY = EPOCH + timedelta(days=day_of(NOW))

MEMBERS = [f"wm{number}" for number in range(8)]
STAFF = ["Ann", "bob", "cid"]
TAGS = {"t1": "g1", "t2": "g1", "t3": "g2"}
GROUPS = ["r1", "r2"]
CHANNELS = ["", "door", "fair"]
AGES = [0, 1, 5, 90]

members = st.sampled_from(MEMBERS)
staff = st.sampled_from(STAFF)
tags = st.sampled_from(list(TAGS))
groups = st.sampled_from(GROUPS)
some_tags = st.lists(tags, unique=True, max_size=3)
narrowed = st.none() | staff
days = st.sampled_from([TODAY - timedelta(days=age) for age in (*AGES, 2, 89, 91)])

changes = st.one_of(
    st.tuples(st.just("put"), members, staff, some_tags, st.sampled_from(CHANNELS), st.sampled_from(AGES)),
    st.tuples(st.just("end"), members, staff, st.sampled_from(["deleted_by_member", "deleted_by_staff"])),
    st.tuples(st.just("begin"), members, staff),
    st.tuples(st.just("vanish"), members, staff),
    st.tuples(st.just("retag"), members, staff, some_tags, some_tags),
    st.tuples(st.just("join"), members, groups),
    st.tuples(st.just("leave"), members, groups),
    st.tuples(st.just("know"), members, st.sampled_from([1, 2, 3])),
    st.just(("fold",)),
)

clauses = st.one_of(
    st.builds(HasTag, tags, staff=narrowed),
    st.builds(HasAnyTagOf, st.sampled_from(["g1", "g2"]), staff=narrowed),
    st.builds(InGroup, groups),
    st.builds(InAnyGroup),
    st.builds(InGroupTagged, st.sampled_from(["vip", "none"])),
    st.builds(FollowedBy, staff | st.just("nobody")),
    st.builds(InShop, st.sampled_from(["s1", "s2"])),
    st.builds(InRegion, st.just("north")),
    st.builds(FromChannel, st.sampled_from(CHANNELS[1:]), staff=narrowed),
    st.builds(AddedWithin, st.sampled_from([0, 1, 5, 89, 90, 100_000]), staff=narrowed),
    st.builds(AddedAfter, days, staff=narrowed),
    st.builds(AddedBefore, days, staff=narrowed),
    st.builds(DeletedStaff, staff=narrowed),
    st.builds(GroupOnly),
    st.builds(HasFact, st.just("orders")),
    st.builds(HasFact, st.just("orders"), st.just(">="), st.sampled_from([1, 2, 3])),
)
expressions = st.recursive(
    clauses,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(And),
        st.lists(inner, min_size=2, max_size=3).map(Or),
        inner.map(Not),
    ),
    max_leaves=8,
)

SHOPS = {"s1": {"Ann", "bob"}, "s2": {"cid"}}
TAGGED = {"vip": {"r1"}, "none": set[str]()}


@define
class Relation:
    """A relation as a person would note it."""

    began: int
    state: str = ""
    tags: set[str] = field(factory=set)
    live: bool = True
    ended_how: str = ""
    ended_at: int = 0


@define
class Double:
    """What is true, kept in the plainest way."""

    relations: dict[tuple[str, str], Relation] = field(factory=dict)
    groups: set[tuple[str, str]] = field(factory=set)
    orders: dict[str, int] = field(factory=dict)

    def select(self, expression: Condition) -> set[str]:
        asks_for_groups = any(isinstance(clause, GroupOnly) for clause in expression.clauses())
        everybody = {member for (member, _), each in self.relations.items() if each.live}
        if asks_for_groups:
            everybody |= {member for member, _ in self.groups}
        return {
            member
            for member in everybody
            if evaluate(
                expression,
                lambda clause, member=member: self.holds(clause, member),
                both=lambda one, other: one and other,
                either=lambda one, other: one or other,
                negate=lambda part: not part,
            )
        }

    def holds(self, clause: Condition, member: str) -> bool:  # noqa: C901, PLR0911, PLR0912 - one plain line for each condition
        rooms = {group for each, group in self.groups if each == member}
        mine = [(staff, each) for (of, staff), each in self.relations.items() if of == member]
        narrow = getattr(clause, "staff", None)
        if narrow is not None:
            mine = [each for each in mine if each[0] == narrow]
        live = [each for _, each in mine if each.live]
        match clause:
            case HasTag():
                return any(clause.tag in each.tags for each in live)
            case HasAnyTagOf():
                return any(TAGS[tag] == clause.group for each in live for tag in each.tags)
            case InGroup():
                return clause.group_id in rooms
            case InAnyGroup():
                return bool(rooms)
            case InGroupTagged():
                return bool(rooms & TAGGED[clause.tag])
            case FollowedBy():
                return bool(live)
            case InShop():
                return any(each.live and staff in SHOPS[clause.code] for staff, each in mine)
            case InRegion():
                return any(each.live and staff in SHOPS["s1"] for staff, each in mine)
            case FromChannel():
                return any(each.state == clause.state for each in live)
            case AddedWithin():
                return any(0 <= day_of(NOW) - day_of(each.began) <= clause.days for each in live if each.began)
            case AddedAfter():
                return any(_day(each) >= clause.day for each in live if each.began)
            case AddedBefore():
                return any(_day(each) < clause.day for each in live if each.began)
            case DeletedStaff():
                return any(not each.live and each.ended_how == "deleted_by_member" for _, each in mine)
            case GroupOnly():
                return bool(rooms) and not live
            case HasFact():
                known = self.orders.get(member)
                return known is not None and (clause.value is None or known >= clause.value)
            case _:
                raise AssertionError(clause)


def _day(relation: Relation) -> date:
    return EPOCH + timedelta(days=day_of(relation.began))


class Company:
    """Changes the store and the double alike."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.database = store.database
        self.double = Double()
        self.moments = count(NOW)
        self._relations = Relations(store.database)
        self._marks = Marks(store.database)
        self._prepare()

    def _prepare(self) -> None:
        company = self.store.company
        with self.database.transaction() as connection:
            numbers = Numbers(self.database)
            numbers.ensure_staff(connection, STAFF)
            numbers.ensure_tags(connection, TAGS)
            for tag, group in TAGS.items():
                connection.run(
                    "UPDATE privcrm_tag SET group_id = ? WHERE company = ? AND tag_id = ?", group, company, tag
                )
            for group in GROUPS:
                connection.run(
                    "INSERT INTO privcrm_known_group"
                    " (company, group_id, owner_id, name, versions, current_to, noted_at, lives)"
                    " VALUES (?, ?, '', '', '[]', 0, 0, 1)",
                    company,
                    group,
                )
            connection.run(
                "INSERT INTO privcrm_group_tag (company, group_id, name) VALUES (?, 'r1', 'vip')",
                company,
            )
            shops = [Shop("s1", region="north", staff_ids=("Ann", "bob")), Shop("s2", staff_ids=("cid",))]
            Shops(self.database).put(connection, shops, NOW)

    def change(self, what: str, member: str, *how: object) -> None:
        """Do one thing to the store, in one transaction, and to the double."""
        getattr(self, f"_{what}")(member, *how)

    def members(self, numbers: set[int]) -> set[str]:
        with self.database.connect() as connection:
            found = dict(
                connection.all("SELECT number, member_id FROM privcrm_member WHERE company = ?", self.store.company)
            )
        return {found[number] for number in numbers}

    def number(self, member: str) -> int:
        with self.database.transaction() as connection:
            return Numbers(self.database).ensure_members(connection, [member], NOW)[member]

    def _put(self, member: str, staff_id: str, tag_ids: list[str], state: str, age: int) -> None:
        began = NOW - age * DAY if age else 0
        entry = Entry(member, staff_id, created_at=began, state=state, tag_ids=tuple(tag_ids))
        with self.database.transaction() as connection:
            self._relations.put(connection, [entry], NOW)
        before = self.double.relations.get((member, staff_id))
        stays = before is not None and before.ended_at and began <= before.ended_at
        if before is not None and stays:
            before.began, before.state = began, state
        else:
            self.double.relations[member, staff_id] = Relation(began, state, set(tag_ids))

    def _end(self, member: str, staff_id: str, how: str) -> None:
        at = next(self.moments)
        with self.database.transaction() as connection:
            self._relations.end(connection, staff_id, member, Ended(at, how), NOW)
        relation = self.double.relations.setdefault((member, staff_id), Relation(0))
        relation.live, relation.ended_how, relation.ended_at, relation.tags = False, how, at, set()

    def _begin(self, member: str, staff_id: str) -> None:
        at = next(self.moments)
        with self.database.transaction() as connection:
            self._relations.begin(connection, staff_id, member, at, NOW)
        relation = self.double.relations.setdefault((member, staff_id), Relation(0, live=False))
        if not relation.live:
            relation.began = relation.began or at
            relation.live, relation.ended_how, relation.ended_at = True, "", 0

    def _vanish(self, member: str, staff_id: str) -> None:
        relation = self.double.relations.get((member, staff_id))
        if relation is None or not relation.live:
            return
        with self.database.transaction() as connection:
            staff_number = Numbers(self.database).staff(connection, [staff_id])[staff_id.lower()]
            member_number = Numbers(self.database).members(connection, [member])[member]
            self._relations.vanish(connection, [(member_number, staff_number)], NOW)
        relation.live, relation.tags = False, set()

    def _retag(self, member: str, staff_id: str, add: list[str], remove: list[str]) -> None:
        remove = [tag for tag in remove if tag not in add]
        with self.database.transaction() as connection:
            self._relations.retag(connection, staff_id, member, add=add, remove=remove)
        relation = self.double.relations.get((member, staff_id))
        if relation is not None and relation.live:
            relation.tags = (relation.tags | set(add)) - set(remove)

    def _join(self, member: str, group: str) -> None:
        number = self.number(member)
        with self.database.transaction() as connection:
            connection.run(
                "INSERT INTO privcrm_known_group_member (company, group_id, user_id, is_staff) VALUES (?, ?, ?, 0)"
                " ON CONFLICT DO NOTHING",
                *(self.store.company, group, member),
            )
            self._mark_group(connection, group, number)
        self.double.groups.add((member, group))

    def _leave(self, member: str, group: str) -> None:
        number = self.number(member)
        with self.database.transaction() as connection:
            connection.run(
                "DELETE FROM privcrm_known_group_member WHERE company = ? AND group_id = ? AND user_id = ?",
                *(self.store.company, group, member),
            )
            self._mark_group(connection, group, number)
        self.double.groups.discard((member, group))

    def _know(self, member: str, orders: int) -> None:
        self.number(member)
        with self.database.transaction() as connection:
            connection.run(
                "INSERT INTO privcrm_fact (company, name, kind, value, source, type, text, number, at)"
                " VALUES (?, 'orders', 'member_id', ?, 'shop', 'int', '', ?, 0)"
                " ON CONFLICT (company, name, kind, value, source) DO UPDATE SET number = excluded.number",
                *(self.store.company, member, float(orders)),
            )
        self.double.orders[member] = orders

    def _mark_group(self, connection, group: str, number: int) -> None:
        self._marks.put(connection, [(Kind.GROUP, group, number), (Kind.ANY_GROUP, EVERYBODY, number)])


def clock() -> ManualClock:
    """Return a clock that stands still on the day from which ages are counted."""
    return ManualClock(NOW)
