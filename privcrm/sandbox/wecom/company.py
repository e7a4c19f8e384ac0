"""One simulated company as the vendor holds it: world, apps, tokens, limits."""

from collections.abc import Iterator

import attrs

from privcrm.sandbox.clock import VirtualClock
from privcrm.sandbox.wecom.apps import App, company_id, default_apps
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import Args
from privcrm.sandbox.wecom.groups import GroupViews
from privcrm.sandbox.wecom.ids import Ids
from privcrm.sandbox.wecom.limits import Flights, Frequency, WrongSecrets
from privcrm.sandbox.wecom.quotas import Quotas
from privcrm.sandbox.wecom.rules import Rules
from privcrm.sandbox.wecom.scoped_ids import PendingIds, ScopedIds
from privcrm.sandbox.wecom.tokens import TokenDesk
from privcrm.sandbox.world import CONSOLE, Scale, Staff, StaffState, World
from privcrm.sandbox.world.handovers import Ended
from privcrm.sandbox.world.happenings import (
    DepartmentChanged,
    DownloadEnded,
    GroupChanged,
    HandoverEnded,
    Happening,
)


@attrs.frozen
class Size:
    """What a company is made from: the seed, how many of each, and how large a company it looks like."""

    seed: int = 1
    staff: int = 20
    members: int = 2000
    groups: int = 30
    scale: Scale = attrs.field(default=Scale.SMALL, converter=Scale)


@attrs.frozen
class Relation:
    """One living relation of the seed with the vendor's ids, for input files of tests and demos."""

    userid: str
    external_userid: str
    name: str
    phones: tuple[str, ...] = attrs.field(repr=False)
    unionid: str | None


class Company:
    """Everything one company's calls are answered from. Wire calls take `world.lock`, so tests may act meanwhile."""

    def __init__(self, size: Size, clock: VirtualClock, *, earlier: int = 0) -> None:
        """``earlier`` companies of the same seed came before: what they handed out is not handed out again."""
        seed = size.seed
        self.seed = seed
        self.clock = clock
        self.origin = ""
        """Scheme, host and port as the last caller wrote them, for addresses in answers; "" without HTTP."""
        self.corp_id = company_id(seed)
        self.world = World(**attrs.asdict(size))
        self.ids = Ids.of(self.world, seed)
        self.scoped_ids = ScopedIds.of(self.world, seed)
        self.pending = PendingIds(seed)
        self.rules = Rules()
        self.apps = default_apps(seed)
        self.tokens = TokenDesk(seed, self.rules, earlier)
        self.frequency = Frequency(self.rules)
        self.flights = Flights(self.rules)
        self.wrong_secrets = WrongSecrets(self.rules)
        self.quotas = Quotas()
        self.group_views = GroupViews(self.rules)
        self.world.happenings.listen(self.group_views.note)
        self.world.happenings.listen(self._note)
        self._written = 0
        self._ranges: dict[frozenset[int], frozenset[int]] = {}

    def _note(self, happening: Happening) -> None:
        if isinstance(happening, DepartmentChanged):
            self._ranges.clear()

    def app(self, agent_id: int) -> App | None:
        """Return the app with this agent id."""
        return next((app for app in self.apps if app.agent_id == agent_id), None)

    def departments_seen(self, app: App) -> frozenset[int]:
        """Return the numbers of the departments in an app's visible range, children included."""
        seen = self._ranges.get(app.visible)
        if seen is None:
            seen = frozenset(number for root in app.visible for number in self.world.staff.subtree(root))
            self._ranges[app.visible] = seen
        return seen

    def sees(self, app: App, staff: Staff) -> bool:
        """Whether an employee is in an app's visible range."""
        return staff.department in self.departments_seen(app)

    def employees_seen(self, app: App) -> Iterator[Staff]:
        """Yield the employees in an app's visible range who have not left."""
        seen = self.departments_seen(app)
        return (s for s in self.world.staff if s.department in seen and s.state is not StaffState.LEFT)

    def next_message_id(self) -> int:
        """Return the MsgId of the next message that somebody writes to an app; none comes twice, also after a reset."""
        self._written += 1
        return int(self.clock.time() * 1000) * 1_000_000 + self._written

    def catch_up(self, now: float) -> None:
        """Let happen what was due by *now*; whoever looks at the world with the vendor's eyes calls this first."""
        for ended in self.world.handovers.catch_up(now, self.rules.customers_per_staff):
            self.tell_handover(ended)
        for job in self.world.media.ended(now - self.rules.media_job_seconds):
            self.world.happenings.tell(DownloadEnded(at=job.asked_at + self.rules.media_job_seconds, download=job))

    def tell_handover(self, ended: Ended) -> None:
        """Tell that a handover is over; groups that programs hand over are not told of."""
        handover, tell = ended.handover, self.world.happenings.tell
        at = handover.due_at if handover.ended_at is None else handover.ended_at
        if ended.group is None:
            tell(HandoverEnded(at=at, handover=handover, before=ended.follow))
        elif handover.terms.maker == CONSOLE:
            tell(GroupChanged(at=at, before=ended.group, after=self.world.groups[ended.group.number]))

    def relations(self) -> Iterator[Relation]:
        """Yield every living relation of the seed's members with active staff, members in ascending order."""
        for known in self.world.relations():
            number = known.member.number
            member_id = self.ids.member(number)
            yield Relation(known.staff.staff_id, member_id, known.member.name, known.phones, self.ids.unionid(number))


@attrs.frozen
class Call:
    """An admitted call: whose, with which parameters, when (virtual unix seconds), from where, and sent to what."""

    company: Company
    app: App
    args: Args
    now: float
    address: str
    origin: str = ""
    """Scheme, host and port of the sandbox as the caller sees it, for addresses in answers."""

    @property
    def world(self) -> World:
        """The company's facts."""
        return self.company.world

    def staff(self, userid: str) -> Staff:
        """Return an employee named to customer contact. Refuses unknown, left and invisible (60011) ones."""
        staff = self.world.staff.find(userid)
        if staff is None or staff.state is StaffState.LEFT:
            raise Refusal(int(self.company.rules.unknown_staff))
        if not self.company.sees(self.app, staff):
            raise Refusal(60011)
        return staff

    def member(self, external_userid: str) -> int:
        """Return the number of a member. Refuses an id of no person of this company (40096)."""
        number = self.company.ids.member_number(external_userid)
        if number is None:
            raise Refusal(40096)
        return number
