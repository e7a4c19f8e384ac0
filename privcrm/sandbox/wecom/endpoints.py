"""What the simulated vendor answers: the rows of every area, by path."""

from collections.abc import Mapping

from privcrm.sandbox.wecom.api import (
    basics,
    contacts,
    directory,
    group_handovers,
    groups,
    handovers,
    mass_messages,
    media,
    tags,
    welcomes,
)
from privcrm.sandbox.wecom.endpoint import Endpoint

_AREAS = (basics, directory, contacts, tags, groups, media, handovers, group_handovers, mass_messages, welcomes)

ENDPOINTS: Mapping[str, Endpoint] = {row.path: row for area in _AREAS for row in area.ENDPOINTS}
