"""What became of the right to greet one new member."""

from enum import StrEnum
from typing import Final

from attrs import field, frozen

from privcrm.models import MemberId, StaffId


class WelcomeOutcome(StrEnum):
    """How it ended.

    ``SENT``: by us. ``SENT_BY_OTHER``: somebody else greeted, or the two talked already. ``NONE_OFFERED``: no app of
    ours got a code. ``GREETED_BEFORE``: none was offered because the welcome went with the unconfirmed add before it.
    ``NOT_OURS``: no rule fits. ``EXPIRED``: time ran out, by our clock or by the vendor's. ``FORBIDDEN``: writing is
    stopped on our side, or the employee is outside the write scope. ``FAILED``: refused. ``UNKNOWN``: it left, and
    nobody said whether it arrived. ``SHADOW``: it would have been sent. ``SENDING``: not over yet, or its process died.
    """

    SENT = "sent"
    SENT_BY_OTHER = "sent_by_other"
    NONE_OFFERED = "none_offered"
    GREETED_BEFORE = "greeted_before"
    NOT_OURS = "not_ours"
    EXPIRED = "expired"
    FORBIDDEN = "forbidden"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SHADOW = "shadow"
    SENDING = "sending"


OPEN: Final = (WelcomeOutcome.NONE_OFFERED, WelcomeOutcome.FAILED)
"""What another app that was told of the same add may still turn into a welcome."""


@frozen
class WelcomeRecord:
    """One add and its welcome.

    ``key`` and ``at`` (unix seconds) are the event's, ``kind`` is its class. ``staff_id`` is in lower case. ``app`` is
    whose code was used. ``code`` is the vendor's, or the name of the error. ``left_out`` counts attachments that were
    not ready. ``seconds`` lie between the event and our welcome, None if it was not ours.
    """

    key: str
    at: int
    kind: str
    app: str
    staff_id: StaffId
    member_id: MemberId = field(repr=False)
    state: str = ""
    rule: str = ""
    outcome: WelcomeOutcome = WelcomeOutcome.SENDING
    code: str = ""
    left_out: int = 0
    seconds: float | None = None
    decided_at: float = 0.0
