"""Port: uploads and downloads."""

from privcrm.provider.ports._base import Port


class MediaPort(Port):
    """Uploads and downloads."""

    area = "media"
