"""Sending one welcome until the vendor says yes or no, or time is up."""

from collections.abc import Sequence
from typing import Final

from attrs import field, frozen

from privcrm.clock import Clock
from privcrm.errors import (
    AnswerLost,
    InvalidArgument,
    NotSent,
    PreconditionFailed,
    PrivcrmError,
    RateLimited,
    TooConcurrent,
    WriteForbidden,
)
from privcrm.models import Content, Greeted
from privcrm.provider.ports import MessagesPort
from privcrm.services.welcomes.outcome import OPEN, WelcomeOutcome

PAUSE_SECONDS: Final = 0.5
"""Between two calls of the port, which has repeated its own by then."""

_WORTH_ANOTHER = (NotSent, AnswerLost, TooConcurrent, RateLimited)


@frozen
class Offer:
    """A welcome code and the app that was given it."""

    app: str
    code: str = field(repr=False)


@frozen
class Ending:
    """How sending ended; ``code`` is the vendor's, or the name of the error. ``unfit`` blames what was said."""

    outcome: WelcomeOutcome
    app: str = ""
    code: str = ""
    unfit: bool = False


class Sending:
    """The attempts at one welcome. ``lost``: one of them may have arrived without our knowing."""

    def __init__(self, port: MessagesPort, clock: Clock, deadline: float, *, lost: bool) -> None:
        self._port = port
        self._clock = clock
        self._deadline = deadline
        self._lost = lost

    def send(self, offers: Sequence[Offer], content: Content) -> Ending:
        """Greet with the first code that is good."""
        ending = Ending(WelcomeOutcome.NONE_OFFERED)
        for offer in offers:
            ending = self._send(offer, content)
            is_told = ending.outcome not in (*OPEN, WelcomeOutcome.EXPIRED)
            if is_told or ending.unfit or self._clock.time() >= self._deadline:
                break
        return ending

    def _send(self, offer: Offer, content: Content) -> Ending:
        try:
            greeted = self._greet(offer, content)
        except PrivcrmError as error:
            self._lost = self._lost or _went_unanswered(error)
            outcome = WelcomeOutcome.UNKNOWN if self._lost else _outcome_of(error)
            code = getattr(error, "code", None) or type(error).__name__
            return Ending(outcome, offer.app, str(code), unfit=isinstance(error, InvalidArgument))
        ours = greeted is Greeted.NOW or self._lost
        return Ending(WelcomeOutcome.SENT if ours else WelcomeOutcome.SENT_BY_OTHER, offer.app)

    def _greet(self, offer: Offer, content: Content) -> Greeted:
        while True:
            try:
                return self._port.welcome(offer.code, content, app=offer.app)
            except _WORTH_ANOTHER as error:
                # Somebody else is at it: none of ours can have arrived.
                self._lost = not isinstance(error, TooConcurrent) and (self._lost or _went_unanswered(error))
                pause = self._pause_after(error)
                if self._clock.time() + pause >= self._deadline:
                    raise
            self._clock.sleep(pause)

    def _pause_after(self, error: PrivcrmError) -> float:
        if isinstance(error, RateLimited) and error.retry_at is not None:
            return max(PAUSE_SECONDS, error.retry_at - self._clock.time())
        return PAUSE_SECONDS


def _went_unanswered(error: PrivcrmError) -> bool:
    """Tell whether this attempt, or one before it in the same call, left and got no answer."""
    return any(isinstance(each, AnswerLost) for each in (error, *getattr(error, "earlier", ())))


def _outcome_of(error: PrivcrmError) -> WelcomeOutcome:
    if isinstance(error, WriteForbidden):
        return WelcomeOutcome.FORBIDDEN
    late = isinstance(error, (PreconditionFailed, *_WORTH_ANOTHER))
    return WelcomeOutcome.EXPIRED if late else WelcomeOutcome.FAILED
