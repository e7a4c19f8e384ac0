"""Port: verifying and reading the vendor's callbacks."""

from privcrm.models import Content
from privcrm.models.events import Event
from privcrm.provider.callbacks import CallbackApp, CallbackRequest, Opened, SealedReply
from privcrm.provider.ports._base import Port


class CallbacksPort(Port):
    """Opens what the vendor sends us: checks form, age, signature, key and company, decrypts, and parses.

    There is no way to decrypt without verifying. Whatever is wrong raises ``CallbackRejected`` with one and the same
    text, so that nobody learns by trying; its ``reason`` is for our own logs. Several tokens and keys are accepted
    while they are rotated. ``open``, ``read`` and ``seal`` use no network and keep nothing: repeated deliveries are for
    the inbox to recognise.
    """

    area = "callbacks"

    def apps(self) -> tuple[CallbackApp, ...]:
        """Return the apps that have a token and a key to be told with; empty where none is configured."""
        raise self._unsupported("apps")

    def open(self, request: CallbackRequest, *, app: str = "", since: float, until: float) -> Opened:
        """Verify, decrypt and parse one request; ``app`` is the one whose path it came on, "" where the token tells.

        What was not signed between ``since`` and ``until`` (unix seconds, real time) is rejected before anything else
        of it is looked at. Raises ``CallbackRejected``.
        """
        raise self._unsupported("open")

    def read(self, text: str, *, app: str) -> Event:
        """Return the event in a ``Callback.text`` that was kept; what is not known is an ``UnknownEvent``."""
        raise self._unsupported("read")

    def seal(self, opened: Opened, event: Event, reply: Content, *, at: float, nonce: str = "") -> SealedReply:
        """Encrypt and sign a passive reply to ``event``: a text alone, or one attachment alone.

        ``at`` is unix seconds, real time. Raises ``InputError`` for what cannot be said this way.
        """
        raise self._unsupported("seal")

    def addresses(self) -> tuple[str, ...]:
        """Return the networks from which the vendor calls, for a firewall; they change, so read them daily."""
        raise self._unsupported("addresses")
