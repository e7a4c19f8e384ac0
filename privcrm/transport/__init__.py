"""What adapters share on the way to a vendor: connections, tokens, pace, repetition, redaction.

Promised to adapters only; applications use ports and services.
"""

from privcrm.transport.failure import Failure
from privcrm.transport.files import Blob, File
from privcrm.transport.pacing import window_of
from privcrm.transport.params import Params
from privcrm.transport.redaction import redact
from privcrm.transport.session import Fault, Reply, check_base_url
from privcrm.transport.skew import seconds_of
from privcrm.transport.tokens import CachedTokens, Grant, TokenSource, token_key
from privcrm.transport.transport import Dialect, Transport

__all__ = [
    "Blob",
    "CachedTokens",
    "Dialect",
    "Failure",
    "Fault",
    "File",
    "Grant",
    "Params",
    "Reply",
    "TokenSource",
    "Transport",
    "check_base_url",
    "redact",
    "seconds_of",
    "token_key",
    "window_of",
]
