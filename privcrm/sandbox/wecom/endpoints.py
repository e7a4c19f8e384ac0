"""What the simulated vendor answers: the rows of every area, by path."""

from collections.abc import Mapping

from privcrm.sandbox.wecom.api import basics, contacts, directory, groups, media, tags
from privcrm.sandbox.wecom.endpoint import Endpoint

_AREAS = (basics, directory, contacts, tags, groups, media)

ENDPOINTS: Mapping[str, Endpoint] = {row.path: row for area in _AREAS for row in area.ENDPOINTS}
