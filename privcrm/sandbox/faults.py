"""Faults that tests order: which calls go wrong, how, and how often."""

import random
from collections.abc import Iterator
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any

import attrs


class FaultKind(Enum):
    """How a call goes wrong."""

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


_NEEDS = {FaultKind.ERRCODE: "errcode", FaultKind.HTTP_STATUS: "http_status"}


@attrs.define
class Fault:
    """An order: *kind* for calls whose path matches the glob, *times* or with a *probability*.

    `after` means that the operation happens and only its answer is lost or spoilt. `delay_s` (real seconds) is how long
    a hang or a drip lasts. `left` is None for a fault without an end.
    """

    id: int
    path: str
    kind: FaultKind
    after: bool = False
    errcode: int = -1
    http_status: int = 500
    left: int | None = None
    probability: float | None = None
    delay_s: float = 1.0
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
        self._luck = random.Random(seed)
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
        """Order a fault; without *times* and *probability* it happens once. Raises ValueError with what is wrong."""
        kind = FaultKind(kind)
        given = {"errcode": errcode, "http_status": http_status}
        needed = _NEEDS.get(kind)
        if needed and given[needed] is None:
            raise ValueError(f"a fault of kind {kind.value} needs {needed}")
        if when not in ("before", "after"):
            raise ValueError("when is before or after")
        if times is not None and probability is not None:
            raise ValueError("give times or probability, not both")
        left = 1 if times is None and probability is None else times
        fault = Fault(
            self._next_id, path, kind, when == "after", errcode or -1, http_status or 500, left, probability, delay_s
        )
        self._orders[fault.id] = fault
        self._next_id += 1
        return fault

    def remove(self, number: int | None = None) -> None:
        """Withdraw one order, or all."""
        if number is None:
            self._orders.clear()
        else:
            self._orders.pop(number, None)

    def meet(self, path: str) -> Fault | None:
        """Return the first order that this call meets, and count it."""
        for fault in self._orders.values():
            if fault.left == 0 or not fnmatchcase(path, fault.path):
                continue
            if fault.probability is not None and self._luck.random() >= fault.probability:
                continue
            fault.hits += 1
            fault.left = None if fault.left is None else fault.left - 1
            return fault
        return None
