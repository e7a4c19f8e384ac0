"""When a member and an employee last wrote to each other. What they wrote is nobody's business."""


class ChatBook:
    """The last chat of each pair that ever chatted."""

    def __init__(self) -> None:
        self._last: dict[tuple[int, int], int] = {}

    def chat(self, staff: int, member: int, *, at: int) -> None:
        """Let the two chat."""
        self._last[staff, member] = at

    def last(self, staff: int, member: int) -> int | None:
        """Return when the two last chatted, None if never."""
        return self._last.get((staff, member))
