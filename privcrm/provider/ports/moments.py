"""Port: moments broadcasts."""

from collections.abc import Collection, Mapping
from typing import Any

from privcrm.models import (
    MemberId,
    Moment,
    MomentJob,
    MomentSpec,
    MomentTask,
    Pages,
    Reaction,
)
from privcrm.provider.intents import Intent, Settled
from privcrm.provider.ports._strategies import Strategies


class MomentsPort(Strategies):
    """Asks employees to publish to their members' timelines; nothing appears before each of them confirms.

    Ids of attachments come from ``MediaPort.upload`` with the purpose ``moment``. A moment holds pictures, or one
    film, or one link; content that a vendor would refuse or cut raises ``InputError`` before sending.
    """

    area = "moments"

    def create(self, spec: MomentSpec, *, intent: Intent, extra: Mapping[str, Any] | None = None) -> str:
        """Order a moment and return the id of the vendor's background job; ask ``job`` for the moment.

        Not safe to repeat: a second one appears a second time on every timeline. A used-up month raises
        ``QuotaExhausted`` or ``RateLimited``, whose ``reset_at`` or ``retry_at`` is the month's end; as many moments
        being made as the vendor allows raise ``RateLimited`` for a minute or so.
        """
        raise self._unsupported("create")

    def settle(self, intent: Intent, spec: MomentSpec, *, claimed: Collection[str] = ()) -> Settled:
        """Find out whether ``create`` happened; ``Done.result`` is the ``Moment``.

        Vendors list a new moment late: ask a minute after ``intent.created_at`` at the earliest. ``claimed`` are
        moments already known to belong to other intents. Several that fit, or one that fits but for what vendors do
        not show as it was sent, are ``CannotTell``. ``PreconditionFailed`` means that the vendor is not ready to tell.
        """
        raise self._unsupported("settle")

    def job(self, job_id: str) -> MomentJob:
        """Return how far a background job is; vendors forget it after a day, then ``NotFound`` is raised."""
        raise self._unsupported("job")

    def list(
        self,
        *,
        created_after: int,
        created_before: int,
        creator_id: str | None = None,
        by_company: bool | None = None,
        cursor: str = "",
    ) -> Pages[Moment]:
        """List moments created strictly inside a span of unix seconds (at most 30 days); deleted ones are missing."""
        raise self._unsupported("list")

    def tasks(self, moment_id: str, cursor: str = "") -> Pages[MomentTask]:
        """List the employees who are to publish a company moment, and whether they did."""
        raise self._unsupported("tasks")

    def audience(self, moment_id: str, staff_id: str, cursor: str = "") -> Pages[MemberId]:
        """List the members chosen to see what this employee publishes."""
        raise self._unsupported("audience")

    def viewers(self, moment_id: str, staff_id: str, cursor: str = "") -> Pages[MemberId]:
        """List the members on whose timeline it stands."""
        raise self._unsupported("viewers")

    def reactions(self, moment_id: str, staff_id: str) -> tuple[Reaction, ...]:
        """Return the comments and likes under what this employee published."""
        raise self._unsupported("reactions")

    def cancel(self, moment_id: str) -> None:
        """Stop employees who have not published yet; what stands on a timeline stays. Safe to repeat."""
        raise self._unsupported("cancel")
