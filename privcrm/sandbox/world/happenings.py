"""What people do and what falls due, told as it happens to whoever listens. What programs do is not told."""

from collections.abc import Callable

import attrs

from privcrm.sandbox.world.acquisition import Conversation, Link
from privcrm.sandbox.world.follows import EndedBy, Follow
from privcrm.sandbox.world.groups import Group
from privcrm.sandbox.world.handovers import Handover
from privcrm.sandbox.world.media import Download
from privcrm.sandbox.world.staff import Department, Staff
from privcrm.sandbox.world.welcomes import Welcome


@attrs.frozen(kw_only=True)
class Happening:
    """Something that happened `at` (virtual unix seconds)."""

    at: int


@attrs.frozen
class MemberAdded(Happening):
    """A member added an employee, who may greet if there is a *welcome*; *unverified*: without asking first."""

    follow: Follow
    welcome: Welcome | None = None
    unverified: bool = False


@attrs.frozen
class RelationEnded(Happening):
    """A relation ended from one side."""

    staff: int
    member: int
    by: EndedBy


@attrs.frozen
class NotesEdited(Happening):
    """An employee changed what he notes about a member: names, phones, tags."""

    staff: int
    member: int


@attrs.frozen
class ArchivingAgreed(Happening):
    """A member agreed that the talk with an employee is kept."""

    staff: int
    member: int


@attrs.frozen
class HandoverEnded(Happening):
    """A member's handover is over; `before` is what the taker had with the member until then."""

    handover: Handover
    before: Follow | None


@attrs.frozen
class GroupChanged(Happening):
    """A group is another than `before`; None: it is new. Who is gone was *removed* or left."""

    before: Group | None
    after: Group
    removed: bool = False


@attrs.frozen
class TagEdited(Happening):
    """A tag or group of tags was made, changed or deleted by hand."""

    number: int
    is_group: bool
    made: bool = False
    deleted: bool = False


@attrs.frozen
class TagsReordered(Happening):
    """The tags of a group were put into another order; None: the groups were."""

    group: int | None


@attrs.frozen
class LinkOpened(Happening):
    """Somebody opened a link and, if it *leads* to somebody, asked to be added."""

    link: Link
    channel: str
    leads: bool


@attrs.frozen
class LinkDeleted(Happening):
    """A link was deleted by hand."""

    link: Link


@attrs.frozen
class MemberWrote(Happening):
    """Who came through a link wrote; `before` is how many messages there were until then."""

    talk: Conversation
    before: int


@attrs.frozen
class StaffChanged(Happening):
    """An employee's account is another than `before`; None: it is new."""

    before: Staff | None
    after: Staff


@attrs.frozen
class DepartmentChanged(Happening):
    """A department was made (`before` is None), moved, renamed or deleted (`after` is None)."""

    before: Department | None
    after: Department | None


@attrs.frozen
class DownloadEnded(Happening):
    """The platform fetched a file, or failed to."""

    download: Download


Listener = Callable[[Happening], None]


class Happenings:
    """Tells listeners at once, in the thread in which something happens."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Tell *listener* everything from now on."""
        self._listeners.append(listener)

    def tell(self, happening: Happening) -> None:
        """Tell what happened."""
        for listener in self._listeners:
            listener(happening)
