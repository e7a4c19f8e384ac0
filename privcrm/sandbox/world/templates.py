"""Templates of welcomes for groups: written by programs, hung into groups by their owners."""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs


@attrs.frozen
class GroupWelcome:
    """A template. `maker` is the program that made it and alone may change it."""

    number: int
    maker: str
    content: Mapping[str, Any] = attrs.field(repr=False)
    """What was written, in the form of the wire that brought it."""
    made_at: int
    asks_staff: bool
    """Whether employees were asked to hang it into their groups."""
    deleted: bool = False


class GroupWelcomeBook:
    """All templates, deleted ones included."""

    def __init__(self) -> None:
        self._all: list[GroupWelcome] = []
        self.living = 0
        """How many were not deleted."""

    def __len__(self) -> int:
        return len(self._all)

    def add(self, maker: str, content: Mapping[str, Any], *, at: int, asks_staff: bool) -> GroupWelcome:
        """Make a template."""
        template = GroupWelcome(len(self._all), maker, content, at, asks_staff)
        self._all.append(template)
        self.living += 1
        return template

    def find(self, number: int) -> GroupWelcome | None:
        """Return a template that was not deleted, or None."""
        template = self._all[number] if 0 <= number < len(self._all) else None
        return None if template is None or template.deleted else template

    def rewrite(self, template: GroupWelcome, content: Mapping[str, Any]) -> None:
        """Replace what a template says."""
        self._all[template.number] = attrs.evolve(template, content=content)

    def delete(self, template: GroupWelcome) -> None:
        """Delete a template."""
        self._all[template.number] = attrs.evolve(template, deleted=True)
        self.living -= 1

    def after(self, number: int) -> Iterator[GroupWelcome]:
        """Yield the templates behind a number, deleted ones included."""
        return (self._all[n] for n in range(number + 1, len(self._all)))
