"""Events of the company's tags (developer.work.weixin.qq.com/document/path/92130)."""

from collections.abc import Iterator

from privcrm.sandbox.wecom.callbacks.event import Event
from privcrm.sandbox.wecom.callbacks.events.audience import in_charge
from privcrm.sandbox.wecom.callbacks.events.rule import events_of
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.world.happenings import TagEdited, TagsReordered

TAG = "change_external_tag"


@events_of.register
def _(happening: TagEdited, company: Company) -> Iterator[Event]:
    change = "create" if happening.made else "delete" if happening.deleted else "update"
    kind = "tag_group" if happening.is_group else "tag"
    elements = (("Id", company.ids.tag.encode(happening.number)), ("TagType", kind))
    yield Event(name=TAG, change=change, at=happening.at, elements=elements, to=in_charge)


@events_of.register
def _(happening: TagsReordered, company: Company) -> Iterator[Event]:
    group = "" if happening.group is None else company.ids.tag.encode(happening.group)
    yield Event(name=TAG, change="shuffle", at=happening.at, elements=(("Id", group),), to=in_charge)
