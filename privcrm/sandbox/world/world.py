"""The simulated company without any vendor: facts and what people do."""

import threading
from collections.abc import Iterable, Iterator

import attrs

from privcrm.sandbox.world.acquisition import AcquisitionBook
from privcrm.sandbox.world.chats import ChatBook
from privcrm.sandbox.world.figures import FigureBook
from privcrm.sandbox.world.first_tags import FewTags, FirstTags, ManyTags
from privcrm.sandbox.world.follows import EndedBy, Follow, FollowBook, Way
from privcrm.sandbox.world.groups import GROUP_ONLY_PER_GROUP, Group, GroupBook, GroupMember, JoinedBy
from privcrm.sandbox.world.handovers import HandoverBook
from privcrm.sandbox.world.happenings import Happenings
from privcrm.sandbox.world.intercepts import InterceptBook
from privcrm.sandbox.world.live_codes import LiveCodeBook
from privcrm.sandbox.world.media import MediaBook
from privcrm.sandbox.world.members import Member, MemberBook
from privcrm.sandbox.world.messages import MessageBook
from privcrm.sandbox.world.moments import MomentBook
from privcrm.sandbox.world.products import ProductBook
from privcrm.sandbox.world.scale import Scale
from privcrm.sandbox.world.staff import Staff, StaffBook, StaffState
from privcrm.sandbox.world.staff_chats import StaffChatBook
from privcrm.sandbox.world.staff_messages import StaffMessageBook
from privcrm.sandbox.world.strategies import StrategyBook
from privcrm.sandbox.world.tags import FIRST_LIBRARY, MORE_TAGS, MOST_GIVEN, TagLibrary
from privcrm.sandbox.world.templates import GroupWelcomeBook
from privcrm.sandbox.world.welcomes import WelcomeBook

EPOCH = 1_764_518_400
"""2025-12-01 00:00 Beijing time: what the seed made happened before."""

OUR_PROGRAM = "our program"
OTHER_PROGRAM = "other program"
CONSOLE = "console"
"""Makers of tags: the company's own program, a second system of the same company, an administrator by hand."""


@attrs.frozen
class KnownPerson:
    """One relation from the seed with everything by which a member may be looked up."""

    staff: Staff
    member: Member
    phones: tuple[str, ...] = attrs.field(repr=False)


class World:
    """A company from a seed: the same numbers and the same actions always give the same company.

    *scale* says how tags and groups are spread: ``large`` is what a company of 1.8 million members, 4,000 staff and
    9,000 groups looks like, at any size.

    Several threads may use one world if they take `lock` around whatever has to see one moment; the actions below and
    the simulated services do.
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        staff: int = 20,
        members: int = 2000,
        groups: int = 30,
        scale: Scale | str = Scale.SMALL,
    ) -> None:
        scale = Scale(scale)
        self.lock = threading.RLock()
        self.happenings = Happenings()
        self.staff = StaffBook(seed, staff, EPOCH)
        self.members = MemberBook(seed)
        self.tags = TagLibrary()
        self.follows = FollowBook(seed, members, self.staff.holders, self.members, EPOCH)
        self.groups = GroupBook(seed, groups, members, self.staff, EPOCH, scale=scale)
        self.handovers = HandoverBook(self.staff, self.follows, self.groups)
        self.contact_strategies = StrategyBook(self.staff)
        self.moment_strategies = StrategyBook(self.staff)
        self.live_codes = LiveCodeBook()
        self.figures = FigureBook(seed)
        self.welcomes = WelcomeBook(seed)
        self.chats = ChatBook()
        self.group_welcomes = GroupWelcomeBook()
        self.messages = MessageBook()
        self.staff_messages = StaffMessageBook()
        self.staff_chats = StaffChatBook()
        self.media = MediaBook()
        self.moments = MomentBook()
        self.products = ProductBook()
        self.intercepts = InterceptBook()
        self.acquisition = AcquisitionBook()
        self.first_members = members
        """How many members the seed made: numbers 0 to first_members - 1."""
        self._next_person = members + groups * GROUP_ONLY_PER_GROUP
        self.follows.first_tags = self._fill_library(seed, scale)

    def _fill_library(self, seed: int, scale: Scale) -> FirstTags:
        made = [(OUR_PROGRAM, name, tags) for name, tags in FIRST_LIBRARY.items()]
        made += [(CONSOLE, "门店标记", ("重点跟进", "已加群")), (OTHER_PROGRAM, "旧系统标签", ("导入", "黑名单"))]
        if scale is Scale.SMALL:
            return FewTags(seed, [number for _, number in self._make_tags(made)])
        made += [(OUR_PROGRAM, name, tags) for name, tags in MORE_TAGS.items()]
        numbers = sorted(self._make_tags(made), key=lambda tag: MOST_GIVEN.get(tag[0], len(MOST_GIVEN)))
        return ManyTags(seed, [number for _, number in numbers])

    def _make_tags(self, made: Iterable[tuple[str, str, Iterable[str]]]) -> Iterator[tuple[str, int]]:
        for place, (maker, name, tags) in enumerate(made):
            group = self.tags.add_group(name, order=place, at=EPOCH - 1, maker=maker)
            for order, tag in enumerate(tags):
                yield tag, self.tags.add_tag(group.number, tag, order=order, at=EPOCH - 1, maker=maker).number

    def is_person(self, number: int) -> bool:
        """Whether somebody with this number has ever been seen."""
        return 0 <= number < self._next_person

    def customers(self, after: int = -1) -> Iterator[int]:
        """Yield the numbers of all who are or were followed by somebody, ascending, behind *after*."""
        yield from range(after + 1, self.first_members)
        yield from (number for number in self.follows.newcomers() if number > after)

    def customer_count(self) -> int:
        """Return how many members `customers` yields."""
        return self.first_members + len(self.follows.newcomers())

    def relations(self) -> Iterator[KnownPerson]:
        """Yield every living relation of the seed's members with active staff, for input files of tests and demos."""
        for number in range(self.first_members):
            for follow in self.follows.of_member(number):
                staff = self.staff[follow.staff]
                if follow.holds and staff.can_contact:
                    yield KnownPerson(staff, self.members[number], follow.phones)

    def live_tags(self, staff: int, member: int) -> list[int]:
        """Return the tags on a relation, without those deleted from the library since."""
        return [tag for tag in self.follows.tags(staff, member) if self.tags.has(tag)]

    # What people do. Times are unix seconds.

    def newcomer(self) -> int:
        """Return the number of a person never seen before."""
        with self.lock:
            self._next_person += 1
            return self._next_person - 1

    def adds(self, member: int, staff: int, *, at: int, way: Way = Way.SCAN, channel: str = "") -> Follow:
        """Let a member add an employee (again)."""
        with self.lock:
            old = self.follows.get(staff, member)
            if old is not None and old.holds:  # the employee never let go: remarks and tags are still there
                follow = attrs.evolve(old, ended_at=None, ended_by=None)
            else:
                follow = Follow(staff, member, at, way, channel, by_member=True)
                self.follows.set_tags(staff, member, frozenset())
                self.figures.note_add(staff, at)
            self.follows.put(follow)
            return follow

    def deletes(self, member: int, staff: int, by: EndedBy, *, at: int) -> None:
        """End a relation from one side."""
        with self.lock:
            follow = self.follows.get(staff, member)
            if follow is None or not follow.holds:
                raise LookupError("there is no such relation")
            self.follows.put(attrs.evolve(follow, ended_at=at, ended_by=by))
            if by is EndedBy.MEMBER:
                self.figures.note_loss(staff, at)

    def resigns(self, staff: int, *, at: int) -> None:
        """Let an employee leave; members and groups stay where they are until somebody takes them over."""
        with self.lock:
            self.staff.change(attrs.evolve(self.staff[staff], state=StaffState.LEFT, left_at=at))

    def joins(
        self,
        group: int,
        member: int,
        *,
        at: int,
        how: JoinedBy = JoinedBy.SCAN,
        channel: str = "",
        most: int | None = None,
    ) -> Group:
        """Let a member come into a group. Raises LookupError if *most* people are in it already."""
        with self.lock:
            old = self.groups[group]
            if old.holds(member):
                return old
            if most is not None and len(old.people) >= most:
                raise LookupError("the group is full")
            new = GroupMember(member, is_staff=False, joined_at=at, joined_by=how, channel=channel)
            self.groups.change(attrs.evolve(old, people=(*old.people, new)))
            return self.groups[group]

    def leaves(self, group: int, member: int, *, at: int) -> Group:
        """Let a member leave a group."""
        with self.lock:
            old = self.groups[group]
            gone = next((m for m in old.people if m.number == member and not m.is_staff), None)
            if gone is None:
                raise LookupError("the member is not in the group")
            self.figures.note_gone(group, gone.joined_at, at)
            self.groups.change(attrs.evolve(old, people=tuple(m for m in old.people if m is not gone)))
            return self.groups[group]
