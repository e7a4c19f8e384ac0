"""Port: figures about staff and groups."""

from privcrm.provider.ports._base import Port


class StatisticsPort(Port):
    """Figures about staff and groups."""

    area = "statistics"
