import pytest

from privcrm.errors import (
    AnswerLost,
    ConfigurationError,
    Conflict,
    CredentialRejected,
    InputError,
    InvalidArgument,
    JobError,
    LimitReached,
    MissingExtra,
    NotFound,
    NotSent,
    OutcomeUnknown,
    OutOfScope,
    PermissionDenied,
    PreconditionFailed,
    QuotaExhausted,
    RateLimited,
    Refused,
    StoreError,
    TokenRejected,
    TooConcurrent,
    UnsupportedCapability,
    WriteForbidden,
)
from privcrm.jobs import Outcome
from privcrm.jobs.error_policy import (
    BROKEN,
    RATE_WINDOW_SECONDS,
    Again,
    CircuitBreaker,
    Finish,
    Pause,
    Settle,
    Wait,
    judge,
)
from privcrm.provider.endpoint import Repeat

CALL = {"provider": "wecom", "operation": "mark_tag", "code": 7}
NOW = 1_000.0


@pytest.mark.parametrize("kind", [NotFound, InvalidArgument, Conflict, LimitReached, PreconditionFailed, Refused])
@pytest.mark.parametrize("repeat", Repeat)
def test_a_refusal_is_the_outcome_of_the_items(kind: type[Refused], repeat: Repeat) -> None:
    assert judge(kind("no", **CALL), repeat, NOW) == Finish(Outcome.failed(7, "no"))


@pytest.mark.parametrize(
    "error",
    [
        PermissionDenied("no", **CALL),
        Refused("forbidden", provider="wecom", operation="mark_tag", http_status=403),
        CredentialRejected("no", **CALL),
        TokenRejected("no", **CALL),
        ConfigurationError("no"),
        MissingExtra("psycopg", "postgres"),
        UnsupportedCapability("feishu", "tags", "no"),
    ],
)
@pytest.mark.parametrize("repeat", Repeat)
def test_a_wrong_set_up_pauses_the_job(error: Exception, repeat: Repeat) -> None:
    assert judge(error, repeat, NOW) == Pause(f"refused: {error}")


@pytest.mark.parametrize("repeat", Repeat)
def test_what_we_forbid_ourselves_is_not_blamed_on_the_vendor(repeat: Repeat) -> None:
    assert judge(WriteForbidden("`privcrm stop` is in force"), repeat, NOW) == Pause(
        "forbidden: `privcrm stop` is in force"
    )


def test_a_handler_may_want_a_person_to_look_where_nothing_can_have_happened_twice() -> None:
    error = JobError("the old tag was not deleted")
    assert judge(error, Repeat.SAFE, NOW) == Pause("unfinished: the old tag was not deleted")
    assert judge(error, Repeat.NEVER, NOW) == Settle(alarming=BROKEN)


def test_limits_make_the_job_wait_until_they_end() -> None:
    known, unknown = RateLimited("slow down", retry_at=1_042.0, **CALL), RateLimited("slow down", **CALL)
    quota = QuotaExhausted("used up", reset_at=9_000.0)
    assert judge(known, Repeat.SAFE, NOW) == Wait(1_042.0, f"rate_limited: {known}")
    assert judge(unknown, Repeat.SAFE, NOW) == Wait(NOW + RATE_WINDOW_SECONDS, f"rate_limited: {unknown}")
    assert judge(quota, Repeat.NEVER, NOW) == Wait(9_000.0, "quota: used up")


def test_what_surely_did_not_happen_is_sent_again() -> None:
    gone, busy = NotSent("refused", **CALL), TooConcurrent("busy", **CALL)
    for repeat in Repeat:
        verdict = judge(gone, repeat, NOW)
        assert isinstance(verdict, Again)
        assert isinstance(verdict.last, Pause)
        assert "cannot be reached" in verdict.last.reason
        assert judge(busy, repeat, NOW) == Again(Finish(Outcome.failed(7, "busy")))


def test_a_lost_answer_is_repeated_only_where_that_is_harmless() -> None:
    lost, unknown = AnswerLost("reset", **CALL), OutcomeUnknown("reset", intent=None, **CALL)
    for error in (lost, unknown):
        assert judge(error, Repeat.SAFE, NOW) == Again(Finish(Outcome.unknown("reset", reason="no_answer")))
        assert judge(error, Repeat.AFTER_LOOKUP, NOW) == Settle()
        assert judge(error, Repeat.NEVER, NOW) == Settle()


def test_of_a_strangers_exception_only_the_class_is_told() -> None:
    for error in (ValueError("13800138000"), InputError("13800138000")):
        verdict = judge(error, Repeat.SAFE, NOW)
        assert verdict == Finish(Outcome.failed("internal", type(error).__name__), alarming=BROKEN)
        assert judge(error, Repeat.AFTER_LOOKUP, NOW) == Settle(alarming=BROKEN)


@pytest.mark.parametrize("repeat", Repeat)
def test_what_is_about_one_record_ends_that_record(repeat: Repeat) -> None:
    assert judge(OutOfScope("zhang is outside"), repeat, NOW) == Finish(
        Outcome.skipped("out_of_scope", "outside the write scope")
    )
    refused = PermissionDenied("no", scope="record", **CALL)
    assert judge(refused, repeat, NOW) == Finish(Outcome.failed(7, "no"), alarming="refused: code 7 came")


def test_a_broken_store_is_no_fault_of_the_items() -> None:
    error = StoreError("locked")
    assert judge(error, Repeat.SAFE, NOW) == Pause("store: locked")
    assert judge(error, Repeat.AFTER_LOOKUP, NOW) == Settle(alarming=BROKEN)


def test_a_time_that_has_passed_is_not_met_by_trying_at_once() -> None:
    decision = judge(RateLimited("slow down", retry_at=NOW - 60, **CALL), Repeat.SAFE, NOW)
    assert isinstance(decision, Wait)
    assert decision.until > NOW


def test_only_what_comes_five_times_in_a_row_trips_the_breaker() -> None:
    breaker = CircuitBreaker(lambda outcome: False)
    told = [breaker.note([], alarming=word) for word in ("a", "a", "a", "a", "b", "", "a", "a", "a", "a", "a")]
    assert [bool(reason) for reason in told] == [False] * 10 + [True]
    assert told[-1] == "a 5 times in a row"
