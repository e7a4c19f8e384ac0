"""Bought links that lead people to employees: who opened them, who came through, who wrote."""

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import Enum

import attrs


class Preference(Enum):
    """Which employee a visitor meets who knows some already."""

    NOBODY = "nobody"
    ANYBODY_KNOWN = "anybody_known"
    KNOWN_AND_NAMED = "known_and_named"


@attrs.frozen
class Link:
    """One link: for employees and whole departments."""

    number: int
    maker: str
    name: str
    staff: tuple[int, ...]
    departments: tuple[int, ...]
    made_at: int
    skips_verifying: bool = True
    marks_source: bool = True
    preference: Preference = Preference.NOBODY
    preferred: tuple[int, ...] = ()
    deleted: bool = False


@attrs.frozen
class Visit:
    """Somebody opened a link; `staff` is whom he added, None if nobody."""

    number: int
    link: int
    person: int
    at: int
    channel: str
    staff: int | None


@attrs.frozen
class Conversation:
    """A moment in which somebody who came through a link had written so and so many messages."""

    number: int
    visit: Visit
    messages: int
    at: int


class AcquisitionBook:
    """All links with their visits; what was bought is used up by people who add somebody."""

    def __init__(self) -> None:
        self._links: list[Link] = []
        self._visits: list[list[Visit]] = []
        self._came: dict[tuple[int, int], Visit] = {}
        self._written: Counter[tuple[int, int]] = Counter()
        self._conversations: list[Conversation] = []
        self.used = 0
        """How many people came through links."""

    @property
    def next_number(self) -> int:
        """The number of the next new link."""
        return len(self._links)

    def find(self, number: int) -> Link | None:
        """Return a link, also a deleted one, or None."""
        return self._links[number] if 0 <= number < len(self._links) else None

    def after(self, number: int = -1) -> Iterator[Link]:
        """Yield the links behind a number, deleted ones included, oldest first."""
        return (self._links[place] for place in range(number + 1, len(self._links)))

    def put(self, link: Link) -> None:
        """Keep a new or changed link."""
        if link.number == len(self._links):
            self._links.append(link)
            self._visits.append([])
        else:
            self._links[link.number] = link

    def open(self, link: int, person: int, channel: str, staff: int | None, *, at: int) -> Visit:
        """Let somebody open a link and, if *staff* is given, add him through it."""
        visits = self._visits[link]
        visit = Visit(len(visits), link, person, at, channel, staff)
        visits.append(visit)
        if staff is not None:
            self._came[staff, person] = visit
            self.used += 1
        return visit

    def visits(self, link: int) -> Sequence[Visit]:
        """Return the visits of a link, oldest first."""
        return self._visits[link]

    def write(self, staff: int, person: int, messages: int, *, at: int) -> Conversation:
        """Let somebody who came through a link write. Raises LookupError if he did not come so."""
        visit = self._came.get((staff, person))
        if visit is None:
            raise LookupError("the member did not come through a link")
        self._written[staff, person] += messages
        conversation = Conversation(len(self._conversations), visit, self._written[staff, person], at)
        self._conversations.append(conversation)
        return conversation

    def written(self, visit: Visit) -> int:
        """Return how many messages somebody wrote to whom he added."""
        return 0 if visit.staff is None else self._written[visit.staff, visit.person]

    def conversation(self, number: int) -> Conversation | None:
        """Return a conversation or None."""
        return self._conversations[number] if 0 <= number < len(self._conversations) else None
