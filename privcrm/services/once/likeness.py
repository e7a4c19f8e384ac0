"""Which orders the vendor's lists cannot tell apart: those of the same content from the same sender."""

from typing import Any

from privcrm.models import Attachment, Content, Link, MiniProgram
from privcrm.services.once.payloads import digest_of


class Likeness:
    """Names orders as ``content/sender`` and knows whether another one is like one of them.

    An order of which the sender is "" goes out in anybody's name: it is like every one of its content.
    """

    def __init__(self) -> None:
        self._keys: set[str] = set()
        self._contents: set[str] = set()

    def name(self, content: str, sender: str) -> str:
        """Take an order in and return its name; ``content`` is a digest."""
        name = f"{content}/{sender}"
        self._keys.add(name)
        self._contents.add(content)
        return name

    def __call__(self, name: str) -> bool:
        """Tell whether the order of that name could be taken for one of these."""
        content, _, sender = name.partition("/")
        return name in self._keys or f"{content}/" in self._keys or (not sender and content in self._contents)


def digest_of_content(content: Content, *more: Any) -> str:
    """Return what a content is known by in lists of the vendor, which show no covers, and pictures by other ids."""
    return digest_of(content.text, [_shown(each) for each in content.attachments], *more)


def _shown(attachment: Attachment) -> tuple[str, ...]:
    match attachment:
        case Link(url=url, title=title):
            return "link", url, title
        case MiniProgram(app_id=app_id, page=page, title=title):
            return "program", app_id, page, title
        case _:
            return (type(attachment).__name__,)
