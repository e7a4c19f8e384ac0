"""What the simulated vendor answers: the rows of every area, by path."""

from collections.abc import Mapping

from privcrm.sandbox.wecom.api import (
    acquisition,
    app_chats,
    basics,
    contact_ways,
    contacts,
    customer_ids,
    directory,
    group_handovers,
    groups,
    handovers,
    intercepts,
    join_ways,
    mass_messages,
    media,
    moments,
    products,
    served,
    staff_ids,
    staff_messages,
    statistics,
    strategies,
    strategy_tags,
    tags,
    welcomes,
)
from privcrm.sandbox.wecom.endpoint import Endpoint

_AREAS = (
    *(products, intercepts, acquisition),
    *(basics, directory, contacts, tags, groups, media, moments, handovers, group_handovers, mass_messages, welcomes),
    *(customer_ids, staff_ids, served, strategies, strategy_tags),
    *(contact_ways, join_ways, statistics),
    staff_messages,
    app_chats,
)

ENDPOINTS: Mapping[str, Endpoint] = {row.path: row for area in _AREAS for row in area.ENDPOINTS}
