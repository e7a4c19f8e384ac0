"""Group codes with one code of the vendor, which leads to whichever of its groups has room."""

from collections.abc import Sequence

from privcrm.models.codes import GroupLiveCode, OverflowStrategy
from privcrm.services.live_codes.gateway.asked import Asked
from privcrm.services.live_codes.gateway.at_code import AtCode
from privcrm.services.live_codes.gateway.hall import Sent
from privcrm.services.live_codes.gateway.turned_away import no_room
from privcrm.store.live_codes.reservations import part_target

__all__ = ["lead_to_vendor"]


def lead_to_vendor(code: AtCode, asked: Sequence[Asked], spec: GroupLiveCode) -> None:
    """Show the vendor's code; he chooses, so that nothing is reserved."""
    picture, target = code.picture_of(0), part_target(0)
    if picture is None:
        code.prepare(asked)
    elif _is_full(code, spec):
        no_room(code, asked, spec, "no_room")
    else:
        for each in asked:
            code.show(each, Sent(target, "vendor_chooses"), picture, left=None)
        if not code.looks:
            code.means.tables.reservations.hand_out(code.connection, code.number, {target: len(asked)})


def _is_full(code: AtCode, spec: GroupLiveCode) -> bool:
    """Tell whether the vendor would say "group full": all are, and the next one did not come in its time."""
    rooms = code.means.tables.open_rooms
    if rooms.any(code.connection, code.number):
        return False
    since = rooms.full_since(code.connection, code.number)
    waits = spec.overflow.new_group_within if spec.overflow.strategy is OverflowStrategy.NATIVE else 0
    return since is not None and code.now >= since + waits
