"""One event loop in one thread, for the async handlers of a CRM."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

from privcrm.forks import reset_in_children

__all__ = ["LoopThread"]


class LoopThread:
    """Starts with the first coroutine and ends with ``close``; a forked child starts its own."""

    def __init__(self) -> None:
        self.reset()
        reset_in_children(self)

    def reset(self) -> None:
        """Forget the parent's loop, whose thread is not here."""
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine on the loop and return what it returns; raises what it raises."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._started()).result()

    def close(self) -> None:
        """Stop the loop and wait for its thread."""
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="privcrm-async", daemon=True)
                self._thread.start()
            return self._loop
