"""Remarks of those who came by a code, written after its template: kept as wishes, so that none is lost or doubled."""

import logging
import re
from typing import Final

from privcrm.errors import (
    AnswerLost,
    InputError,
    NotFound,
    NotSent,
    PrivcrmError,
    QuotaExhausted,
    RateLimited,
    Refused,
    TooConcurrent,
    WriteForbidden,
)
from privcrm.models import Member, MemberId, RemarkChange, StaffId, staff_key
from privcrm.models.codes import StaffLiveCode
from privcrm.models.codes.hours import local_date
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.staff.looking import Looking
from privcrm.store.live_codes.adds import Adds, RemarkState, WantedRemark
from privcrm.store.timers import Timer

__all__ = ["KIND", "Remarks", "remark_of"]

KIND: Final = "live_code.remarks"
GATHER_SECONDS: Final = 10.0
AGAIN_SECONDS: Final = 60.0
AT_ONCE: Final = 20
MOST_TRIES: Final = 5
LONGEST: Final = 20
"""Where a provider's limits do not say how long a remark may be."""

_WORD: Final = re.compile(r"\{(name|code|day)\}")
_LATER: Final = (AnswerLost, NotSent, RateLimited, TooConcurrent, QuotaExhausted, WriteForbidden)

log = logging.getLogger("privcrm.live_codes")


class Remarks:
    """Writes remarks, each until it is there; what an employee wrote himself is left alone."""

    def __init__(self, book: CodeBook, looking: Looking) -> None:
        self._book = book
        self._looking = looking
        self._adds = Adds(book.database)
        limit = book.provider.limits.get("remark")
        self._longest = LONGEST if limit is None else limit.value
        book.jobs.timers.offer(KIND, self._on_timer)

    def soon(self) -> None:
        """Let whoever runs the timers write what is wanted soon."""
        due = (self._book.clock.time() // GATHER_SECONDS + 1) * GATHER_SECONDS
        self._book.jobs.timers.set(KIND, "", due, {})

    def write(self) -> int:
        """Write some of those that are wanted; return how many are left for now, those to be tried again included.

        Killed in between, what was written is written again: the same words to the same relation.
        """
        with self._book.database.connect() as connection:
            wanted = self._adds.wanting_remarks(connection, AT_ONCE + 1)
        for each in wanted[:AT_ONCE]:
            state = self._settled(each)
            with self._book.database.transaction() as connection:
                self._adds.remarked(connection, each, state)
        with self._book.database.connect() as connection:
            return len(self._adds.wanting_remarks(connection, AT_ONCE + 1))

    def _settled(self, wanted: WantedRemark) -> str:
        """Write a remark and return how far it is; what may pass is tried again a few times."""
        again = RemarkState.PLANNED if wanted.tries + 1 < MOST_TRIES else RemarkState.FAILED
        try:
            return self._write(wanted)
        except NotFound:  # a relation can often not be read just after the add
            return again if again is RemarkState.PLANNED else RemarkState.SKIPPED
        except _LATER:
            return again
        except (Refused, InputError) as error:
            log.warning("a remark was not written: %s", type(error).__name__)
            return RemarkState.FAILED

    def _write(self, wanted: WantedRemark) -> str:
        with self._book.database.connect() as connection:
            row = self._book.rows.of_number(connection, wanted.code)
        code = None if row is None else self._looking.blank(row)
        if code is None or not code.remark:
            return RemarkState.SKIPPED
        member = self._book.provider.members.get(wanted.member_id)
        held = next((f.remark for f in member.follows if staff_key(f.staff_id) == staff_key(wanted.staff_id)), None)
        if held is None:
            raise NotFound("no such relation", provider=self._book.provider.name, operation="members.get")
        remark = remark_of(code, member, wanted.at, self._longest)
        if held not in ("", member.name) or not remark:
            return RemarkState.DONE if held == remark else RemarkState.SKIPPED
        change = RemarkChange(StaffId(wanted.staff_id), MemberId(wanted.member_id), remark=remark)
        self._book.provider.members.edit_remark(change)
        return RemarkState.DONE

    def _on_timer(self, timer: Timer) -> None:
        del timer
        try:
            left = self.write()
        except PrivcrmError:
            self._book.jobs.timers.set(KIND, "", self._book.clock.time() + AGAIN_SECONDS, {})
            raise
        if left:
            pause = GATHER_SECONDS if left > AT_ONCE else AGAIN_SECONDS
            self._book.jobs.timers.set(KIND, "", self._book.clock.time() + pause, {})


def remark_of(code: StaffLiveCode, member: Member, at: float, longest: int) -> str:
    """Return a code's remark for a member who came at a moment (unix seconds), cut to what the vendor takes."""
    words = {"name": member.name, "code": code.name or code.key, "day": local_date(at, code.zone).isoformat()}
    return _WORD.sub(lambda found: words[found[1]], code.remark).strip()[:longest]
