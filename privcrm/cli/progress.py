"""How far something is, on standard error: a bar on a terminal, now and then a line elsewhere."""

import io
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from privcrm.cli.times import duration

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import TaskID

    from privcrm.cli.printer import Printer

Report = Callable[[str, int, int | None], None]
"""Takes a stage in English, how many are done, and how many there are (None while unknown)."""

SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def progress(out: "Printer") -> Generator[Report]:
    """Hand out the function that shows progress while the block runs."""
    if out.quiet:
        yield _silence
    elif out.stderr.isatty():
        with _bar(out) as report:
            yield report
    else:
        lines = Lines(out)
        yield lines
        lines.flush()


def _silence(stage: str, done: int, total: int | None) -> None:
    del stage, done, total


class Lines:
    """Progress for logs: a line when a stage begins and ends, and one every few seconds between."""

    def __init__(self, out: "Printer", now: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._now = now
        self._stage = ""
        self._first = 0
        self._began = self._shown_at = 0.0
        self._unshown: tuple[int, int | None] | None = None

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Take a report; most of them print nothing."""
        now = self._now()
        if stage != self._stage:
            self.flush()
            self._stage, self._first, self._began = stage, done, now
        elif done != total and now - self._shown_at < SECONDS_BETWEEN_LINES:
            self._unshown = (done, total)
            return
        self._show(done, total)

    def flush(self) -> None:
        """Print the last report of a stage if it was held back."""
        if self._unshown is not None:
            self._show(*self._unshown)

    def _show(self, done: int, total: int | None) -> None:
        self._unshown = None
        self._shown_at = self._now()
        stage = self._out.translate(self._stage)
        self._out.note("{stage}: {count}{rate}", stage=stage, count=_count(done, total), rate=self._rate(done, total))

    def _rate(self, done: int, total: int | None) -> str:
        seconds = self._now() - self._began
        if done <= self._first or seconds <= 0:
            return ""
        rate = (done - self._first) / seconds
        translate = self._out.translate
        left = ""
        if total is not None and done < total:
            left = translate(", {time} left", time=duration((total - done) / rate, translate))
        return translate(" ({rate}/s{left})", rate=f"{rate:,.0f}", left=left)


def _count(done: int, total: int | None) -> str:
    return f"{done:,}" if total is None else f"{done:,} / {total:,}"


class _Above(io.StringIO):
    """A terminal on which lines are put above a bar: straight to it they would begin behind what the bar shows."""

    def __init__(self, console: "Console") -> None:
        super().__init__()
        self._console = console
        self._begun = ""

    def isatty(self) -> bool:
        """Tell that it is a terminal."""
        return True

    def write(self, text: str) -> int:
        """Show the lines that are whole by now."""
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            self._console.print(line, soft_wrap=True, markup=False, highlight=False)
        return len(text)


@contextmanager
def _told_above(out: "Printer", console: "Console") -> Generator[None]:
    """Let a printer write above a bar while the block runs, where it writes to a terminal."""
    kept = out.stdout, out.stderr
    above = _Above(console)
    out.stdout, out.stderr = above if out.stdout.isatty() else out.stdout, above
    try:
        yield
    finally:
        out.stdout, out.stderr = kept


@contextmanager
def _bar(out: "Printer") -> Generator[Report]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        """Items a second."""

        def render(self, task: Task) -> Text:
            return Text(out.translate("{rate}/s", rate=f"{task.speed:,.0f}") if task.speed else "")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(file=out.stderr)) as shown, _told_above(out, shown.console):

        def report(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = shown.add_task(out.translate(stage), total=total)
            shown.update(tasks[stage], completed=done, total=total)

        yield report
