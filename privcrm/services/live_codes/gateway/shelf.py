"""The pictures of codes and groups as they are stored, looked at once more before a visitor sees them."""

import hashlib
from collections.abc import Collection

from privcrm.errors import InputError
from privcrm.services.live_codes.gateway.targets import check_picture, check_url
from privcrm.services.live_codes.gateway.visits import Picture
from privcrm.store.database import Connection, Database
from privcrm.store.live_codes.group_images import GroupImages
from privcrm.store.live_codes.pictures import CodePictures
from privcrm.store.live_codes.vendor_codes import VendorCodes, VendorLife

__all__ = ["StoredShelf"]


class StoredShelf:
    """Finds pictures in the store.

    A vendor's picture that was not fetched is shown by its address, if that lies at one of ``hosts``. What is no
    picture, or no address of the vendor's, is not shown at all, however it came into the store.
    """

    def __init__(self, database: Database, hosts: Collection[str] = ()) -> None:
        self._pictures = CodePictures(database)
        self._images = GroupImages(database)
        self._vendor = VendorCodes(database)
        self._hosts = hosts

    def of_part(self, connection: Connection, code: int, part: int) -> Picture | None:
        """Return the picture of a vendor's code in use, None if there is none to show."""
        vendor = self._vendor.get(connection, code, part)
        if vendor is None or vendor.life is not VendorLife.OPEN:
            return None
        kept = self._pictures.get(connection, code, part)
        return _shown(kept.content) if kept is not None else self._linked(vendor.qr_url)

    def of_group(self, connection: Connection, code: int, group_id: str, now: float) -> Picture | None:
        """Return the uploaded picture of a group, None if it has expired by now, or there is none."""
        image = self._images.get(connection, code, group_id)
        return _shown(image.content) if image is not None and image.is_valid(now) else None

    def _linked(self, url: str) -> Picture | None:
        try:
            return Picture(url=check_url(url, self._hosts), digest=url) if self._hosts else None
        except InputError:
            return None


def _shown(content: bytes) -> Picture | None:
    try:
        media_type = check_picture(content)
    except InputError:
        return None
    return Picture(media_type, content, hashlib.sha256(content).hexdigest())
