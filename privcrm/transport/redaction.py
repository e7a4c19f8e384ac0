"""What may reach a log line, an exception or a traceback."""

import logging
import re

_LONG_WORD = re.compile(r"[A-Za-z0-9_\-+/=%.]{20,}")
_GAP = r"[\s\-.·/()\u2010-\u2015]{0,2}"
_PHONE = re.compile(rf"(?<!\d)(?:\+?86{_GAP})?[1１](?:{_GAP}\d){{10}}(?!\d)")
_MAX_CHARACTERS = 200

# Every logger through which urllib3 prints request targets; on some vendors the target holds the token.
_TALKATIVE = ("urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry")


def redact(text: str, *secrets: str) -> str:
    """Return ``text`` without those secrets, without anything that looks like a token or a phone number, and short."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    return _PHONE.sub("***", _LONG_WORD.sub("***", text[: 4 * _MAX_CHARACTERS]))[:_MAX_CHARACTERS]


class _WithoutQuery(logging.Filter):
    """Cuts the query off every URL in a record."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_cut(value) for value in record.args)
        return True


def _cut(value: object) -> object:
    if isinstance(value, str):
        return value.partition("?")[0]
    # Errors and retry objects quote the target as well; their kind is all that a log line needs of them.
    return value if isinstance(value, int | float | None) else type(value).__name__


def silence_urls() -> None:
    """Keep tokens out of urllib3's own log lines, in every process that loads the transport; safe to call again."""
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        if not any(isinstance(present, _WithoutQuery) for present in logger.filters):
            logger.addFilter(_WithoutQuery())
