"""Which strategies a vendor allows."""

from collections.abc import Mapping
from typing import Final

from privcrm.errors import InputError
from privcrm.models.codes import OverflowStrategy
from privcrm.provider import Provider

__all__ = ["check_strategy", "possible_strategies"]

_GROUP_CODES: Final = (
    "live_codes.create_group_code",
    "live_codes.get_group_code",
    "live_codes.update_group_code",
    "groups.get",
)
_NEEDED: Final[Mapping[OverflowStrategy, tuple[str, ...]]] = {
    OverflowStrategy.NATIVE: _GROUP_CODES,
    OverflowStrategy.SPARE_POOL: _GROUP_CODES,
    OverflowStrategy.CHAIN: _GROUP_CODES,
    OverflowStrategy.STAFF_FIRST: ("live_codes.create_contact_code", "groups.get"),
    OverflowStrategy.IMAGES: ("groups.get",),
}


def possible_strategies(provider: Provider) -> tuple[OverflowStrategy, ...]:
    """Return the strategies that a vendor allows, the one that asks least of people first."""
    return tuple(strategy for strategy in _NEEDED if not _missing(provider, strategy))


def check_strategy(provider: Provider, strategy: OverflowStrategy) -> None:
    """Refuse a strategy that the vendor does not allow, and say what it does. Raises ``InputError``."""
    missing = _missing(provider, strategy)
    if not missing:
        return
    possible = ", ".join(possible_strategies(provider)) or "none"
    raise InputError(
        f"{provider.name} cannot do what strategy {strategy.value!r} needs ({', '.join(missing)}); possible: {possible}"
    )


def _missing(provider: Provider, strategy: OverflowStrategy) -> list[str]:
    return [name for name in _NEEDED[strategy] if not provider.capabilities.get(name)]
