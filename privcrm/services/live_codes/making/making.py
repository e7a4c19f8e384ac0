"""The front of making: codes are kept first, then ordered, then written down; and so again after any interruption."""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, TypeVar

from attrs import evolve

from privcrm.errors import InputError, UnsupportedCapability
from privcrm.jobs import RunLimits
from privcrm.models.codes import GroupLiveCode, StaffLiveCode
from privcrm.services.files.sentences import say
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.making.adopting import Adopting
from privcrm.services.live_codes.making.deleting import Deleting
from privcrm.services.live_codes.making.finishing import Finished, Finishing
from privcrm.services.live_codes.making.orders import Batch, End, OrderJobs, Orders
from privcrm.services.live_codes.making.outcomes import CodeOutcome, CodeState
from privcrm.services.live_codes.making.sides import GroupSide, StaffSide
from privcrm.services.live_codes.pictures.archive import PictureArchive
from privcrm.services.live_codes.specs import dump_code
from privcrm.services.once.submitting import NO_LIMITS
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeKind, CodeLife, CodeRow
from privcrm.store.live_codes.exporting import ExportedCode, exported_codes
from privcrm.store.live_codes.makings import MakingState

__all__ = ["LiveCode", "Making"]

LiveCode = StaffLiveCode | GroupLiveCode
T = TypeVar("T")

AT_ONCE: Final = 200
"""Codes of one order."""
FRUITLESS: Final = 3
"""Rounds in a row in which the vendor made nothing of what was refused for an employee: it is not about one of them."""
_ENDS: Final = {End.UNKNOWN: CodeState.UNKNOWN, End.WAITING: CodeState.WAITING}


class Making:
    """Makes live codes at the vendor, changes and deletes them, takes over those made elsewhere, and lists all."""

    def __init__(
        self, book: CodeBook, staff: StaffSide, groups: GroupSide, archive: PictureArchive, order: OrderJobs
    ) -> None:
        self._book = book
        self._staff = staff
        self._groups = groups
        self._orders = Orders(book, order)
        self._finishing = Finishing(book, self._orders, staff, groups, archive)
        self._deleting = Deleting(book, self._orders)
        self._adopting = Adopting(book, staff, groups, archive)

    # -- creating

    def create(
        self, codes: Iterable[LiveCode], *, who: str = "", limits: RunLimits = NO_LIMITS
    ) -> Generator[CodeOutcome]:
        """Keep codes, make them at the vendor, and yield what became of each, in order; memory stays flat.

        The same codes again go on where that ended, and make no second one; a key that stands for something else fails,
        and the others are made. What the vendor refused to make may be asked for otherwise. Nothing is done before the
        outcomes are taken.
        """
        for page in _portions(codes, AT_ONCE):
            batch = Batch()
            kept = [self._keep(code, batch, who) for code in page]
            done = self._carry_out(batch, who, limits)
            yield from (self._outcome(row, outcome, done.get(row.number, ())) for row, outcome in kept)

    def resume(self, *, who: str = "", limits: RunLimits = NO_LIMITS) -> Generator[CodeOutcome]:
        """Go on with every order that was begun and has not ended, and yield what became of its codes."""
        for key in self._orders.makings.orders():
            batch = Batch()
            batch.add(key)
            for number, finished in self._carry_out(batch, who, limits).items():
                with self._book.database.connect() as connection:
                    row = self._book.rows.of_number(connection, number)
                if row is not None:
                    yield self._outcome(row, CodeOutcome(row.key, CodeState.KEPT, number), finished)

    def complete(self, key: str, *, who: str = "", limits: RunLimits = NO_LIMITS) -> CodeOutcome:
        """Make what a code still lacks at the vendor: its own code, or one for each seat with ``pull``.

        Raises ``InputError`` for a key that no code has.
        """
        batch = Batch()
        with self._book.database.transaction() as connection:
            row = self._book.rows.known(connection, key)
            self._refuse_deleted(row)
            asked = self._place(connection, batch, row)
        kept = CodeOutcome(key, CodeState.KEPT if asked else CodeState.UNCHANGED, row.number)
        return self._outcome(row, kept, self._carry_out(batch, who, limits).get(row.number, ()))

    # -- changing

    def update(self, code: LiveCode, *, who: str = "", limits: RunLimits = NO_LIMITS) -> CodeOutcome:
        """Let a code be another from now on; key, number, state and the printed picture stay as they are.

        Raises ``InputError``: no such key, another kind, another state, or what is fixed when a code is made.
        """
        batch = Batch()
        with self._book.database.transaction() as connection:
            row = self._book.known(connection, code.key, _kind_of(code))
            self._refuse_deleted(row)
            before = self._load(connection, row)
            code = self._with_state(before, code)
            same = code == before
            if not same:
                self._write(connection, row, code)
                self._book.store.audit.write(connection, who, "live_code_changed", code=row.number, key=row.key)
            self._place(connection, batch, row)
        outcome = CodeOutcome(row.key, CodeState.UNCHANGED if same else CodeState.CHANGED, row.number)
        finished = self._carry_out(batch, who, limits).get(row.number, ())
        told = outcome if same else self._tagged(self._pushed(outcome, row), row)
        return self._outcome(row, told, finished)

    def same(self, code: LiveCode) -> bool | None:
        """Tell whether a code is kept just so; None where its key is not known. Raises ``InputError`` as ``update``."""
        with self._book.database.connect() as connection:
            row = self._book.rows.get(connection, code.key)
            if row is None:
                return None
            self._refuse_deleted(row)
            if row.kind is not _kind_of(code):
                raise _taken(row)
            before = self._load(connection, row)
            return self._with_state(before, code) == before

    # -- the rest

    def delete(self, key: str, *, who: str = "") -> CodeOutcome:
        """Delete a code, here and at the vendor: whoever scans it afterwards finds nothing. Cannot be undone.

        What the vendor does not delete is kept as an orphan, and told; deleting again tries it again. Raises
        ``InputError`` for a key that no code has.
        """
        deleted = self._deleting.delete(key, who)
        with self._book.database.connect() as connection:
            row = self._book.rows.known(connection, key)
        return self._tagged(deleted, row)

    def delete_many(self, keys: Iterable[str], *, who: str = "") -> Generator[CodeOutcome]:
        """Delete codes of any kind and yield what became of each; what is wrong with one keeps no other."""
        for key in keys:
            try:
                yield self.delete(key, who=who)
            except InputError as error:
                yield CodeOutcome(key, CodeState.FAILED, message=str(error))

    def adopt(
        self, vendor_id: str, key: str, *, code: LiveCode | None = None, kind: str = "", who: str = ""
    ) -> CodeOutcome:
        """Take over a code that was made elsewhere: its picture stays valid, its state is kept as it is.

        It becomes what it is at the vendor now, or ``code``. ``kind`` (``contact`` or ``group``) is found out if it is
        not given. Nothing is written at the vendor. Raises ``InputError`` (key or id known already, a code that leads
        to departments and no ``code``), ``NotFound``.
        """
        return self._adopting.adopt(vendor_id, key, code, kind, who)

    def export(self) -> Generator[ExportedCode]:
        """Yield every code that was ever made at the vendor, deleted ones too: an id that is lost is a code lost."""
        return exported_codes(self._book.database)

    # -- keeping

    def _keep(self, code: LiveCode, batch: Batch, who: str) -> tuple[CodeRow, CodeOutcome]:
        """Keep one code and order what it lacks; what is wrong with it is its outcome."""
        try:
            with self._book.database.transaction(durable=True) as connection:
                row = self._book.rows.get(connection, code.key)
                if row is None:
                    row = self._add(connection, code, who)
                elif self._is_untried(connection, row):
                    self._think_again(connection, row, code, who)
                else:
                    self._check_same(connection, row, code)
                asked = self._place(connection, batch, row)
                was = row.life
                if not asked:
                    row = self._live(connection, row)
            state = CodeState.KEPT if asked or row.life is CodeLife.WANTED else CodeState.UNCHANGED
            if row.life is not was:  # the gateway alone leads to it: no vendor's code will be made
                self._side(row).made(row)
                state = CodeState.CREATED
            return row, CodeOutcome(code.key, state, row.number)
        except (InputError, UnsupportedCapability) as error:
            nobody = CodeRow(-1, code.key, _kind_of(code), "", "", CodeLife.WANTED, 0.0, "", 0.0, 0.0, 0.0)
            told = error.args[0] if isinstance(error, InputError) else str(error)
            return nobody, CodeOutcome(code.key, CodeState.FAILED, message=told)

    def _add(self, connection: Connection, code: LiveCode, who: str) -> CodeRow:
        row = self._book.rows.add(
            *(connection, code.key, _kind_of(code)),
            name=code.name,
            spec=dump_code(code),
            now=self._book.clock.time(),
            who=who,
        )
        self._put(connection, row, code)
        self._book.store.audit.write(connection, who, "live_code_kept", code=row.number, key=row.key, kind=row.kind)
        return row

    def _is_untried(self, connection: Connection, row: CodeRow) -> bool:
        """Tell whether a code never came to be at the vendor, and nothing is under way: nothing of it is printed."""
        if row.life is not CodeLife.WANTED or any(
            code.vendor_id for code in self._book.vendor.of_code(connection, row.number)
        ):
            return False
        orders = self._orders.makings.of_code(connection, row.number)
        return bool(orders) and all(order.state is MakingState.ENDED for order in orders)

    def _think_again(self, connection: Connection, row: CodeRow, code: LiveCode, who: str) -> None:
        """Let a code of which the vendor would make nothing be what is asked for now: a slip must not use a key up."""
        if row.kind is not _kind_of(code):
            raise _taken(row)
        before = self._load(connection, row)
        code = self._with_state(before, code)
        if code == before:
            return
        if isinstance(before, GroupLiveCode) and isinstance(code, GroupLiveCode):
            gone = [group_id for group_id in before.group_ids if group_id not in code.group_ids]
            self._groups.withdraw(connection, row, gone)
        self._write(connection, row, code)
        self._book.store.audit.write(connection, who, "live_code_changed", code=row.number, key=row.key)

    def _check_same(self, connection: Connection, row: CodeRow, code: LiveCode) -> None:
        self._refuse_deleted(row)
        if row.kind is not _kind_of(code) or self._load(connection, row) != code:
            raise _taken(row)

    def _write(self, connection: Connection, row: CodeRow, code: LiveCode) -> None:
        now, before = self._book.clock.time(), self._load(connection, row)
        self._book.rows.change(connection, row.number, name=code.name, spec=dump_code(code), now=now)
        known = before.group_ids if isinstance(before, GroupLiveCode) else ()
        self._put(connection, evolve(row, spec=dump_code(code)), code, known)

    def _put(self, connection: Connection, row: CodeRow, code: LiveCode, known: Sequence[str] = ()) -> None:
        self._check_named(connection, code)
        if isinstance(code, StaffLiveCode):
            self._staff.put(connection, row, code)
        else:
            self._groups.put(connection, row, code, known)

    def _check_named(self, connection: Connection, code: LiveCode) -> None:
        """Refuse to lead on to a code that is not there; raises ``InputError``."""
        if code.redirect_to:
            self._refuse_deleted(self._book.rows.known(connection, code.redirect_to))
        if isinstance(code, GroupLiveCode) and code.staff_code:
            self._refuse_deleted(self._book.known(connection, code.staff_code, CodeKind.STAFF))

    def _load(self, connection: Connection, row: CodeRow) -> LiveCode:
        return self._side(row).load(connection, row)

    def _place(self, connection: Connection, batch: Batch, row: CodeRow) -> bool:
        """Order what the vendor does not have yet; return whether there is anything."""
        row = self._book.rows.of_number(connection, row.number) or row
        wishes = self._side(row).wanted(connection, row)
        asked = [self._orders.place(connection, batch, row, wanted) for wanted in wishes]
        return any(asked)

    def _with_state(self, before: LiveCode, code: LiveCode) -> LiveCode:
        """Return the code with what it was made with; raises ``InputError`` for what cannot change."""
        if code.state not in ("", before.state):
            raise InputError(f"live code {code.key!r} keeps the state that it was made with: leave state empty")
        if isinstance(code, StaffLiveCode) and isinstance(before, StaffLiveCode) and code.exclusive != before.exclusive:
            raise InputError(f"live code {code.key!r}: exclusive is fixed when a code is made; make another code")
        return evolve(code, state=before.state)

    def _refuse_deleted(self, row: CodeRow) -> None:
        if row.life is CodeLife.DELETED:
            raise InputError(
                say("live code {key!r} was deleted, and its key is not used again: choose another key", key=row.key)
            )

    # -- carrying out

    def _carry_out(self, batch: Batch, who: str, limits: RunLimits) -> Mapping[int, Sequence[Finished]]:
        """Carry the orders of a batch out, and those that follow from them; return how it ended, by code."""
        done: dict[int, list[Finished]] = {}
        fruitless = 0
        while batch.order_keys:
            following, made, refused = Batch(), 0, 0
            for key in batch.order_keys:
                for ended in self._orders.carry_out(key, who=who, limits=limits):
                    finished = self._finishing.finish(ended, following, who, patient=fruitless < FRUITLESS)
                    made += ended.end is End.MADE
                    refused += finished.again
                    if not finished.again:
                        done.setdefault(finished.code, []).append(finished)
            fruitless = fruitless + 1 if refused and not made else 0
            batch = following
        return done

    def _outcome(self, row: CodeRow, outcome: CodeOutcome, finished: Sequence[Finished]) -> CodeOutcome:
        """Return what became of a code, by what became of its parts."""
        if not finished:
            return outcome
        bad = {staff_id: why for each in finished for staff_id, why in each.bad.items()}
        told = _joined(each.message for each in finished)
        worst = next((end for end in (End.UNKNOWN, End.WAITING) if any(each.end is end for each in finished)), None)
        made = [each for each in finished if each.end is End.MADE]
        if made:
            with self._book.database.transaction() as connection:
                row = self._live(connection, row)
            self._side(row).made(row)
        state = _ENDS[worst] if worst else _state_of(outcome, made=bool(made))
        outcome = evolve(
            outcome,
            state=state,
            message=_joined((told, outcome.message)),
            dropped=bad if made else {},
            job_id=finished[-1].job_id,
            pictured=bool(made) and all(each.pictured for each in made),
        )
        return self._tagged(outcome, row) if made else outcome

    def _live(self, connection: Connection, row: CodeRow) -> CodeRow:
        """Let a code be in use, or a draft where it waits for people."""
        if row.life is not CodeLife.WANTED or not self._is_ready(connection, row):
            return row
        code = self._load(connection, row)
        draft = isinstance(code, GroupLiveCode) and code.gate.min_start > 0
        life = CodeLife.DRAFT if draft else CodeLife.OPEN
        self._book.rows.set_life(connection, row.number, life, self._book.clock.time())
        return evolve(row, life=life)

    def _is_ready(self, connection: Connection, row: CodeRow) -> bool:
        """Tell whether visitors can be led somewhere: by a vendor's code, or by the gateway alone."""
        if any(code.vendor_id for code in self._book.vendor.of_code(connection, row.number)):
            return True
        return row.kind is CodeKind.GROUP and self._groups.by_gateway_alone(connection, row)

    def _tagged(self, outcome: CodeOutcome, row: CodeRow) -> CodeOutcome:
        """See to the entry tags of a code, and tell if they are not as they are to be."""
        why = self._staff.keep_tags(row) if row.kind is CodeKind.STAFF else ""
        return evolve(outcome, message=_joined((outcome.message, why)))

    def _pushed(self, outcome: CodeOutcome, row: CodeRow) -> CodeOutcome:
        why = self._side(row).push(row.key)
        return evolve(outcome, message=say("the vendor was not told yet: {why}", why=why)) if why else outcome

    def _side(self, row: CodeRow) -> StaffSide | GroupSide:
        return self._staff if row.kind is CodeKind.STAFF else self._groups


def _state_of(outcome: CodeOutcome, *, made: bool) -> CodeState:
    if made:
        return CodeState.CHANGED if outcome.state is CodeState.CHANGED else CodeState.CREATED
    return CodeState.FAILED


def _kind_of(code: LiveCode) -> CodeKind:
    return CodeKind.STAFF if isinstance(code, StaffLiveCode) else CodeKind.GROUP


def _taken(row: CodeRow) -> InputError:
    return InputError(
        say("there is a live code {key!r} already, and it is another: update it, or choose another key", key=row.key)
    )


def _joined(messages: Iterable[str]) -> str:
    """Return messages as one that can still be said in another language."""
    told, *others = dict.fromkeys(filter(None, messages)) or [""]
    for each in others:
        told = say("{one}; {other}", one=told, other=each)
    return told


def _portions(codes: Iterable[T], size: int) -> Iterator[list[T]]:
    remaining = iter(codes)
    while some := list(islice(remaining, size)):
        yield some
