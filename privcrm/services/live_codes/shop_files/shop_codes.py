"""``ShopCodes``: every row is checked before anything is done; then codes are made and changed, a page at a time."""

from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from privcrm.errors import InputError, PrivcrmError
from privcrm.models import StaffState, staff_key
from privcrm.models.codes import StaffLiveCode
from privcrm.services.files.problems import NOTHING_SENT, Problems, sentence_of
from privcrm.services.files.rows import rows_of
from privcrm.services.files.sentences import say
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.making.making import Making
from privcrm.services.live_codes.making.outcomes import CodeOutcome
from privcrm.services.live_codes.pictures.archive import PictureArchive
from privcrm.services.live_codes.pictures.bundles import Bundle
from privcrm.services.live_codes.pictures.posters import POSTERS, Poster, png_of
from privcrm.services.live_codes.shop_files.columns import Column, Layout, ShopRow, is_key, knows
from privcrm.services.live_codes.shop_files.drafts import MakeCode, code_of, seats_of
from privcrm.services.live_codes.shop_files.outcomes import ShopCodeOutcome, ShopCodeState
from privcrm.services.live_codes.staff.codes import StaffCodes
from privcrm.services.shops.people import People
from privcrm.store.live_codes.codes import CodeKind, CodeLife
from privcrm.store.live_codes.employees import shown_staff
from privcrm.store.mirror.shops import Shops

__all__ = ["ShopCodes"]

Rows = Callable[[Problems], Iterator[ShopRow]]
"""Reads the rows of a list from its beginning."""

AT_ONCE: Final = 200


class ShopCodes:
    """Makes and keeps a staff live code for each shop; the shop's code is the code's key."""

    def __init__(self, book: CodeBook, making: Making, staff: StaffCodes, archive: PictureArchive) -> None:
        self._book = book
        self._making = making
        self._staff = staff
        self._archive = archive
        self._shops = Shops(book.database)

    def from_file(
        self, path: str | Path, *, make: MakeCode = StaffLiveCode, dry_run: bool = False, who: str = ""
    ) -> Generator[ShopCodeOutcome]:
        """Let there be a code for each row of a CSV or XLSX file, and yield what became of each, in order.

        Columns: ``code`` (门店编码), ``name`` (店名), ``region`` (区域), ``staff`` (员工: ``zhangsan*3;lisi``, with
        weights), ``backup`` (备用员工), ``daily_cap`` (每日上限), ``tags`` (标签), ``remark`` (备注), ``welcome``
        (欢迎语). A column that is not there leaves what is known, an empty cell takes it away. ``make`` makes new
        codes, with all that the list does not tell. The same file again makes nothing twice; one that was changed
        changes its codes. Codes that no row names come last, as missing, and stay. ``dry_run`` does nothing.

        Raises ``InputError`` with everything that is wrong, by row and column, before anything is done.
        """
        source = Path(path)

        def rows(problems: Problems) -> Iterator[ShopRow]:
            return rows_of(source, knows, lambda headers, row: Layout(headers, problems, row).row, problems)

        return self._checked(source.name, rows, make, dry_run=dry_run, who=who)

    def from_shops(
        self, region: str | None = None, *, make: MakeCode = StaffLiveCode, dry_run: bool = False, who: str = ""
    ) -> Generator[ShopCodeOutcome]:
        """Let there be a code for each shop that the store knows, or each of a region, as ``from_file`` does.

        A code leads to all who work in its shop: those it names, and those of its departments.
        """

        def rows(problems: Problems) -> Iterator[ShopRow]:
            return self._rows_of_shops(region, problems)

        return self._checked("shops", rows, make, dry_run=dry_run, who=who)

    def checks_staff(self) -> bool:
        """Tell whether ids of employees can be checked: before the first sync they are believed."""
        return bool(shown_staff(self._book.database))

    def pictures(self, outcomes: Iterable[ShopCodeOutcome], poster: Poster | None = None) -> Generator[Bundle]:
        """Yield the pictures of the codes that are there, for ``write_zip`` and ``write_sheet``; memory stays flat.

        Each is drawn anew for a size in print (``a6``), and read back; where that fails the vendor's own picture goes.
        Raises ``MissingExtra`` without ``qr``.
        """
        for each in outcomes:
            with self._book.database.connect() as connection:
                row = self._book.rows.get(connection, each.key)
                there = row and self._book.vendor.get(connection, row.number, 0)
            if row is None or not there or not there.vendor_id or row.life is CodeLife.DELETED:
                continue
            try:
                picture = self._archive.get(each.key)
            except PrivcrmError:  # told when it was made; what can be printed is printed
                continue
            yield _drawn(each.key, row.name or each.name, picture.content, picture.media_type, poster)

    # -- checking

    def _checked(
        self, source: str, rows: Rows, make: MakeCode, *, dry_run: bool, who: str
    ) -> Generator[ShopCodeOutcome]:
        """Read all rows once for what is wrong; what does the work is returned only then."""
        problems, people, keys = Problems(source, NOTHING_SENT), self._people(), set[str]()
        for row in rows(problems):
            keys.add(row.key)
            self._check(row, make, people, problems)
        if not keys and not problems.count:
            problems.add(say("has no rows below its header; add at least one"))
        problems.refuse()
        return self._carried_out(source, rows, make, people, keys, dry_run=dry_run, who=who)

    def _check(self, row: ShopRow, make: MakeCode, people: People, problems: Problems) -> None:
        for column, staff in ((Column.STAFF, row.staff), (Column.BACKUP, row.backup)):
            for staff_id in staff or {}:
                try:
                    people.employee(staff_id)
                except InputError as error:
                    problems.add(sentence_of(error), row=row.row, column=column)
                    return
        known = self._known(row)
        try:
            seats = seats_of(row, known, people.employee)
        except InputError as error:
            problems.add(sentence_of(error), row=row.row, column=Column.STAFF)
            return
        try:
            self._making.same(code_of(row, seats, known, make))
        except InputError as error:
            problems.add(sentence_of(error), row=row.row)

    # -- doing

    def _carried_out(
        self, source: str, rows: Rows, make: MakeCode, people: People, keys: set[str], *, dry_run: bool, who: str
    ) -> Generator[ShopCodeOutcome]:
        # What was changed since it was checked is no better for having been checked.
        problems = Problems(source, NOTHING_SENT)
        remaining = rows(problems)
        while page := list(islice(remaining, AT_ONCE)):
            yield from self._page(page, make, people, dry_run=dry_run, who=who)
        problems.refuse()
        yield from self._missing(keys)

    def _page(
        self, page: list[ShopRow], make: MakeCode, people: People, *, dry_run: bool, who: str
    ) -> Iterator[ShopCodeOutcome]:
        new: list[StaffLiveCode] = []
        done: dict[str, ShopCodeOutcome] = {}
        for row in page:
            try:
                code = self._code(row, make, people)
                same = self._making.same(code)
            except InputError as error:
                done[row.key] = _outcome(row, ShopCodeState.FAILED, str(error))
                continue
            if dry_run:
                done[row.key] = _outcome(row, _PREVIEW[same])
            elif same is None:
                new.append(code)
            else:
                done[row.key] = _told(row, self._making.update(code, who=who))
        made = {each.key: each for each in self._making.create(new, who=who)} if new else {}
        return (done.get(row.key) or _told(row, made[row.key]) for row in page)

    def _missing(self, keys: set[str]) -> Iterator[ShopCodeOutcome]:
        for row in self._book.rows.list(CodeKind.STAFF):
            if row.life is not CodeLife.DELETED and row.key not in keys:
                yield ShopCodeOutcome(0, row.key, ShopCodeState.MISSING, row.name)

    def _code(self, row: ShopRow, make: MakeCode, people: People) -> StaffLiveCode:
        known = self._known(row)
        return code_of(row, seats_of(row, known, people.employee), known, make)

    def _known(self, row: ShopRow) -> StaffLiveCode | None:
        with self._book.database.connect() as connection:
            kept = self._book.rows.get(connection, row.key)
            return self._staff.load(connection, kept) if kept and kept.kind is CodeKind.STAFF else None

    # -- sources

    def _rows_of_shops(self, region: str | None, problems: Problems) -> Iterator[ShopRow]:
        for number, shop in enumerate(self._shops.stream(region=region), 1):
            with self._book.database.connect() as connection:
                staff = self._shops.staff_of(connection, [shop.code])
            left = {staff_key(staff_id) for _, staff_id, state in staff if state == StaffState.LEFT}
            there = dict.fromkeys((*map(str, shop.staff_ids), *(str(staff_id) for _, staff_id, _ in staff)))
            able = {staff_id: 1 for staff_id in sorted(there) if staff_key(staff_id) not in left}
            if not is_key(shop.code):
                what = say("{code!r} is no key of a code; write letters, digits, '.', '_' or '-'", code=shop.code)
                problems.add(what, row=number, column=Column.CODE)
            else:
                yield ShopRow(number, shop.code, shop.name, shop.region, able)

    def _people(self) -> People:
        return People((), shown_staff(self._book.database))


_PREVIEW: Final = {None: ShopCodeState.CREATED, True: ShopCodeState.UNCHANGED, False: ShopCodeState.CHANGED}


def _outcome(row: ShopRow, state: ShopCodeState, message: str = "") -> ShopCodeOutcome:
    return ShopCodeOutcome(row.row, row.key, state, row.name or "", row.region, message)


def _told(row: ShopRow, outcome: CodeOutcome) -> ShopCodeOutcome:
    state = ShopCodeState(outcome.state.value)
    return ShopCodeOutcome(row.row, row.key, state, row.name or "", row.region, outcome.message, outcome.dropped)


def _drawn(key: str, name: str, content: bytes, media_type: str, poster: Poster | None) -> Bundle:
    try:
        return Bundle(key, name, png_of(content, poster or POSTERS["a6"]))
    except InputError:
        return Bundle(key, name, content, "jpg" if media_type == "image/jpeg" else "png")
