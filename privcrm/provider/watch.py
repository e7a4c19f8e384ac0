"""What the work kernel wants of the calls that its handlers make: each is counted, each write is asked for."""

import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any

from attrs import frozen

from privcrm.provider.context import CallRecord
from privcrm.provider.endpoint import Endpoint


@frozen
class _Watcher:
    before_write: Callable[[], None]
    after_call: Callable[[], None]


class CallWatch:
    """A write guard and an observer of calls at once; each thread has its own watcher, or none."""

    def __init__(self) -> None:
        self._local = threading.local()

    @contextmanager
    def watching(self, before_write: Callable[[], None], after_call: Callable[[], None]) -> Generator[None]:
        """Have both called for what this thread does in the block; what ``before_write`` raises stops the write."""
        self._local.watcher = _Watcher(before_write, after_call)
        try:
            yield
        finally:
            self._local.watcher = None

    def check(self, endpoint: Endpoint, params: Mapping[str, Any]) -> None:
        """Ask whether a write may go out."""
        del endpoint, params
        if (watcher := self._watcher) is not None:
            watcher.before_write()

    def observe(self, record: CallRecord) -> None:
        """Tell of a call that was made."""
        del record
        if (watcher := self._watcher) is not None:
            watcher.after_call()

    @property
    def _watcher(self) -> _Watcher | None:
        found: _Watcher | None = getattr(self._local, "watcher", None)
        return found
