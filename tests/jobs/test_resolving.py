"""What a person says of an unknown item, and the id that a person found for it."""

import pytest

from privcrm.clock import ManualClock
from privcrm.errors import AnswerLost, JobError
from privcrm.jobs import Job, Jobs, OutcomeState
from privcrm.provider.endpoint import Repeat
from privcrm.provider.intents import CannotTell
from privcrm.store import Store
from tests.jobs.toy import Toy, jobs_for, plan


def lose(items):
    raise AnswerLost("reset", provider="toy", operation="send")


def unknown(store: Store, *, keeps_ids: bool = True) -> tuple[Jobs, Job]:
    handler = Toy(lose, Repeat.AFTER_LOOKUP)
    handler.keeps_ids = keeps_ids
    handler.truth = lambda items: CannotTell("?")
    jobs = jobs_for(store, handler)
    return jobs, jobs.run(plan(jobs, 1).id)


def test_an_id_that_a_person_found_is_kept(store: Store) -> None:
    jobs, job = unknown(store)
    item = jobs.resolve(job.id, 1, as_done=True, who="amy", vendor_id="msg7")
    assert (item.outcome.state, item.outcome.before) == (OutcomeState.DONE, {"id": "msg7"})
    assert [given.before for given in jobs.history.given("toy", 0)] == [{"id": "msg7"}]


@pytest.mark.parametrize(
    ("keeps_ids", "as_done", "why"), [(False, True, "'toy' keep no ids"), (True, False, "what did not happen")]
)
def test_an_id_that_means_nothing_is_refused(store: Store, keeps_ids: bool, as_done: bool, why: str) -> None:
    jobs, job = unknown(store, keeps_ids=keeps_ids)
    with pytest.raises(JobError, match=f"{why}.*without one"):
        jobs.resolve(job.id, 1, as_done=as_done, who="amy", vendor_id="msg7")
    assert jobs.get(job.id).counts == {OutcomeState.UNKNOWN: 1}


def test_what_nobody_knows_the_id_of_is_told_of_as_well(store: Store, clock: ManualClock) -> None:
    jobs, job = unknown(store)
    told = [(given.seq, given.before) for given in jobs.history.given("toy", 0)]
    assert told == [(1, {})]
    jobs.resolve(job.id, 1, as_done=True, who="amy")
    (given,) = jobs.history.given("toy", 0)
    jobs.history.learn(given, {"id": "msg8"})
    assert next(jobs.items(job.id)).outcome.before == {"id": "msg8"}
    clock.advance(100)
    assert list(jobs.history.given("toy", clock.time())) == []
