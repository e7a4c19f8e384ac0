"""The vendor's list of a code kept as it is to be: read, merged, written whole and read again, and only if it differs.

Vendors let update overwrite the whole object, or merge it: so everything is always sent. Two writers lose each other's
groups: so what the vendor holds is read before it is written, groups that we do not know are adopted, and what
somebody else changed is told as drift.
"""

import json
import random
from collections.abc import Iterator, Sequence
from typing import Final

from attrs import evolve, field, frozen

from privcrm.errors import NotFound
from privcrm.models import GroupCodeSpec
from privcrm.services.live_codes.groups.adopting import Adopting
from privcrm.services.live_codes.groups.bursts import Bursts
from privcrm.services.live_codes.groups.listing import MOST_LISTED, spec_over, wanted_list
from privcrm.services.live_codes.groups.shelf import GroupShelf, Kept
from privcrm.services.once.payloads import from_payload, to_payload
from privcrm.store.database import Connection
from privcrm.store.leases import Leases
from privcrm.store.live_codes.vendor_codes import VendorCode, VendorLife

__all__ = ["DRIFT", "NO_GROUP", "GroupReconciled", "Reconciling", "acked_text"]

LEASE_SECONDS: Final = 120.0
ROUNDS: Final = 3
"""How often a list is written anew because the vendor opened a group meanwhile."""

DRIFT: Final = "drift"
NO_GROUP: Final = "no_group"


@frozen
class GroupReconciled:
    """What became of a code's lists at the vendor.

    ``listed`` are the groups of each vendor code now (by part); ``pushed`` the parts that were written, or in shadow
    mode would be; ``adopted`` the groups that the vendor had opened; ``drift`` says what somebody else had changed;
    ``empty`` are the parts that have no group to list, which are left as they are.
    """

    key: str
    listed: dict[int, tuple[str, ...]] = field(factory=dict[int, tuple[str, ...]])
    pushed: tuple[int, ...] = ()
    adopted: tuple[str, ...] = ()
    drift: tuple[str, ...] = ()
    empty: tuple[int, ...] = ()

    @property
    def is_quiet(self) -> bool:
        """Whether everything was as it was to be."""
        return not (self.pushed or self.adopted or self.drift or self.empty)


@frozen
class _Part:
    """What became of one of the vendor's codes."""

    listed: tuple[str, ...] = ()
    pushed: bool = False
    adopted: tuple[str, ...] = ()
    drift: tuple[str, ...] = ()
    is_empty: bool = False


class Reconciling:
    """Reconciles codes, one writer at a time for each."""

    def __init__(self, shelf: GroupShelf, adopting: Adopting, bursts: Bursts) -> None:
        self._shelf = shelf
        self._adopting = adopting
        self._bursts = bursts
        self._leases = Leases(shelf.database, shelf.clock, random.SystemRandom())

    def run(self, kept: Kept, *, shadow: bool = False, force: bool = False) -> GroupReconciled:
        """Bring the vendor's lists to what they are to be; without a difference no call is made.

        ``force`` reads them all the same, and tells of drift; ``shadow`` writes nothing. Raises what the ports raise.
        """
        done = GroupReconciled(kept.row.key)
        with self._leases.holding(f"group_code {kept.number}", LEASE_SECONDS):
            for vendor in self._vendor_codes(kept.number):
                try:
                    part = self._part(kept, vendor, shadow=shadow, force=force)
                except NotFound:
                    part = _Part(drift=("the vendor has no such code any more: what is printed leads nowhere",))
                done = _with(done, vendor.part, part)
            if not shadow:
                self._tell(kept, done, force=force)
        return done

    def spec_of(self, connection: Connection, kept: Kept, vendor: VendorCode) -> GroupCodeSpec:
        """Return what one of the vendor's codes is to be now; without any group to list its groups are empty."""
        rooms = [room for room in self._shelf.rooms.live(connection, kept.number) if room.part == vendor.part]
        policy = kept.code.overflow
        in_burst = self._bursts.lasts(connection, kept.number)
        opens = self._shelf.overflow.opens_at_vendor(connection, kept.row, kept.code) and vendor.part == 0
        number = self._shelf.names.next_number(connection, kept.code.prefix, policy.first_number)
        listed = wanted_list(rooms, policy.listed, in_burst=in_burst, most=self._most())
        return spec_over(kept.code, listed, vendor.state, opens_from=number if opens else None)

    # -- one of the vendor's codes

    def _part(self, kept: Kept, vendor: VendorCode, *, shadow: bool, force: bool) -> _Part:
        acked = from_payload(json.loads(vendor.acked), GroupCodeSpec) if vendor.acked else None
        wanted = self._wanted(kept, vendor)
        if not wanted.group_ids and not force:
            return _Part(is_empty=True)
        if not (force or vendor.unsure) and acked is not None and _same(wanted, acked):
            return _Part(wanted.group_ids)
        return self._write(kept, vendor, acked, shadow=shadow)

    def _write(self, kept: Kept, vendor: VendorCode, acked: GroupCodeSpec | None, *, shadow: bool) -> _Part:
        port, pushed, adopted = self._shelf.book.provider.live_codes, False, list[str]()
        found = port.get_group_code(vendor.vendor_id).spec
        adopted += self._adopt(kept, vendor, found, shadow=shadow)
        drift = tuple(_drift(found, acked, self._strange(kept, found))) if acked is not None else ()
        for _ in range(ROUNDS):
            wanted = evolve(self._wanted(kept, vendor), scene=found.scene)
            if not wanted.group_ids:  # an empty list is never written: the vendor keeps what it has
                return _Part(found.group_ids, pushed, tuple(adopted), drift, is_empty=True)
            differs = not _same(wanted, found)
            if shadow:
                return _Part(wanted.group_ids, differs, tuple(adopted), drift)
            if not differs:
                self._acknowledge(vendor, wanted)
                return _Part(wanted.group_ids, pushed, tuple(adopted), drift)
            self._doubt(vendor)  # until it was read back: the answer may be lost, and so may we
            port.update_group_code(vendor.vendor_id, wanted)
            pushed = True
            found = port.get_group_code(vendor.vendor_id).spec
            adopted += self._adopt(kept, vendor, found, shadow=shadow)
        return _Part(found.group_ids, pushed, tuple(adopted), drift)

    def _adopt(self, kept: Kept, vendor: VendorCode, found: GroupCodeSpec, *, shadow: bool) -> list[str]:
        """Adopt the listed groups that nobody knows; return those that are new."""
        if shadow:
            return []
        new = self._unknown(kept, found)
        return [room.group_id for room in self._adopting.listed(kept, vendor.part, new)]

    def _doubt(self, vendor: VendorCode) -> None:
        with self._shelf.database.transaction(durable=True) as connection:
            self._shelf.book.vendor.doubted(connection, vendor.code, vendor.part)

    def _wanted(self, kept: Kept, vendor: VendorCode) -> GroupCodeSpec:
        with self._shelf.database.connect() as connection:
            return self.spec_of(connection, kept, vendor)

    def _unknown(self, kept: Kept, found: GroupCodeSpec) -> Sequence[str]:
        with self._shelf.database.connect() as connection:
            return [
                group_id
                for group_id in found.group_ids
                if self._shelf.rooms.get(connection, kept.number, group_id) is None
                and self._shelf.rooms.of_group(connection, group_id) is None
            ]

    def _strange(self, kept: Kept, found: GroupCodeSpec) -> list[str]:
        """Return the listed groups that are not this code's: somebody put them there."""
        with self._shelf.database.connect() as connection:
            rooms, number = self._shelf.rooms, kept.number
            return [each for each in found.group_ids if rooms.get(connection, number, each) is None]

    def _acknowledge(self, vendor: VendorCode, spec: GroupCodeSpec) -> None:
        text = acked_text(spec)
        with self._shelf.database.transaction(durable=True) as connection:
            now = self._shelf.clock.time()
            self._shelf.book.vendor.acknowledged(connection, vendor.code, vendor.part, text, now)

    def _vendor_codes(self, number: int) -> Sequence[VendorCode]:
        with self._shelf.database.connect() as connection:
            return [
                each
                for each in self._shelf.book.vendor.of_code(connection, number)
                if each.kind == "group" and each.life is VendorLife.OPEN
            ]

    def _most(self) -> int:
        limits = self._shelf.book.provider.limits
        return limits["group_code_groups"].value if "group_code_groups" in limits else MOST_LISTED

    # -- telling

    def _tell(self, kept: Kept, done: GroupReconciled, *, force: bool) -> None:
        """Note what was decided, and raise or end the alarms that a look at the vendor's codes can tell of."""
        now, notes = self._shelf.clock.time(), self._shelf.book.notes
        if done.is_quiet and not force:
            return
        with self._shelf.database.transaction() as connection:
            if done.pushed:
                listed = {str(part): done.listed[part] for part in done.pushed}
                notes.decided(connection, kept.number, "listed", json.dumps(listed), now)
            if done.drift:
                notes.alarm(connection, kept.number, DRIFT, "; ".join(done.drift), now)
                notes.decided(connection, kept.number, DRIFT, json.dumps(done.drift), now)
            elif force:
                notes.clear(connection, kept.number, DRIFT)
            if done.empty:
                told = "no group is left that could be listed: the vendor's list stays as it was; add groups"
                notes.alarm(connection, kept.number, NO_GROUP, told, now)
            else:
                notes.clear(connection, kept.number, NO_GROUP)


def acked_text(spec: GroupCodeSpec) -> str:
    """Return the text that stands for a spec which the vendor said yes to."""
    return json.dumps(to_payload(spec), ensure_ascii=False, sort_keys=True)


def _with(done: GroupReconciled, number: int, part: _Part) -> GroupReconciled:
    return evolve(
        done,
        listed={**done.listed, number: part.listed},
        pushed=(*done.pushed, *([number] if part.pushed else [])),
        adopted=(*done.adopted, *part.adopted),
        drift=(*done.drift, *part.drift),
        empty=(*done.empty, *([number] if part.is_empty else [])),
    )


def _same(wanted: GroupCodeSpec, held: GroupCodeSpec) -> bool:
    """Tell whether the vendor holds what is wanted; its order of groups is its own."""
    plain = evolve(held, group_ids=wanted.group_ids, scene=wanted.scene, state=held.state if wanted.state else "")
    return set(wanted.group_ids) == set(held.group_ids) and _told(plain) == _told(wanted)


def _told(spec: GroupCodeSpec) -> GroupCodeSpec:
    """Return a spec without what means nothing: names of groups where the vendor opens none."""
    return spec if spec.opens_groups else evolve(spec, base_name="", base_number=1)


def _drift(found: GroupCodeSpec, acked: GroupCodeSpec, strange: Sequence[str]) -> Iterator[str]:
    """Yield what somebody else changed since the vendor last said yes; groups that it opened are no drift."""
    if gone := sorted(set(acked.group_ids) - set(found.group_ids)):
        yield f"taken off the list: {', '.join(gone)}"
    if strange:
        yield f"put on the list, though not of this code: {', '.join(strange)}"
    if found.opens_groups is not acked.opens_groups:
        yield f"opening groups by itself was switched {'on' if found.opens_groups else 'off'}"
    if found.state != acked.state:
        yield "the state was changed: whoever comes now bears another"
    if acked.opens_groups and (found.base_name, found.base_number) != (acked.base_name, acked.base_number):
        yield "the names of new groups were changed"
    if found.note != acked.note:
        yield "the note was changed"
