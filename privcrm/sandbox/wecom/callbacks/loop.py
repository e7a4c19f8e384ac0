"""An event loop in a thread of its own."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class LoopThread:
    """Runs coroutines away from the caller, and *tick* every so many real seconds; starts when it is first needed."""

    def __init__(self, tick: Callable[[], None], *, every: float) -> None:
        self._tick = tick
        self._every = every
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def call(self, function: Callable[..., object], *args: object) -> None:
        """Let the loop call a function soon, in the order of these calls."""
        self._running().call_soon_threadsafe(function, *args)

    @property
    def runs(self) -> bool:
        """Whether it has been started."""
        return self._thread is not None

    def wait_for(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine and return what it returns."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._running()).result()

    def stop(self) -> None:
        """Cancel everything and wait for the end; a later call starts anew."""
        with self._starting:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._loop.call_soon_threadsafe(self._end.set)
            thread.join()

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._thread is None:
                ready = threading.Event()
                self._thread = threading.Thread(
                    target=lambda: asyncio.run(self._main(ready)), name="sandbox callbacks", daemon=True
                )
                self._thread.start()
                ready.wait()
            return self._loop

    async def _main(self, ready: threading.Event) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        end = self._end
        ready.set()
        while not end.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(end.wait(), self._every)
            self._tick()
