"""What a company may set about its gateway's decisions."""

from collections.abc import Callable
from typing import Final

from attrs import field, frozen

from privcrm.errors import ConfigurationError
from privcrm.services.live_codes.gateway.visits import Visitor

__all__ = ["RESERVED_FOR", "Admit", "GatewaySettings"]

RESERVED_FOR: Final = 75.0
"""Seconds. Measured with joins 20 seconds after a look, and events 15 seconds after that: with less, people who come
late find their group full; with more, those who never come keep groups empty while many arrive."""

NEWCOMERS: Final = 50
"""Of one address at a time. Many phones share the address of a carrier or a shop, and most people look but once: at one
a second, those who hold no place are fewer on the way than the seats that a group keeps free."""

Admit = Callable[[Visitor, str], bool | str]
"""Tells whether a visitor may come in by the code of a key; a text is the key of the code he is shown instead."""


def _nobody_refused(visitor: Visitor, key: str) -> bool:
    del visitor, key
    return True


@frozen
class GatewaySettings:
    """How visitors are dealt with; all times are seconds.

    A visitor is reckoned with for ``reserved_for`` after he was shown a group. With ``sticky`` groups he is shown the
    same one for ``sticky_for``. ``admit`` is asked before each decision; what it raises refuses the visitor. While the
    store is out of reach, the last known pictures are shown for ``memory_for``. ``patience`` is how long a visitor
    waits for the store. Pictures that were not fetched are shown from the vendor's ``picture_hosts`` only.

    Places are held by so many ``newcomers`` of one address at a time: visitors whose cookie has not come back yet, and
    whom the application does not know. More of them are shown the same and hold none, so that no client closes a code
    by looking at it. Raises ``ConfigurationError``.
    """

    reserved_for: float = RESERVED_FOR
    sticky_for: float = 30 * 86_400.0
    memory_for: float = 600.0
    patience: float = 3.0
    picture_hosts: frozenset[str] = frozenset()
    admit: Admit = field(default=_nobody_refused, repr=False)
    newcomers: int = NEWCOMERS

    def __attrs_post_init__(self) -> None:
        if min(self.reserved_for, self.patience) <= 0 or min(self.sticky_for, self.memory_for) < 0:
            raise ConfigurationError("GatewaySettings takes seconds: reserved_for and patience above 0, none below")
        if self.newcomers < 0:
            raise ConfigurationError("GatewaySettings.newcomers is a number of visitors, 0 for none")
