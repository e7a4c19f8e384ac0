"""Pictures of groups' own codes that people upload: bound to one group, valid by the clock, asked for in time."""

import json
from typing import Final

from privcrm.errors import InputError
from privcrm.models.ids import StaffId
from privcrm.models.staff_task import StaffTask
from privcrm.services.live_codes.groups.neighbours import ReadsPicture
from privcrm.services.live_codes.groups.shelf import GroupShelf, Kept
from privcrm.store.live_codes.group_images import GroupImage
from privcrm.store.live_codes.groups import Room, RoomState
from privcrm.store.timers import Timer

__all__ = ["IMAGE_TIMER", "RENEW_IMAGE", "VALID_DAYS", "Images"]

IMAGE_TIMER: Final = "live_code.image"
RENEW_IMAGE: Final = "renew_image"
"""A task: upload a new picture of a group's code before the old one expires."""
VALID_DAYS: Final = 7
"""Days after which vendors let the picture of a group's own code expire."""
RENEW_HOURS: Final = 24
MOST_BYTES: Final = 2_000_000
_KINDS: Final = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


class Images:
    """Keeps them. Whether one is valid is read off the clock: nothing depends on a timer that may be late."""

    def __init__(self, shelf: GroupShelf, read: ReadsPicture, renew_hours: float = RENEW_HOURS) -> None:
        self._shelf = shelf
        self._read = read
        self._renew_seconds = renew_hours * 3600.0
        shelf.book.jobs.timers.offer(IMAGE_TIMER, self._when_due)

    def add(self, kept: Kept, group_id: str, content: bytes, expires_at: float | None = None) -> GroupImage:
        """Keep the picture of a group, in place of its last; without ``expires_at`` it is valid for 7 days.

        Raises ``InputError`` for what is no picture, expired already, of a group that is not this code's, or says what
        the picture of another group says.
        """
        now = self._shelf.clock.time()
        expires_at = now + VALID_DAYS * 86_400.0 if expires_at is None else expires_at
        if expires_at <= now:
            raise InputError("this picture has expired already: take a new one of the group's code")
        media_type, says = _media_type(content), self._read(content)
        image = GroupImage(kept.number, group_id, media_type, content, says, now, expires_at)
        with self._shelf.database.transaction() as connection:
            room = self._shelf.rooms.get(connection, kept.number, group_id)
            if room is None or room.state is RoomState.RETIRED:
                raise InputError(f"group {group_id!r} does not stand behind live code {kept.row.key!r}: add it first")
            others = [each for each in self._shelf.images.saying(connection, kept.number, says) if each != group_id]
            if says and others:
                raise InputError(f"this picture leads into group {others[0]!r}, not {group_id!r}: take the right one")
            self._shelf.images.put(connection, image)
            why = json.dumps({"group": group_id, "expires_at": expires_at})
            self._shelf.book.notes.decided(connection, kept.number, "image", why, now)
        self._watch(image)
        return image

    def _watch(self, image: GroupImage) -> None:
        due, key = image.expires_at - self._renew_seconds, f"{image.code}:{image.group_id}"
        payload = {"code": image.code, "group": image.group_id, "expires_at": image.expires_at}
        self._shelf.book.jobs.timers.set(IMAGE_TIMER, key, due, payload)

    def _when_due(self, timer: Timer) -> None:
        """Ask for a new picture, unless there is one, or nobody needs it any more."""
        number, group_id = int(timer.payload["code"]), str(timer.payload["group"])
        with self._shelf.database.transaction() as connection:
            kept = self._shelf.of_number(connection, number)
            room = self._shelf.rooms.get(connection, number, group_id)
            image = self._shelf.images.get(connection, number, group_id)
            if kept is None or room is None or image is None or not _is_shown(room):
                return
            if image.expires_at != timer.payload["expires_at"]:
                return  # renewed meanwhile
            inside = self._shelf.joins.inside(connection, group_id)
            task = StaffTask(
                f"{RENEW_IMAGE}-{number}-{group_id}-{int(image.expires_at)}",
                RENEW_IMAGE,
                StaffId(kept.code.owner_id or (inside.owner_id if inside else "")),
                f"Upload a new picture of the code of group {inside.name if inside else group_id}"
                f" (live code {kept.row.key}): the old one expires",
                due_at=image.expires_at,
            )
            self._shelf.tasks.open(connection, task)


def _is_shown(room: Room) -> bool:
    return room.state.has_room or room.state is RoomState.SPARE


def _media_type(content: bytes) -> str:
    found = next((kind for begins, kind in _KINDS if content.startswith(begins)), "")
    if not found:
        raise InputError("this is no picture: give a PNG or JPEG file of the group's code")
    if len(content) > MOST_BYTES:
        raise InputError(f"this picture is {len(content):,} bytes large, and {MOST_BYTES:,} are the most")
    return found
