"""Which failed attempts are worth another one, and after how long."""

from collections.abc import Callable
from random import Random
from typing import TypeVar

import tenacity

from privcrm.clock import Clock
from privcrm.errors import AnswerLost, NotSent, TokenRejected, TooConcurrent
from privcrm.provider import Endpoint, Repeat
from privcrm.transport.failure import Failure

T = TypeVar("T")

_LOST_REPEATS = 3
"""The vendor asks for no more than three repeats of "system busy"."""
_CROWDED_REPEATS = 8
_LOST_BASE, _LOST_CAP = 0.5, 2.0
_CROWDED_BASE, _CROWDED_CAP = 0.2, 1.0


def may_repeat(failure: Failure, endpoint: Endpoint, attempts: int) -> bool:
    """Return whether a call that has failed like this may go out once more.

    What never left and what was refused for lack of room may always be repeated; a lost answer only if the call is
    safe to repeat. A rejected token was refused too: the transport marks the second refusal as final.
    """
    error = failure.error
    if failure.final:
        return False
    if isinstance(error, TokenRejected):
        return True
    if isinstance(error, TooConcurrent):
        return attempts <= _CROWDED_REPEATS
    if isinstance(error, NotSent) or (isinstance(error, AnswerLost) and endpoint.repeat is Repeat.SAFE):
        return attempts <= _LOST_REPEATS
    return False


def pause_before(failure: Failure, attempts: int, random: Random) -> float:
    """Return the seconds to wait: doubling, with jitter between half and all, never less than the vendor asks."""
    if isinstance(failure.error, TokenRejected):
        return 0.0
    crowded = isinstance(failure.error, TooConcurrent)
    base, cap = (_CROWDED_BASE, _CROWDED_CAP) if crowded else (_LOST_BASE, _LOST_CAP)
    doubled = min(base * 2.0 ** (attempts - 1), cap)
    return max(failure.pause or 0.0, doubled * random.uniform(0.5, 1.0))


class Patience:
    """Seconds that one call may still spend on the wire and on waiting between attempts."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    def spend(self, seconds: float) -> None:
        """Take off what was spent."""
        self.left = max(0.0, self.left - seconds)


def repeated(
    first: Failure,
    attempt: Callable[[], T | Failure],
    *,
    endpoint: Endpoint,
    patience: Patience,
    clock: Clock,
    random: Random,
) -> T | Failure:
    """Go on after a failed first attempt; return the first success or the last failure.

    tenacity does the looping. Its own first attempt plays back ours, which was made outside of it because the common
    path, a first attempt that works, should not pay for any of this.
    """
    played = [first]

    def run() -> T | Failure:
        return played.pop() if played else attempt()

    def wanted(state: tenacity.RetryCallState) -> bool:
        outcome = _result(state)
        return isinstance(outcome, Failure) and may_repeat(outcome, endpoint, state.attempt_number)

    def wait(state: tenacity.RetryCallState) -> float:
        outcome = _result(state)
        return pause_before(outcome, state.attempt_number, random) if isinstance(outcome, Failure) else 0.0

    def sleep(seconds: float) -> None:
        patience.spend(seconds)
        clock.sleep(seconds)

    loop: tenacity.Retrying = tenacity.Retrying(
        retry=wanted,
        wait=wait,
        stop=lambda state: state.upcoming_sleep >= patience.left,
        sleep=sleep,
        retry_error_callback=_result,
    )
    return loop(run)


def _result(state: tenacity.RetryCallState) -> object:
    return state.outcome.result() if state.outcome is not None else None
