"""How many people a group takes: by scanning, and at all."""

from attrs import frozen

from privcrm.errors import InputError
from privcrm.models.fields import checked

__all__ = ["GroupCapacity"]


@frozen(slots=False, field_transformer=checked)
class GroupCapacity:
    """Bounds of one group: vendors let nobody in by scanning from ``scan_cap`` on, and nobody at all at ``hard_cap``.

    Both count everybody inside, employees included; of these ``staff_seats`` are expected. ``source`` and ``as_of``
    (a day) say where the figures are from: vendors changed them (40, 100, 200) and write them on client pages only.
    Raises ``InputError``.
    """

    scan_cap: int = 200
    hard_cap: int = 500
    staff_seats: int = 1
    source: str = "default"
    as_of: str = ""

    def __attrs_post_init__(self) -> None:
        if not 0 < self.scan_cap <= self.hard_cap:
            raise InputError("GroupCapacity.scan_cap is above 0 and not above hard_cap")
        if not 0 <= self.staff_seats < self.scan_cap:
            raise InputError("GroupCapacity.staff_seats is not below 0, and below scan_cap")
