"""What programs tell employees: messages to some of them, which can be taken back."""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs


@attrs.frozen
class StaffMessage:
    """One message to employees (by number)."""

    number: int
    maker: str
    receivers: tuple[int, ...]
    content: Mapping[str, Any] = attrs.field(repr=False)
    """What was written, in the form of the wire that brought it."""
    sent_at: int
    recalled_at: int | None = None


class StaffMessageBook:
    """All messages to employees."""

    def __init__(self) -> None:
        self._all: list[StaffMessage] = []
        self._latest: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._all)

    def add(
        self, maker: str, receivers: tuple[int, ...], content: Mapping[str, Any], *, at: int, fingerprint: str
    ) -> StaffMessage:
        """Send a message; the *fingerprint* is what equal requests have in common."""
        message = StaffMessage(len(self._all), maker, receivers, content, at)
        self._all.append(message)
        self._latest[fingerprint] = message.number
        return message

    def latest(self, fingerprint: str) -> StaffMessage | None:
        """Return the last message with that fingerprint, or None."""
        number = self._latest.get(fingerprint)
        return None if number is None else self._all[number]

    def find(self, number: int) -> StaffMessage | None:
        """Return a message or None."""
        return self._all[number] if 0 <= number < len(self._all) else None

    def recall(self, message: StaffMessage, *, at: int) -> None:
        """Take a message back."""
        self._all[message.number] = attrs.evolve(message, recalled_at=at)

    def after(self, number: int) -> Iterator[StaffMessage]:
        """Yield the messages behind a number."""
        return (self._all[n] for n in range(number + 1, len(self._all)))
