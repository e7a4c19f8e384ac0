"""``crm.tagging``: batch tagging from a list to its proof."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Final

from privcrm.clock import Clock
from privcrm.errors import ConfigurationError, JobError
from privcrm.jobs import ItemDraft, Job, Jobs, JobState, Progress, RunLimits
from privcrm.models import TagChange
from privcrm.provider import Provider
from privcrm.services.following import run_or_follow
from privcrm.services.tagging.handler import KIND, TagHandler
from privcrm.services.tagging.options import TagOptions
from privcrm.services.tagging.outcomes import RowOutcome, cells_of, rows_of_item
from privcrm.services.tagging.outcomes_file import check_target, write_csv
from privcrm.services.tagging.pace import Pace, finish_at
from privcrm.services.tagging.planner import Planner
from privcrm.services.tagging.preview import TagPreview
from privcrm.services.tagging.progress import PlanProgress, Watch
from privcrm.services.tagging.readback import ReadBack
from privcrm.services.tagging.reader import Source
from privcrm.services.tagging.relation import TagTable
from privcrm.services.tagging.rows import Key
from privcrm.services.tagging.verify import Verification, verify
from privcrm.store import Stage, Store, open_store

UNKNOWN_SHARE: Final = 0.2
FOREIGN_IDS: Final = (
    "unknown: more than a fifth of the rows name members that this app does not know; ids of another app?"
)

NO_STORE: Final = (
    "a tagging job needs a store, so that nothing is lost when a process dies: "
    "pass store='sqlite:///privcrm.db' or set PRIVCRM_STORE; a preview does without"
)

Report = Callable[[PlanProgress], None]
_DEFAULT: Final = TagOptions()


class Tagging:
    """Puts company tags on members and takes them off, from a list, so that every row gets an outcome.

    Without ``jobs`` (a CRM without a store) there are previews only; all else raises ``ConfigurationError``. Needs the
    permission to read and edit customer tags (WeCom: an app listed under 客户联系, 可调用接口的应用).
    """

    def __init__(
        self,
        provider: Provider,
        jobs: Jobs | None,
        clock: Clock,
        *,
        marked: Callable[[TagChange], None] | None = None,
    ) -> None:
        """``marked`` is told of each change that the vendor took."""
        self._provider = provider
        self._jobs = jobs
        self._clock = clock
        if jobs is not None:
            jobs.offer(TagHandler(provider, clock, marked))

    def preview(
        self,
        source: Source,
        options: TagOptions = _DEFAULT,
        *,
        progress: Report | None = None,
        stop: Event | None = None,
    ) -> TagPreview:
        """Return what a job would do; sends and keeps nothing, needs no store. Spends the calls that reading takes.

        ``source`` is a CSV or XLSX file, or an iterable of ``TagRow`` or of mappings with a file's column names (unlike
        a mapping, a ``TagRow`` never shows a phone in a traceback). Raises ``InputError`` with everything that is wrong
        in it and, with ``strict``, for rows that cannot be done; ``JobError`` when ``stop`` was set meanwhile; and what
        the ports raise.
        """
        planner = Planner(self._provider, source, options, Watch(self._clock, progress, stop))
        with self._scratch() as stage:
            intake = planner.read(stage)
            for _ in planner.items(stage, intake):
                pass
        return self._preview(planner, options)

    def submit(
        self,
        source: Source,
        options: TagOptions = _DEFAULT,
        *,
        created_by: str = "",
        progress: Report | None = None,
        stop: Event | None = None,
    ) -> tuple[Job, TagPreview]:
        """Plan a job and keep it, ready to run; nothing is sent yet. ``created_by`` goes into the audit.

        When more than a fifth of the rows name members that the app does not know, the job is kept paused. Raises as
        ``preview`` does.
        """
        jobs = self._kept()
        planner = Planner(self._provider, source, options, Watch(self._clock, progress, stop))
        limits = RunLimits(options.canary, options.window, options.max_calls, options.approve_above)
        with self._scratch() as stage:
            intake = planner.read(stage)
            params = {"tags": planner.table.to_params()}
            with jobs.prepare(KIND, params, created_by=created_by, limits=limits) as draft:
                draft.merge = _keep_first
                draft.add(planner.items(stage, intake))
                preview = self._preview(planner, options)
                doubt = FOREIGN_IDS if preview.unknown_share > UNKNOWN_SHARE else ""
                job = draft.seal(calls=preview.calls_reading, note=doubt, paused=doubt)
        return job, preview

    def apply(
        self,
        source: Source,
        options: TagOptions = _DEFAULT,
        *,
        created_by: str = "",
        progress: Callable[[PlanProgress | Progress], None] | None = None,
        stop: Event | None = None,
    ) -> Job:
        """Plan a job and run it here; return it as it stands afterwards, which may be waiting or paused.

        Where a runner takes the job first, its work is followed to the end. ``progress`` hears of planning
        (``PlanProgress``) and of running (``privcrm.jobs.Progress``). Raises as ``submit`` does.
        """
        job, _ = self.submit(source, options, created_by=created_by, progress=progress, stop=stop)
        if job.state is not JobState.READY:
            return job
        return run_or_follow(self._kept(), self._clock, job.id, progress=progress, stop=stop)

    def outcomes(self, job_id: str) -> Iterator[RowOutcome]:
        """Yield what became of each row at each employee, in the order of the plan; raises ``JobError``."""
        table = TagTable.of_params(self._job(job_id).params)
        for item in self._kept().items(job_id):
            yield from rows_of_item(item, table)

    def check_outcomes_file(self, path: str | Path) -> None:
        """Raise ``InputError`` unless outcomes may be written to ``path``: to be asked before a job is begun.

        Refused are a folder that does not exist, a link, and a file that holds anything but older outcomes: neither
        the store nor the list itself can be lost.
        """
        check_target(Path(path))

    def write_outcomes(self, job_id: str, path: str | Path) -> int:
        """Write the outcomes as a CSV file in the order of rows and return its number of lines.

        UTF-8 with a byte-order mark, ids as text, and no cell that a spreadsheet would run as a formula; readable by
        its owner only, and complete or not there at all. Raises ``InputError`` as ``check_outcomes_file`` does, and
        ``ConfigurationError`` when it cannot be written (a full disk).
        """
        check_target(Path(path))
        self._kept().files.register(path, "outcomes", job_id=job_id)
        with self._scratch() as stage:
            # The plan goes by member, the reader by row: the store sorts, however many there are.
            stage.add_many((f"{each.row:010}", {"cells": cells_of(each)}) for each in self.outcomes(job_id))
            lines = (entry["cells"] for _, entries in stage.groups() for entry in entries)
            return write_csv(lines, Path(path))

    def verify(self, job_id: str, *, progress: Report | None = None, stop: Event | None = None) -> Verification:
        """Read back what a job changed and compare it with what was wanted, in the way that costs fewer calls."""
        job = self._job(job_id)
        read_back = ReadBack(self._provider, TagTable.of_params(job.params), Watch(self._clock, progress, stop))
        with self._scratch() as stage:
            return verify(read_back, stage, self._kept().items(job_id))

    def _kept(self) -> Jobs:
        if self._jobs is None:
            raise ConfigurationError(NO_STORE)
        return self._jobs

    @contextmanager
    def _scratch(self) -> Generator[Stage]:
        """Lend the stage of a draft that is never sealed: rows and facts meet in it, and it leaves nothing behind."""
        if self._jobs is None:
            with _passing_store(self._clock, self._provider.company) as store:
                yield store.stage("preview")
        else:
            with self._jobs.prepare(KIND, {}, created_by="") as draft:
                yield draft.stage

    def _job(self, job_id: str) -> Job:
        job = self._kept().get(job_id)
        if job.kind != KIND:
            raise JobError(
                f"job {job_id} is a {job.kind}, not a {KIND}: what became of its items, and what was made, is told by"
                f" `privcrm job show {job_id} --jsonl PATH`"
            )
        return job

    def _preview(self, planner: Planner, options: TagOptions) -> TagPreview:
        """Sum up a plan; with ``strict`` raise ``InputError`` for rows that cannot be done."""
        tally = planner.tally
        if options.strict:
            tally.problems.refuse()
        creating = {ref.group: ref for ref in planner.table.refs if not ref.tag_id}
        calls_writing = tally.changes + (1 + len(creating) if creating and tally.changes else 0)
        pace = Pace.of(self._provider)
        seconds = pace.seconds(calls_writing)
        return TagPreview(
            rows=tally.rows,
            members=tally.members,
            relations=tally.changes + tally.no_ops,
            changes=tally.changes,
            no_ops=tally.no_ops,
            calls_reading=planner.presence.calls,
            calls_writing=calls_writing,
            seconds=seconds,
            finish_at=finish_at(self._clock.time(), seconds, options.window),
            read_by=planner.read_by,
            adding=tally.named(tally.adding, planner.table),
            removing=tally.named(tally.removing, planner.table),
            tags_to_create=tuple(ref.title for ref in planner.table.refs if not ref.tag_id),
            skipped=dict(tally.skipped),
            problems=tally.problems.sentences(),
            unknown_share=tally.unknown / tally.rows if options.key is Key.MEMBER_ID and tally.rows else 0.0,
        )


@contextmanager
def _passing_store(clock: Clock, company: str) -> Generator[Store]:
    """Lend a store in a folder that only this user can read, and that is deleted afterwards."""
    with (
        TemporaryDirectory(prefix="privcrm-") as folder,
        open_store(f"sqlite:///{Path(folder, 'store.db')}", clock=clock, company=company) as store,
    ):
        yield store


def _keep_first(first: ItemDraft, second: ItemDraft) -> ItemDraft:
    """Settle what only a caller who numbers two rows alike can bring about: two failed rows that look the same."""
    del second
    return first
