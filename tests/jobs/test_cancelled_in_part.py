"""A job cancelled on its way: what it has sent, or may still be sending, is not taken for never ordered."""

import pytest

from privcrm.errors import AnswerLost, JobError
from privcrm.jobs import Job, Jobs, JobState, OutcomeState, RunLimits
from privcrm.provider.endpoint import Repeat
from privcrm.provider.intents import CannotTell
from privcrm.store import Store
from tests.jobs.toy import Toy, all_done, drafts, jobs_for

PLANNED, UNKNOWN = OutcomeState.PLANNED, OutcomeState.UNKNOWN


def keyed(jobs: Jobs, items: int, limits: RunLimits | None = None) -> Job:
    with jobs.prepare("toy", {"key": "spring"}, created_by="amy", limits=limits or RunLimits()) as draft:
        draft.add(drafts(items))
        return draft.seal()


def found(jobs: Jobs) -> Job | None:
    return jobs.history.of_key("toy", "spring", besides="")


def test_a_key_of_a_job_that_was_cancelled_in_part_is_not_free(store: Store) -> None:
    jobs = jobs_for(store, Toy())
    job = jobs.run(keyed(jobs, 4, RunLimits(max_calls=2)).id)
    jobs.cancel(job.id)
    with pytest.raises(JobError, match=f"job {job.id} .* cancelled after something .* another key"):
        found(jobs)


def test_a_key_of_a_job_that_was_cancelled_unsent_is_free(store: Store) -> None:
    jobs = jobs_for(store, Toy())
    jobs.cancel(keyed(jobs, 4).id)
    assert found(jobs) is None


def test_neither_is_it_while_an_outcome_is_unknown(store: Store) -> None:
    def lose(items):
        raise AnswerLost("reset", provider="toy", operation="send")

    handler = Toy(lose, Repeat.AFTER_LOOKUP)
    handler.truth = lambda items: CannotTell("?")
    jobs = jobs_for(store, handler)
    job = keyed(jobs, 2, RunLimits(max_calls=1))
    jobs.run(job.id)
    jobs.cancel(job.id)
    with pytest.raises(JobError, match="cancelled after"):
        found(jobs)
    jobs.resolve(job.id, 1, as_done=False, who="amy")
    assert found(jobs) is None


def test_what_is_in_flight_when_its_job_is_cancelled_is_still_open(store: Store) -> None:
    seen: list[object] = []

    def cancelled_meanwhile(items):
        jobs.cancel(job.id)
        seen.extend((each.key, each.state) for each in jobs.history.open_items("toy", besides=""))
        with pytest.raises(JobError, match="cancelled after"):
            found(jobs)
        return all_done(items)

    jobs = jobs_for(store, Toy(cancelled_meanwhile, Repeat.AFTER_LOOKUP))
    job = keyed(jobs, 2)
    assert jobs.run(job.id).counts == {OutcomeState.DONE: 1, PLANNED: 1}
    assert seen == [("k0000", PLANNED), ("k0001", PLANNED)]
    assert list(jobs.history.open_items("toy", besides="")) == []
    assert jobs.get(job.id).state is JobState.CANCELLED
