"""What all contract classes share: the provider under test, what is known about its company, the override guard."""

import inspect
from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import count
from typing import Any, NoReturn, cast

import pytest
from attrs import evolve, frozen

from privcrm.clock import Clock, SystemClock
from privcrm.models import MemberId, RemarkChange, StaffId, TagChange, TagId
from privcrm.provider import CallRecord, Capabilities, Intent, Provider, ProviderContext, WriteGuard

MakeProvider = Callable[[ProviderContext], Provider]
PassTime = Callable[[float], None]
MakeIntent = Callable[[], Intent]
LoseAnswer = Callable[[str], None]

_OWN_MODULES = __name__.rpartition(".")[0]


@frozen
class Relation:
    """An employee and a member whom that employee follows."""

    staff_id: str
    member_id: str

    def change(self, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> TagChange:
        """Return a change of the tags on this relation."""
        return TagChange(
            StaffId(self.staff_id), MemberId(self.member_id), tuple(map(TagId, add)), tuple(map(TagId, remove))
        )

    def remark(self, remark: str | None = None, description: str | None = None) -> RemarkChange:
        """Return a change of what is noted about this relation."""
        return RemarkChange(StaffId(self.staff_id), MemberId(self.member_id), remark, description)


ScanContactCode = Callable[[str], Relation | None]


class Contract:
    """The base of all contract classes; subclasses make the provider and may override any fixture.

    The company must have an employee with members; what tests create they remove again. Each test gets a provider of
    its own from ``make_provider``, which may find the company as other tests left it. (A fixture rather than a method,
    so that it can ask for other fixtures, such as a simulated company.)
    """

    @pytest.fixture
    def make_provider(self) -> MakeProvider:
        """Return a function from a context to a provider that keeps the context's ``on_call`` and ``guards``."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to make its provider")

    @pytest.fixture
    def clock(self) -> Clock:
        """The time by which the provider runs; a simulated company hands out its own."""
        return SystemClock()

    @pytest.fixture
    def records(self) -> list[CallRecord]:
        """Every call that went out, in order."""
        return []

    @pytest.fixture
    def context(self, clock: Clock, records: list[CallRecord]) -> ProviderContext:
        """What the provider is given."""
        return ProviderContext(clock=clock, on_call=records.append)

    @pytest.fixture
    def provider(self, make_provider: MakeProvider, context: ProviderContext) -> Iterator[Provider]:
        """The provider under test."""
        with make_provider(context) as provider:
            yield provider

    @pytest.fixture
    def guarded(
        self, make_provider: MakeProvider, context: ProviderContext
    ) -> Iterator[Callable[[WriteGuard], Provider]]:
        """A function that makes another provider of the same company, whose writes a guard is asked about."""
        made: list[Provider] = []

        def make(guard: WriteGuard) -> Provider:
            made.append(make_provider(evolve(context, guards=(guard,))))
            return made[-1]

        yield make
        for provider in made:
            provider.close()

    @pytest.fixture
    def pass_time(self) -> PassTime:
        """A function that moves ``clock`` by some seconds, with whatever becomes due; override it where that can be."""
        return skipping("time does not pass on demand")

    @pytest.fixture
    def lose_answer(self) -> LoseAnswer:
        """A function that loses the answer to the next call of a method (``port.method``), which happens all the same.

        Override it where answers can be lost on demand.
        """
        return skipping("answers cannot be lost on demand")

    @pytest.fixture
    def scan_contact_code(self) -> ScanContactCode:
        """A function that lets a new person scan a code; returns whom that brought together, None if it leads nowhere.

        The employee accepts where that is asked for. Override it where people do what they are told.
        """
        return skipping("nobody scans codes on demand")

    @pytest.fixture
    def lose_request(self) -> LoseAnswer:
        """A function that loses the next call of a method before it arrives, which the caller cannot tell apart."""
        return skipping("requests cannot be lost on demand")

    @pytest.fixture
    def intent(self, clock: Clock) -> MakeIntent:
        """A function that returns a new intent each time, dated now."""
        numbers = count(1)

        def make() -> Intent:
            now, number = clock.time(), next(numbers)
            return Intent(f"contract {now} {number}", f"contract{int(now)}n{number}", now)

        return make

    @pytest.fixture
    def leaver_id(self) -> str:
        """An employee who left, and whose members and groups nobody has taken over; empty where there is none."""
        return ""

    @pytest.fixture
    def unknown_id(self) -> str:
        """An id that is no staff, member, tag or group of the company."""
        return "no-such-id"

    @pytest.fixture
    def relation(self, provider: Provider) -> Relation:
        """Some employee and some member of theirs, found by reading; override it where that is not offered."""
        if not (offers(provider.capabilities, "staff.serving") and offers(provider.capabilities, "members.ids")):
            pytest.skip(f"{provider.name} does not tell who follows whom")
        for staff_id in provider.staff.serving():
            for member_id in provider.members.ids(staff_id):
                return Relation(staff_id, member_id)
        pytest.skip("no serving employee has members")

    @pytest.fixture(autouse=True)
    def offered(self, request: pytest.FixtureRequest, provider: Provider) -> None:
        """Skip a test whose capabilities (marker ``privcrm_needs``) the provider does not claim to have."""
        node = cast("pytest.Item", request.node)  # pyright: ignore[reportUnknownMemberType] - untyped in pytest
        wanted = [str(name) for marker in node.iter_markers("privcrm_needs") for name in marker.args]
        for capability in wanted:
            if not offers(provider.capabilities, capability):
                pytest.skip(f"{provider.name} does not offer {capability}")

    def test_no_contract_test_is_weakened(self) -> None:
        """Fail when a subclass replaced or removed a test without an ``xfail`` mark that says why."""
        weakened = sorted(name for name, original in _promises(type(self)) if not _kept(type(self), name, original))
        assert not weakened, f"overridden or removed without pytest.mark.xfail(reason=…): {', '.join(weakened)}"


def skipping(reason: str) -> Callable[..., NoReturn]:
    """Return a function that takes anything and skips the test: what a suite cannot do unless it says how."""

    def skip(*_: object, **__: object) -> NoReturn:
        pytest.skip(reason)

    return skip


def offers(capabilities: Capabilities, capability: str) -> bool:
    """Whether a table claims a capability, at whatever level."""
    return bool(capabilities.get(capability))


def needs(*capabilities: str) -> pytest.MarkDecorator:
    """Mark a test or class as one of those capabilities (``port.method``)."""
    return pytest.mark.privcrm_needs(*capabilities)


def _promises(contract: type) -> Generator[tuple[str, Any]]:
    for base in contract.__mro__:
        if base.__module__ == _OWN_MODULES or base.__module__.startswith(f"{_OWN_MODULES}."):
            yield from ((name, value) for name, value in vars(base).items() if name.startswith("test_"))


def _kept(contract: type, name: str, original: Any) -> bool:
    present = inspect.getattr_static(contract, name, None)
    if present is original:
        return True
    marks = getattr(present, "pytestmark", [])
    return any(mark.name == "xfail" and mark.kwargs.get("reason") for mark in marks)
