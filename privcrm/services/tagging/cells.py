"""The tags that are named in a cell."""

import re
from typing import Final

from attrs import frozen

from privcrm.errors import InputError
from privcrm.services.files.cells import SEPARATORS, clean
from privcrm.services.files.sentences import say

_PIECES: Final = re.compile(rf"\\([{SEPARATORS}/])|([{SEPARATORS}])|(/)|([^{SEPARATORS}/\\]+|\\)")


@frozen
class TagName:
    """A tag as a person names it; without ``group`` the name alone must be enough to tell it."""

    name: str
    group: str | None = None

    def __str__(self) -> str:
        name = _escaped(self.name)
        return name if self.group is None else f"{_escaped(self.group)}/{name}"


def tag_names(cell: str) -> tuple[TagName, ...]:
    """Return the tags named in a cell, each once, in order.

    ``;`` ``；`` and ``、`` separate, ``/`` stands between group and tag, and a backslash before any of them makes it a
    part of the name. Raises ``InputError`` for a name with two slashes or with nothing on one side of its slash.
    """
    names = dict.fromkeys(_tag_name(parts) for parts in _split(cell) if parts != [""])
    return tuple(names)


def _split(cell: str) -> list[list[str]]:
    """Split a cell into names and each name at its slashes."""
    names = [[""]]
    for escaped, separator, slash, other in _PIECES.findall(cell):
        if separator:
            names.append([""])
        elif slash:
            names[-1].append("")
        else:
            names[-1][-1] += escaped or other
    return [[clean(part) for part in parts] for parts in names]


def _tag_name(parts: list[str]) -> TagName:
    if len(parts) > 2:  # noqa: PLR2004 - a group and a tag
        raise InputError(
            say("{name!r} has more than one slash; write \\/ for a slash inside a name", name="/".join(parts))
        )
    if "" in parts:
        raise InputError(
            say("{name!r} lacks a name beside its slash; write Group/Tag, or Tag alone", name="/".join(parts))
        )
    return TagName(parts[-1], parts[0] if parts[1:] else None)


def _escaped(name: str) -> str:
    return re.sub(rf"([{SEPARATORS}/])", r"\\\1", name)
