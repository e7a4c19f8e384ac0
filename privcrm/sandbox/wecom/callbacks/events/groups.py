"""Events of groups (developer.work.weixin.qq.com/document/path/92130)."""

from collections.abc import Iterator
from functools import partial

from privcrm.sandbox.wecom.callbacks.event import Elements, Event
from privcrm.sandbox.wecom.callbacks.events.audience import serves
from privcrm.sandbox.wecom.callbacks.events.rule import events_of
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.wecom.groups import member_version
from privcrm.sandbox.world import Group, GroupMember, JoinedBy
from privcrm.sandbox.world.happenings import GroupChanged

GROUP = "change_external_chat"


@events_of.register
def _(happening: GroupChanged, company: Company) -> Iterator[Event]:
    before, after = happening.before, happening.after
    chat = (("ChatId", company.ids.group.encode(after.number)),)
    told = partial(Event, name=GROUP, at=happening.at, to=serves(company, after.owner))
    if before is None:
        yield told(change="create", elements=chat)
        return
    for elements in _differences(company, before, after, removed=happening.removed):
        yield told(change="update", elements=(*chat, *elements))
    if after.dismissed_at is not None and before.dismissed_at is None:
        yield told(change="dismiss", elements=chat)


def _differences(company: Company, before: Group, after: Group, *, removed: bool) -> Iterator[Elements]:
    """Yield what is told of each change: who came, who went, owner, name, notice."""
    old, new = ({(one.is_staff, one.number): one for one in group.people} for group in (before, after))
    come = [one for key, one in new.items() if key not in old]
    gone = [one for key, one in old.items() if key not in new]
    versions = (("LastMemVer", member_version(before)), ("CurMemVer", member_version(after)))
    if come:
        scene = 3 if come[0].joined_by is JoinedBy.SCAN else 0
        yield (("UpdateDetail", "add_member"), ("JoinScene", scene), ("QuitScene", 0), *_who(company, come), *versions)
    if gone:
        scene = int(removed)
        yield (("UpdateDetail", "del_member"), ("JoinScene", 0), ("QuitScene", scene), *_who(company, gone), *versions)
    for changed, detail in (("owner", "change_owner"), ("name", "change_name"), ("notice", "change_notice")):
        if getattr(before, changed) != getattr(after, changed):
            yield (("UpdateDetail", detail),)


def _who(company: Company, people: list[GroupMember]) -> Elements:
    staff, ids = company.world.staff, company.ids
    names = tuple(staff[one.number].staff_id if one.is_staff else ids.member(one.number) for one in people)
    return ("MemChangeCnt", len(people)), ("MemChangeList", names)
