"""The end of a move: all holders verified, whoever names the old tag follows, and only then it is deleted."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from privcrm.clock import Clock
from privcrm.errors import AnswerLost, JobError, NotFound, NotSent, OutOfScope, PermissionDenied, RateLimited, Refused
from privcrm.jobs import Job, Jobs, Outcome
from privcrm.provider import Provider
from privcrm.services.tag_library.checking import Check, Marker
from privcrm.services.tag_library.items import TARGET, is_finish
from privcrm.services.tag_rules.ownership import Ownership, Worn
from privcrm.services.tag_rules.tag_users import TagUsers
from privcrm.services.tagging.relation import Relation, TagTable
from privcrm.store import Store
from privcrm.store.mirror.deleted_tags import DeletedTags
from privcrm.store.mirror.holders import Holders
from privcrm.store.mirror.library import Library
from privcrm.store.mirror.numbers import Numbers

__all__ = ["Finish"]

KEPT: Final = "the old tag was not deleted"


class Finish:
    """What the last item of a move does; every step may be done again after a kill."""

    def __init__(self, provider: Provider, jobs: Jobs, store: Store, clock: Clock, marker: Marker) -> None:
        self._provider = provider
        self._database = store.database
        self._audit = store.audit
        self._clock = clock
        self._check = Check(provider, jobs, store, clock, marker)
        self._jobs = jobs
        self._users = TagUsers(store.database)
        self._ownership = Ownership(store.database)

    def run(self, job: Job, table: TagTable) -> Outcome:
        """Verify, let users follow, delete. Raises ``JobError`` where a person has to look: nothing is deleted then."""
        try:
            return self._run(job, table)
        except AnswerLost as error:  # all of it may be done again
            raise NotSent(error.message, provider=error.provider, operation=error.operation) from None
        except RateLimited:
            raise
        except PermissionDenied as error:
            if error.scope == "app":
                raise
            raise JobError(f"{KEPT}: {error}") from None
        except (Refused, OutOfScope) as error:
            raise JobError(f"{KEPT}: {error}") from None

    def _run(self, job: Job, table: TagTable) -> Outcome:
        replaced: Sequence[str] = job.params["replaced"]
        deletes = bool(table.refs[TARGET + 1 :])
        if deletes:
            self._verify(job, table)
        self._follow(job, table, replaced)
        if deletes:
            self._delete(replaced)
        self._forget(replaced)
        return Outcome.done(before={"deleted": list(replaced) if deletes else []})

    def _verify(self, job: Job, table: TagTable) -> None:
        missing = self._check.missing(job, table)
        if missing.relations:
            why = f" ({missing.why})" if missing.why else ""
            raise JobError(
                f"{KEPT}: {missing.relations:,} relations do not carry the new one yet{why}; resume to retry"
            )

    def _follow(self, job: Job, table: TagTable, replaced: Iterable[str]) -> None:
        """Let rules, segments and the mirror know the new tag before the old one goes, so that nothing freezes."""
        target = table.refs[TARGET]
        made = list(self._provider.tags.list(tag_ids=[target.tag_id]))
        with self._database.transaction(durable=True) as connection:
            Library(self._database).put(connection, made, self._clock.time(), whole=False)
            changed = self._users.replace(connection, replaced, target.tag_id, target.title)
            self._audit.write(
                connection, job.created_by, "replace tags", job_id=job.id, by=target.tag_id, users_changed=changed
            )
        self._ownership.give_up_shared(self._worn_together(job, table, replaced))
        self._ownership.move(replaced, target.tag_id)

    def _worn_together(self, job: Job, table: TagTable, replaced: Iterable[str]) -> Iterator[Worn]:
        """Yield the relations that wore several of the tags for which the target now stands."""
        gone = frozenset(replaced) if len(table.refs) == 1 else frozenset[str]()  # a restored tag is in no table
        for item in self._jobs.items(job.id):
            if not is_finish(item):
                relation = Relation.of_payload(item.payload)
                tag_ids = gone.union(table.refs[number].tag_id for number in relation.present)
                if len(tag_ids) > 1:
                    yield Worn(relation.member_id, relation.staff_id, tag_ids)

    def _delete(self, tag_ids: Iterable[str]) -> None:
        """Delete tags; one that is deleted already is passed over, one of another app is not."""
        for tag_id in tag_ids:
            try:
                self._provider.tags.delete(tag_ids=[tag_id])
            except NotFound:
                library = self._provider.tags.list()
                if any(tag.tag_id == tag_id for group in library for tag in group.tags):
                    raise

    def _forget(self, tag_ids: Sequence[str]) -> None:
        with self._database.transaction() as connection:
            DeletedTags(self._database).mark(connection, tag_ids, self._clock.time())
            numbers = Numbers(self._database).tags(connection, tag_ids)
        for number in numbers.values():
            Holders(self._database).drop(number)
