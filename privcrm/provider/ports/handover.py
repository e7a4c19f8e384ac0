"""Port: inheritance of members and groups."""

from privcrm.provider.ports._base import Port


class HandoverPort(Port):
    """Inheritance of members and groups."""

    area = "handover"
