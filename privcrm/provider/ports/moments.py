"""Port: moments broadcasts."""

from privcrm.provider.ports._base import Port


class MomentsPort(Port):
    """Moments broadcasts."""

    area = "moments"
