"""How rows and facts lie in a stage until they meet: under their member, or under what is to be matched first."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any, Final

from privcrm.models import staff_key
from privcrm.services.tagging.plan import Facts
from privcrm.services.tagging.relation import Wish
from privcrm.store import Stage

Staged = tuple[str, dict[str, Any]]

# Keys sort so that all rows still to be matched come before those of known members.
_UNMATCHED: Final = "k "
_MEMBER: Final = "m "
_NOBODY: Final = "n "


def wish_of(member_id: str, wish: Wish) -> Staged:
    """Return a row for a member."""
    return f"{_MEMBER}{member_id}", {"wish": wish.to_list()}


def facts_about(member_id: str, facts: Facts) -> Staged:
    """Return what is known of a member."""
    return f"{_MEMBER}{member_id}", {"follows": facts.follows}


def row_without_member(wish: Wish, candidates: list[str]) -> Staged:
    """Return a row that means none or several members; such rows come in their own order, behind the members."""
    return f"{_NOBODY}{wish.row:010}", {"wish": wish.to_list(), "candidates": candidates}


class Matching:
    """Puts rows and members with the same phone or unionid together.

    Neither is kept in the clear, even for minutes. There are few enough phones to try them all against a plain hash:
    this one is keyed, and the key is only in memory.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def wish(self, key: str, wish: Wish) -> Staged:
        """Return a row for whoever has this phone or unionid."""
        return self._hashed(key), {"wish": wish.to_list()}

    def candidate(self, key: str, member_id: str, staff_id: str) -> Staged:
        """Return a member who has this phone or unionid, as the employee noted it."""
        return self._hashed(key), {"member": member_id, "staff": staff_id}

    def _hashed(self, key: str) -> str:
        return _UNMATCHED + blake2b(key.encode(), digest_size=16, key=self._secret).hexdigest()


def matches(stage: Stage) -> Iterator[tuple[Wish, list[str]]]:
    """Yield each row that is to be matched with the members whom it may mean, in order."""
    for key, entries in stage.groups():
        if not key.startswith(_UNMATCHED):
            return
        for wish in _wishes(entries):
            yield wish, sorted({entry["member"] for entry in entries if _means(wish, entry)})


def members(stage: Stage) -> Iterator[tuple[str, list[Wish], Facts | None]]:
    """Yield each member whom some row is about, in order, with the rows and with what is known."""
    for key, entries in stage.groups():
        wishes = list(_wishes(entries))
        if key.startswith(_MEMBER) and wishes:
            yield key.removeprefix(_MEMBER), wishes, told(entries)


def rows_without_member(stage: Stage) -> Iterator[tuple[Wish, list[str]]]:
    """Yield each row that means none or several members, in the order of rows."""
    for key, entries in stage.groups():
        if key.startswith(_NOBODY):
            yield from ((Wish.of_list(entry["wish"]), entry["candidates"]) for entry in entries)


def told(entries: Iterable[Mapping[str, Any]]) -> Facts | None:
    """Return the facts among the entries of one member; None if there are none."""
    follows = tuple((staff_id, tuple(tags)) for entry in entries for staff_id, tags in entry.get("follows", ()))
    return Facts(follows) if follows else None


def _wishes(entries: Iterable[Mapping[str, Any]]) -> Iterator[Wish]:
    return (Wish.of_list(entry["wish"]) for entry in entries if "wish" in entry)


def _means(wish: Wish, entry: Mapping[str, Any]) -> bool:
    """Return whether a candidate is one for this row: a row that names its employee means members of that one."""
    if "member" not in entry:
        return False
    return not wish.staff_id or staff_key(wish.staff_id) == staff_key(entry["staff"])
