"""Figures (统计). https://developer.work.weixin.qq.com/document/path/92132 and 92133."""

from collections.abc import Sequence
from functools import partial

from privcrm.clock import VENDOR_TIME, Clock
from privcrm.errors import InputError
from privcrm.models import GroupFigures, Page, Pages, StaffFigures
from privcrm.provider import LimitTable
from privcrm.provider.ports import StatisticsPort
from privcrm_wecom import checks
from privcrm_wecom.api.area import Area
from privcrm_wecom.api.chunks import by_chunks
from privcrm_wecom.client import WeComClient
from privcrm_wecom.convert import statistics as convert
from privcrm_wecom.convert import values
from privcrm_wecom.endpoints.statistics import GROUP_FIGURES_BY_DAY, GROUP_FIGURES_BY_OWNER, STAFF_FIGURES

_DAY = 86_400
_AHEAD = int(VENDOR_TIME.utcoffset(None).total_seconds())


class WeComStatistics(Area, StatisticsPort):
    """Needs the role ``customer_contact``; provider apps also the two permissions for figures.

    The vendor does not say at what hour it has counted a day; one that is not counted yet comes as zeros.
    """

    def __init__(self, client: WeComClient, limits: LimitTable, clock: Clock) -> None:
        super().__init__(client, limits)
        self._clock = clock

    def staff(self, staff_id: str, first_day: int, last_day: int) -> tuple[StaffFigures, ...]:
        """Return the days of one employee; of several the vendor would tell the sums only."""
        checks.given("staff_id", staff_id, STAFF_FIGURES.doc)
        return self._staff_figures("userid", [staff_id], first_day, last_day)

    def departments(self, department_ids: Sequence[str], first_day: int, last_day: int) -> tuple[StaffFigures, ...]:
        """Return the days of up to 100 departments together; all of them must be in the app's visible range."""
        checks.ids("department_ids", department_ids, STAFF_FIGURES.doc, self._limit("figures_staff"))
        numbers = [checks.whole("department_ids", one, STAFF_FIGURES.doc) for one in department_ids]
        return self._staff_figures("partyid", numbers, first_day, last_day)

    def groups_by_owner(
        self, owner_ids: Sequence[str], first_day: int, last_day: int, cursor: str = ""
    ) -> Pages[GroupFigures]:
        """List the sums of each owner, 100 owners and 1,000 rows a call; owners without groups may have no row."""
        checks.ids("owner_ids", owner_ids, GROUP_FIGURES_BY_OWNER.doc)
        first, last = self._days(first_day, last_day)

        def fetch(owners: Sequence[str], inner: str) -> Page[GroupFigures]:
            return self._owners(owners, first, last, inner)

        return Pages(by_chunks(owner_ids, self._most("figures_owners"), fetch), cursor)

    def groups_by_day(self, owner_ids: Sequence[str], first_day: int, last_day: int) -> tuple[GroupFigures, ...]:
        """Return the days of up to 100 owners together."""
        checks.ids("owner_ids", owner_ids, GROUP_FIGURES_BY_DAY.doc, self._limit("figures_owners"))
        first, last = self._days(first_day, last_day)
        answer = self._client.call(
            GROUP_FIGURES_BY_DAY,
            {"day_begin_time": first, "day_end_time": last, "owner_filter": {"userid_list": [*owner_ids]}},
        )
        read = partial(convert.day_figures, yesterday=self._yesterday())
        return tuple(map(read, values.rows(answer.get("items"))))

    def _staff_figures(
        self, whose: str, ids: Sequence[str] | Sequence[int], first_day: int, last_day: int
    ) -> tuple[StaffFigures, ...]:
        first, last = self._days(first_day, last_day)
        answer = self._client.call(STAFF_FIGURES, {whose: [*ids], "start_time": first, "end_time": last})
        read = partial(convert.staff_figures, yesterday=self._yesterday())
        return tuple(map(read, values.rows(answer.get("behavior_data"))))

    def _owners(self, owners: Sequence[str], first: int, last: int, cursor: str) -> Page[GroupFigures]:
        offset = values.number(cursor or 0)
        if offset is None:
            raise InputError("the cursor is not one of this listing: start from the beginning")
        answer = self._client.call(
            GROUP_FIGURES_BY_OWNER,
            {
                "day_begin_time": first,
                "day_end_time": last,
                "owner_filter": {"userid_list": [*owners]},
                "offset": offset,
                "limit": self._most("figures_page"),
            },
        )
        read = partial(convert.owner_figures, may_be_early=last >= self._yesterday())
        found = tuple(map(read, values.rows(answer.get("items"))))
        following, total = values.number(answer.get("next_offset")), values.number(answer.get("total")) or 0
        following = offset + len(found) if following is None else following
        return Page(found, str(following) if following < total else "")

    def _days(self, first_day: int, last_day: int) -> tuple[int, int]:
        """Return the midnights of two days if the vendor has figures of them."""
        first, last, yesterday = _midnight(first_day), _midnight(last_day), self._yesterday()
        if first > last:
            raise InputError("first_day is after last_day")
        if last > yesterday:
            raise InputError(f"last_day is not over yet: figures go up to yesterday ({STAFF_FIGURES.doc})")
        span, age = self._limit("figures_span"), self._limit("figures_age")
        checks.between("first_day to last_day", last + _DAY - first, _DAY, span)
        checks.between("the age of first_day", yesterday + _DAY - first, _DAY, age)
        return first, last

    def _yesterday(self) -> int:
        return _midnight(self._clock.time()) - _DAY


def _midnight(second: float) -> int:
    """Return the midnight in UTC+8 at or before a second."""
    return (int(second) + _AHEAD) // _DAY * _DAY - _AHEAD
