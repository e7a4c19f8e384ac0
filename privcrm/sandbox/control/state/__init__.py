"""The company's state as rows with the vendor's names, for read-back by tests and scripts."""

from collections.abc import Callable, Mapping
from typing import Any

from privcrm.sandbox.control.paging import BadRequest, Query
from privcrm.sandbox.control.state.groups import groups
from privcrm.sandbox.control.state.handovers import handovers
from privcrm.sandbox.control.state.live_codes import live_codes
from privcrm.sandbox.control.state.messages import group_welcomes, messages, welcomes
from privcrm.sandbox.control.state.moments import moments
from privcrm.sandbox.control.state.offers import acquisition_links, intercept_rules, products
from privcrm.sandbox.control.state.people import members, staff
from privcrm.sandbox.control.state.staff_messages import staff_chats, staff_messages
from privcrm.sandbox.control.state.tags import tags
from privcrm.sandbox.wecom.company import Company

_LISTS: Mapping[str, Callable[[Company, Query], dict[str, Any]]] = {
    "staff": staff,
    "members": members,
    "tags": tags,
    "groups": groups,
    "moments": moments,
    "live_codes": live_codes,
    "messages": messages,
    "welcomes": welcomes,
    "group_welcomes": group_welcomes,
    "staff_messages": staff_messages,
    "staff_chats": staff_chats,
    "handovers": handovers,
    "products": products,
    "intercept_rules": intercept_rules,
    "acquisition_links": acquisition_links,
}


def state(company: Company, name: str, query: Query) -> dict[str, Any]:
    """Return a page of one kind of state. Raises BadRequest for an unknown kind."""
    if name not in _LISTS:
        raise BadRequest(f"there is no state {name!r}; there are {', '.join(_LISTS)}")
    with company.world.lock:
        company.catch_up(company.clock.time())
        return _LISTS[name](company, query)
