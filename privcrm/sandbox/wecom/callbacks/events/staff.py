"""Events of employees and departments (developer.work.weixin.qq.com/document/path/90970, 90971, 90240)."""

from collections.abc import Iterator
from functools import partial

from privcrm.sandbox.wecom.apps import App
from privcrm.sandbox.wecom.callbacks.event import Elements, Event
from privcrm.sandbox.wecom.callbacks.events.acquisition import dead_links
from privcrm.sandbox.wecom.callbacks.events.audience import has_app, only, synchronises
from privcrm.sandbox.wecom.callbacks.events.rule import events_of
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.world import Staff, StaffState
from privcrm.sandbox.world.happenings import DepartmentChanged, StaffChanged

DIRECTORY = "change_contact"


@events_of.register
def _(happening: StaffChanged, company: Company) -> Iterator[Event]:
    before, after, at = happening.before, happening.after, happening.at
    yield from _directory_events(before, after, at)
    for app in company.apps:
        was = before is not None and has_app(company, app, before)
        yield from range_events(app, after, was=was, now=has_app(company, app, after), at=at)
    if before is not None and before.can_contact and not after.can_contact:
        yield from dead_links(company, after, at)


def _directory_events(before: Staff | None, after: Staff, at: int) -> Iterator[Event]:
    """Yield what the directory is told; addresses set since August 2022 get no more than ids (90970)."""
    told = partial(Event, name=DIRECTORY, at=at, to=synchronises)
    if before is None:
        elements: Elements = (("UserID", after.staff_id), ("Department", str(after.department)))
        yield told(change="create_user", elements=elements)
    elif after.state is StaffState.LEFT:
        yield told(change="delete_user", elements=(("UserID", before.staff_id),))
    else:
        changed = (("NewUserID", before.staff_id, after.staff_id), ("Department", before.department, after.department))
        new = tuple((name, str(now)) for name, was, now in changed if was != now)
        if new:
            yield told(change="update_user", elements=(("UserID", before.staff_id), *new))


def range_events(app: App, staff: Staff, *, was: bool, now: bool, at: int) -> Iterator[Event]:
    """Yield that an employee came into an app's visible range or left it (90240)."""
    if was == now:
        return
    name, elements = ("subscribe" if now else "unsubscribe"), (("AgentID", app.agent_id),)
    yield Event(name=name, at=at, elements=elements, to=only(app), sender=staff.staff_id)


@events_of.register
def _(happening: DepartmentChanged, company: Company) -> Iterator[Event]:
    del company  # the directory sees every department
    before, after = happening.before, happening.after
    told = partial(Event, name=DIRECTORY, at=happening.at, to=synchronises)
    if after is None:
        yield told(change="delete_party", elements=(("Id", before.number if before else 0),))
    elif before is None or before.parent != after.parent:
        elements = (("Id", after.number), ("ParentId", str(after.parent)))
        yield told(change="update_party" if before else "create_party", elements=elements)
