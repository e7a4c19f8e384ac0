"""One group at a vendor whose details lag, and whose callbacks tell versions."""

from attrs import define, field

from privcrm.clock import ManualClock
from privcrm.errors import NotFound
from privcrm.models import Group, GroupId, GroupMember, StaffId
from privcrm.models.events import GroupMembersChanged, GroupMembersJoined, GroupMembersLeft

GROUP = GroupId("g")


@define
class VendorGroup:
    """Stands in for a provider whose only port is groups. ``by_content``: equal lists have equal versions."""

    clock: ManualClock
    lag: float = 0.0
    by_content: bool = False
    gone: bool = False
    calls: int = 0
    history: list[tuple[float, str, frozenset[str]]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.history = [(0.0, self._version(frozenset({"owner"})), frozenset({"owner"}))]

    @property
    def groups(self) -> "VendorGroup":
        return self

    @property
    def people(self) -> frozenset[str]:
        return self.history[-1][2]

    @property
    def version(self) -> str:
        return self.history[-1][1]

    def lists_of(self, version: str) -> set[frozenset[str]]:
        return {people for _, each, people in self.history if each == version}

    def changes(self, *ids: str, joins: bool) -> GroupMembersChanged:
        """Let people come or go; return what the callback tells."""
        people = self.people.union(ids) if joins else self.people.difference(ids)
        last = self.version
        self.history.append((self.clock.time(), self._version(people), people))
        kind = GroupMembersJoined if joins else GroupMembersLeft
        return kind(
            at=int(self.clock.time()),
            group_id=GROUP,
            count=len(ids),
            user_ids=ids,
            last_version=last,
            version=self.version,
        )

    def get(self, group_id: str, *, names: bool = False) -> Group:
        self.calls += 1
        if self.gone:
            raise NotFound("no group has this id", provider="fake", operation="groups.get")
        seen = self.clock.time() - self.lag
        _, version, people = next(each for each in reversed(self.history) if each[0] <= seen or each[0] == 0)
        members = tuple(GroupMember(each, is_staff=each == "owner") for each in sorted(people))
        return Group(GROUP, "name", StaffId("owner"), members=members, member_version=version)

    def _version(self, people: frozenset[str]) -> str:
        return " ".join(sorted(people)) if self.by_content else f"v{len(getattr(self, 'history', ()))}"
