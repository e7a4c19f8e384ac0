"""Port: acquisition links."""

from privcrm.provider.ports._base import Port


class AcquisitionPort(Port):
    """Acquisition links."""

    area = "acquisition"
