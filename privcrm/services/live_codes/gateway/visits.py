"""A visit to a permanent link, and what it is answered."""

from enum import StrEnum

from attrs import field, frozen

__all__ = ["Decision", "Page", "Picture", "Visit", "Visitor"]


class Page(StrEnum):
    """What a visitor is shown.

    ``code``: the picture to scan. ``gate``: the code starts when enough people would come. ``preparing``: it is not
    published yet. ``waiting`` and ``full``: no group has room, and a new one comes or does not. ``closed``: nobody of
    the staff is free. ``refused``: he was not admitted. ``ended``: the code was deleted. ``unknown``: there is no such
    link. ``unavailable``: nothing can be told at present.
    """

    CODE = "code"
    GATE = "gate"
    PREPARING = "preparing"
    WAITING = "waiting"
    FULL = "full"
    CLOSED = "closed"
    REFUSED = "refused"
    ENDED = "ended"
    UNKNOWN = "unknown"
    UNAVAILABLE = "unavailable"


@frozen
class Visitor:
    """Who visits: ``mark`` stands for him in the store and is of our own making, a random one or a keyed hash.

    ``identity`` is what the application calls him, "" where it does not say; it is never stored. ``is_new``: nothing
    can be known of him yet. ``is_young``: he came back with his mark sooner than a person would.
    """

    mark: str
    identity: str = field(default="", repr=False)
    is_new: bool = False
    is_young: bool = False

    @property
    def is_newcomer(self) -> bool:
        """Whether it is still to be seen that he keeps his mark."""
        return self.is_new or self.is_young


@frozen
class Visit:
    """One look at a link; with ``commits`` he says that he will come when the code starts.

    ``client`` stands for the address that he comes from, "" where that is not known; it is never stored but for two
    bytes of a hash of it.
    """

    slug: str
    visitor: Visitor
    commits: bool = False
    client: str = field(default="", repr=False)


@frozen
class Picture:
    """A QR code as an image: its bytes, or the address of it at the vendor's; ``digest`` tells one from another."""

    media_type: str = ""
    content: bytes = field(default=b"", repr=False)
    digest: str = ""
    url: str = ""


@frozen
class Decision:
    """What a visit is answered: the page, for which code, and why.

    ``key`` and ``name`` are the code's; ``leads_to`` is ``staff`` or ``group``. ``target`` is the group, the vendor's
    code (``part:0``) or the employee behind ``picture``. Of a gate, ``committed`` people of ``wanted`` would come, this
    visitor among them with ``has_committed``. ``from_memory``: the store was out of reach.
    """

    page: Page
    key: str = ""
    name: str = ""
    leads_to: str = ""
    target: str = ""
    picture: Picture | None = None
    why: str = ""
    committed: int = 0
    wanted: int = 0
    has_committed: bool = False
    from_memory: bool = False
