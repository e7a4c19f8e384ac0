"""How much of a request is read: what is larger is refused before anybody looks at it."""

from privcrm.web.reply import Reply

__all__ = ["MAX_BODY", "BodyRefused", "declared_length"]

MAX_BODY = 1024 * 1024

_LONGEST_NUMBER = 20


class BodyRefused(Exception):
    """A body that is not read to its end, and the reply that says so."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.reply = Reply(status)


def declared_length(text: str, most: int) -> int:
    """Return a ``Content-Length`` as a number; raises ``BodyRefused`` if it is none, or more than ``most``."""
    if not (text.isascii() and text.isdigit()):
        raise BodyRefused(400)
    if len(text) > _LONGEST_NUMBER or int(text) > most:
        raise BodyRefused(413)
    return int(text)
