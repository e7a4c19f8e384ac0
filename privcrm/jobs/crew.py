"""The threads that send: work goes in, answers come out, and the database stays with the thread that hands out work."""

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

__all__ = ["Crew"]

Work = TypeVar("Work")
Answer = TypeVar("Answer")


class Crew(Generic[Work, Answer]):
    """``size`` threads, or none when ``size`` is one: then the caller's thread does the work at once."""

    def __init__(self, size: int, do: Callable[[Work], Answer]) -> None:
        self._do = do
        self._todo: SimpleQueue[Work | None] = SimpleQueue()
        self._answers: SimpleQueue[tuple[Work, Answer | Exception]] = SimpleQueue()
        names = range(size if size > 1 else 0)
        self._threads = [threading.Thread(target=self._work, name=f"privcrm-send-{name}") for name in names]
        for thread in self._threads:
            thread.start()

    def start(self, work: Work) -> None:
        """Begin a piece of work."""
        if self._threads:
            self._todo.put(work)
        else:
            self._finish(work)

    def answer(self, timeout: float) -> tuple[Work, Answer | Exception] | None:
        """Return a finished piece of work with its answer or error, or None after ``timeout`` (real seconds)."""
        try:
            return self._answers.get(timeout=timeout)
        except Empty:
            return None

    def close(self) -> None:
        """Let the threads end what they have begun, and end them."""
        for _ in self._threads:
            self._todo.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (work := self._todo.get()) is not None:
            self._finish(work)

    def _finish(self, work: Work) -> None:
        try:
            answer: Answer | Exception = self._do(work)
        except Exception as error:  # noqa: BLE001 - judged by the belt
            answer = error
        self._answers.put((work, answer))
