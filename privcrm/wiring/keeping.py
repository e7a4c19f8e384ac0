"""What the store keeps of people, and with which keys."""

from typing import TYPE_CHECKING

from attrs import field, frozen

if TYPE_CHECKING:
    from privcrm.provider import Secret

__all__ = ["Keeping"]


@frozen
class Keeping:
    """What a company chose for its store.

    ``keys`` seal what is kept of people: the first seals, any opens. ``fields`` are the personal fields that are kept
    in a form that can be read again, beside ids, tags and times. Companies of one ``identity_space`` can be joined.
    """

    keys: "tuple[Secret | str, ...]" = field(default=(), repr=False)
    fields: tuple[str, ...] = ()
    identity_space: str = ""
