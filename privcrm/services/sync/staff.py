"""Departments and staff: who is in the directory, who serves members, and who left some behind."""

from collections.abc import Collection, Mapping
from typing import Final

from attrs import frozen

from privcrm.models import Staff, StaffState, staff_key
from privcrm.services.sync.progress import SyncStage
from privcrm.services.sync.under_way import UnderWay
from privcrm.store.database import Connection
from privcrm.store.mirror.departments import Departments
from privcrm.store.mirror.directory import Directory, StaffRow

__all__ = ["read_staff"]

ROWS_A_COMMIT: Final = 500


@frozen
class _Told:
    """What the vendor told, by the compared form of ids; ``directory`` is None where it is not shown."""

    directory: Mapping[str, Staff] | None
    serving: Mapping[str, str]
    leavers: Collection[str]


def read_staff(sync: UnderWay) -> None:
    """Read departments and employees, and write four states.

    Who is in no list any more has not left by that: the visible range of the app may have shrunk, or the id may have
    changed. It is noted since when; that somebody left is said by an event, or by the vendor's list of what leavers
    left behind.
    """
    sync.tell(SyncStage.STAFF, 0)
    at = sync.clock.time()
    _read_departments(sync, at)
    told = _read(sync)
    directory = Directory(sync.database)
    kept = {staff_key(each.staff_id): each for each in directory.everybody()}
    rows = [_row(key, told, kept.get(key)) for key in sorted({*(told.directory or ()), *told.serving})]
    for start in range(0, len(rows), ROWS_A_COMMIT):
        _put(sync, directory, rows[start : start + ROWS_A_COMMIT], at)
        sync.tell(SyncStage.STAFF, min(start + ROWS_A_COMMIT, len(rows)), len(rows))
    present = {staff_key(row.staff_id) for row in rows}
    gone = [each for each in told.leavers if staff_key(each) not in present]
    missing = [row.number for key, row in kept.items() if key not in present and row.state != StaffState.LEFT]
    _end(sync, directory, gone, [each for each in missing if not _is_among(each, gone, kept)], at)


def _read_departments(sync: UnderWay, at: float) -> None:
    departments = sync.read_if_allowed("staff.departments", sync.provider.staff.departments)
    if departments is not None:
        tree = Departments(sync.database)
        sync.commit(lambda connection: tree.put(connection, departments, at), lambda _, __: None)


def _read(sync: UnderWay) -> _Told:
    provider = sync.provider
    listed = sync.read_if_allowed("staff.list", provider.staff.list)
    if provider.capabilities.get("staff.serving"):
        serving = sync.read(lambda: list(provider.staff.serving()))
    else:
        serving = [each.staff_id for each in listed or () if each.state is StaffState.ACTIVE]
    unassigned = sync.read_if_allowed(
        "handover.unassigned", lambda: {each.staff_id for each in provider.handover.unassigned()}
    )
    return _Told(
        None if listed is None else {staff_key(each.staff_id): each for each in listed},
        {staff_key(each): each for each in serving},
        unassigned or (),
    )


def _row(key: str, told: _Told, before: StaffRow | None) -> StaffRow:
    """Return what is to be kept of somebody who is listed; without a directory, what was known of the person stays."""
    serves = key in told.serving
    listed = (told.directory or {}).get(key)
    if listed is None:
        state = StaffState.ACTIVE if serves else StaffState.WITHOUT_CONTACT
        known = before or StaffRow(0, told.serving[key])
        return StaffRow(
            0, told.serving[key], known.name, state, 0.0, known.departments, known.position, known.activated, serves
        )
    state = listed.state
    if state is StaffState.ACTIVE and not serves:
        state = StaffState.WITHOUT_CONTACT
    departments = tuple(sorted(listed.department_ids))
    return StaffRow(0, listed.staff_id, listed.name, state, 0.0, departments, listed.position, listed.activated, serves)


def _put(sync: UnderWay, directory: Directory, rows: Collection[StaffRow], at: float) -> None:
    def keep(connection: Connection, changed: int) -> None:
        del connection
        sync.counts.staff_changed += changed

    sync.commit(lambda connection: directory.put(connection, rows, at).changed, keep)


def _end(sync: UnderWay, directory: Directory, gone: Collection[str], missing: Collection[int], at: float) -> None:
    def apply(connection: Connection) -> tuple[int, int]:
        return directory.leave(connection, gone, at), directory.miss(connection, missing, at)

    def keep(connection: Connection, news: tuple[int, int]) -> None:
        del connection
        sync.counts.staff_changed += news[0]
        sync.counts.staff_missing += news[1]

    sync.commit(apply, keep)


def _is_among(number: int, staff_ids: Collection[str], kept: Mapping[str, StaffRow]) -> bool:
    return any(key in kept and kept[key].number == number for key in map(staff_key, staff_ids))
