"""What is told to one app: the end of its jobs, what employees write and open, and anything at all."""

from collections.abc import Iterator, Mapping

from privcrm.sandbox.wecom.apps import App
from privcrm.sandbox.wecom.callbacks.event import Event, Value
from privcrm.sandbox.wecom.callbacks.events.audience import made_by, only
from privcrm.sandbox.wecom.callbacks.events.rule import events_of
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.world import Staff
from privcrm.sandbox.world.happenings import DownloadEnded


@events_of.register
def _(happening: DownloadEnded, company: Company) -> Iterator[Event]:
    job = happening.download
    elements = (("JobId", company.ids.media_job.encode(job.number)),)
    yield Event(name="upload_media_job_finish", at=happening.at, elements=elements, to=made_by(job.maker))


def written(app: App, staff: Staff, text: str, number: int, at: int) -> Event:
    """Return a message that an employee writes to an app (90239)."""
    elements = (("Content", text), ("MsgId", number), ("AgentID", app.agent_id))
    return Event(name="text", kind="text", at=at, elements=elements, to=only(app), sender=staff.staff_id)


def opened(app: App, staff: Staff, at: int) -> Event:
    """Return that an employee opens an app (90240)."""
    elements = (("EventKey", ""), ("AgentID", app.agent_id))
    return Event(name="enter_agent", at=at, elements=elements, to=only(app), sender=staff.staff_id)


def anything(app: App, elements: Mapping[str, Value], at: int) -> Event:
    """Return an event made of any elements, for what nothing here brings about."""
    given = dict(elements)
    name, change, sender = (str(given.pop(key, "")) for key in ("Event", "ChangeType", "FromUserName"))
    rest, sender = tuple(given.items()), sender or "sys"
    return Event(name=name, change=change, at=at, elements=rest, to=only(app), sender=sender)
