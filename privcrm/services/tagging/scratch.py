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


def wish_of(member_id: str, wish: Wish) -> Staged:
    """Return a row for a member."""
    return f"{_MEMBER}{member_id}", {"wish": wish.to_list()}


def facts_about(member_id: str, facts: Facts) -> Staged:
    """Return what is known of a member."""
    return f"{_MEMBER}{member_id}", {"follows": facts.follows}


def wish_to_match(key: str, wish: Wish) -> Staged:
    """Return a row for whoever has this phone or unionid."""
    return _hashed(key), {"wish": wish.to_list()}


def candidate(key: str, member_id: str, staff_id: str) -> Staged:
    """Return a member who has this phone or unionid, as the employee noted it."""
    return _hashed(key), {"member": member_id, "staff": staff_id}


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


def _hashed(key: str) -> str:
    """Return a key that does not keep a phone or a unionid in the clear, even for minutes."""
    return _UNMATCHED + blake2b(key.encode(), digest_size=16).hexdigest()
