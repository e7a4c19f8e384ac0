"""Moments in which nothing may be asked of a vendor: somebody waits for our answer."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

from privcrm.errors import WriteForbidden

__all__ = ["check_calls", "without_calls"]

_reason: ContextVar[str] = ContextVar("privcrm_no_calls", default="")


@contextmanager
def without_calls(reason: str) -> Generator[None]:
    """Refuse every vendor call that this thread makes in the block; ``reason`` is told with the refusal."""
    token = _reason.set(reason)
    try:
        yield
    finally:
        _reason.reset(token)


def check_calls(operation: str) -> None:
    """Return if calls may be made now, raise ``WriteForbidden`` if not."""
    reason = _reason.get()
    if reason:
        raise WriteForbidden(f"{operation} was not sent: {reason}")
