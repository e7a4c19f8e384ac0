"""Which handler does which kind of job."""

from collections.abc import Callable, Iterable

from attrs import frozen

from privcrm.errors import JobError
from privcrm.jobs.handler import JobHandler
from privcrm.jobs.model import Job

__all__ = ["Handlers", "Registered"]

SETTLE_SECONDS = 5.0  # the vendors' lists lag behind what was just made


@frozen
class Registered:
    """A handler, and how many seconds after a send its effect can be looked up."""

    handler: JobHandler
    settle_after: float


def nothing_else() -> None:
    """Register nothing, where all handlers are there from the beginning."""


class Handlers:
    """The handlers of one CRM, by kind.

    ``rest`` offers those of services that nobody has asked for yet. It is called when a kind is wanted that is not
    there, or all kinds are: to look at jobs no service is loaded, to run one its own is enough.
    """

    def __init__(self, handlers: Iterable[JobHandler], rest: Callable[[], None] = nothing_else) -> None:
        self._by_kind: dict[str, Registered] = {}
        self._rest = rest
        for handler in handlers:
            self.add(handler, SETTLE_SECONDS)

    def add(self, handler: JobHandler, settle_after: float) -> None:
        """Add a handler, in place of one of the same kind."""
        self._by_kind[handler.kind] = Registered(handler, settle_after)

    def offer(self, handler: JobHandler, settle_after: float) -> None:
        """Add a handler, unless there is one of the same kind."""
        self._by_kind.setdefault(handler.kind, Registered(handler, settle_after))

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that have a handler."""
        self._rest()
        return tuple(self._by_kind)

    def of(self, kind: str) -> Registered:
        """Return the handler of a kind. Raises ``JobError``."""
        if kind not in self._by_kind:
            self._rest()
        if kind not in self._by_kind:
            known = ", ".join(sorted(self._by_kind)) or "none"
            raise JobError(f"nothing is registered for jobs of kind {kind!r}; known kinds: {known}")
        return self._by_kind[kind]

    def for_job(self, job: Job) -> Registered:
        """Return the handler that can read this job's payloads. Raises ``JobError``."""
        registered = self.of(job.kind)
        if registered.handler.version != job.version:
            raise JobError(
                f"job {job.id} was planned by version {job.version} of {job.kind!r} and this is version"
                f" {registered.handler.version}: cancel it and plan it again, or run it with that version"
            )
        return registered

    def can_run(self, kind: str, version: int) -> bool:
        """Tell whether jobs of that kind and version can be run here."""
        return kind in self.kinds and self.of(kind).handler.version == version
