"""How arrivals are dealt with: spread over groups, held until a campaign may start."""

from enum import StrEnum

from attrs import frozen

from privcrm.errors import InputError
from privcrm.models.fields import checked

__all__ = ["BurstPolicy", "LaunchGate", "Spread"]


class Spread(StrEnum):
    """Which of the groups with room the next visitor is shown.

    ``fill_first``: the oldest, until the rate passes the burst's alarm; then as ``least_filled``. ``least_filled``: the
    emptiest. ``weighted``: by free seats. ``sticky``: the one that his last visit was shown, else as ``fill_first``.
    """

    FILL_FIRST = "fill_first"
    LEAST_FILLED = "least_filled"
    WEIGHTED = "weighted"
    STICKY = "sticky"


@frozen(slots=False, field_transformer=checked)
class BurstPolicy:
    """How many may come into one group at a time: ``most_joins`` within ``window`` seconds; the rest go to the next.

    Nobody is dropped: where every group has used its allowance, the one that used least of it goes on.
    """

    window: int = 60
    most_joins: int = 100

    def __attrs_post_init__(self) -> None:
        if min(self.window, self.most_joins) < 1:
            raise InputError("BurstPolicy.window and most_joins are at least 1")


@frozen(slots=False, field_transformer=checked)
class LaunchGate:
    """From how many people on a group is worth starting (60), and lively (100); ``min_start`` 0 asks for nobody.

    A code is a draft until so many have committed themselves or somebody opened it all the same, which is audited.
    """

    min_start: int = 0
    lively: int = 100

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.min_start <= self.lively:
            raise InputError("LaunchGate.min_start is not below 0, and not above lively")
