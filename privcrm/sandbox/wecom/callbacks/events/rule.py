"""The rule that turns what happened into events; each area registers its own."""

from collections.abc import Iterator
from functools import singledispatch

from privcrm.sandbox.wecom.callbacks.event import Event
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.world.happenings import Happening


@singledispatch
def events_of(happening: Happening, company: Company) -> Iterator[Event]:
    """Yield the events that follow from something that happened."""
    raise NotImplementedError(type(happening).__name__, company)
