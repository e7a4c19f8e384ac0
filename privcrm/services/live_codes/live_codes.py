"""The front: what ``crm.live_codes`` is."""

import logging
from collections.abc import Callable, Generator, Iterable, Iterator
from random import Random
from typing import Final

from privcrm.clock import Clock
from privcrm.errors import InputError, MissingExtra, PrivcrmError
from privcrm.jobs import Jobs, RunLimits
from privcrm.models.codes import GroupLiveCode, StaffLiveCode
from privcrm.provider import Provider
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.gateway.desk import Desk
from privcrm.services.live_codes.gateway.settings import GatewaySettings
from privcrm.services.live_codes.gateway.shelf import StoredShelf
from privcrm.services.live_codes.gateway.staff_side import StoredStaff
from privcrm.services.live_codes.groups.codes import GroupCodes
from privcrm.services.live_codes.groups.forecast import Forecast
from privcrm.services.live_codes.groups.reconciling import GroupReconciled
from privcrm.services.live_codes.groups.report import Explanation as GroupExplanation
from privcrm.services.live_codes.groups.report import GroupCodeReport
from privcrm.services.live_codes.making.making import LiveCode, Making
from privcrm.services.live_codes.making.orders import OrderJobs
from privcrm.services.live_codes.making.outcomes import CodeOutcome
from privcrm.services.live_codes.making.rooms_side import GroupRooms
from privcrm.services.live_codes.making.seats_side import StaffSeats
from privcrm.services.live_codes.ordering import CodeOrders
from privcrm.services.live_codes.overflow.overflow import Overflow
from privcrm.services.live_codes.pictures.archive import PictureArchive
from privcrm.services.live_codes.pictures.reading import read_code
from privcrm.services.live_codes.shop_files.shop_codes import ShopCodes
from privcrm.services.live_codes.staff.codes import StaffCodes
from privcrm.services.live_codes.staff.entry_tags import EntryTags
from privcrm.services.live_codes.staff.results import CodeReport, Explanation, Reconciled
from privcrm.services.live_codes.views import CodeView
from privcrm.services.mirror.rosters import GroupRosters
from privcrm.services.once.submitting import NO_LIMITS
from privcrm.services.tag_rules import TagRules
from privcrm.store import Store
from privcrm.store.live_codes.codes import CodeKind, CodeRow
from privcrm.store.live_codes.exporting import ExportedCode
from privcrm.store.live_codes.funnel import Funnel
from privcrm.store.live_codes.generations import Generation
from privcrm.store.live_codes.links import Links
from privcrm.store.live_codes.pictures import CodePicture
from privcrm.store.live_codes.reservations import part_of
from privcrm.store.live_codes.visitors import Visitors
from privcrm.store.staff_tasks import StaffTasks

__all__ = ["LiveCodes"]

GATE: Final = "launch gate"
"""Who opened a code, in the audit, where its gate did."""

log = logging.getLogger("privcrm.live_codes")


class LiveCodes(CodeOrders):
    """The live codes (活码) of a company: each made once, kept as it is wanted, and counted.

    ``staff`` and ``groups`` hold what is special to the two kinds, ``shops`` makes one for each shop. Whoever runs the
    timers of the work kernel (``privcrm run``) keeps the codes at the vendor as they are wanted.
    """

    def __init__(
        self,
        provider: Provider,
        jobs: Jobs,
        store: Store,
        clock: Clock,
        *,
        rosters: GroupRosters,
        tasks: StaffTasks,
        tag_rules: Callable[[], TagRules],
        rng: Random | None = None,
    ) -> None:
        super().__init__(provider, jobs)
        self._book = book = CodeBook(provider, store, jobs, clock, rng)
        self._links = Links(book.database)
        self._funnel = Funnel(book.database)
        self._overflow = Overflow(book, self.create_group_codes, rng, opened=self._after_opening)
        self.staff = StaffCodes(book, rng=rng)
        committed = Visitors(book.database).committed
        self.groups = GroupCodes(
            book, rosters, tasks, lambda: self._overflow, read_picture=_text_of, committed=committed
        )
        self._archive = PictureArchive(book)
        seats = StaffSeats(book, self.staff, EntryTags(book, tag_rules))
        rooms = GroupRooms(book, self.groups.push, self._begin_group_code)
        order = OrderJobs(self.create_contact_codes, self.create_group_codes)
        self._making = Making(book, seats, rooms, self._archive, order)
        self.shops = ShopCodes(book, self._making, self.staff, self._archive)

    # -- making and changing

    def create(self, code: StaffLiveCode | GroupLiveCode, *, who: str = "") -> CodeOutcome:
        """Keep a code and make it at the vendor; the same code again goes on where that ended, and makes no second one.

        What the vendor says no to is the outcome's ``state`` and ``message``. Raises ``InputError`` for what is wrong
        with the code itself: such a key stands for another, a group is behind another code.
        """
        return _refuse_wrong(next(self._making.create([code], who=who)))

    def create_all(
        self, codes: Iterable[LiveCode], *, who: str = "", limits: RunLimits = NO_LIMITS
    ) -> Generator[CodeOutcome]:
        """Keep codes, make them at the vendor, and yield what became of each, in order; memory stays flat.

        What is wrong with one is its outcome. Nothing is done before the outcomes are taken.
        """
        return self._making.create(codes, who=who, limits=limits)

    def update(self, code: StaffLiveCode | GroupLiveCode, *, who: str = "") -> CodeOutcome:
        """Let the code of this key be another from now on; state, link and the printed picture stay as they are.

        Raises ``InputError``: no such key, another kind, another state, or what is fixed when a code is made.
        """
        return self._making.update(code, who=who)

    def complete(self, key: str, *, who: str = "") -> CodeOutcome:
        """Make what a code still lacks at the vendor. Raises ``InputError`` for a key that no code has."""
        return self._making.complete(key, who=who)

    def resume(self, *, who: str = "") -> Generator[CodeOutcome]:
        """Go on with every making that was interrupted, and yield what became of its codes."""
        return self._making.resume(who=who)

    def delete(self, key: str, *, who: str = "") -> CodeOutcome:
        """Delete a code, here and at the vendor: whoever scans it afterwards finds nothing. Cannot be undone.

        What the vendor does not delete is kept as an orphan, and told; deleting again tries it again. Raises
        ``InputError`` for a key that no code has.
        """
        return self._making.delete(key, who=who)

    def delete_all(self, keys: Iterable[str], *, who: str = "") -> Generator[CodeOutcome]:
        """Delete codes of any kind and yield what became of each; what is wrong with one keeps no other."""
        return self._making.delete_many(keys, who=who)

    def adopt(
        self, vendor_id: str, key: str, *, code: LiveCode | None = None, kind: str = "", who: str = ""
    ) -> CodeOutcome:
        """Take over a code that was made elsewhere by the same app: its picture and its state stay as they are.

        It becomes what it is at the vendor now, or ``code``. ``kind`` (``contact`` or ``group``) is found out if it is
        not given. Nothing is written at the vendor. Raises ``InputError``, ``NotFound``.
        """
        return self._making.adopt(vendor_id, key, code=code, kind=kind, who=who)

    # -- looking

    def get(self, key: str) -> CodeView:
        """Return a code: what it is to be, where it stands, what the vendor has. Raises ``InputError``."""
        with self._book.database.connect() as connection:
            row = self._book.rows.known(connection, key)
        return self._view(row)

    def list(self, kind: CodeKind | None = None) -> Iterator[CodeView]:
        """Yield the codes of a kind, or all, in the order in which they were made; deleted ones too."""
        return map(self._view, self._book.rows.list(kind))

    def export(self) -> Generator[ExportedCode]:
        """Yield every code that was ever made at the vendor, deleted ones too: an id that is lost is a code lost."""
        return self._making.export()

    def explain(self, key: str) -> Explanation | GroupExplanation:
        """Say why a code leads where it leads. Raises ``InputError``."""
        return self.staff.explain(key) if self._is_staff(key) else self.groups.explain(key)

    def report(self, key: str) -> CodeReport | GroupCodeReport:
        """Say what came through a code. Raises ``InputError``."""
        return self.staff.report(key) if self._is_staff(key) else self.groups.report(key)

    def forecast(self, key: str, until: float) -> Forecast:
        """Say how many spare groups a group code needs until a time (unix seconds), if people come as they do.

        Raises ``InputError``.
        """
        return self.groups.forecast(key, until)

    def picture(self, key: str, part: int = 0) -> CodePicture:
        """Return the vendor's picture of a code, fetched now if it was not before.

        Raises ``InputError`` where there is none, and what the port raises.
        """
        return self._archive.get(key, part)

    # -- keeping

    def reconcile(self, key: str, *, shadow: bool = False, force: bool = False) -> Reconciled | GroupReconciled:
        """Bring what the vendor has to what is wanted; where nothing differs, nobody is called.

        ``force`` reads the vendor's code first and tells what somebody else changed; ``shadow`` decides and writes
        nothing. Raises ``InputError``, and what the ports raise.
        """
        kind = self.staff if self._is_staff(key) else self.groups
        return kind.reconcile(key, shadow=shadow, force=force)

    def every_night(self, at: str) -> None:
        """Choose the time of the Beijing day (HH:MM) at which whoever runs the timers reads every code back.

        Without it that is done at 03:30 and 04:00. Raises ``InputError`` for what is no time.
        """
        self.staff.every_night(at)
        self.groups.every_night(at)

    # -- the gateway

    def link(self, key: str, name: str = "") -> str:
        """Return the name of a code's permanent link, which stands in the gateway's address.

        With ``name`` it is made so, beside those that there are. Links are never taken back. Raises ``InputError``.
        """
        now = self._book.clock.time()
        with self._book.database.transaction(durable=True) as connection:
            row = self._book.rows.known(connection, key)
            if name:
                return self._links.make(connection, row.number, now, name)
            return self._links.first(connection, row.number, now)

    def funnel(self, key: str, days: int = 31) -> dict[str, dict[str, int]]:
        """Return what became of the gateway's visitors, by day of the code's zone and step, the newest day first.

        What is counted stands in ``privcrm.store.live_codes.funnel.Step``. Raises ``InputError``.
        """
        with self._book.database.connect() as connection:
            return self._funnel.by_day(connection, self._book.rows.known(connection, key).number, days)

    def desk(self, settings: GatewaySettings | None = None) -> Desk:
        """Return what decides for the visitors of the gateway."""
        settings = settings or GatewaySettings()
        return Desk(
            self._book.database,
            self._book.clock,
            StoredStaff(self._book, self.staff),
            StoredShelf(self._book.database, settings.picture_hosts),
            settings=settings,
            on_short=self._when_short,
            on_gathered=self._when_gathered,
        )

    def _when_gathered(self, key: str) -> None:
        """Open a draft for which enough people would come, as its page promised them."""
        self.groups.open(key, who=GATE)

    def _is_staff(self, key: str) -> bool:
        with self._book.database.connect() as connection:
            return self._book.rows.known(connection, key).kind is CodeKind.STAFF

    def _when_short(self, key: str) -> None:
        """Have the next group asked for: by those who count who is on the way, not only who is inside."""
        self.groups.schedule(key)
        self._overflow.ask_soon(key)

    def _begin_group_code(self, key: str) -> None:
        """Count the groups of a code that was made now: they may hold people already."""
        try:
            self.groups.push(key)
        except PrivcrmError as error:  # the runner tries again
            log.warning("live code %s: its groups are not counted yet: %s", key, type(error).__name__)
            self.groups.schedule(key)

    def _after_opening(self, row: CodeRow, generation: Generation) -> None:
        """List what was opened at the vendor soon, and keep the picture of a code that was made for it."""
        self.groups.schedule(row.key)
        if part := part_of(generation.target):
            self._archive.keep(row.number, part)

    def _view(self, row: CodeRow) -> CodeView:
        book = self._book
        with book.database.snapshot() as connection:
            kind = self.staff if row.kind is CodeKind.STAFF else self.groups
            vendor = tuple(book.vendor.of_code(connection, row.number))
            links = tuple(self._links.of_code(connection, row.number))
            return CodeView(
                row, kind.load(connection, row), vendor, links, tuple(book.notes.alarms(connection, row.number))
            )


def _text_of(content: bytes) -> str:
    """Return what the picture of a code says, "" where nothing here can read it."""
    try:
        return read_code(content)
    except (InputError, MissingExtra):
        return ""


def _refuse_wrong(outcome: CodeOutcome) -> CodeOutcome:
    """Raise what is wrong with a code that was not even kept."""
    if outcome.number < 0:
        raise InputError(outcome.message)
    return outcome
