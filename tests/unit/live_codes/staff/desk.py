"""A company in memory with staff codes: what the vendor is asked is written down, and he can be made to refuse."""

from collections.abc import Callable, Collection, Mapping
from random import Random
from typing import Any

from attrs import evolve, field, frozen

from privcrm.clock import Clock, ManualClock
from privcrm.errors import Refused
from privcrm.jobs import Jobs
from privcrm.models import ContactCode, ContactCodeSpec, MemberId, StaffId, staff_key
from privcrm.models.codes import Seat, StaffLiveCode
from privcrm.models.events import EventSource, MemberAdded
from privcrm.provider import Intent, ProviderContext
from privcrm.sandbox.world import World
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.specs import dump_code
from privcrm.services.live_codes.staff import PushPolicy, StaffCodes
from privcrm.services.live_codes.staff.wishes import dump_wish
from privcrm.store import Store
from privcrm.store.leases import new_holder
from privcrm.store.live_codes.codes import CodeKind, CodeLife, CodeRow
from privcrm.store.live_codes.vendor_codes import VendorCode, VendorLife
from privcrm.testing.memory import MemoryProvider

Refusal = Callable[[ContactCodeSpec], Refused | None]


class Spy:
    """Stands before the port of live codes: keeps what was asked, refuses what it is told to, or calls something."""

    def __init__(self, port: Any) -> None:
        self._port = port
        self.writes: list[tuple[str, ...]] = []
        self.reads = 0
        self.refuses: Refusal = lambda spec: None
        self.before_write: Callable[[], None] = lambda: None

    @property
    def calls(self) -> int:
        """How often the vendor was asked anything."""
        return len(self.writes) + self.reads

    def get_contact_code(self, code_id: str) -> ContactCode:
        """Count, and read."""
        self.reads += 1
        code: ContactCode = self._port.get_contact_code(code_id)
        return code

    def update_contact_code(
        self, code_id: str, spec: ContactCodeSpec, *, extra: Mapping[str, Any] | None = None
    ) -> None:
        """Write down, refuse, or write."""
        self.writes.append(tuple(spec.staff_ids))
        self.before_write()
        refusal = self.refuses(spec)
        if refusal is not None:
            raise refusal
        self._port.update_contact_code(code_id, spec, extra=extra)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._port, name)


@frozen
class Desk:
    """One company and its codes."""

    provider: MemoryProvider
    store: Store
    clock: Clock
    jobs: Jobs
    book: CodeBook
    codes: StaffCodes
    spy: Spy
    people: tuple[str, ...]
    members: "list[int]" = field(factory=lambda: [0])

    def make(self, code: StaffLiveCode, *, at_vendor: bool = True) -> CodeRow:
        """Keep a code, and make it at the vendor."""
        now = self.clock.time()
        with self.store.database.transaction() as connection:
            row = self.book.rows.add(
                connection, code.key, CodeKind.STAFF, name=code.name, spec=dump_code(code), now=now
            )
            self.codes.put_seats(connection, row, code)
            self.book.rows.set_life(connection, row.number, CodeLife.OPEN, now)
        row = self.row(code.key)
        if at_vendor:
            with self.store.database.connect() as connection:
                parts = self.codes.to_make(connection, row, lambda _: "")
            for part in parts:
                self._make(row, part)
        return row

    def _make(self, row: CodeRow, part: int) -> None:
        with self.store.database.transaction() as connection:
            state = self.book.rows.claim_state(connection, row.number, part)
            wish = self.codes.to_make(connection, row, lambda _: state)[part]
        made = self.provider.live_codes.create_contact_code(wish, intent=Intent(state, state, self.clock.time()))
        known = VendorCode(
            row.number, part, "contact", made.code_id, state, made.qr_url, dump_wish(wish), life=VendorLife.OPEN
        )
        with self.store.database.transaction() as connection:
            self.book.vendor.put(connection, known)

    def row(self, key: str) -> CodeRow:
        """Return a code as it stands."""
        with self.store.database.connect() as connection:
            return self.book.rows.known(connection, key)

    def change(self, code: StaffLiveCode) -> None:
        """Let a code be something else from now on."""
        row = self.row(code.key)
        with self.store.database.transaction() as connection:
            self.book.rows.change(connection, row.number, name=code.name, spec=dump_code(code), now=self.clock.time())
            self.codes.put_seats(connection, row, code)

    def vendor(self, key: str, part: int = 0) -> VendorCode:
        """Return what we know of the vendor's code."""
        with self.store.database.connect() as connection:
            found = self.book.vendor.get(connection, self.row(key).number, part)
        assert found is not None
        return found

    def pool(self, key: str) -> set[str]:
        """Return whom the vendor's code leads to in truth; not counted as a call."""
        spec = self.spy._port.get_contact_code(self.vendor(key).vendor_id).spec
        return set(spec.staff_ids)

    def event(self, key: str, staff_id: str, *, part: int = 0, lag: float = 0, **others: Any) -> MemberAdded:
        """Return the event of the next member who came by a code."""
        self.members[0] += 1
        at = int(self.clock.time() - lag)
        told: dict[str, Any] = {"member_id": MemberId(f"wm{self.members[0]:06d}"), "at": at, **others}
        state = self.vendor(key, part).state
        return MemberAdded(staff_id=StaffId(staff_id), state=state, key=f"e{self.members[0]}", **told)

    def add(self, key: str, staff_id: str, times: int = 1, **others: Any) -> None:
        """Let members come by a code to an employee."""
        for _ in range(times):
            self.codes.take(self.event(key, staff_id, **others))

    def swept(self, event: MemberAdded) -> MemberAdded:
        """Return the same add as a sweep finds it."""
        return evolve(event, source=EventSource.SWEEP, key="", app="")

    def run_timers(self) -> int:
        """Do what is due; return how many timers were."""
        holder, fired = new_holder(Random(3)), 0
        while self.jobs.timers.fire_one(holder):
            fired += 1
            assert fired < 1000, "a timer sets itself for now again and again"
        return fired

    def due(self, kind: str) -> list[float]:
        """Return when the timers of a kind are due."""
        with self.store.database.connect() as connection:
            rows = connection.all("SELECT due FROM privcrm_timer WHERE kind = ? ORDER BY due", kind)
        return [float(due) for (due,) in rows]

    def alarms(self, key: str) -> set[str]:
        """Return the kinds of alarms that stand."""
        return {alarm.kind for alarm in self.codes.explain(key).alarms}

    def reasons(self, key: str, at: float | None = None) -> dict[str, str]:
        """Return why each seat is free or not."""
        return {verdict.staff_id: verdict.reason.value for verdict in self.codes.desired(key, at).seats}


def open_desk(store: Store, clock: Clock | None = None, *, policy: PushPolicy | None = None, staff: int = 8) -> Desk:
    """Open a company over a store."""
    clock = clock or ManualClock()
    world = World(seed=7, staff=staff + 4, members=0, groups=0)
    provider = MemoryProvider(world, ProviderContext(clock=clock), company=store.database.company)
    spy = Spy(provider.live_codes)
    provider.live_codes = spy  # type: ignore[assignment] # pyright: ignore[reportAttributeAccessIssue]
    jobs = Jobs(store, clock)
    book = CodeBook(provider, store, jobs, clock, Random(7))
    codes = StaffCodes(book, policy=policy, rng=Random(5))
    return Desk(provider, store, clock, jobs, book, codes, spy, tuple(sorted(provider.staff.serving()))[:staff])


def seat(staff_id: str, **others: Any) -> Seat:
    """Return a seat."""
    return Seat(StaffId(staff_id), **others)


def code(key: str, *seats: Seat, **others: Any) -> StaffLiveCode:
    """Return a code."""
    return StaffLiveCode(key, seats, **others)


def refusing(kind: type[Refused], bad: Collection[str], *, says: str = "no", number: int = 41054) -> Refusal:
    """Return what refuses every pool with one of these in it; ``says`` may name ``{0}``, the first of them."""
    keys = {staff_key(each) for each in bad}

    def refuses(spec: ContactCodeSpec) -> Refused | None:
        found = [each for each in spec.staff_ids if staff_key(each) in keys]
        if not found:
            return None
        return kind(says.format(*found), provider="memory", operation="live_codes.update_contact_code", code=number)

    return refuses
