"""The `Date` header, in the company's own time: clients learn from it how far their clock is off."""

from collections.abc import Callable
from email.utils import formatdate


class DateHeader:
    """Made once a second."""

    def __init__(self, time: Callable[[], float]) -> None:
        self._time = time
        self._second = -1
        self._line = (b"date", b"")

    def line(self) -> tuple[bytes, bytes]:
        """Return the header as it is now."""
        second = int(self._time())
        if second != self._second:
            self._second, self._line = second, (b"date", formatdate(second, usegmt=True).encode())
        return self._line
