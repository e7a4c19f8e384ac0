"""Port: uploads and downloads."""

from privcrm.models import Download, Media, MediaJob, MediaKind, MediaPurpose
from privcrm.provider.ports._base import Port


class MediaPort(Port):
    """Brings files to the vendor and back. Uploads are safe to repeat: a lost one only expires unused.

    What expires by itself counts as read; ``upload_image`` and ``fetch`` are writes, held back by read-only mode and
    the kill switch.

    Too large, too small or of another type than the vendor takes raises ``InputError`` before sending, naming limit
    and unit (bytes).
    """

    area = "media"

    def upload(
        self, content: bytes, filename: str, kind: MediaKind, purpose: MediaPurpose = MediaPurpose.MESSAGE
    ) -> Media:
        """Upload a file for one purpose; recipients see ``filename``. It expires: upload it again when it has."""
        raise self._unsupported("upload")

    def upload_image(self, content: bytes, filename: str) -> str:
        """Upload a picture that stays, and return its address; there are few of these a day and a month."""
        raise self._unsupported("upload_image")

    def fetch(self, url: str, filename: str, kind: MediaKind, md5: str) -> str:
        """Have the vendor fetch a large file from an address, and return the id of its background job.

        ``md5`` is the file's, in hexadecimal. Ask ``fetched`` for the result.
        """
        raise self._unsupported("fetch")

    def fetched(self, job_id: str, kind: MediaKind = MediaKind.FILE) -> MediaJob:
        """Return how far a background job is; vendors forget it after an hour, then ``NotFound`` is raised.

        ``kind`` is what ``fetch`` was given: not every vendor's answer tells.
        """
        raise self._unsupported("fetched")

    def get(self, media_id: str) -> Download:
        """Download a file; an expired or unknown id raises ``NotFound``."""
        raise self._unsupported("get")
