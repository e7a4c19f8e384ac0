"""The tags of moves with their ids: missing ones are made just before the first send."""

from threading import Lock
from typing import Final

from privcrm.errors import ConfigurationError, NotSent, ProviderError, RateLimited, TooConcurrent
from privcrm.jobs import Job
from privcrm.provider import Provider
from privcrm.services.tagging.creation import TagCreation
from privcrm.services.tagging.relation import TagTable

__all__ = ["Tables"]

REMEMBERED: Final = 8


class Tables:
    """One thread makes what is missing for a job, the others wait for it."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._lock = Lock()
        self._known: dict[str, TagTable] = {}

    def of(self, job: Job) -> TagTable:
        """Return the table; raises ``ConfigurationError`` where the tags are refused: no item would fare better."""
        with self._lock:
            if job.id not in self._known:
                if len(self._known) >= REMEMBERED:
                    self._known.pop(next(iter(self._known)))
                self._known[job.id] = self._made(job)
            return self._known[job.id]

    def _made(self, job: Job) -> TagTable:
        table = TagTable.of_params(job.params)
        try:
            return table.with_ids(TagCreation(self._provider, table).ids())
        except (RateLimited, TooConcurrent, NotSent):
            raise
        except ProviderError as error:
            raise ConfigurationError(f"the new tag could not be created: {error}") from None
