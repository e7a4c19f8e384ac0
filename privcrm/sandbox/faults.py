"""Faults that tests order: which calls and callbacks go wrong, how, and how often."""

import random
from collections.abc import Callable, Collection, Iterator
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any

import attrs
from attrs.validators import ge, instance_of, lt, optional

CALLBACKS = "callback/"
"""How the paths of callbacks begin: callback/<event>/<change_type>."""


class FaultKind(Enum):
    """How a call goes wrong, or a callback."""

    ERRCODE = "errcode"
    HTTP_STATUS = "http_status"
    RESET = "reset"
    HANG = "hang"
    HALF_STATUS_LINE = "half_status_line"
    SLOW_HEADERS = "slow_headers"
    SLOW_BODY = "slow_body"
    HTML = "html"
    TRUNCATED = "truncated"
    BAD_UTF8 = "bad_utf8"
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - a name
    DUPLICATE = "duplicate"
    DELAY = "delay"
    REORDER = "reorder"
    LOST = "lost"
    SLOW_RECEIVER = "slow_receiver"
    CUT = "cut"


EVENT_FAULTS = frozenset({FaultKind.DUPLICATE, FaultKind.DELAY, FaultKind.REORDER, FaultKind.LOST})
"""They meet an event once for each app, before it is delivered."""
TRY_FAULTS = frozenset({FaultKind.SLOW_RECEIVER, FaultKind.CUT})
"""They meet each try to deliver an event."""
CALL_FAULTS = frozenset(FaultKind) - EVENT_FAULTS - TRY_FAULTS
"""They meet calls of clients."""


def _number_up_to(most: float) -> Callable[[Any, "attrs.Attribute[Any]", Any], None]:
    def check(_: Any, attribute: "attrs.Attribute[Any]", value: Any) -> None:
        if not isinstance(value, (int, float)) or not 0 <= value <= most:
            raise ValueError(f"{attribute.name} is a number from 0 to {most}")

    return check


@attrs.define
class Fault:
    """An order: *kind* for calls or callbacks whose path matches the glob, *times* or with a *probability*.

    `after` means that the operation happens and only its answer is lost or spoilt. `delay_s` (real seconds) is how long
    a hang or a drip lasts, or a callback is late. `left` is None for a fault without an end.
    """

    id: int = attrs.field(validator=instance_of(int))
    path: str = attrs.field(validator=instance_of(str))
    kind: FaultKind
    after: bool
    errcode: int | None = attrs.field(validator=optional(instance_of(int)))
    http_status: int | None = attrs.field(validator=optional([instance_of(int), ge(400), lt(600)]))
    left: int | None = attrs.field(validator=optional([instance_of(int), ge(0)]))
    probability: float | None = attrs.field(validator=optional(_number_up_to(1)))
    delay_s: float = attrs.field(validator=_number_up_to(86_400))
    hits: int = 0

    def row(self) -> dict[str, Any]:
        """Return the order as JSON shows it."""
        return {
            **attrs.asdict(self, filter=lambda a, _: a.name not in ("after", "kind", "left")),
            "kind": self.kind.value,
            "when": "after" if self.after else "before",
            "times_left": self.left,
        }


class FaultBook:
    """The orders in force. The seed decides which calls a probability meets."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._luck: dict[int, random.Random] = {}
        self._orders: dict[int, Fault] = {}
        self._next_id = 1

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._orders.values())

    def __len__(self) -> int:
        return len(self._orders)

    def get(self, number: int) -> Fault | None:
        """Return an order, or None."""
        return self._orders.get(number)

    def add(
        self,
        path: str,
        kind: FaultKind | str,
        *,
        when: str = "before",
        errcode: int | None = None,
        http_status: int | None = None,
        times: int | None = None,
        probability: float | None = None,
        delay_s: float = 1.0,
    ) -> Fault:
        """Order a fault; without *times* and *probability* it happens once.

        Raises ValueError or TypeError with what is wrong.
        """
        kind = FaultKind(kind)
        if (kind in CALL_FAULTS) == str(path).startswith(CALLBACKS):
            fits = ", ".join(each.value for each in FaultKind if each not in CALL_FAULTS)
            raise ValueError(f"paths of callbacks begin with {CALLBACKS} and take {fits}; other kinds are for calls")
        if when not in ("before", "after"):
            raise ValueError("when is before or after")
        if (kind is FaultKind.ERRCODE and errcode is None) or (kind is FaultKind.HTTP_STATUS and http_status is None):
            raise ValueError(f"a fault of kind {kind.value} needs {kind.value}")
        if times is not None and probability is not None:
            raise ValueError("give times or probability, not both")
        fault = Fault(
            id=self._next_id,
            path=path,
            kind=kind,
            after=when == "after",
            errcode=errcode,
            http_status=http_status,
            left=1 if times is None and probability is None else times,
            probability=probability,
            delay_s=delay_s,
        )
        self._luck[fault.id] = random.Random(f"{self._seed} {fault.id}")
        self._orders[fault.id] = fault
        self._next_id += 1
        return fault

    def remove(self, number: int | None = None) -> None:
        """Withdraw one order, or all."""
        if number is None:
            self._orders.clear()
        else:
            self._orders.pop(number, None)

    def meet(self, path: str, kinds: Collection[FaultKind]) -> Fault | None:
        """Return the first order of some kinds that this call or callback meets, and count it."""
        for fault in tuple(self._orders.values()):  # calls and callbacks have threads of their own
            if fault.left == 0 or fault.kind not in kinds or not fnmatchcase(path, fault.path):
                continue
            if fault.probability is not None and self._luck[fault.id].random() >= fault.probability:
                continue
            fault.hits += 1
            fault.left = None if fault.left is None else fault.left - 1
            return fault
        return None
