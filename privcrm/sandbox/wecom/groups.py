"""How the vendor shows a group: which version of the list of its people, and since when."""

import hashlib

from privcrm.sandbox.wecom.rules import Rules
from privcrm.sandbox.world.groups import Group
from privcrm.sandbox.world.happenings import GroupChanged, Happening


def member_version(group: Group) -> str:
    """Return the version of who is in a group; every change gives one that never was before (92122)."""
    people = [(one.number, one.is_staff, one.joined_at) for one in group.people]
    told = repr((group.number, group.revision, people))
    return hashlib.md5(told.encode(), usedforsecurity=False).hexdigest()


class GroupViews:
    """What groups were like before people changed them: the vendor shows details a little late (92130)."""

    _KEPT = 100

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._before: dict[int, list[tuple[int, Group]]] = {}

    def note(self, happening: Happening) -> None:
        """Keep what a group was like."""
        if self._rules.group_details_lag and isinstance(happening, GroupChanged) and happening.before is not None:
            kept = self._before.setdefault(happening.after.number, [])
            kept.append((happening.at, happening.before))
            del kept[: -self._KEPT]

    def seen(self, group: Group, now: float) -> Group:
        """Return a group as the vendor shows it now."""
        since = now - self._rules.group_details_lag
        views = self._before.get(group.number, [])
        return next((before for changed_at, before in views if changed_at > since), group)
