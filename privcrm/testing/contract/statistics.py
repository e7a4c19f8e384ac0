"""The contract of ``StatisticsPort``."""

from functools import partial
from itertools import islice

import pytest

from privcrm.clock import VENDOR_TIME, Clock
from privcrm.errors import InputError
from privcrm.models import ContactCodeSpec, GroupFigures, StaffFigures, StaffId, staff_key
from privcrm.provider import CallRecord, Provider
from privcrm.testing.contract.base import Contract, MakeIntent, PassTime, ScanContactCode, needs
from privcrm.testing.contract.listings import paged

_DAY = 86_400
_NOON = 43_200
_AHEAD = int(VENDOR_TIME.utcoffset(None).total_seconds())
_TOO_MANY = 100_000


def _midnight(second: float) -> int:
    return (int(second) + _AHEAD) // _DAY * _DAY - _AHEAD


def _counts(row: StaffFigures) -> tuple[int, ...]:
    return row.chats, row.messages, row.requests_sent, row.members_added, row.members_lost


def _group_counts(row: GroupFigures) -> tuple[int, ...]:
    return (
        row.groups,
        row.groups_created,
        row.groups_active,
        row.members,
        row.members_joined,
        row.members_active,
        row.messages,
    )


class StatisticsContract(Contract):
    """Figures by day. Those of yesterday may not be counted yet, so what is compared is older."""

    @pytest.fixture
    def yesterday(self, clock: Clock) -> int:
        """Midnight in UTC+8, by which yesterday began."""
        return _midnight(clock.time()) - _DAY

    @pytest.fixture
    def counted(self, yesterday: int) -> int:
        """A day whose figures are final."""
        return yesterday - 2 * _DAY

    @pytest.fixture
    def owner_ids(self, provider: Provider) -> list[StaffId]:
        """Some owners of groups."""
        some = islice(provider.groups.list(), 5)
        owners = {str(provider.groups.get(group.group_id).owner_id) for group in some}
        return [StaffId(owner) for owner in sorted(owners)]

    @needs("statistics.staff", "staff.serving")
    def test_an_employee_has_one_row_a_day(self, provider: Provider, yesterday: int) -> None:
        """Any second of a day stands for it, both ends are included, rows come by day."""
        staff_id = next(provider.staff.serving())
        rows = provider.statistics.staff(staff_id, yesterday - 6 * _DAY + _NOON, yesterday + 1)
        assert [row.day for row in rows] == [yesterday - number * _DAY for number in range(6, -1, -1)]
        assert all(row.raw and min(_counts(row)) >= 0 for row in rows)

    @needs("statistics.staff", "staff.serving")
    def test_shares_and_times_come_with_chats_only(self, provider: Provider, counted: int) -> None:
        """On days without chats there is neither share nor time; a share is a percentage."""
        staff_ids = list(islice(provider.staff.serving(), 5))
        rows = [row for one in staff_ids for row in provider.statistics.staff(one, counted - 9 * _DAY, counted)]
        assert rows
        for row in rows:
            assert (row.reply_share is None) is (row.reply_minutes is None) is (row.chats == 0)
            assert row.reply_share is None or 0 <= row.reply_share <= 100  # noqa: PLR2004 - percent

    @needs("statistics.staff", "staff.serving")
    def test_only_yesterday_can_be_unready(self, provider: Provider, yesterday: int) -> None:
        """Zeros of yesterday may not be counted yet; older ones are what happened."""
        for staff_id in islice(provider.staff.serving(), 5):
            for row in provider.statistics.staff(staff_id, yesterday - 6 * _DAY, yesterday):
                assert row.ready or (row.day == yesterday and not any(_counts(row)))

    @needs("statistics.staff", "live_codes.create_contact_code")
    def test_who_was_added_is_counted_when_the_day_is_over(
        self,
        provider: Provider,
        clock: Clock,
        intent: MakeIntent,
        pass_time: PassTime,
        scan_contact_code: ScanContactCode,
    ) -> None:
        """Two newcomers by a code are two members added, on that day and no other."""
        staff_id = next(provider.staff.serving())
        day = _midnight(clock.time()) + _DAY
        pass_time(day + _NOON - clock.time())
        code = provider.live_codes.create_contact_code(ContactCodeSpec(staff_ids=(staff_id,)), intent=intent())
        for _ in range(2):
            assert scan_contact_code(code.code_id) is not None
        pass_time(3 * _DAY)
        rows = provider.statistics.staff(staff_id, day, day + _DAY)
        assert [(row.members_added, row.ready) for row in rows] == [(2, True), (0, True)]

    @needs("statistics.staff", "live_codes.create_contact_code")
    def test_a_day_read_too_early_says_so(
        self,
        provider: Provider,
        clock: Clock,
        intent: MakeIntent,
        pass_time: PassTime,
        scan_contact_code: ScanContactCode,
    ) -> None:
        """After midnight yesterday is either counted already, or zero and marked; a day later it is final."""
        staff_id = next(provider.staff.serving())
        code = provider.live_codes.create_contact_code(ContactCodeSpec(staff_ids=(staff_id,)), intent=intent())
        assert scan_contact_code(code.code_id) is not None
        day = _midnight(clock.time())
        pass_time(day + _DAY + 1_800 - clock.time())
        (early,) = provider.statistics.staff(staff_id, day, day)
        pass_time(_DAY)
        (late,) = provider.statistics.staff(staff_id, day, day)
        assert late.ready
        assert late.members_added == 1
        assert _counts(early) == (_counts(late) if early.ready else (0, 0, 0, 0, 0))

    @needs("statistics.departments", "statistics.staff", "staff.departments", "staff.list")
    def test_departments_are_added_up(self, provider: Provider, counted: int) -> None:
        """One row a day for everybody in them together, those below included."""
        departments = list(provider.staff.departments())
        root = next(node.department_id for node in departments if node.parent_id is None)
        smallest = departments[-1].department_id
        people = [staff.staff_id for staff in provider.staff.list(smallest)]
        alone = [provider.statistics.staff(one, counted, counted)[0] for one in people]
        (shop,) = provider.statistics.departments([smallest], counted, counted)
        (company,) = provider.statistics.departments([root, smallest], counted, counted)
        least = tuple(map(sum, zip(*map(_counts, alone), strict=True)))
        assert all(one >= other for one, other in zip(_counts(shop), least, strict=True))
        assert company.messages >= shop.messages
        assert provider.statistics.departments([root], counted, counted)[0].messages == company.messages

    @needs("statistics.groups_by_owner", "groups.list", "groups.get")
    def test_owners_have_one_row_each(self, provider: Provider, owner_ids: list[StaffId], counted: int) -> None:
        """Over all pages, for owners asked for and no others; the cursor resumes."""
        listing = partial(provider.statistics.groups_by_owner, owner_ids, counted - 6 * _DAY, counted)
        found = list(paged(listing, lambda row: staff_key(row.owner_id or "")))
        assert sorted(found) == sorted(map(staff_key, owner_ids))
        assert all(row.day is None and row.raw and row.ready for row in listing())

    @needs("statistics.groups_by_owner", "groups.list")
    def test_many_owners_are_asked_for_in_several_calls(
        self, provider: Provider, owner_ids: list[StaffId], counted: int
    ) -> None:
        """More than one call takes; those who own nothing have no row or an empty one."""
        crowd = [*owner_ids[:1], *(StaffId(f"nobody{number}") for number in range(99)), *owner_ids[1:]]
        rows = [row for row in provider.statistics.groups_by_owner(crowd, counted, counted) if row.groups]
        assert {staff_key(row.owner_id or "") for row in rows} == set(map(staff_key, owner_ids))

    @needs("statistics.groups_by_owner", "statistics.groups_by_day", "groups.list", "groups.get")
    def test_both_readings_of_groups_agree(self, provider: Provider, owner_ids: list[StaffId], counted: int) -> None:
        """One owner's single day is the same by owner and by day; several owners are added up."""
        by_owner = list(provider.statistics.groups_by_owner(owner_ids, counted, counted))
        for row in by_owner:
            (alone,) = provider.statistics.groups_by_day([str(row.owner_id)], counted, counted)
            assert (alone.owner_id, alone.day) == (None, counted)
            assert _group_counts(alone) == _group_counts(row)
        (together,) = provider.statistics.groups_by_day(owner_ids, counted, counted)
        assert _group_counts(together) == tuple(map(sum, zip(*map(_group_counts, by_owner), strict=True)))

    @needs("statistics.groups_by_day", "groups.list", "groups.get")
    def test_groups_have_one_row_a_day(self, provider: Provider, owner_ids: list[StaffId], yesterday: int) -> None:
        """Both ends included; only yesterday can be unready."""
        rows = provider.statistics.groups_by_day(owner_ids, yesterday - 29 * _DAY, yesterday)
        assert [row.day for row in rows] == [yesterday - number * _DAY for number in range(29, -1, -1)]
        assert all(row.ready for row in rows[:-1])

    @needs("statistics.staff", "statistics.departments", "statistics.groups_by_owner", "statistics.groups_by_day")
    def test_days_without_figures_are_refused(
        self, provider: Provider, yesterday: int, records: list[CallRecord]
    ) -> None:
        """Today, the wrong way round, more than 30 days, longer ago than 180: before sending."""
        for first, last in (
            (yesterday, yesterday + _DAY),
            (yesterday, yesterday - _DAY),
            (yesterday - 30 * _DAY, yesterday),
            (yesterday - 181 * _DAY, yesterday - 181 * _DAY),
        ):
            for ask in (
                lambda: provider.statistics.staff("somebody", first, last),  # noqa: B023 - called at once
                lambda: provider.statistics.departments(["1"], first, last),  # noqa: B023
                lambda: list(provider.statistics.groups_by_owner(["somebody"], first, last)),  # noqa: B023
                lambda: provider.statistics.groups_by_day(["somebody"], first, last),  # noqa: B023
            ):
                with pytest.raises(InputError):
                    ask()
        assert not records

    @needs("statistics.departments", "statistics.groups_by_owner", "statistics.groups_by_day")
    def test_figures_of_nobody_or_too_many_are_refused(
        self, provider: Provider, counted: int, records: list[CallRecord]
    ) -> None:
        """An empty list may mean everybody to a vendor; and what cannot be added up is not split."""
        many = [str(number) for number in range(1, _TOO_MANY)]
        port = provider.statistics
        for ids in ([], many):
            with pytest.raises(InputError, match="department_ids"):
                port.departments(ids, counted, counted)
            with pytest.raises(InputError, match="owner_ids"):
                port.groups_by_day(ids, counted, counted)
        with pytest.raises(InputError, match="owner_ids"):
            list(port.groups_by_owner([], counted, counted))
        assert not records
