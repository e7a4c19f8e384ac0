"""Which orders the vendor's lists cannot tell apart: those of the same content from the same sender."""

from typing import Any, Final

from privcrm.models import Attachment, Content, Link, MiniProgram
from privcrm.services.once.payloads import digest_of

MANY: Final = "*"
"""What the name of senders begins with that stands for several: nobody tells them from one another by it."""


class Likeness:
    """Names orders as ``content.recipients/sender`` and knows whether another one is like one of them.

    An order of which the sender is "" goes out in anybody's name: it is like every one of its content. Recipients, ""
    where none are named, make names differ and nothing else: a list is not told from another that overlaps it.
    """

    def __init__(self) -> None:
        self._keys: set[tuple[str, str]] = set()
        self._contents: set[str] = set()

    def name(self, content: str, sender: str, recipients: str = "") -> str:
        """Take an order in and return its name; ``content`` and ``recipients`` are digests."""
        self._keys.add((content, sender))
        self._contents.add(content)
        return f"{content}{recipients and '.'}{recipients}/{sender}"

    def __call__(self, name: str) -> bool:
        """Tell whether the order of that name could be taken for one of these."""
        content, sender = _parts(name)
        return not self._keys.isdisjoint({(content, sender), (content, "")}) or (
            not sender and content in self._contents
        )


def could_be(name: str, other: str) -> bool:
    """Tell whether what one order made may be taken for what the other made, by all that the vendor shows.

    Orders without a sender in their name carry a mark of their own.
    """
    if "/" not in name or "/" not in other:
        return False
    (content, sender), (others_content, others_sender) = _parts(name), _parts(other)
    told_apart = sender != others_sender and all(each and each[0] != MANY for each in (sender, others_sender))
    return content == others_content and not told_apart


def digest_of_content(content: Content, *more: Any) -> str:
    """Return what a content is known by in lists of the vendor, which show no covers, and pictures by other ids."""
    return digest_of(content.text, [_shown(each) for each in content.attachments], *more)


def _parts(name: str) -> tuple[str, str]:
    """Return content and sender."""
    head, _, sender = name.partition("/")
    return head.partition(".")[0], sender


def _shown(attachment: Attachment) -> tuple[str, ...]:
    match attachment:
        case Link(url=url, title=title):
            return "link", url, title
        case MiniProgram(app_id=app_id, page=page, title=title):
            return "program", app_id, page, title
        case _:
            return (type(attachment).__name__,)
