"""The interface that every adapter implements."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Self

from privcrm.errors import UnsupportedCapability
from privcrm.provider.capabilities import Capabilities
from privcrm.provider.config import Settings
from privcrm.provider.context import ProviderContext
from privcrm.provider.guard import WriteScope
from privcrm.provider.health import Finding
from privcrm.provider.limits import LimitTable
from privcrm.provider.ports import (
    AcquisitionPort,
    CallbacksPort,
    GroupsPort,
    HandoverPort,
    LiveCodesPort,
    MediaPort,
    MembersPort,
    MessagesPort,
    MomentsPort,
    ProductsPort,
    RulesPort,
    StaffPort,
    StatisticsPort,
    TagsPort,
)


class Provider:
    """One vendor for one company, seen through ports.

    An adapter subclasses it, names itself, declares ``capabilities``, and replaces the ports that it serves; the
    others refuse before any network call. Safe to share between threads. ``limits`` are the figures in force,
    overrides included. ``scope_parameters`` names the request parameters that hold ids of each kind ("staff",
    "groups", "codes", "departments"), which is what a write scope looks at.
    """

    name: ClassVar[str]
    title: ClassVar[str] = ""
    capabilities: ClassVar[Capabilities]
    default_limits: ClassVar[LimitTable]
    scope_parameters: ClassVar[Mapping[str, Collection[str]]] = {}

    def __init__(self, context: ProviderContext) -> None:
        self.context = context
        self.limits = self.default_limits.override(context.limits)
        declared = (self.name, self.capabilities)
        self.staff: StaffPort = StaffPort(*declared)
        self.members: MembersPort = MembersPort(*declared)
        self.tags: TagsPort = TagsPort(*declared)
        self.groups: GroupsPort = GroupsPort(*declared)
        self.live_codes: LiveCodesPort = LiveCodesPort(*declared)
        self.handover: HandoverPort = HandoverPort(*declared)
        self.moments: MomentsPort = MomentsPort(*declared)
        self.messages: MessagesPort = MessagesPort(*declared)
        self.rules: RulesPort = RulesPort(*declared)
        self.products: ProductsPort = ProductsPort(*declared)
        self.acquisition: AcquisitionPort = AcquisitionPort(*declared)
        self.media: MediaPort = MediaPort(*declared)
        self.statistics: StatisticsPort = StatisticsPort(*declared)
        self.callbacks: CallbacksPort = CallbacksPort(*declared)

    @classmethod
    def from_settings(cls, settings: Settings, context: ProviderContext) -> Self:
        """Make a provider from the settings of one company; what is missing raises ``ConfigurationError``.

        Opens no connection.
        """
        raise NotImplementedError(f"{cls.__name__} does not read settings")

    @property
    def company(self) -> str:
        """The vendor's id of the company: every stored row and every budget is kept under it."""
        raise NotImplementedError

    @property
    def host(self) -> str:
        """Where calls go, for people to read before they agree to something that cannot be undone."""
        raise NotImplementedError

    def may_write(self, kind: str, identifier: str) -> bool:
        """Return whether the write scope lets through a write about this id; sends nothing.

        ``kind`` is "staff", "groups", "codes" or "departments". The transport checks every write in any case: this is
        for plans, which leave out beforehand what would be refused.
        """
        scopes = (guard for guard in self.context.guards if isinstance(guard, WriteScope))
        return all(scope.covers(kind, identifier) for scope in scopes)

    def call(self, endpoint: str, **params: Any) -> Mapping[str, Any]:  # noqa: ARG002 - refuses whatever it is given
        """Call an endpoint by its name or path, for what no port wraps yet; returns the vendor's answer untouched.

        Same tokens, pacing, guards, errors and redaction as the ports. A path that the adapter does not know counts
        as a write that must not be repeated. ``_priority=True`` goes ahead of bulk calls that wait for the endpoint.
        """
        raise UnsupportedCapability(self.name, "call", "this adapter has no endpoints", f"{endpoint} through a port")

    def diagnose(self) -> list[Finding]:
        """Check the set-up against the vendor with harmless reads, for ``privcrm doctor``; never raises."""
        return []

    def close(self) -> None:
        """Close connections; the provider is not usable afterwards."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        try:
            return f"<{type(self).__name__} {self.company} at {self.host}>"
        except AttributeError:  # a traceback shows also what failed while it was being made
            return f"<{type(self).__name__}, not set up>"
