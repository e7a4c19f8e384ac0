"""Port: entries whose target changes."""

from privcrm.provider.ports._base import Port


class LiveCodesPort(Port):
    """Entries whose target changes."""

    area = "live_codes"
